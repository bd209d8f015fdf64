/*-------------------------------------------------------------------------
 *
 * normal_slope.h
 *	  The derivatives of the log of the normal distribution function.
 *
 *-------------------------------------------------------------------------
 */
#ifndef NORMAL_SLOPE_H
#define NORMAL_SLOPE_H

#include <math.h>

#include <Rmath.h>

/*
 * The slope of log pnorm at z, and the excess of the slope over -z, which
 * cancels in the lower tail and comes there from Laplace's continued fraction.
 */
static inline void
normal_slope(double z, double *slope, double *excess)
{
	if (z > -8)
	{
		*slope = exp(dnorm(z, 0, 1, 1) - pnorm(z, 0, 1, 1, 1));
		*excess = z + *slope;
		return;
	}
	*excess = 0;
	for (int term = 60; term >= 1; term--)
		*excess = term / (-z + *excess);
	*slope = -z + *excess;
}

#endif							/* NORMAL_SLOPE_H */
