/*-------------------------------------------------------------------------
 *
 * one_row.h
 *	  The one row that a statement has changed, as parameters of its queries.
 *
 *-------------------------------------------------------------------------
 */
#ifndef ONE_ROW_H
#define ONE_ROW_H

#include "nodes/params.h"
#include "nodes/parsenodes.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

extern ParamListInfo one_row(Relation table, Tuplestorestate *changed, Tuplestorestate *removed);
extern void read_row_as_parameters(Query *query);

#endif							/* ONE_ROW_H */
