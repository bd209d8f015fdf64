/*-------------------------------------------------------------------------
 *
 * unread_column.h
 *	  Takes out of an analysed query the columns of its subqueries that nothing
 *	  reads.
 *
 *-------------------------------------------------------------------------
 */
#ifndef UNREAD_COLUMN_H
#define UNREAD_COLUMN_H

#include "nodes/parsenodes.h"

extern void drop_unread_columns(Query *query);

#endif							/* UNREAD_COLUMN_H */
