/*-------------------------------------------------------------------------
 *
 * tally.h
 *	  Sorting and merging the entries of a tally: distinct keys, each with
 *	  how often it was seen or with the largest value seen there.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TALLY_H
#define TALLY_H

#include <stddef.h>
#include <stdint.h>

#include "core/statistics/interrupt.h"

typedef struct TallyEntry
{
	int64_t		key;
	int64_t		amount;
} TallyEntry;

/* What becomes of the amounts of equal keys. */
typedef enum TallyJoin
{
	TALLY_ADD,					/* counts, all positive; stops at INT64_MAX */
	TALLY_LARGEST
} TallyJoin;

extern void tally_sort(TallyEntry *entries, size_t length, TallyEntry *scratch, InterruptCheck interrupt);
extern size_t tally_unite(TallyEntry *entries, size_t length, TallyJoin join);
extern size_t tally_merge(TallyEntry *entries, size_t length,
						  const TallyEntry *added, size_t added_length, TallyJoin join);

#endif							/* TALLY_H */
