/*-------------------------------------------------------------------------
 *
 * survival_curve.h
 *	  The state survival_curve, as the tests that compare curves read it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SURVIVAL_STATE_H
#define SURVIVAL_STATE_H

#include "core/statistics/survival_curve.h"
#include "statistics/tally_state.h"

extern int64 survival_events(const LogRankGroup *group);
extern Datum logrank_row(FunctionCallInfo fcinfo, const LogRankGroup *groups, int count);
extern int64 survival_row_key(float8 time, bool event);
extern SurvivalTime *survival_times(Tally *tally, size_t *length);

#endif							/* SURVIVAL_STATE_H */
