/*-------------------------------------------------------------------------
 *
 * pair_sum.c
 *	  Order statistics of the sums of pairs: of the values of one sample, or of
 *	  one value from each of two.
 *
 * The sums are never made.  A double is searched by bisection that has as many
 * of them at or below it as are wanted, and one walk counts them.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/pair_sum.h"

#include <math.h>
#include <stdlib.h>

#include "core/statistics/double_order.h"

/* So many pairs are sorted instead of being counted again. */
#define BRACKET_PAIRS 2048

/* The doubles between which the wanted sum lies, and the pairs up to each. */
typedef struct SumBracket
{
	int64_t		low;			/* fewer than k pairs up to here */
	int64_t		high;			/* at least k */
	uint64_t	low_pairs;
	uint64_t	high_pairs;
} SumBracket;

/*
 * Where to look next.  Interpolation towards a rank a little below or above
 * the wanted one closes in from both sides in a few steps; every third step
 * halves the bracket, which bounds the number of steps for any data.
 */
static int64_t
next_probe(const SumBracket *bracket, uint64_t k, int step)
{
	uint64_t	width = (uint64_t) bracket->high - (uint64_t) bracket->low;
	double		low = rank_to_double(bracket->low);
	double		high = rank_to_double(bracket->high);
	double		pairs = (double) (bracket->high_pairs - bracket->low_pairs);
	double		aim = (double) (k - bracket->low_pairs) +
		(step % 3 == 0 ? -1.0 : 1.0) * pow(pairs, 2.0 / 3.0);
	double		x = low + (high - low) * (aim / pairs);

	if (step % 3 != 2 && x > low && x < high)
		return double_to_rank(x);
	return (int64_t) ((uint64_t) bracket->low + width / 2);
}

int64_t
value_count_total(const ValueCount *values, size_t length)
{
	int64_t		total = 0;

	for (size_t i = 0; i < length; i++)
		total += values[i].count;
	return total;
}

/* The pairs i <= j of the observations of one sample. */
PairSums
pair_sums_of_one(const ValueCount *values, size_t length, InterruptCheck interrupt)
{
	uint64_t	n = (uint64_t) value_count_total(values, length);

	return (PairSums) {.a = values, .a_length = length, .b = values, .b_length = length,
	.b_total = n, .pairs = n * (n + 1) / 2, .interrupt = interrupt};
}

/* The pairs of an observation of a and one of b. */
PairSums
pair_sums_of_two(const ValueCount *a, size_t a_length, const ValueCount *b, size_t b_length,
				 InterruptCheck interrupt)
{
	uint64_t	b_total = (uint64_t) value_count_total(b, b_length);

	return (PairSums) {.a = a, .a_length = a_length, .b = b, .b_length = b_length, .b_total = b_total,
	.pairs = (uint64_t) value_count_total(a, a_length) * b_total, .interrupt = interrupt};
}

/*
 * How many pairs i <= j of one sample have a sum of at most x.  The sums grow
 * along both axes, so one walk along the edge of the region finds them; rounding
 * keeps that order.  Which way the walk goes next is as good as random, and so
 * is chosen by arithmetic and not by a branch.
 */
static uint64_t
pairs_of_one_up_to(const PairSums *sums, double x)
{
	const ValueCount *values = sums->a;
	uint64_t	pairs = 0;
	uint64_t	partners = sums->b_total;	/* observations from i up to end */
	size_t		i = 0;
	size_t		end = sums->a_length;

	while (i < end)
	{
		uint64_t	count = (uint64_t) values[i].count;
		uint64_t	last = (uint64_t) values[end - 1].count;
		uint64_t	above = values[i].value + values[end - 1].value > x;
		uint64_t	mask = -above;

		check_interrupt_at(sums->interrupt, end - i);
		pairs += ~mask & (count * (partners - count) + count * (count + 1) / 2);
		partners -= (mask & last) | (~mask & count);
		end -= above;
		i += !above;
	}
	return pairs;
}

/* The same of all pairs of two samples: partners of b are those up to end. */
static uint64_t
pairs_of_two_up_to(const PairSums *sums, double x)
{
	uint64_t	pairs = 0;
	uint64_t	partners = sums->b_total;
	size_t		i = 0;
	size_t		end = sums->b_length;

	while (i < sums->a_length && end > 0)
	{
		uint64_t	above = sums->a[i].value + sums->b[end - 1].value > x;
		uint64_t	mask = -above;

		check_interrupt_at(sums->interrupt, end + i);
		pairs += ~mask & ((uint64_t) sums->a[i].count * partners);
		partners -= mask & (uint64_t) sums->b[end - 1].count;
		end -= above;
		i += !above;
	}
	return pairs;
}

static uint64_t
pairs_up_to(const PairSums *sums, double x)
{
	return sums->a == sums->b ? pairs_of_one_up_to(sums, x) : pairs_of_two_up_to(sums, x);
}

static void
narrow(SumBracket *bracket, Probe probe, uint64_t k)
{
	if (probe.pairs >= k && probe.at < bracket->high)
	{
		bracket->high = probe.at;
		bracket->high_pairs = probe.pairs;
	}
	else if (probe.pairs < k && probe.at > bracket->low)
	{
		bracket->low = probe.at;
		bracket->low_pairs = probe.pairs;
	}
}

/* The sum of a pair and how many pairs have it. */
typedef struct PairSum
{
	double		sum;
	uint64_t	pairs;
} PairSum;

static int
by_sum(const void *a, const void *b)
{
	double		x = ((const PairSum *) a)->sum;
	double		y = ((const PairSum *) b)->sum;

	return (x > y) - (x < y);
}

/* The sums in the bracket, of which there are few enough for the array. */
static size_t
sums_within(const PairSums *sums, const SumBracket *bracket, PairSum *within)
{
	double		low = rank_to_double(bracket->low);
	double		high = rank_to_double(bracket->high);
	bool		one = sums->a == sums->b;
	size_t		end = sums->b_length;
	size_t		found = 0;

	for (size_t i = 0; i < sums->a_length && end > (one ? i : 0); i++)
	{
		double		value = sums->a[i].value;
		uint64_t	count = (uint64_t) sums->a[i].count;
		size_t		first = one ? i : 0;

		while (end > first && value + sums->b[end - 1].value > high)
			end--;
		for (size_t j = end; j > first && value + sums->b[j - 1].value > low; j--)
			within[found++] = (PairSum) {value + sums->b[j - 1].value,
			one && j - 1 == i ? count * (count + 1) / 2 : count * (uint64_t) sums->b[j - 1].count};
	}
	return found;
}

static double
select_within(const PairSums *sums, const SumBracket *bracket, uint64_t k)
{
	PairSum		within[BRACKET_PAIRS];
	size_t		found = sums_within(sums, bracket, within);
	uint64_t	reached = bracket->low_pairs;
	size_t		i;

	qsort(within, found, sizeof(*within), by_sum);
	for (i = 0; i < found - 1; i++)
	{
		reached += within[i].pairs;
		if (reached >= k)
			break;
	}
	return within[i].sum;
}

static void
start_bracket(SumBracket *bracket, const PairSums *sums, uint64_t k)
{
	bracket->low = double_to_rank(sums->a[0].value + sums->b[0].value) - 1;
	bracket->high = double_to_rank(sums->a[sums->a_length - 1].value + sums->b[sums->b_length - 1].value);
	bracket->low_pairs = 0;
	bracket->high_pairs = sums->pairs;
	for (int i = 0; i < sums->probe_count; i++)
		narrow(bracket, sums->probes[i], k);
}

/* The k-th smallest sum, k from 1. */
double
select_pair_sum(PairSums *sums, uint64_t k)
{
	SumBracket	bracket;

	start_bracket(&bracket, sums, k);
	for (int step = 0; (uint64_t) bracket.high - (uint64_t) bracket.low > 1; step++)
	{
		Probe		probe;

		if (bracket.high_pairs - bracket.low_pairs <= BRACKET_PAIRS)
			return select_within(sums, &bracket, k);
		probe.at = next_probe(&bracket, k, step);
		probe.pairs = pairs_up_to(sums, rank_to_double(probe.at));
		narrow(&bracket, probe, k);
		if (sums->probe_count < MAX_PROBES)
			sums->probes[sums->probe_count++] = probe;
	}
	return rank_to_double(bracket.high);
}

/* Their median. */
double
median_pair_sum(PairSums *sums)
{
	double		middle = select_pair_sum(sums, sums->pairs / 2 + sums->pairs % 2);

	if (sums->pairs % 2 == 0)
		middle = middle / 2.0 + select_pair_sum(sums, sums->pairs / 2 + 1) / 2.0;
	return middle;
}
