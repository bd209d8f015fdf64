/*-------------------------------------------------------------------------
 *
 * signed_rank.c
 *	  The Hodges-Lehmann estimate and Wilcoxon's signed-rank test.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/signed_rank.h"

#include <math.h>

#include <Rmath.h>

/* Up to here the null distribution of the statistic is enumerated for the interval. */
#define EXACT_INTERVAL_OBSERVATIONS 500

/* R's wilcox.test leaves the exact p-value at this number. */
#define EXACT_TEST_OBSERVATIONS 50

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
 * of magnitudes up to PAIR_SUM_MAX_MAGNITUDE, length > 0, the total is at
 * most PAIR_SUM_MAX_OBSERVATIONS.
 */
HodgesLehmann
hodges_lehmann(const ValueCount *values, size_t length, double conf_level, InterruptCheck interrupt)
{
	PairSums	sums = pair_sums_of_one(values, length, interrupt);
	HodgesLehmann result = {NAN, NAN, NAN, NAN};
	uint64_t	edge = lower_order_statistic((double) sums.b_total, conf_level, &result.level);

	result.estimate = median_pair_sum(&sums) / 2.0;
	if (edge == 0)
	{
		result.level = NAN;
		return result;
	}
	result.ci_lower = select_pair_sum(&sums, edge) / 2.0;
	result.ci_upper = select_pair_sum(&sums, sums.pairs + 1 - edge) / 2.0;
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
