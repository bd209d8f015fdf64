/*-------------------------------------------------------------------------
 *
 * censored_normal.h
 *	  Maximum likelihood of a normal distribution from exact values and
 *	  values known to lie below or above limits.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_NORMAL_H
#define CENSORED_NORMAL_H

#include "core/statistics/confidence.h"
#include "core/statistics/interrupt.h"
#include "core/statistics/mean.h"

/* So many values below a limit, or above one. */
typedef struct CensoredGroup
{
	double		limit;
	bool		below;
	int64_t		count;
} CensoredGroup;

typedef enum LikelihoodStatus
{
	LIKELIHOOD_MAXIMUM,			/* all of the estimate is set */
	LIKELIHOOD_POINT,			/* grows without bound as sd falls to 0: no limits */
	LIKELIHOOD_NO_MAXIMUM		/* nothing is set */
} LikelihoodStatus;

typedef struct NormalEstimate
{
	double		mean;
	double		sd;
	double		std_error;		/* of the mean */
	ConfidenceLimits	limits;			/* Wald limits of the mean */
} NormalEstimate;

extern LikelihoodStatus censored_normal(const Moments *exact,
										const CensoredGroup *groups, int64_t n_groups,
										double conf_level, InterruptCheck interrupt,
										NormalEstimate *estimate);

#endif							/* CENSORED_NORMAL_H */
