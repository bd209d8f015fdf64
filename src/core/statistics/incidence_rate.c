/*-------------------------------------------------------------------------
 *
 * incidence_rate.c
 *	  The rate of events per person-time, with exact Poisson limits.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/incidence_rate.h"

#include <math.h>
#include <stdbool.h>

#include <Rmath.h>

/*
 * The gamma quantile of a whole shape >= 1 at a tail probability.  It is not
 * libRmath's qgamma, because that calls dgamma, a name that PostgreSQL 18
 * exports for a function of its own: in a server the wrong one would be called.
 * Newton steps within a bracket find it; the density is dpois(shape - 1).
 */
static double
gamma_quantile(double tail, double shape, bool lower)
{
	double		low = 0;
	double		high = shape;
	double		at = shape;

	while ((pgamma(high, shape, 1, lower, 0) < tail) == lower)
		high *= 2;
	for (int step = 0; step < 200; step++)
	{
		double		excess = pgamma(at, shape, 1, lower, 0) - tail;
		double		slope = dpois(shape - 1, at, 0);
		double		next = lower ? at - excess / slope : at + excess / slope;

		if ((excess < 0) == lower)
			low = at;
		else
			high = at;
		if (!(next > low && next < high))
			next = low + (high - low) / 2;
		if (fabs(next - at) <= 1e-16 * at)
			break;
		at = next;
	}
	return at;
}

/*
 * The rate of a Poisson count per unit of person-time, with Garwood's exact
 * interval: gamma quantiles, as R's poisson.test.  events >= 0,
 * person_years > 0, 0 < conf_level < 1; the caller has checked them.
 */
IncidenceRate
incidence_rate(double events, double person_years, double conf_level)
{
	double		tail = (1.0 - conf_level) / 2.0;
	IncidenceRate result;

	result.rate = events / person_years;
	result.ci_lower = events > 0 ? gamma_quantile(tail, events, true) / person_years : 0.0;
	result.ci_upper = gamma_quantile(tail, events + 1.0, false) / person_years;
	return result;
}
