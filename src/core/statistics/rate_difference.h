/*-------------------------------------------------------------------------
 *
 * rate_difference.h
 *	  The difference of two response rates, with confidence limits.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RATE_DIFFERENCE_H
#define RATE_DIFFERENCE_H

#include "core/statistics/two_by_two.h"

/* The last two are of one table; the others take strata. */
typedef enum RateDifferenceMethod
{
	DIFFERENCE_MIETTINEN_NURMINEN,
	DIFFERENCE_SATO,
	DIFFERENCE_GREENLAND_ROBINS,
	DIFFERENCE_NEWCOMBE,
	DIFFERENCE_AGRESTI_CAFFO
} RateDifferenceMethod;

extern bool rate_difference_method_from_name(const char *name, RateDifferenceMethod *method);
extern bool rate_difference_takes_strata(RateDifferenceMethod method);
extern ComparisonEstimate rate_difference(const TwoByTwoStrata *strata, double conf_level,
										  RateDifferenceMethod method);
extern ComparisonTest noninferiority_test(const TwoByTwoStrata *strata, double margin);

#endif							/* RATE_DIFFERENCE_H */
