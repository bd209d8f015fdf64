/*-------------------------------------------------------------------------
 *
 * mean.c
 *	  Mean, standard deviation and t interval.
 *
 *-------------------------------------------------------------------------
 */
#include "core/mean.h"

#include <math.h>

#include <Rmath.h>

/* Take in a value: Welford, Technometrics 1962. */
void
moments_add(Moments *moments, double value)
{
	double		deviation = value - moments->mean;

	moments->n++;
	moments->mean += deviation / (double) moments->n;
	moments->squares += deviation * (value - moments->mean);
}

/* Take in the moments of other values: Chan, Golub and LeVeque, 1979. */
void
moments_combine(Moments *moments, const Moments *other)
{
	double		n = (double) moments->n + (double) other->n;
	double		difference = other->mean - moments->mean;

	if (other->n == 0)
		return;
	if (moments->n == 0)
	{
		*moments = *other;
		return;
	}
	moments->squares += other->squares +
		difference * difference * ((double) moments->n * ((double) other->n / n));
	moments->mean += difference * ((double) other->n / n);
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
