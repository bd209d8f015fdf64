/*-------------------------------------------------------------------------
 *
 * pair_tally.h
 *	  How often pairs of keys were seen: a time in a group, or the two bounds
 *	  of an interval.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PAIR_TALLY_H
#define PAIR_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/statistics/interrupt.h"

typedef struct PairEntry
{
	int64_t		first;
	int64_t		second;
	int64_t		count;
} PairEntry;

extern bool pair_precedes(const PairEntry *a, const PairEntry *b);
extern void pair_sort(PairEntry *entries, size_t length, PairEntry *scratch, InterruptCheck interrupt);
extern size_t pair_settle(PairEntry *entries, size_t sorted, size_t length,
						  PairEntry *scratch, InterruptCheck interrupt);

#endif							/* PAIR_TALLY_H */
