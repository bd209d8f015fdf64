/*-------------------------------------------------------------------------
 *
 * rank_sum.h
 *	  Two-sample rank statistics.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RANK_SUM_H
#define RANK_SUM_H

#include "core/statistics/signed_rank.h"

typedef struct RankSumTest
{
	double		statistic;		/* pairs in which the treated value is larger, a tie counting half */
	double		p_value;
} RankSumTest;

extern size_t rank_sum_room(int64_t m, int64_t n);
extern HodgesLehmann hodges_lehmann_shift(const ValueCount *treated, size_t treated_length,
										  ValueCount *control, size_t control_length,
										  double conf_level, double *room, InterruptCheck interrupt);
extern RankSumTest wilcoxon_rank_sum(const ValueCount *treated, size_t treated_length,
									 const ValueCount *control, size_t control_length,
									 double *room, InterruptCheck interrupt);

#endif							/* RANK_SUM_H */
