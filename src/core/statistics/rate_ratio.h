/*-------------------------------------------------------------------------
 *
 * rate_ratio.h
 *	  The ratio of two response rates, with confidence limits.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RATE_RATIO_H
#define RATE_RATIO_H

#include "core/statistics/two_by_two.h"

typedef enum RateRatioMethod
{
	RATIO_MIETTINEN_NURMINEN,
	RATIO_MANTEL_HAENSZEL
} RateRatioMethod;

extern bool rate_ratio_method_from_name(const char *name, RateRatioMethod *method);
extern ComparisonEstimate rate_ratio(const TwoByTwoStrata *strata, double conf_level, RateRatioMethod method);

#endif							/* RATE_RATIO_H */
