/*-------------------------------------------------------------------------
 *
 * signed_rank.h
 *	  One-sample rank statistics, of paired changes for instance.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SIGNED_RANK_H
#define SIGNED_RANK_H

#include <float.h>
#include <stddef.h>
#include <stdint.h>

#include "core/statistics/interrupt.h"

/* A distinct finite value and how often it was seen. */
typedef struct ValueCount
{
	double		value;
	int64_t		count;
} ValueCount;

/* More observations than this have more pairs than 64 bits count. */
#define SIGNED_RANK_MAX_OBSERVATIONS INT64_C(3000000000)

/* Larger values have sums that overflow. */
#define SIGNED_RANK_MAX_MAGNITUDE (DBL_MAX / 2)

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
