/*-------------------------------------------------------------------------
 *
 * tally.c
 *	  Sorting and joining the entries of a tally.
 *
 * An entry is the words of its key and its amount.  The compiler makes a copy
 * of these functions for each number of words, in which that is a constant.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/tally.h"

#include <string.h>

#define DIGITS 8				/* bytes of a word */
#define DIGIT_VALUES 256
#define INSERTION_LENGTH 64
#define TALLY_WORDS 2
#define PAIR_WORDS 3

#define inline_always inline __attribute__((always_inline))

static inline_always void
copy_entry(int64_t *target, const int64_t *source, int words)
{
	for (int word = 0; word < words; word++)
		target[word] = source[word];
}

/* Less than 0 if a comes before b, 0 if they have one key. */
static inline_always int
compare_keys(const int64_t *a, const int64_t *b, int words)
{
	for (int word = 0; word < words - 1; word++)
		if (a[word] != b[word])
			return a[word] < b[word] ? -1 : 1;
	return 0;
}

static inline_always void
insertion_sort(int64_t *entries, size_t length, int words)
{
	for (size_t i = 1; i < length; i++)
	{
		int64_t		entry[PAIR_WORDS];
		size_t		at = i;

		copy_entry(entry, entries + i * words, words);
		for (; at > 0 && compare_keys(entry, entries + (at - 1) * words, words) < 0; at--)
			copy_entry(entries + at * words, entries + (at - 1) * words, words);
		copy_entry(entries + at * words, entry, words);
	}
}

/* The bytes of a word so that unsigned order is the order of the words. */
static inline unsigned
word_digit(int64_t word, int digit)
{
	return ((uint64_t) word ^ (UINT64_C(1) << 63)) >> (8 * digit) & 0xff;
}

/* Moves the entries to target in the order of one digit of a word. */
static inline_always void
distribute(const int64_t *source, int64_t *target, size_t length, int words, int word, int digit,
		   size_t *counts, InterruptCheck interrupt)
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
		const int64_t *entry = source + i * words;

		check_interrupt_at(interrupt, i);
		copy_entry(target + counts[word_digit(entry[word], digit)]++ * words, entry, words);
	}
}

/*
 * Sorts by key; scratch is as long as entries.  Radix sort from the lowest
 * byte, without the bytes that all keys have in common.
 */
static inline_always void
sort_entries(int64_t *entries, size_t length, int64_t *scratch, int words, InterruptCheck interrupt)
{
	size_t		counts[DIGITS][DIGIT_VALUES];
	int64_t    *source = entries;
	int64_t    *target = scratch;

	if (length <= INSERTION_LENGTH)
	{
		insertion_sort(entries, length, words);
		return;
	}
	for (int word = words - 2; word >= 0; word--)
	{
		memset(counts, 0, sizeof(counts));
		for (size_t i = 0; i < length; i++)
		{
			check_interrupt_at(interrupt, i);
			for (int digit = 0; digit < DIGITS; digit++)
				counts[digit][word_digit(source[i * words + word], digit)]++;
		}
		for (int digit = 0; digit < DIGITS; digit++)
		{
			int64_t    *swap = source;

			if (counts[digit][word_digit(source[word], digit)] == length)
				continue;
			distribute(source, target, length, words, word, digit, counts[digit], interrupt);
			source = target;
			target = swap;
		}
	}
	if (source != entries)
		memcpy(entries, source, length * words * sizeof(*entries));
}

static inline int64_t
join_amounts(int64_t a, int64_t b, TallyJoin join)
{
	if (join == TALLY_LARGEST)
		return a > b ? a : b;
	return a > INT64_MAX - b ? INT64_MAX : a + b;
}

/* Joins neighbours of one key in sorted entries; returns how many are left. */
static inline_always size_t
unite_entries(int64_t *entries, size_t length, int words, TallyJoin join)
{
	int64_t    *last = entries;

	if (length == 0)
		return 0;
	for (size_t i = 1; i < length; i++)
	{
		const int64_t *entry = entries + i * words;

		if (compare_keys(last, entry, words) == 0)
			last[words - 1] = join_amounts(last[words - 1], entry[words - 1], join);
		else
			copy_entry(last += words, entry, words);
	}
	return (size_t) (last - entries) / words + 1;
}

/*
 * Merges added into entries, which has room for both; both are sorted and
 * without repeated keys.  Returns how many there are then.  The merge runs
 * from the end, so that no further memory is needed.
 */
static inline_always size_t
merge_entries(int64_t *entries, size_t length, const int64_t *added, size_t added_length,
			  int words, TallyJoin join)
{
	size_t		end = length + added_length;
	size_t		at = end;

	while (added_length > 0)
	{
		const int64_t *next = added + (added_length - 1) * words;
		int			order = length > 0 ? compare_keys(entries + (length - 1) * words, next, words) : -1;

		at--;
		if (order < 0)
			copy_entry(entries + at * words, next, words);
		else
			copy_entry(entries + at * words, entries + --length * words, words);
		if (order == 0)
			entries[at * words + words - 1] = join_amounts(entries[at * words + words - 1], next[words - 1], join);
		if (order <= 0)
			added_length--;
	}
	memmove(entries + length * words, entries + at * words, (end - at) * words * sizeof(*entries));
	return length + (end - at);
}

/*
 * Brings entries into order of which the first ones are in it and distinct, and
 * joins those of one key.  scratch is as long as the rest.  Returns how many
 * are left.
 */
static inline_always size_t
settle_entries(int64_t *entries, size_t sorted, size_t length, int64_t *scratch, int words,
			   TallyJoin join, InterruptCheck interrupt)
{
	int64_t    *rest = entries + sorted * words;
	size_t		added;

	sort_entries(rest, length - sorted, scratch, words, interrupt);
	added = unite_entries(rest, length - sorted, words, join);
	if (sorted == 0)
		return added;
	memcpy(scratch, rest, added * words * sizeof(*rest));
	return merge_entries(entries, sorted, scratch, added, words, join);
}

void
tally_sort(TallyEntry *entries, size_t length, TallyEntry *scratch, InterruptCheck interrupt)
{
	sort_entries((int64_t *) entries, length, (int64_t *) scratch, TALLY_WORDS, interrupt);
}

size_t
tally_unite(TallyEntry *entries, size_t length, TallyJoin join)
{
	return unite_entries((int64_t *) entries, length, TALLY_WORDS, join);
}

size_t
tally_settle(TallyEntry *entries, size_t sorted, size_t length, TallyEntry *scratch,
			 TallyJoin join, InterruptCheck interrupt)
{
	return settle_entries((int64_t *) entries, sorted, length, (int64_t *) scratch, TALLY_WORDS, join, interrupt);
}

void
pair_sort(PairEntry *entries, size_t length, PairEntry *scratch, InterruptCheck interrupt)
{
	sort_entries((int64_t *) entries, length, (int64_t *) scratch, PAIR_WORDS, interrupt);
}

/* The same for pairs, whose amounts are counts. */
size_t
pair_settle(PairEntry *entries, size_t sorted, size_t length, PairEntry *scratch, InterruptCheck interrupt)
{
	return settle_entries((int64_t *) entries, sorted, length, (int64_t *) scratch, PAIR_WORDS, TALLY_ADD, interrupt);
}

/* Does a come before b? */
bool
pair_precedes(const PairEntry *a, const PairEntry *b)
{
	return compare_keys((const int64_t *) a, (const int64_t *) b, PAIR_WORDS) < 0;
}
