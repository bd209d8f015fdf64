/*-------------------------------------------------------------------------
 *
 * rate_difference.c
 *	  The difference of two response rates, with confidence limits.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/rate_difference.h"

#include <math.h>

#include <Rmath.h>

#include "core/statistics/method_name.h"
#include "core/statistics/proportion.h"
#include "core/statistics/score_comparison.h"

bool
rate_difference_method_from_name(const char *name, RateDifferenceMethod *method)
{
	static const char *const names[] = {"miettinen-nurminen", "sato", "greenland-robins", "newcombe",
	"agresti-caffo", NULL};
	const int	found = method_of_name(names, name);

	if (found >= 0)
		*method = (RateDifferenceMethod) found;
	return found >= 0;
}

bool
rate_difference_takes_strata(RateDifferenceMethod method)
{
	return method <= DIFFERENCE_GREENLAND_ROBINS;
}

/* The mean of the strata's differences by Mantel and Haenszel's weights. */
static double
weighted_difference(const TwoByTwoStrata *strata, double *weights)
{
	double		sum = 0;

	*weights = 0;
	for (size_t i = 0; i < strata->count; i++)
	{
		const TwoByTwo *table = &strata->tables[i];

		if (!two_by_two_compares(table))
			continue;
		*weights += mantel_haenszel_weight(table);
		sum += mantel_haenszel_weight(table) * (treated_rate(table) - control_rate(table));
	}
	return *weights > 0 ? sum / *weights : NAN;
}

/* A stratum's part of the variance; Sato, Greenland and Robins, Biometrics 1989; 45:1323. */
static double
sato_variance(const TwoByTwo *table, double difference)
{
	const double n1 = table->treated;
	const double n0 = table->control;
	const double x1 = table->treated_responders;
	const double x0 = table->control_responders;
	const double total = n1 + n0;
	const double p = (n1 * n1 * x0 - n0 * n0 * x1 + n1 * n0 * (n0 - n1) / 2) / (total * total);
	const double q = (x1 * (n0 - x0) + x0 * (n1 - x1)) / (2 * total);

	return difference * p + q;
}

/* The same; Greenland and Robins, Biometrics 1985; 41:55. */
static double
greenland_robins_variance(const TwoByTwo *table)
{
	const double weight = mantel_haenszel_weight(table);

	return weight * weight * (treated_rate(table) * (1 - treated_rate(table)) / table->treated +
							  control_rate(table) * (1 - control_rate(table)) / table->control);
}

static ConfidenceLimits
limits_around(double estimate, double half_width)
{
	return (ConfidenceLimits)
	{
		fmax(-1, estimate - half_width), fmin(1, estimate + half_width)
	};
}

static ConfidenceLimits
mantel_haenszel_limits(const TwoByTwoStrata *strata, double difference, double weights, double z,
					   RateDifferenceMethod method)
{
	double		variance = 0;

	for (size_t i = 0; i < strata->count; i++)
		if (two_by_two_compares(&strata->tables[i]))
			variance += method == DIFFERENCE_SATO ? sato_variance(&strata->tables[i], difference) :
				greenland_robins_variance(&strata->tables[i]);
	return limits_around(difference, z * sqrt(fmax(0, variance)) / weights);
}

/* From Wilson's limits of both rates; Newcombe, Statistics in Medicine 1998; 17:873, method 10. */
static ConfidenceLimits
newcombe_limits(const TwoByTwo *table, double difference, double conf_level)
{
	const double p1 = treated_rate(table);
	const double p0 = control_rate(table);
	const ConfidenceLimits treated = proportion_limits(table->treated_responders, table->treated, conf_level,
													   PROPORTION_WILSON);
	const ConfidenceLimits control = proportion_limits(table->control_responders, table->control, conf_level,
													   PROPORTION_WILSON);

	return (ConfidenceLimits)
	{
		difference - hypot(p1 - treated.lower, control.upper - p0),
			difference + hypot(treated.upper - p1, p0 - control.lower)
	};
}

/* With one more responder and one more of the others; American Statistician 2000; 54:280. */
static ConfidenceLimits
agresti_caffo_limits(const TwoByTwo *table, double z)
{
	const double p1 = (table->treated_responders + 1) / (table->treated + 2);
	const double p0 = (table->control_responders + 1) / (table->control + 2);

	return limits_around(p1 - p0, z * sqrt(p1 * (1 - p1) / (table->treated + 2) +
										   p0 * (1 - p0) / (table->control + 2)));
}

/*
 * Rate of the treated less that of the controls, and its limits.  Strata are
 * for the methods that take them; the others read the first table alone.
 * NAN where nobody is compared with anybody.
 */
ComparisonEstimate
rate_difference(const TwoByTwoStrata *strata, double conf_level, RateDifferenceMethod method)
{
	const double z = qnorm((1 - conf_level) / 2, 0, 1, 0, 0);
	double		weights;
	ComparisonEstimate result = {weighted_difference(strata, &weights), {NAN, NAN}};

	if (isnan(result.estimate))
		return result;
	switch (method)
	{
		case DIFFERENCE_MIETTINEN_NURMINEN:
			result.limits = score_limits(strata, SCORE_DIFFERENCE, conf_level);
			break;
		case DIFFERENCE_SATO:
		case DIFFERENCE_GREENLAND_ROBINS:
			result.limits = mantel_haenszel_limits(strata, result.estimate, weights, z, method);
			break;
		case DIFFERENCE_NEWCOMBE:
			result.limits = newcombe_limits(&strata->tables[0], result.estimate, conf_level);
			break;
		case DIFFERENCE_AGRESTI_CAFFO:
			result.limits = agresti_caffo_limits(&strata->tables[0], z);
			break;
	}
	return result;
}

/*
 * The one-sided score test that the difference is above a margin between -1 and
 * 1: the statistic, and its probability if the difference is the margin.
 */
ComparisonTest
noninferiority_test(const TwoByTwoStrata *strata, double margin)
{
	const double score = comparison_score(strata, SCORE_DIFFERENCE, margin);

	return (ComparisonTest)
	{
		score, isnan(score) ? NAN : pnorm(score, 0, 1, 0, 0)
	};
}
