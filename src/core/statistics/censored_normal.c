/*-------------------------------------------------------------------------
 *
 * censored_normal.c
 *	  Maximum likelihood of a normal distribution from exact values and
 *	  values known to lie below or above limits.
 *
 * In the parameters mean / sd and 1 / sd the log likelihood is concave (Olsen,
 * Econometrica 1978), so Newton steps, halved where they fail to climb, reach
 * its maximum from anywhere.  Whether it has one is known beforehand.  The
 * variance of the mean comes from the observed information, as survreg's does.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/censored_normal.h"

#include <float.h>
#include <math.h>
#include <stddef.h>

#include <Rmath.h>

#include "core/statistics/normal_slope.h"

#define MAX_STEPS 200
#define MAX_HALVINGS 60

/* Values less centre, over scale; location is mean / sd, rate 1 / sd. */
typedef struct Problem
{
	Moments		exact;
	const CensoredGroup *groups;
	int64_t		n_groups;
	double		centre;
	double		scale;
	InterruptCheck interrupt;
} Problem;

typedef struct Point
{
	double		location;
	double		rate;
} Point;

/* The log likelihood with its derivatives, of which the second are negated. */
typedef struct Likelihood
{
	double		value;
	double		by_location;
	double		by_rate;
	double		location_location;
	double		location_rate;
	double		rate_rate;
} Likelihood;

static void
add_group(Likelihood *likelihood, Point at, double limit, bool below, double count)
{
	double		sign = below ? 1 : -1;
	double		z = sign * (at.rate * limit - at.location);
	double		slope;
	double		excess;
	double		curvature;

	normal_slope(z, &slope, &excess);
	curvature = count * slope * excess;
	likelihood->value += count * pnorm(z, 0, 1, 1, 1);
	likelihood->by_location -= sign * count * slope;
	likelihood->by_rate += sign * count * slope * limit;
	likelihood->location_location += curvature;
	likelihood->location_rate -= curvature * limit;
	likelihood->rate_rate += curvature * limit * limit;
}

static double
scaled_limit(const Problem *problem, int64_t i)
{
	return (problem->groups[i].limit - problem->centre) / problem->scale;
}

static Likelihood
likelihood_at(const Problem *problem, Point at)
{
	const Moments *exact = &problem->exact;
	double		n = (double) exact->n;
	double		residual = at.rate * exact->mean - at.location;
	Likelihood	likelihood = {0};

	if (exact->n > 0)
	{
		likelihood.value = n * log(at.rate) -
			(at.rate * at.rate * exact->squares + n * residual * residual) / 2;
		likelihood.by_location = n * residual;
		likelihood.by_rate = n / at.rate - at.rate * exact->squares -
			n * residual * exact->mean;
		likelihood.location_location = n;
		likelihood.location_rate = -n * exact->mean;
		likelihood.rate_rate = n / (at.rate * at.rate) + exact->squares +
			n * exact->mean * exact->mean;
	}
	for (int64_t i = 0; i < problem->n_groups; i++)
	{
		check_interrupt_at(problem->interrupt, (size_t) i);
		add_group(&likelihood, at, scaled_limit(problem, i), problem->groups[i].below,
				  (double) problem->groups[i].count);
	}
	return likelihood;
}

static double
determinant(const Likelihood *likelihood)
{
	return likelihood->location_location * likelihood->rate_rate -
		likelihood->location_rate * likelihood->location_rate;
}

/*
 * One Newton step, halved until it climbs.  False where none does.  At the
 * top, a full step whose gain is lost in the rounding of the likelihood counts
 * as one.
 */
static bool
climb(const Problem *problem, Point *at, Likelihood *likelihood, double *gain)
{
	double		size = determinant(likelihood);
	double		location = (likelihood->rate_rate * likelihood->by_location -
							likelihood->location_rate * likelihood->by_rate) / size;
	double		rate = (likelihood->location_location * likelihood->by_rate -
						likelihood->location_rate * likelihood->by_location) / size;
	double		part = 1;

	*gain = location * likelihood->by_location + rate * likelihood->by_rate;
	if (!(size > 0) || !isfinite(location) || !isfinite(rate))
		return false;
	for (int i = 0; i < MAX_HALVINGS; i++, part /= 2)
	{
		Point		next = {at->location + part * location, at->rate + part * rate};
		Likelihood	there;

		if (next.rate <= 0)
			continue;
		there = likelihood_at(problem, next);
		if (there.value >= likelihood->value ||
			(i == 0 && *gain < 1e-10 * (1 + fabs(likelihood->value))))
		{
			*at = next;
			*likelihood = there;
			return true;
		}
	}
	return false;
}

/*
 * Climb until a step gains less than the likelihood can resolve; from there
 * the last full step is quadratically closer than that.
 */
static Likelihood
maximise(const Problem *problem, Point *at)
{
	Likelihood	likelihood = likelihood_at(problem, *at);

	for (int i = 0; i < MAX_STEPS; i++)
	{
		double		gain;

		if (!climb(problem, at, &likelihood, &gain))
			break;
		if (gain < 1e-20)
			break;
	}
	return likelihood;
}

/* The highest lower limit and the lowest upper one. */
static void
tightest_limits(const CensoredGroup *groups, int64_t n_groups,
				double *above, double *below)
{
	*above = -INFINITY;
	*below = INFINITY;
	for (int64_t i = 0; i < n_groups; i++)
	{
		if (groups[i].below)
			*below = fmin(*below, groups[i].limit);
		else
			*above = fmax(*above, groups[i].limit);
	}
}

/*
 * Without exact values, and with limits that no single point satisfies, the
 * likelihood has a maximum unless it still climbs where sd is infinite.
 */
static bool
limits_bound_the_spread(const CensoredGroup *groups, int64_t n_groups)
{
	double		n_below = 0;
	double		n_above = 0;
	double		location;
	double		slope;
	double		excess;
	double		climb_in_rate = 0;

	for (int64_t i = 0; i < n_groups; i++)
		*(groups[i].below ? &n_below : &n_above) += (double) groups[i].count;
	location = qnorm(n_above / (n_above + n_below), 0, 1, 1, 0);
	for (int64_t i = 0; i < n_groups; i++)
	{
		normal_slope(groups[i].below ? -location : location, &slope, &excess);
		climb_in_rate += (groups[i].below ? 1 : -1) *
			(double) groups[i].count * slope * groups[i].limit;
	}
	return climb_in_rate > 0;
}

static LikelihoodStatus
existence(const Moments *exact, const CensoredGroup *groups, int64_t n_groups)
{
	double		above;
	double		below;

	tightest_limits(groups, n_groups, &above, &below);
	if (exact->n > 0)
		return exact->squares == 0 && above <= exact->mean && exact->mean <= below ?
			LIKELIHOOD_POINT : LIKELIHOOD_MAXIMUM;
	if (above <= below || !limits_bound_the_spread(groups, n_groups))
		return LIKELIHOOD_NO_MAXIMUM;
	return LIKELIHOOD_MAXIMUM;
}

/* Centre and spread of the values with the limits in place of the censored. */
static Moments
substituted_moments(const Moments *exact, const CensoredGroup *groups, int64_t n_groups)
{
	Moments		all = *exact;

	for (int64_t i = 0; i < n_groups; i++)
	{
		Moments		group = {groups[i].count, groups[i].limit, 0, 0};

		moments_combine(&all, &group);
	}
	return all;
}

static void
set_limits(NormalEstimate *estimate, double variance, double conf_level)
{
	double		half = qnorm((1 - conf_level) / 2, 0, 1, 0, 0) * sqrt(variance);

	estimate->std_error = sqrt(variance);
	estimate->limits.lower = estimate->mean - half;
	estimate->limits.upper = estimate->mean + half;
}

static void
estimate_by_climbing(const Moments *exact, const CensoredGroup *groups, int64_t n_groups,
					 double conf_level, InterruptCheck interrupt, NormalEstimate *estimate)
{
	Moments		all = substituted_moments(exact, groups, n_groups);
	double		scale = sqrt(all.squares / (double) all.n);
	Problem		problem = {*exact, groups, n_groups, all.mean, scale, interrupt};
	Point		at = {0, 1};
	Likelihood	likelihood;
	double		mean;
	double		variance;

	problem.exact.mean = (exact->mean - all.mean) / scale;
	problem.exact.squares = exact->squares / (scale * scale);
	likelihood = maximise(&problem, &at);
	mean = at.location / at.rate;
	/* The delta method on location / rate. */
	variance = (likelihood.rate_rate + 2 * mean * likelihood.location_rate +
				mean * mean * likelihood.location_location) /
		determinant(&likelihood) / (at.rate * at.rate);
	estimate->mean = all.mean + scale * mean;
	estimate->sd = scale / at.rate;
	set_limits(estimate, scale * scale * variance, conf_level);
}

/*
 * Estimate mean and sd (with n, not n - 1), and Wald limits of the mean with
 * the normal quantile, from one value at least.  Groups may come in any order.
 */
LikelihoodStatus
censored_normal(const Moments *exact, const CensoredGroup *groups, int64_t n_groups,
				double conf_level, InterruptCheck interrupt, NormalEstimate *estimate)
{
	LikelihoodStatus status = existence(exact, groups, n_groups);

	if (status == LIKELIHOOD_NO_MAXIMUM)
		return status;
	if (status == LIKELIHOOD_POINT)
	{
		estimate->mean = exact->mean;
		estimate->sd = 0;
		return status;
	}
	if (n_groups > 0)
		estimate_by_climbing(exact, groups, n_groups, conf_level, interrupt, estimate);
	else
	{
		double		variance = exact->squares / (double) exact->n;

		estimate->mean = exact->mean;
		estimate->sd = sqrt(variance);
		set_limits(estimate, variance / (double) exact->n, conf_level);
	}
	return status;
}
