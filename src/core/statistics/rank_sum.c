/*-------------------------------------------------------------------------
 *
 * rank_sum.c
 *	  The Hodges-Lehmann estimate of a shift and Wilcoxon's rank-sum test.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/rank_sum.h"

#include <math.h>
#include <string.h>

#include <Rmath.h>

/* Up to here the null distribution of the statistic is enumerated for the interval. */
#define EXACT_INTERVAL_OBSERVATIONS 500

/* R's wilcox.test leaves the exact p-value where a sample has so many. */
#define EXACT_TEST_OBSERVATIONS 50

/* R's qwilcox takes a quantile that misses the probability by so much. */
#define QUANTILE_TOLERANCE (10.0 * DBL_EPSILON)

/* The null distribution of the statistic of m and n observations, up to its middle. */
typedef struct RankSumNull
{
	double		orders;			/* of all observations */
	size_t		last;
	double	   *counts;			/* the orders that have each statistic */
} RankSumNull;

/* How many numbers the functions below need room for; the samples are not empty. */
size_t
rank_sum_room(int64_t m, int64_t n)
{
	return m + n > EXACT_INTERVAL_OBSERVATIONS ? 0 : (size_t) (m * n / 2 + 1);
}

/*
 * The counts are the coefficients of the product of (1 - q^(n + i)) / (1 - q^i),
 * i up to m.  Those of small statistics come from their like alone, so that a
 * tail has full precision.
 */
static RankSumNull
rank_sum_null(int64_t m, int64_t n, double *room)
{
	RankSumNull null = {1.0, rank_sum_room(m, n) - 1, room};

	memset(room, 0, (null.last + 1) * sizeof(*room));
	room[0] = 1.0;
	for (int64_t i = 1; i <= m; i++)
	{
		for (size_t k = null.last; k >= (size_t) (n + i); k--)
			room[k] -= room[k - (size_t) (n + i)];
		for (size_t k = (size_t) i; k <= null.last; k++)
			room[k] += room[k - (size_t) i];
		null.orders *= (double) (n + i) / (double) i;
	}
	return null;
}

/* P(W <= statistic), which is at most the middle. */
static double
lower_tail(const RankSumNull *null, double statistic)
{
	double		tail = 0.0;

	for (size_t k = 0; k <= null->last && (double) k <= statistic; k++)
		tail += null->counts[k];
	return tail / null->orders;
}

/* The smallest statistic whose lower tail has at least the probability. */
static double
lower_quantile(const RankSumNull *null, double probability)
{
	double		tail = 0.0;
	size_t		k = 0;

	while (k < null->last && (tail += null->counts[k]) / null->orders < probability - QUANTILE_TOLERANCE)
		k++;
	return (double) k;
}

/*
 * Which difference is the lower limit, counted from 1; 0 if not even the
 * smallest reaches the level.  It is the quantile of the rank-sum statistic, as
 * wilcox.test takes it; beyond EXACT_INTERVAL_OBSERVATIONS its normal
 * approximation, rounded down.  level is what the limits have.
 */
static uint64_t
lower_order_statistic(int64_t m, int64_t n, double conf_level, double *room, double *level)
{
	double		tail = (1.0 - conf_level) / 2.0;
	double		mean = (double) m * (double) n / 2.0;
	double		sd = sqrt(mean * ((double) m + (double) n + 1.0) / 6.0);
	double		quantile;

	if (m + n > EXACT_INTERVAL_OBSERVATIONS)
	{
		quantile = fmax(floor(mean - qnorm(tail, 0.0, 1.0, 0, 0) * sd), 0.0);
		*level = 1.0 - 2.0 * pnorm(quantile, mean, sd, 1, 0);
	}
	else
	{
		RankSumNull null = rank_sum_null(m, n, room);

		quantile = lower_quantile(&null, tail);
		if (quantile == 0.0 && lower_tail(&null, 0.0) <= tail * (1.0 + 4.0 * DBL_EPSILON))
			quantile = 1.0;		/* the level is reached exactly */
		*level = 1.0 - 2.0 * lower_tail(&null, quantile - 1.0);
	}
	return (uint64_t) quantile;
}

static void
negate(ValueCount *values, size_t length)
{
	for (size_t i = 0; i < (length + 1) / 2; i++)
	{
		ValueCount	low = values[i];
		ValueCount	high = values[length - 1 - i];

		values[i] = (ValueCount) {-high.value, high.count};
		values[length - 1 - i] = (ValueCount) {-low.value, low.count};
	}
}

/*
 * The median of the differences of a treated value and one of the controls, and
 * the interval between two of their order statistics.  values are distinct,
 * ascending and of magnitudes up to PAIR_SUM_MAX_MAGNITUDE, lengths > 0, each
 * sample has at most PAIR_SUM_MAX_OBSERVATIONS.  control is turned over.
 */
HodgesLehmann
hodges_lehmann_shift(const ValueCount *treated, size_t treated_length,
					 ValueCount *control, size_t control_length,
					 double conf_level, double *room, InterruptCheck interrupt)
{
	PairSums	sums;
	HodgesLehmann result = {NAN, NAN, NAN, NAN};
	uint64_t	edge;

	negate(control, control_length);
	sums = pair_sums_of_two(treated, treated_length, control, control_length, interrupt);
	edge = lower_order_statistic((int64_t) (sums.pairs / sums.b_total), (int64_t) sums.b_total,
								 conf_level, room, &result.level);
	result.estimate = median_pair_sum(&sums);
	if (edge == 0)
	{
		result.level = NAN;
		return result;
	}
	result.ci_lower = select_pair_sum(&sums, edge);
	result.ci_upper = select_pair_sum(&sums, sums.pairs + 1 - edge);
	return result;
}

/* The statistic, and of all observations the sum of t^3 - t over ties. */
static double
rank_statistic(const ValueCount *treated, size_t treated_length, const ValueCount *control,
			   size_t control_length, InterruptCheck interrupt, double *tie_term)
{
	double		statistic = 0.0;
	double		below = 0.0;	/* controls */
	size_t		i = 0;
	size_t		j = 0;

	*tie_term = 0.0;
	while (i < treated_length || j < control_length)
	{
		double		x = i < treated_length ? treated[i].value : INFINITY;
		double		y = j < control_length ? control[j].value : INFINITY;
		double		plus = x <= y ? (double) treated[i++].count : 0.0;
		double		minus = y <= x ? (double) control[j++].count : 0.0;
		double		ties = plus + minus;

		check_interrupt_at(interrupt, i + j);
		statistic += plus * (below + minus / 2.0);
		below += minus;
		*tie_term += ties * ties * ties - ties;
	}
	return statistic;
}

/* Two-sided, from the normal distribution with correction for ties and continuity. */
static double
approximate_p_value(double statistic, double m, double n, double tie_term)
{
	double		total = m + n;
	double		z = statistic - m * n / 2.0;
	double		variance = m * n / 12.0 * (total + 1.0 - tie_term / (total * (total - 1.0)));

	z -= z > 0.0 ? 0.5 : z < 0.0 ? -0.5 : 0.0;
	return fmin(2.0 * pnorm(-fabs(z / sqrt(variance)), 0.0, 1.0, 1, 0), 1.0);
}

/*
 * Wilcoxon's rank-sum test (Mann and Whitney's) that neither sample tends to be
 * larger, as R's wilcox.test: ties share the mean of their ranks; the p-value is
 * exact below 50 values in each sample without ties.  values are distinct and
 * ascending, lengths > 0.  Where all values are alike the p-value is NAN.
 */
RankSumTest
wilcoxon_rank_sum(const ValueCount *treated, size_t treated_length,
				  const ValueCount *control, size_t control_length,
				  double *room, InterruptCheck interrupt)
{
	int64_t		m = value_count_total(treated, treated_length);
	int64_t		n = value_count_total(control, control_length);
	double		tie_term;
	RankSumTest result = {NAN, NAN};

	result.statistic = rank_statistic(treated, treated_length, control, control_length, interrupt, &tie_term);
	if (m < EXACT_TEST_OBSERVATIONS && n < EXACT_TEST_OBSERVATIONS && tie_term == 0.0)
	{
		RankSumNull null = rank_sum_null(m, n, room);
		double		all = (double) m * (double) n;

		result.p_value = fmin(2.0 * lower_tail(&null, fmin(result.statistic, all - result.statistic)), 1.0);
	}
	else if (treated_length > 1 || control_length > 1 || treated->value != control->value)
		result.p_value = approximate_p_value(result.statistic, (double) m, (double) n, tie_term);
	return result;
}
