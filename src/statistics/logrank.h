/*-------------------------------------------------------------------------
 *
 * logrank.h
 *	  The log-rank test of curves, and of rows with a group.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LOGRANK_ROW_H
#define LOGRANK_ROW_H

#include "core/statistics/logrank.h"
#include "statistics/aggregate.h"

/* The strata of so many groups, their entries in any order. */
typedef struct LogRankInput
{
	LogRankStratum *strata;
	int			strata_count;
	int			count;
} LogRankInput;

extern void check_group_count(int64 count);
extern LogRankGroup *logrank_groups_of(LogRankInput *input, LogRank *result, bool *compared);
extern Datum logrank_row(FunctionCallInfo fcinfo, LogRankInput *input);

#endif							/* LOGRANK_ROW_H */
