/*-------------------------------------------------------------------------
 *
 * tie_tolerance.h
 *	  How far times may lie apart and be the same, as R's aeqSurv() has it.
 *
 * Times that were calculated differ in their last bits.  Neighbours are tied
 * if their difference, or its ratio to the mean of the distinct times, is at
 * most the square root of the machine's precision.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TIE_TOLERANCE_H
#define TIE_TOLERANCE_H

#include <float.h>
#include <math.h>

typedef struct TieTolerance
{
	double		count;
	double		mean;			/* of what the times are without their signs */
} TieTolerance;

/* Takes in a distinct time, in any order; the mean does not overflow. */
static inline void
tie_tolerance_add(TieTolerance *tolerance, double time)
{
	tolerance->count += 1.0;
	tolerance->mean += (fabs(time) - tolerance->mean) / tolerance->count;
}

/* The largest difference of tied neighbours. */
static inline double
tie_tolerance(const TieTolerance *tolerance)
{
	return sqrt(DBL_EPSILON) * fmax(1.0, tolerance->mean);
}

#endif							/* TIE_TOLERANCE_H */
