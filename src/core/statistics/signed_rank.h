/*-------------------------------------------------------------------------
 *
 * signed_rank.h
 *	  One-sample rank statistics, of paired changes for instance.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SIGNED_RANK_H
#define SIGNED_RANK_H

#include "core/statistics/pair_sum.h"

typedef struct HodgesLehmann
{
	double		estimate;
	double		ci_lower;
	double		ci_upper;
	double		level;			/* the confidence that the limits have; NAN as they are, where there are none */
} HodgesLehmann;

typedef struct SignedRankTest
{
	int64_t		n;				/* differences other than zero */
	double		statistic;
	double		p_value;
} SignedRankTest;

extern HodgesLehmann hodges_lehmann(const ValueCount *values, size_t length, double conf_level,
									InterruptCheck interrupt);
extern SignedRankTest wilcoxon_signed_rank(const ValueCount *values, size_t length,
										   InterruptCheck interrupt);

#endif							/* SIGNED_RANK_H */
