/*-------------------------------------------------------------------------
 *
 * survival_curve.c
 *	  The Kaplan-Meier estimate of survival, its limits and its median.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/survival_curve.h"

#include <float.h>
#include <math.h>

#include <Rmath.h>

#include "core/statistics/tie_tolerance.h"

/*
 * Joins what is tied in a table of distinct times, in place: the first time
 * stands for all that follow it within the tolerance.  Returns how many are
 * left.
 */
size_t
survival_unite_ties(SurvivalTime *times, size_t length)
{
	TieTolerance tolerance = {0};
	double		previous = -INFINITY;
	size_t		kept = 0;

	for (size_t i = 0; i < length; i++)
		tie_tolerance_add(&tolerance, times[i].time);
	for (size_t i = 0; i < length; i++)
	{
		const SurvivalTime time = times[i];

		if (time.time - previous <= tie_tolerance(&tolerance))
		{
			times[kept - 1].events += time.events;
			times[kept - 1].censored += time.censored;
		}
		else
			times[kept++] = time;
		previous = time.time;
	}
	return kept;
}

/* The number of subjects in a table of times. */
int64_t
survival_total(const SurvivalTime *times, size_t length)
{
	int64_t		total = 0;

	for (size_t i = 0; i < length; i++)
		total += times[i].events + times[i].censored;
	return total;
}

/* Starts a walk along the Kaplan-Meier curve of total subjects. */
void
survival_walk_start(SurvivalWalk *walk, int64_t total, double conf_level)
{
	walk->at_risk = total;
	walk->survival = 1.0;
	walk->hazard_variance = 0.0;
	walk->z = qnorm((1.0 - conf_level) / 2.0, 0.0, 1.0, 0, 0);
}

/*
 * The limits on the log(-log) scale.  They do not exist where the estimate
 * is 1 or 0, as in R's survfit(conf.type = "log-log").
 */
static void
log_log_limits(const SurvivalWalk *walk, SurvivalStep *step)
{
	double		hazard,
				width;

	if (walk->survival >= 1.0 || walk->survival <= 0.0)
	{
		step->ci_lower = step->ci_upper = NAN;
		return;
	}
	hazard = -log(walk->survival);
	width = walk->z * sqrt(walk->hazard_variance) / hazard;
	step->ci_lower = exp(-hazard * exp(width));
	step->ci_upper = exp(-hazard * exp(-width));
}

/*
 * The step of the curve at the next time, in ascending order: Kaplan-Meier's
 * estimate, Greenwood's standard error of the survival (undefined once the
 * curve is 0) and log-log limits.  Who is censored at a time was at risk
 * for the events of that time.
 */
void
survival_walk_next(SurvivalWalk *walk, const SurvivalTime *time, SurvivalStep *step)
{
	double		n = (double) walk->at_risk;
	double		d = (double) time->events;

	walk->survival *= (n - d) / n;
	walk->hazard_variance += d / (n * (n - d));

	step->time = time->time;
	step->at_risk = walk->at_risk;
	step->events = time->events;
	step->censored = time->censored;
	step->survival = walk->survival;
	step->std_error = walk->survival > 0.0 ?
		walk->survival * sqrt(walk->hazard_variance) : NAN;
	log_log_limits(walk, step);

	walk->at_risk -= time->events + time->censored;
}

/*
 * The Kaplan-Meier estimate of surviving beyond t.  NAN where it is not
 * known: after the last time of a curve that has not come down to 0, and
 * without any time.
 */
double
survival_at(const SurvivalTime *times, size_t length, double t, InterruptCheck interrupt)
{
	int64_t		at_risk = survival_total(times, length);
	double		survival = 1.0;

	if (length == 0)
		return NAN;
	for (size_t i = 0; i < length && times[i].time <= t; i++)
	{
		check_interrupt_at(interrupt, i);
		survival *= (double) (at_risk - times[i].events) / (double) at_risk;
		at_risk -= times[i].events + times[i].censored;
	}
	if (t > times[length - 1].time && survival > 0.0)
		return NAN;
	return survival;
}

/* Where one of the three curves first comes down to one half. */
typedef struct HalfCrossing
{
	double		time;			/* NAN until it does */
	double		height;
	bool		settled;
} HalfCrossing;

/*
 * As survfit prints it: the first time at or below one half; where the
 * curve lies on one half itself, the middle of that flat stretch.
 */
static void
half_crossing_next(HalfCrossing *crossing, double time, double height)
{
	const double tolerance = sqrt(DBL_EPSILON);

	if (crossing->settled || isnan(height) || height >= 0.5 + tolerance)
		return;
	if (isnan(crossing->time))
	{
		crossing->time = time;
		crossing->height = height;
		crossing->settled = fabs(height - 0.5) >= tolerance;
	}
	else if (height < crossing->height)
	{
		crossing->time = (crossing->time + time) / 2.0;
		crossing->settled = true;
	}
}

/*
 * The median of the survival curve and the limits where those of the curve
 * cross one half; NAN for what is not reached.
 */
MedianSurvival
median_survival(const SurvivalTime *times, size_t length, double conf_level, InterruptCheck interrupt)
{
	HalfCrossing estimate = {NAN, 0.0, false};
	HalfCrossing lower = estimate;
	HalfCrossing upper = estimate;
	SurvivalWalk walk;
	SurvivalStep step;
	MedianSurvival result;

	survival_walk_start(&walk, survival_total(times, length), conf_level);
	for (size_t i = 0; i < length && !(estimate.settled && lower.settled && upper.settled); i++)
	{
		check_interrupt_at(interrupt, i);
		survival_walk_next(&walk, &times[i], &step);
		half_crossing_next(&estimate, step.time, step.survival);
		half_crossing_next(&lower, step.time, step.ci_lower);
		half_crossing_next(&upper, step.time, step.ci_upper);
	}
	result.median = estimate.time;
	result.ci_lower = lower.time;
	result.ci_upper = upper.time;
	return result;
}
