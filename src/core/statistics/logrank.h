/*-------------------------------------------------------------------------
 *
 * logrank.h
 *	  The log-rank test.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LOGRANK_H
#define LOGRANK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/statistics/interrupt.h"
#include "core/statistics/tally.h"

/* The largest number of groups: their covariances take its square. */
#define LOGRANK_MAX_GROUPS 1000

/* Counts of subjects. */
typedef struct LogRankGroup
{
	double		subjects;
	double		events;
	double		expected;		/* events, if all groups had the same survival */
} LogRankGroup;

/* survival_key() and the number of the group, in order. */
typedef struct LogRankStratum
{
	PairEntry  *entries;
	size_t		length;
} LogRankStratum;

typedef struct LogRank
{
	double		chi_square;
	int			degrees_of_freedom;
	double		p_value;
} LogRank;

#define LOGRANK_WORK_DOUBLES(groups) ((size_t) (groups) * ((size_t) (groups) + 4))
extern bool logrank_test(const LogRankStratum *strata, int strata_count, LogRankGroup *groups, int count,
						 double *work, InterruptCheck interrupt, LogRank *result);

#endif							/* LOGRANK_H */
