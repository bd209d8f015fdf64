/*-------------------------------------------------------------------------
 *
 * proportion.h
 *	  Confidence limits of a proportion.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PROPORTION_H
#define PROPORTION_H

#include "core/statistics/confidence.h"

typedef enum ProportionMethod
{
	PROPORTION_EXACT,			/* Clopper and Pearson */
	PROPORTION_WILSON,			/* score interval, without continuity correction */
	PROPORTION_JEFFREYS,		/* equal-tailed, prior Beta(1/2, 1/2) */
	PROPORTION_MID_P			/* exact with half the probability of the observed */
} ProportionMethod;

extern bool proportion_method_from_name(const char *name, ProportionMethod *method);
extern ConfidenceLimits proportion_limits(double responders, double evaluable,
								  double conf_level, ProportionMethod method);

#endif							/* PROPORTION_H */
