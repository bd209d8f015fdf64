/*-------------------------------------------------------------------------
 *
 * signed_rank.c
 *	  The Hodges-Lehmann estimate and Wilcoxon's signed-rank test.
 *
 *-------------------------------------------------------------------------
 */
#include "core/signed_rank.h"

#include <math.h>
#include <stdbool.h>

#include <Rmath.h>

#include "core/double_order.h"

/* Up to here the null distribution of the statistic is enumerated for the interval. */
#define EXACT_INTERVAL_OBSERVATIONS 500

/* R's wilcox.test leaves the exact p-value at this number. */
#define EXACT_TEST_OBSERVATIONS 50

int64_t
value_count_total(const ValueCount *values, size_t length)
{
	int64_t		total = 0;

	for (size_t i = 0; i < length; i++)
		total += values[i].count;
	return total;
}

/*
 * How many of the n(n+1)/2 pairs i <= j of observations have a sum of at most
 * x.  The sums grow along both axes, so one pass along the edge of the region
 * finds them; rounding keeps that order.
 */
static uint64_t
pairs_up_to(const ValueCount *values, size_t length, uint64_t total, double x)
{
	uint64_t	ordered = 0;	/* pairs in either order */
	uint64_t	selves = 0;		/* observations paired with themselves */
	uint64_t	partners = total;
	size_t		end = length;

	for (size_t i = 0; i < length; i++)
	{
		double		value = values[i].value;

		while (end > 0 && value + values[end - 1].value > x)
			partners -= (uint64_t) values[--end].count;
		if (end == 0)
			break;
		ordered += (uint64_t) values[i].count * partners;
		if (value + value <= x)
			selves += (uint64_t) values[i].count;
	}
	return (ordered + selves) / 2;
}

/* The doubles between which the wanted sum lies, and the pairs up to each. */
typedef struct SumBracket
{
	int64_t		low;			/* fewer than k pairs up to here */
	int64_t		high;			/* at least k */
	double		low_pairs;
	double		high_pairs;
} SumBracket;

/*
 * Where to look next.  Interpolation towards a rank a little below or above
 * the wanted one closes in from both sides in a few steps; every third step
 * halves the bracket, which bounds the number of steps for any data.
 */
static int64_t
next_probe(const SumBracket *bracket, double k, int step)
{
	uint64_t	width = (uint64_t) bracket->high - (uint64_t) bracket->low;
	double		low = rank_to_double(bracket->low);
	double		high = rank_to_double(bracket->high);
	double		pairs = bracket->high_pairs - bracket->low_pairs;
	double		aim = k - bracket->low_pairs + (step % 3 == 0 ? -1.0 : 1.0) * pow(pairs, 2.0 / 3.0);
	double		x = low + (high - low) * (aim / pairs);

	if (step % 3 != 2 && x > low && x < high)
		return double_to_rank(x);
	return (int64_t) ((uint64_t) bracket->low + width / 2);
}

/* The k-th smallest sum of two observations i <= j, k from 1. */
static double
select_pair_sum(const ValueCount *values, size_t length, uint64_t total, uint64_t k)
{
	SumBracket	bracket;

	bracket.low = double_to_rank(values[0].value + values[0].value) - 1;
	bracket.high = double_to_rank(values[length - 1].value + values[length - 1].value);
	bracket.low_pairs = 0.0;
	bracket.high_pairs = (double) total * ((double) total + 1.0) / 2.0;

	for (int step = 0; (uint64_t) bracket.high - (uint64_t) bracket.low > 1; step++)
	{
		int64_t		probe = next_probe(&bracket, (double) k, step);
		uint64_t	pairs = pairs_up_to(values, length, total, rank_to_double(probe));

		if (pairs >= k)
		{
			bracket.high = probe;
			bracket.high_pairs = (double) pairs;
		}
		else
		{
			bracket.low = probe;
			bracket.low_pairs = (double) pairs;
		}
	}
	return rank_to_double(bracket.high);
}

/*
 * How many Walsh averages to leave out at either end, less one: the quantile
 * of the signed-rank statistic, as wilcox.test takes it; beyond
 * EXACT_INTERVAL_OBSERVATIONS its normal approximation, rounded down.
 */
static uint64_t
lower_order_statistic(double n, double conf_level)
{
	double		tail = (1.0 - conf_level) / 2.0;
	double		quantile;

	if (n <= EXACT_INTERVAL_OBSERVATIONS)
		quantile = qsignrank(tail, n, 1, 0);
	else
		quantile = floor(n * (n + 1.0) / 4.0 -
						 qnorm(tail, 0.0, 1.0, 0, 0) * sqrt(n * (n + 1.0) * (2.0 * n + 1.0) / 24.0));
	return quantile < 1.0 ? 1 : (uint64_t) quantile;
}

/*
 * The median of the Walsh averages (x_i + x_j)/2, i <= j, and the interval
 * between two of their order statistics.  values are distinct and ascending,
 * length > 0, the total at most SIGNED_RANK_MAX_OBSERVATIONS.  Takes memory
 * for nothing but its variables.  Infinite if a sum overflows.
 */
HodgesLehmann
hodges_lehmann(const ValueCount *values, size_t length, double conf_level)
{
	uint64_t	n = (uint64_t) value_count_total(values, length);
	uint64_t	pairs = n * (n + 1) / 2;
	uint64_t	edge = lower_order_statistic((double) n, conf_level);
	double		middle = select_pair_sum(values, length, n, (pairs + 1) / 2);
	HodgesLehmann result;

	if (pairs % 2 == 0)
		middle = middle / 2.0 + select_pair_sum(values, length, n, pairs / 2 + 1) / 2.0;
	result.estimate = middle / 2.0;
	result.ci_lower = select_pair_sum(values, length, n, edge) / 2.0;
	result.ci_upper = select_pair_sum(values, length, n, pairs + 1 - edge) / 2.0;
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
wilcoxon_signed_rank(const ValueCount *values, size_t length)
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

		result.statistic += (double) plus * ((double) result.n + (ties + 1.0) / 2.0);
		tie_term += ties * ties * ties - ties;
		result.n += minus + plus;
	}
	if (result.n > 0)
		result.p_value = signed_rank_p_value(result.statistic, (double) result.n, tie_term,
											 result.n < EXACT_TEST_OBSERVATIONS && tie_term == 0.0 && !zeroes);
	return result;
}
