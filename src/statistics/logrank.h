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

/* The entries of so many groups, in any order. */
typedef struct LogRankInput
{
	PairEntry  *entries;
	size_t		length;
	int			count;
} LogRankInput;

extern LogRankGroup *logrank_groups_of(LogRankInput *input, LogRank *result, bool *compared);
extern Datum logrank_row(FunctionCallInfo fcinfo, LogRankInput *input);

#endif							/* LOGRANK_ROW_H */
