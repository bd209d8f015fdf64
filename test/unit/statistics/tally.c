#include "core/statistics/tally.h"

#include <stdlib.h>
#include <string.h>

#include "core/statistics/double_order.h"
#include "tap.h"

#define MANY 5000

static TallyEntry entries[MANY * 2];
static TallyEntry scratch[MANY];
static TallyEntry reference[MANY];

static int
by_key(const void *a, const void *b)
{
	int64_t		x = ((const TallyEntry *) a)->key;
	int64_t		y = ((const TallyEntry *) b)->key;

	return (x > y) - (x < y);
}

static int64_t
total(const TallyEntry *of, size_t length)
{
	int64_t		sum = 0;

	for (size_t i = 0; i < length; i++)
		sum += of[i].amount;
	return sum;
}

static bool
ascending(const TallyEntry *of, size_t length)
{
	for (size_t i = 1; i < length; i++)
		if (of[i - 1].key >= of[i].key)
			return false;
	return true;
}

/* Sorts length keys of the given kind, and compares with qsort. */
static void
check_sort(size_t length, int64_t (*key) (uint64_t random), const char *name)
{
	uint64_t	random = 1;
	bool		same = true;
	size_t		united;

	for (size_t i = 0; i < length; i++)
	{
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		entries[i] = reference[i] = (TallyEntry) {key(random), 1};
	}
	tally_sort(entries, length, scratch, NULL);
	qsort(reference, length, sizeof(*reference), by_key);
	for (size_t i = 0; i < length; i++)
		same = same && entries[i].key == reference[i].key;
	ok(same, name);
	united = tally_unite(entries, length, TALLY_ADD);
	ok(ascending(entries, united), "... distinct after uniting");
	is_int(total(entries, united), (long long) length, "... with all counted");
}

static int64_t
any_key(uint64_t random)
{
	return (int64_t) random;
}

static int64_t
few_keys(uint64_t random)
{
	return (int64_t) (random >> 56) - 128;
}

static int64_t
equal_keys(uint64_t random)
{
	(void) random;
	return -3;
}

/* Settles a tally, of which the first entries are in order, with others behind them. */
static size_t
settled(TallyEntry *of, size_t sorted, const TallyEntry *added, size_t length, TallyJoin join)
{
	memcpy(of + sorted, added, length * sizeof(*added));
	return tally_settle(of, sorted, sorted + length, scratch, join, NULL);
}

static void
check_settle(void)
{
	TallyEntry	base[10] = {{1, 5}, {4, 1}, {6, 2}};
	TallyEntry	added[] = {{9, 3}, {0, 1}, {4, 6}, {4, 1}};
	TallyEntry	saturated[4] = {{1, INT64_MAX - 1}};
	TallyEntry	two = {1, 2};
	size_t		length = settled(base, 3, added, 4, TALLY_ADD);

	is_int(length, 5, "settled entries");
	ok(ascending(base, length), "... in order");
	is_int(base[2].amount, 8, "... the counts of a common key added");
	is_int(total(base, length), 19, "... none lost");
	is_int(settled(base, 5, added, 4, TALLY_LARGEST), 5, "settled by the largest");
	is_int(base[2].amount, 8, "... the larger amount stays");
	is_int(settled(base, 5, added, 0, TALLY_ADD), 5, "nothing added");
	is_int(settled(base, 0, added, 4, TALLY_ADD), 3, "added to nothing");
	is_int(settled(base, 0, added, 0, TALLY_ADD), 0, "nothing at all");
	settled(saturated, 1, &two, 1, TALLY_ADD);
	ok(saturated[0].amount == INT64_MAX, "counts stop at the largest integer");
}

static int
by_pair(const void *a, const void *b)
{
	return pair_precedes(a, b) ? -1 : pair_precedes(b, a);
}

/* Settles pairs, and compares with qsort; the second key decides where the first is the same. */
static void
check_pairs(size_t length, int64_t firsts, const char *name)
{
	static PairEntry pairs[MANY];
	static PairEntry expected[MANY];
	static PairEntry room[MANY];
	uint64_t	random = 7;
	size_t		distinct = 0;
	size_t		half;
	bool		same;

	for (size_t i = 0; i < length; i++)
	{
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		pairs[i] = expected[i] = (PairEntry) {(int64_t) (random >> 33) % firsts - 1, (int64_t) (random >> 56) - 128, 1};
	}
	qsort(expected, length, sizeof(*expected), by_pair);
	for (size_t i = 0; i < length; i++)
	{
		if (distinct > 0 && by_pair(&expected[distinct - 1], &expected[i]) == 0)
			expected[distinct - 1].count++;
		else
			expected[distinct++] = expected[i];
	}
	/* the second half comes when the first is settled */
	half = pair_settle(pairs, 0, length / 2, room, NULL);
	memmove(pairs + half, pairs + length / 2, (length - length / 2) * sizeof(*pairs));
	same = pair_settle(pairs, half, half + length - length / 2, room, NULL) == distinct;
	for (size_t i = 0; i < distinct && same; i++)
		same = by_pair(&pairs[i], &expected[i]) == 0 && pairs[i].count == expected[i].count;
	ok(same, name);
}

int
main(void)
{
	const double ordered[] = {-INFINITY, -1e300, -1, -4.9e-324, 0, 4.9e-324, 1, 1e300, INFINITY};

	check_sort(MANY, any_key, "5000 keys of all bytes");
	check_sort(MANY, few_keys, "5000 keys of few values");
	check_sort(MANY, equal_keys, "5000 equal keys");
	check_sort(20, any_key, "20 keys");
	check_sort(0, any_key, "no key");
	check_settle();
	check_pairs(MANY, 3, "5000 pairs of few values");
	check_pairs(MANY, INT64_C(1) << 40, "5000 pairs of many values");
	check_pairs(100, 2, "100 pairs");
	check_pairs(1, 2, "a pair");
	check_pairs(0, 2, "no pair");
	for (size_t i = 0; i < 9; i++)
	{
		is_double(rank_to_double(double_to_rank(ordered[i])), ordered[i], 0, "a double comes back");
		ok(i == 0 || double_to_rank(ordered[i - 1]) < double_to_rank(ordered[i]), "... in order");
	}
	ok(double_to_rank(-0.0) == double_to_rank(0.0), "both zeroes are one");
	return done_testing();
}
