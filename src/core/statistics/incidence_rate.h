/*-------------------------------------------------------------------------
 *
 * incidence_rate.h
 *	  Rates of events per person-time.
 *
 *-------------------------------------------------------------------------
 */
#ifndef INCIDENCE_RATE_H
#define INCIDENCE_RATE_H

typedef struct IncidenceRate
{
	double		rate;
	double		ci_lower;
	double		ci_upper;
} IncidenceRate;

extern IncidenceRate incidence_rate(double events, double person_years, double conf_level);

#endif							/* INCIDENCE_RATE_H */
