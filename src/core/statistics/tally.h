/*-------------------------------------------------------------------------
 *
 * tally.h
 *	  Sorting and joining the entries of a tally: distinct keys, each with how
 *	  often it was seen or with the largest value seen there.  A key is one
 *	  number, or a pair: a time in a group, or the two bounds of an interval.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TALLY_H
#define TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/statistics/interrupt.h"

typedef struct TallyEntry
{
	int64_t		key;
	int64_t		amount;
} TallyEntry;

typedef struct PairEntry
{
	int64_t		first;
	int64_t		second;
	int64_t		count;
} PairEntry;

/* What becomes of the amounts of equal keys. */
typedef enum TallyJoin
{
	TALLY_ADD,					/* counts, all positive; stops at INT64_MAX */
	TALLY_LARGEST
} TallyJoin;

extern void tally_sort(TallyEntry *entries, size_t length, TallyEntry *scratch, InterruptCheck interrupt);
extern size_t tally_unite(TallyEntry *entries, size_t length, TallyJoin join);
extern size_t tally_settle(TallyEntry *entries, size_t sorted, size_t length, TallyEntry *scratch,
						   TallyJoin join, InterruptCheck interrupt);
extern void pair_sort(PairEntry *entries, size_t length, PairEntry *scratch, InterruptCheck interrupt);
extern size_t pair_settle(PairEntry *entries, size_t sorted, size_t length, PairEntry *scratch,
						  InterruptCheck interrupt);
extern bool pair_precedes(const PairEntry *a, const PairEntry *b);

#endif							/* TALLY_H */
