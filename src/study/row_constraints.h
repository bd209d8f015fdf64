/*-------------------------------------------------------------------------
 *
 * row_constraints.h
 *	  The CHECK and NOT NULL constraints of a table, judged without showing
 *	  the row.
 *
 *-------------------------------------------------------------------------
 */
#ifndef ROW_CONSTRAINTS_H
#define ROW_CONSTRAINTS_H

#include "executor/tuptable.h"
#include "utils/rel.h"

extern void forget_row_constraints(Oid relid);
extern void require_row_constraints(Relation relation, TupleTableSlot *row);

#endif							/* ROW_CONSTRAINTS_H */
