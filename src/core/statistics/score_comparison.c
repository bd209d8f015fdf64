/*-------------------------------------------------------------------------
 *
 * score_comparison.c
 *	  Miettinen and Nurminen's score for a difference or ratio of two rates.
 *
 * Miettinen and Nurminen, Statistics in Medicine 1985; 4:213.  The strata have
 * Mantel and Haenszel's weights.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/score_comparison.h"

#include <math.h>

#include <Rmath.h>

#include "core/statistics/decreasing_root.h"

/* No ratio of two rates of counts comes near to e^100. */
#define LARGEST_LOG_RATIO 100

/* A table, and the value that the difference or ratio is supposed to have. */
typedef struct Restricted
{
	const TwoByTwo *table;
	ScoreScale	scale;
	double		value;
} Restricted;

/* The treated group's rate, which follows from the control group's. */
static double
restricted_treated_rate(const Restricted *restricted, double control)
{
	return restricted->scale == SCORE_DIFFERENCE ? control + restricted->value : control * restricted->value;
}

/* A part of the likelihood's slope: of so many with a response, or without one. */
static double
slope_part(double count, double rate)
{
	return count > 0 ? count / rate : 0;
}

/* The slope of the log likelihood in the control group's rate; it falls. */
static double
likelihood_slope(double control, const void *context)
{
	const Restricted *restricted = context;
	const TwoByTwo *table = restricted->table;
	const double treated = restricted_treated_rate(restricted, control);
	const double change = restricted->scale == SCORE_DIFFERENCE ? 1 : restricted->value;

	return change * (slope_part(table->treated_responders, treated) -
					 slope_part(table->treated - table->treated_responders, 1 - treated)) +
		slope_part(table->control_responders, control) -
		slope_part(table->control - table->control_responders, 1 - control);
}

/* The rate of the control group that is most likely, given the value. */
static double
restricted_control_rate(const Restricted *restricted)
{
	const double value = restricted->value;
	double		low = 0;
	double		high = 1;

	if (restricted->scale == SCORE_DIFFERENCE)
	{
		low = fmax(0, -value);
		high = fmin(1, 1 - value);
	}
	else if (value > 1)
		high = 1 / value;
	return decreasing_root(likelihood_slope, restricted, low, high);
}

/* The variance of the difference of rates, or of treated - ratio * control. */
static double
restricted_variance(const TwoByTwo *table, ScoreScale scale, double value)
{
	const Restricted restricted = {table, scale, value};
	const double total = two_by_two_total(table);
	const double control = restricted_control_rate(&restricted);
	const double treated = restricted_treated_rate(&restricted, control);
	const double factor = scale == SCORE_DIFFERENCE ? 1 : value;

	return (treated * (1 - treated) / table->treated +
			factor * factor * control * (1 - control) / table->control) * total / (total - 1);
}

/*
 * How many standard deviations the observed rates lie above those that the
 * value supposes; it falls with the value.  0 where they are equal, NAN where
 * no stratum compares anything.
 */
double
comparison_score(const TwoByTwoStrata *strata, ScoreScale scale, double value)
{
	double		distance = 0;
	double		variance = 0;
	double		weights = 0;

	for (size_t i = 0; i < strata->count; i++)
	{
		const TwoByTwo *table = &strata->tables[i];
		double		weight;

		if (!two_by_two_compares(table))
			continue;
		weight = mantel_haenszel_weight(table);
		weights += weight;
		distance += weight * (treated_rate(table) - (scale == SCORE_DIFFERENCE ?
													 control_rate(table) + value : control_rate(table) * value));
		variance += weight * weight * restricted_variance(table, scale, value);
	}
	if (weights == 0)
		return NAN;
	return distance == 0 ? 0 : distance / sqrt(variance);
}

/* A score to be reached; a ratio is searched by its logarithm. */
typedef struct ScoreTarget
{
	const TwoByTwoStrata *strata;
	ScoreScale	scale;
	double		score;
} ScoreTarget;

static double
value_at(ScoreScale scale, double at)
{
	return scale == SCORE_DIFFERENCE ? at : exp(at);
}

static double
score_above_target(double at, const void *context)
{
	const ScoreTarget *target = context;

	return comparison_score(target->strata, target->scale, value_at(target->scale, at)) - target->score;
}

/* The values that the score test does not reject. */
ConfidenceLimits
score_limits(const TwoByTwoStrata *strata, ScoreScale scale, double conf_level)
{
	const double z = qnorm((1 - conf_level) / 2, 0, 1, 0, 0);
	const double end = scale == SCORE_DIFFERENCE ? 1 : LARGEST_LOG_RATIO;
	const ScoreTarget lower = {strata, scale, z};
	const ScoreTarget upper = {strata, scale, -z};

	return (ConfidenceLimits)
	{
		value_at(scale, decreasing_root(score_above_target, &lower, -end, end)),
			value_at(scale, decreasing_root(score_above_target, &upper, -end, end))
	};
}
