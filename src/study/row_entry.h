/*-------------------------------------------------------------------------
 *
 * row_entry.h
 *	  A row on its way into a table of a study, of which it goes no further
 *	  than an INSERT does before the row is written.
 *
 *-------------------------------------------------------------------------
 */
#ifndef ROW_ENTRY_H
#define ROW_ENTRY_H

#include "executor/tuptable.h"
#include "nodes/execnodes.h"

typedef struct RowEntry
{
	EState	   *estate;
	ResultRelInfo *target;
	TupleTableSlot *slot;		/* the row, in the shape of the table */
	char		decimal_mark;	/* of its texts; 0 where it is not known */
} RowEntry;

extern char row_decimal_mark(void);
extern void row_entry_begin(RowEntry *entry, Relation table);
extern bool row_entry_complete(RowEntry *entry);
extern void row_entry_check(RowEntry *entry);
extern void row_entry_end(RowEntry *entry);

#endif							/* ROW_ENTRY_H */
