/*-------------------------------------------------------------------------
 *
 * mean.c
 *	  Mean, standard deviation and t interval.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/mean.h"

#include <math.h>

#include <Rmath.h>

/* Move the mean, keeping what rounding takes from it (Dekker's sum). */
static void
move_mean(Moments *moments, double step)
{
	double		mean = moments->mean;
	double		part = moments->rest + step;
	double		sum = mean + part;

	moments->rest = fabs(mean) >= fabs(part) ? part - (sum - mean) : mean - (sum - part);
	moments->mean = sum;
}

/* Take in a value: Welford, Technometrics 1962. */
void
moments_add(Moments *moments, double value)
{
	double		deviation = (value - moments->mean) - moments->rest;

	moments->n++;
	move_mean(moments, deviation / (double) moments->n);
	moments->squares += deviation * ((value - moments->mean) - moments->rest);
}

/* Take in the moments of other values: Chan, Golub and LeVeque, 1979. */
void
moments_combine(Moments *moments, const Moments *other)
{
	double		n = (double) moments->n + (double) other->n;
	double		difference = (other->mean - moments->mean) + (other->rest - moments->rest);

	if (other->n == 0)
		return;
	if (moments->n == 0)
	{
		*moments = *other;
		return;
	}
	moments->squares += other->squares +
		difference * difference * ((double) moments->n * ((double) other->n / n));
	move_mean(moments, difference * ((double) other->n / n));
	moments->n += other->n;
}

/* Standard deviation with n - 1, of two values or more. */
double
moments_sd(const Moments *moments)
{
	return sqrt(moments->squares / (double) (moments->n - 1));
}

/* Two-sided t interval of the mean, of two values or more. */
ConfidenceLimits
mean_limits(const Moments *moments, double conf_level)
{
	double		degrees = (double) (moments->n - 1);
	double		half = qt((1 - conf_level) / 2, degrees, 0, 0) *
		moments_sd(moments) / sqrt((double) moments->n);
	ConfidenceLimits	limits = {moments->mean - half, moments->mean + half};

	return limits;
}
