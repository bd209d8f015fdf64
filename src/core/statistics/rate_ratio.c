/*-------------------------------------------------------------------------
 *
 * rate_ratio.c
 *	  The ratio of two response rates, with confidence limits.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/rate_ratio.h"

#include <math.h>

#include <Rmath.h>

#include "core/statistics/method_name.h"
#include "core/statistics/score_comparison.h"

bool
rate_ratio_method_from_name(const char *name, RateRatioMethod *method)
{
	static const char *const names[] = {"miettinen-nurminen", "mantel-haenszel", NULL};
	const int	found = method_of_name(names, name);

	if (found >= 0)
		*method = (RateRatioMethod) found;
	return found >= 0;
}

/* Mantel and Haenszel's sums for treated and controls, and that of the variance. */
typedef struct RatioSums
{
	double		treated;
	double		control;
	double		variance;
} RatioSums;

static RatioSums
ratio_sums(const TwoByTwoStrata *strata)
{
	RatioSums	sums = {0, 0, 0};

	for (size_t i = 0; i < strata->count; i++)
	{
		const TwoByTwo *table = &strata->tables[i];
		const double x1 = table->treated_responders;
		const double x0 = table->control_responders;
		const double total = two_by_two_total(table);

		if (!two_by_two_compares(table))
			continue;
		sums.treated += x1 * table->control / total;
		sums.control += x0 * table->treated / total;
		sums.variance += (table->treated * table->control * (x1 + x0) - x1 * x0 * total) / (total * total);
	}
	return sums;
}

/* Greenland and Robins, Biometrics 1985; 41:55: of one table, the interval of the log ratio. */
static ConfidenceLimits
log_limits(const RatioSums *sums, double z)
{
	const double ratio = sums->treated / sums->control;
	const double error = sqrt(sums->variance / (sums->treated * sums->control));

	return (ConfidenceLimits)
	{
		ratio * exp(-z * error), ratio * exp(z * error)
	};
}

/*
 * Rate of the treated over that of the controls, by Mantel and Haenszel's
 * weights, and its limits.  NAN where nobody responded or nobody is compared;
 * infinite where no control responded.  Then only the score has limits, of
 * which the other end is open.
 */
ComparisonEstimate
rate_ratio(const TwoByTwoStrata *strata, double conf_level, RateRatioMethod method)
{
	const RatioSums sums = ratio_sums(strata);
	ComparisonEstimate result = {sums.treated / sums.control, {NAN, NAN}};

	if (isnan(result.estimate))
		return result;
	if (method == RATIO_MIETTINEN_NURMINEN)
	{
		result.limits = score_limits(strata, SCORE_RATIO, conf_level);
		if (sums.treated == 0)
			result.limits.lower = 0;
		if (sums.control == 0)
			result.limits.upper = INFINITY;
	}
	else if (sums.treated > 0 && sums.control > 0)
		result.limits = log_limits(&sums, qnorm((1 - conf_level) / 2, 0, 1, 0, 0));
	return result;
}
