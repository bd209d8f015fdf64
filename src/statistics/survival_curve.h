/*-------------------------------------------------------------------------
 *
 * survival_curve.h
 *	  The state survival_curve, as the tests that compare curves read it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SURVIVAL_STATE_H
#define SURVIVAL_STATE_H

#include "core/statistics/logrank.h"
#include "core/statistics/survival_curve.h"
#include "statistics/tally_state.h"

/* The entries of so many groups, in any order. */
typedef struct LogRankInput
{
	PairEntry  *entries;
	size_t		length;
	int			count;
} LogRankInput;

extern LogRankGroup *logrank_groups_of(LogRankInput *input, LogRank *result, bool *compared);
extern Datum logrank_row(FunctionCallInfo fcinfo, LogRankInput *input);
extern int64 survival_row_key(float8 time, bool event);
extern SurvivalTime *survival_times(Tally *tally, size_t *length);

#endif							/* SURVIVAL_STATE_H */
