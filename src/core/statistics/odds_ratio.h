/*-------------------------------------------------------------------------
 *
 * odds_ratio.h
 *	  The odds ratio of two groups, and the tests that it is 1.
 *
 *-------------------------------------------------------------------------
 */
#ifndef ODDS_RATIO_H
#define ODDS_RATIO_H

#include "core/statistics/two_by_two.h"

/* The last two are of one table; the first takes strata. */
typedef enum OddsRatioMethod
{
	ODDS_MANTEL_HAENSZEL,
	ODDS_EXACT,
	ODDS_MID_P
} OddsRatioMethod;

extern bool odds_ratio_method_from_name(const char *name, OddsRatioMethod *method);
extern bool odds_ratio_takes_strata(OddsRatioMethod method);
extern ComparisonEstimate odds_ratio(const TwoByTwoStrata *strata, double conf_level, OddsRatioMethod method,
									 InterruptCheck interrupt);
extern double fisher_exact_test(const TwoByTwo *table, InterruptCheck interrupt);
extern ComparisonTest cochran_mantel_haenszel_test(const TwoByTwoStrata *strata, bool correct);

#endif							/* ODDS_RATIO_H */
