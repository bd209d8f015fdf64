/*-------------------------------------------------------------------------
 *
 * signed_rank.c
 *	  The Hodges-Lehmann estimate and Wilcoxon's signed-rank test.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/signed_rank.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include <Rmath.h>

#include "core/statistics/double_order.h"

/* Up to here the null distribution of the statistic is enumerated for the interval. */
#define EXACT_INTERVAL_OBSERVATIONS 500

/* So many pairs are sorted instead of being counted again. */
#define BRACKET_PAIRS 2048

/* So many counts are remembered from one search to the next. */
#define MAX_PROBES 64

/* R's wilcox.test leaves the exact p-value at this number. */
#define EXACT_TEST_OBSERVATIONS 50

static int64_t
value_count_total(const ValueCount *values, size_t length)
{
	int64_t		total = 0;

	for (size_t i = 0; i < length; i++)
		total += values[i].count;
	return total;
}

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

/* How many pairs were counted up to a double. */
typedef struct Probe
{
	int64_t		at;
	uint64_t	pairs;
} Probe;

/* The values, and what the searches for their pairs' sums have learnt. */
typedef struct PairSums
{
	const ValueCount *values;
	size_t		length;
	uint64_t	total;
	InterruptCheck interrupt;
	Probe		probes[MAX_PROBES];
	int			probe_count;
} PairSums;

/*
 * How many of the n(n+1)/2 pairs i <= j of observations have a sum of at most
 * x.  The sums grow along both axes, so one walk along the edge of the region
 * finds them; rounding keeps that order.  Which way the walk goes next is as
 * good as random, and so is chosen by arithmetic and not by a branch.
 */
static uint64_t
pairs_up_to(const PairSums *sums, double x)
{
	const ValueCount *values = sums->values;
	uint64_t	pairs = 0;
	uint64_t	partners = sums->total; /* observations from i up to end */
	size_t		i = 0;
	size_t		end = sums->length;

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
sums_within(const ValueCount *values, size_t length, const SumBracket *bracket, PairSum *sums)
{
	double		low = rank_to_double(bracket->low);
	double		high = rank_to_double(bracket->high);
	size_t		end = length;
	size_t		found = 0;

	for (size_t i = 0; i < end; i++)
	{
		double		value = values[i].value;
		uint64_t	count = (uint64_t) values[i].count;

		while (end > i && value + values[end - 1].value > high)
			end--;
		for (size_t j = end; j > i && value + values[j - 1].value > low; j--)
			sums[found++] = (PairSum) {value + values[j - 1].value,
			j - 1 == i ? count * (count + 1) / 2 : count * (uint64_t) values[j - 1].count};
	}
	return found;
}

static double
select_within(const ValueCount *values, size_t length, const SumBracket *bracket, uint64_t k)
{
	PairSum		sums[BRACKET_PAIRS];
	size_t		found = sums_within(values, length, bracket, sums);
	uint64_t	reached = bracket->low_pairs;
	size_t		i;

	qsort(sums, found, sizeof(*sums), by_sum);
	for (i = 0; i < found - 1; i++)
	{
		reached += sums[i].pairs;
		if (reached >= k)
			break;
	}
	return sums[i].sum;
}

static void
start_bracket(SumBracket *bracket, const PairSums *sums, uint64_t k)
{
	const ValueCount *values = sums->values;
	double		largest = values[sums->length - 1].value;

	bracket->low = double_to_rank(values[0].value + values[0].value) - 1;
	bracket->high = double_to_rank(largest + largest);
	bracket->low_pairs = 0;
	bracket->high_pairs = sums->total * (sums->total + 1) / 2;
	for (int i = 0; i < sums->probe_count; i++)
		narrow(bracket, sums->probes[i], k);
}

/* The k-th smallest sum of two observations i <= j, k from 1. */
static double
select_pair_sum(PairSums *sums, uint64_t k)
{
	SumBracket	bracket;

	start_bracket(&bracket, sums, k);
	for (int step = 0; (uint64_t) bracket.high - (uint64_t) bracket.low > 1; step++)
	{
		Probe		probe;

		if (bracket.high_pairs - bracket.low_pairs <= BRACKET_PAIRS)
			return select_within(sums->values, sums->length, &bracket, k);
		probe.at = next_probe(&bracket, k, step);
		probe.pairs = pairs_up_to(sums, rank_to_double(probe.at));
		narrow(&bracket, probe, k);
		if (sums->probe_count < MAX_PROBES)
			sums->probes[sums->probe_count++] = probe;
	}
	return rank_to_double(bracket.high);
}

/*
 * Which Walsh average is the lower limit, counted from 1; 0 if not even the
 * smallest reaches the level.  It is the quantile of the signed-rank
 * statistic, as wilcox.test takes it; beyond EXACT_INTERVAL_OBSERVATIONS its
 * normal approximation, rounded down.  level is what the limits have.
 */
static uint64_t
lower_order_statistic(double n, double conf_level, double *level)
{
	double		tail = (1.0 - conf_level) / 2.0;
	double		mean = n * (n + 1.0) / 4.0;
	double		sd = sqrt(n * (n + 1.0) * (2.0 * n + 1.0) / 24.0);
	double		quantile;

	if (n > EXACT_INTERVAL_OBSERVATIONS)
	{
		quantile = floor(mean - qnorm(tail, 0.0, 1.0, 0, 0) * sd);
		*level = 1.0 - 2.0 * pnorm(quantile, mean, sd, 1, 0);
	}
	else
	{
		quantile = qsignrank(tail, n, 1, 0);
		if (quantile == 0.0 && psignrank(0.0, n, 1, 0) <= tail * (1.0 + 4.0 * DBL_EPSILON))
			quantile = 1.0;		/* the level is reached exactly */
		*level = 1.0 - 2.0 * psignrank(quantile - 1.0, n, 1, 0);
	}
	return quantile < 1.0 ? 0 : (uint64_t) quantile;
}

/*
 * The median of the Walsh averages (x_i + x_j)/2, i <= j, and the interval
 * between two of their order statistics.  values are distinct, ascending and
 * of magnitudes up to SIGNED_RANK_MAX_MAGNITUDE, length > 0, the total is at
 * most SIGNED_RANK_MAX_OBSERVATIONS.
 */
HodgesLehmann
hodges_lehmann(const ValueCount *values, size_t length, double conf_level, InterruptCheck interrupt)
{
	PairSums	sums = {.values = values, .length = length,
	.total = (uint64_t) value_count_total(values, length), .interrupt = interrupt};
	uint64_t	pairs = sums.total * (sums.total + 1) / 2;
	HodgesLehmann result = {NAN, NAN, NAN, NAN};
	uint64_t	edge = lower_order_statistic((double) sums.total, conf_level, &result.level);
	double		middle = select_pair_sum(&sums, (pairs + 1) / 2);

	if (pairs % 2 == 0)
		middle = middle / 2.0 + select_pair_sum(&sums, pairs / 2 + 1) / 2.0;
	result.estimate = middle / 2.0;
	if (edge == 0)
	{
		result.level = NAN;
		return result;
	}
	result.ci_lower = select_pair_sum(&sums, edge) / 2.0;
	result.ci_upper = select_pair_sum(&sums, pairs + 1 - edge) / 2.0;
	return result;
}

/* Two-sided p-value of statistic; tie_term is the sum of t^3 - t over ties. */
static double
signed_rank_p_value(double statistic, double n, double tie_term, bool exact)
{
	double		mean = n * (n + 1.0) / 4.0;
	double		z,
				tail;

	if (exact)
	{
		tail = statistic > mean ? psignrank(statistic - 1.0, n, 0, 0) : psignrank(statistic, n, 1, 0);
		return fmin(2.0 * tail, 1.0);
	}
	z = statistic - mean;
	z -= z > 0.0 ? 0.5 : z < 0.0 ? -0.5 : 0.0;
	z /= sqrt(n * (n + 1.0) * (2.0 * n + 1.0) / 24.0 - tie_term / 48.0);
	return fmin(2.0 * pnorm(-fabs(z), 0.0, 1.0, 1, 0), 1.0);
}

/*
 * Wilcoxon's signed-rank test that the values are symmetric about 0, as R's
 * wilcox.test: zeroes are left out, ties share the mean of their ranks; the
 * p-value is exact below 50 values without zeroes and ties, and otherwise
 * from the normal distribution with correction for ties and continuity.
 * values are distinct and ascending.  With n = 0 the p-value is NAN.
 */
SignedRankTest
wilcoxon_signed_rank(const ValueCount *values, size_t length, InterruptCheck interrupt)
{
	SignedRankTest result = {0, 0.0, NAN};
	double		tie_term = 0.0;
	bool		zeroes = false;
	size_t		below = 0;		/* values[below - 1] is the next negative one */
	size_t		above;

	while (below < length && values[below].value < 0.0)
		below++;
	above = below;
	if (above < length && values[above].value == 0.0)
	{
		zeroes = true;
		above++;
	}
	while (below > 0 || above < length)
	{
		double		negative = below > 0 ? -values[below - 1].value : INFINITY;
		double		positive = above < length ? values[above].value : INFINITY;
		int64_t		minus = negative <= positive ? values[--below].count : 0;
		int64_t		plus = positive <= negative ? values[above++].count : 0;
		double		ties = (double) (minus + plus);

		check_interrupt_at(interrupt, above - below);
		result.statistic += (double) plus * ((double) result.n + (ties + 1.0) / 2.0);
		tie_term += ties * ties * ties - ties;
		result.n += minus + plus;
	}
	if (result.n > 0)
		result.p_value = signed_rank_p_value(result.statistic, (double) result.n, tie_term,
											 result.n < EXACT_TEST_OBSERVATIONS && tie_term == 0.0 && !zeroes);
	return result;
}
