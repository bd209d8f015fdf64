/*-------------------------------------------------------------------------
 *
 * pair_tally.c
 *	  Sorting and joining the entries of a tally of pairs.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/pair_tally.h"

#include <string.h>

#define INSERTION_LENGTH 16

/* Does a come before b? */
bool
pair_precedes(const PairEntry *a, const PairEntry *b)
{
	return a->first < b->first || (a->first == b->first && a->second < b->second);
}

static void
insertion_sort(PairEntry *entries, size_t length)
{
	for (size_t i = 1; i < length; i++)
	{
		PairEntry	entry = entries[i];
		size_t		at = i;

		for (; at > 0 && pair_precedes(&entry, &entries[at - 1]); at--)
			entries[at] = entries[at - 1];
		entries[at] = entry;
	}
}

/* Merges two sorted arrays into another. */
static void
merge(const PairEntry *a, size_t a_length, const PairEntry *b, size_t b_length,
	  PairEntry *target, InterruptCheck interrupt)
{
	const PairEntry *a_end = a + a_length;
	const PairEntry *b_end = b + b_length;

	while (a < a_end && b < b_end)
	{
		check_interrupt_at(interrupt, (size_t) (a_end - a));
		if (pair_precedes(b, a))
			*target++ = *b++;
		else
			*target++ = *a++;
	}
	memcpy(target, a, (size_t) (a_end - a) * sizeof(*a));
	memcpy(target + (a_end - a), b, (size_t) (b_end - b) * sizeof(*b));
}

/* Sorts by both keys, by merging; scratch is as long as entries. */
void
pair_sort(PairEntry *entries, size_t length, PairEntry *scratch, InterruptCheck interrupt)
{
	PairEntry  *source = entries;
	PairEntry  *target = scratch;

	for (size_t at = 0; at < length; at += INSERTION_LENGTH)
		insertion_sort(entries + at, length - at < INSERTION_LENGTH ? length - at : INSERTION_LENGTH);
	for (size_t width = INSERTION_LENGTH; width < length; width *= 2)
	{
		PairEntry  *swap = source;

		for (size_t at = 0; at < length; at += 2 * width)
		{
			size_t		rest = length - at;
			size_t		first = rest < width ? rest : width;
			size_t		second = rest - first < width ? rest - first : width;

			check_interrupt_at(interrupt, at);
			merge(source + at, first, source + at + first, second, target + at, interrupt);
		}
		source = target;
		target = swap;
	}
	if (source != entries)
		memcpy(entries, source, length * sizeof(*entries));
}

/*
 * Brings entries into order of which the first ones are in it, and joins those
 * of one pair; their counts stop at INT64_MAX.  scratch is as long as entries.
 * Returns how many are left.
 */
size_t
pair_settle(PairEntry *entries, size_t sorted, size_t length, PairEntry *scratch, InterruptCheck interrupt)
{
	size_t		kept = 0;

	pair_sort(entries + sorted, length - sorted, scratch, interrupt);
	merge(entries, sorted, entries + sorted, length - sorted, scratch, interrupt);
	for (size_t i = 0; i < length; i++)
	{
		PairEntry  *last = &entries[kept > 0 ? kept - 1 : 0];

		if (kept > 0 && last->first == scratch[i].first && last->second == scratch[i].second)
			last->count = last->count > INT64_MAX - scratch[i].count ? INT64_MAX : last->count + scratch[i].count;
		else
			entries[kept++] = scratch[i];
	}
	return kept;
}
