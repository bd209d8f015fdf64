/*-------------------------------------------------------------------------
 *
 * incidence_rate.c
 *	  The rate of events per person-time, with exact Poisson limits.
 *
 *-------------------------------------------------------------------------
 */
#include "core/incidence_rate.h"

#include <Rmath.h>

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
	result.ci_lower = events > 0 ? qgamma(tail, events, 1.0, 1, 0) / person_years : 0.0;
	result.ci_upper = qgamma(tail, events + 1.0, 1.0, 0, 0) / person_years;
	return result;
}
