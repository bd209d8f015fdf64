/*-------------------------------------------------------------------------
 *
 * find_lock.h
 *	  Looks for locks on the rows of a study.
 *
 *-------------------------------------------------------------------------
 */
#ifndef FIND_LOCK_H
#define FIND_LOCK_H

#include "access/genam.h"
#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

/* What a lock is on, in the order of the columns of its index. */
typedef enum LockColumn
{
	LOCK_SITE,
	LOCK_SUBJECT,
	LOCK_VISIT,
	LOCK_TABLE,
	LOCK_COLUMNS
} LockColumn;

/* Their values; NULL where a lock has none. */
typedef struct LockPlace
{
	char	   *names[LOCK_COLUMNS];
} LockPlace;

/* One statement's search for the locks on the rows of a table. */
typedef struct LockSearch
{
	Relation	table;
	Relation	locks;
	Relation	index;
	SnapshotData now;
	IndexScanDesc scan;
	TupleTableSlot *found;
	MemoryContext context;
	MemoryContext of_row;
	int			columns[LOCK_TABLE];	/* site, subject and visit of the rows; 0 if they have none */
	bool		is_all_locked;	/* the study is */
	LockPlace	place;			/* where a lock was sought last */
	LockPlace	last;			/* of the last row, in which nothing was locked */
	bool		has_last;
	bool		has_records;	/* are some of the table's rows locked there, one by one? */
} LockSearch;

/* What is said of a lock. */
typedef struct LockWords
{
	int			code;
	char	   *message;
	char	   *detail;
	char	   *hint;
} LockWords;

extern bool lock_search_begin(LockSearch *search, Relation table, TupleDesc shape);
extern bool is_row_locked(LockSearch *search, TupleTableSlot *row);
extern LockWords describe_lock(LockSearch *search);
extern void lock_search_end(LockSearch *search);

#endif							/* FIND_LOCK_H */
