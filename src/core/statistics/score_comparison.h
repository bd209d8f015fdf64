/*-------------------------------------------------------------------------
 *
 * score_comparison.h
 *	  Miettinen and Nurminen's score for a difference or ratio of two rates.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SCORE_COMPARISON_H
#define SCORE_COMPARISON_H

#include "core/statistics/two_by_two.h"

typedef enum ScoreScale
{
	SCORE_DIFFERENCE,
	SCORE_RATIO
} ScoreScale;

extern double comparison_score(const TwoByTwoStrata *strata, ScoreScale scale, double value);
extern ConfidenceLimits score_limits(const TwoByTwoStrata *strata, ScoreScale scale, double conf_level);

#endif							/* SCORE_COMPARISON_H */
