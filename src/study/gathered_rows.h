/*-------------------------------------------------------------------------
 *
 * gathered_rows.h
 *	  The rows that a statement writes to partitions, before foreign keys see them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef GATHERED_ROWS_H
#define GATHERED_ROWS_H

#include "study/study_rule.h"

/* What a statement, or several, write to the partitions of a table. */
typedef struct GatheredRows
{
	Oid			relid;			/* of the table above */
	RuleEvent	event;
	SubTransactionId began_in;
	Tuplestorestate *changed;
	Tuplestorestate *removed;
} GatheredRows;

extern GatheredRows *next_gathered(Relation part);
extern void free_gathered(GatheredRows *rows);
extern void watch_gathered_rows(void);

#endif							/* GATHERED_ROWS_H */
