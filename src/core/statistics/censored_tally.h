/*-------------------------------------------------------------------------
 *
 * censored_tally.h
 *	  Exact sums of the exact values, and how many values were censored at
 *	  which limit.
 *
 * Limits are gathered at the end of an array, whose first part is sorted and
 * without duplicates; when the array is full, all of it is made so.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_TALLY_H
#define CENSORED_TALLY_H

#include "core/statistics/censored_normal.h"
#include "core/statistics/exact_sum.h"
#include "core/statistics/state_codec.h"

/* So many values at one limit: below it or above it. */
typedef struct LimitCount
{
	CensoredValue limit;
	int64_t		count;
} LimitCount;

/* A confidence level of 0 stands for none chosen. */
typedef struct CensoredTally
{
	double		conf_level;
	int64_t		missing;
	int64_t		without_limit;	/* TND below an unknown limit */
	ExactSum	exact;
	int64_t		n_limits;
	int64_t		n_sorted;		/* of which the first are sorted and distinct */
	int64_t		capacity;
	LimitCount	limits[];
} CensoredTally;

/* What the aggregates report of a tally. */
typedef struct CensoredSummary
{
	int64_t		n;				/* values that are not missing */
	int64_t		missing;
	int64_t		censored;
	bool		has_mean;
	bool		has_sd;
	Moments		substituted;
	ConfidenceLimits	limits;
	bool		has_mle;
	bool		has_mle_limits;
	NormalEstimate mle;
} CensoredSummary;

/* Bytes of a tally with room for so many limits. */
static inline size_t
censored_tally_size(int64_t capacity)
{
	return offsetof(CensoredTally, limits) + (size_t) capacity * sizeof(LimitCount);
}

extern bool censored_tally_add_limit(CensoredTally *tally, CensoredValue limit, int64_t count);
extern void censored_tally_compact(CensoredTally *tally);
extern bool censored_tally_header(StateCodec *codec, CensoredTally *tally);
extern void censored_tally_limits(StateCodec *codec, const CensoredDomain *domain,
								  CensoredTally *tally);
extern bool censored_tally_is_possible(const CensoredTally *tally);
extern int64_t censored_tally_censored(const CensoredTally *tally);
extern void censored_tally_summary(const CensoredTally *tally, double conf_level,
								   double (*scale) (double limit),
								   CensoredGroup *groups, InterruptCheck interrupt,
								   CensoredSummary *summary);
extern MeanDifference censored_mean_difference(const CensoredSummary *treated, const CensoredSummary *control,
											   double conf_level);

#endif							/* CENSORED_TALLY_H */
