/*-------------------------------------------------------------------------
 *
 * tally.c
 *	  Sorting and merging the entries of a tally.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/tally.h"

#include <string.h>

#define DIGITS 8				/* bytes of a key */
#define DIGIT_VALUES 256
#define INSERTION_LENGTH 64

static void
insertion_sort(TallyEntry *entries, size_t length)
{
	for (size_t i = 1; i < length; i++)
	{
		TallyEntry	entry = entries[i];
		size_t		at = i;

		for (; at > 0 && entries[at - 1].key > entry.key; at--)
			entries[at] = entries[at - 1];
		entries[at] = entry;
	}
}

/* The bytes of a key so that unsigned order is the order of the keys. */
static inline unsigned
key_digit(int64_t key, int digit)
{
	return ((uint64_t) key ^ (UINT64_C(1) << 63)) >> (8 * digit) & 0xff;
}

/* Moves the entries to target in the order of one digit. */
static void
distribute(const TallyEntry *source, TallyEntry *target, size_t length, int digit, size_t *counts,
		   InterruptCheck interrupt)
{
	size_t		start = 0;

	for (int value = 0; value < DIGIT_VALUES; value++)
	{
		size_t		count = counts[value];

		counts[value] = start;
		start += count;
	}
	for (size_t i = 0; i < length; i++)
	{
		check_interrupt_at(interrupt, i);
		target[counts[key_digit(source[i].key, digit)]++] = source[i];
	}
}

/*
 * Sorts by key; scratch is as long as entries.  Radix sort from the lowest
 * byte, without the bytes that all keys have in common.
 */
void
tally_sort(TallyEntry *entries, size_t length, TallyEntry *scratch, InterruptCheck interrupt)
{
	size_t		counts[DIGITS][DIGIT_VALUES];
	TallyEntry *source = entries;
	TallyEntry *target = scratch;

	if (length <= INSERTION_LENGTH)
	{
		insertion_sort(entries, length);
		return;
	}
	memset(counts, 0, sizeof(counts));
	for (size_t i = 0; i < length; i++)
	{
		check_interrupt_at(interrupt, i);
		for (int digit = 0; digit < DIGITS; digit++)
			counts[digit][key_digit(entries[i].key, digit)]++;
	}
	for (int digit = 0; digit < DIGITS; digit++)
	{
		TallyEntry *swap = source;

		if (counts[digit][key_digit(source[0].key, digit)] == length)
			continue;
		distribute(source, target, length, digit, counts[digit], interrupt);
		source = target;
		target = swap;
	}
	if (source != entries)
		memcpy(entries, source, length * sizeof(*entries));
}

static inline int64_t
join_amounts(int64_t a, int64_t b, TallyJoin join)
{
	if (join == TALLY_LARGEST)
		return a > b ? a : b;
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* Joins neighbours of one key in sorted entries; returns how many are left. */
size_t
tally_unite(TallyEntry *entries, size_t length, TallyJoin join)
{
	size_t		kept = 0;

	for (size_t i = 0; i < length; i++)
	{
		if (kept > 0 && entries[kept - 1].key == entries[i].key)
			entries[kept - 1].amount = join_amounts(entries[kept - 1].amount, entries[i].amount, join);
		else
			entries[kept++] = entries[i];
	}
	return kept;
}

/*
 * Merges added into entries, which has room for both; both are sorted and
 * without repeated keys.  Returns how many there are then.  The merge runs
 * from the end, so that no further memory is needed.
 */
size_t
tally_merge(TallyEntry *entries, size_t length,
			const TallyEntry *added, size_t added_length, TallyJoin join)
{
	size_t		end = length + added_length;
	size_t		at = end;

	while (added_length > 0)
	{
		const TallyEntry *last = &added[added_length - 1];

		if (length > 0 && entries[length - 1].key > last->key)
			entries[--at] = entries[--length];
		else if (length > 0 && entries[length - 1].key == last->key)
		{
			TallyEntry	joined = entries[--length];

			joined.amount = join_amounts(joined.amount, last->amount, join);
			entries[--at] = joined;
			added_length--;
		}
		else
		{
			entries[--at] = *last;
			added_length--;
		}
	}
	memmove(&entries[length], &entries[at], (end - at) * sizeof(*entries));
	return length + (end - at);
}
