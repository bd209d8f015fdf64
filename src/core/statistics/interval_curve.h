/*-------------------------------------------------------------------------
 *
 * interval_curve.h
 *	  Survival curves of times of which only the bounds are known.
 *
 *-------------------------------------------------------------------------
 */
#ifndef INTERVAL_CURVE_H
#define INTERVAL_CURVE_H

#include "core/statistics/tally.h"
#include "core/statistics/state_codec.h"
#include "core/statistics/turnbull.h"

/*
 * Entries of a tally of intervals: the ranks of lower and upper bound, which
 * may be infinite.  The time lies above lower and not above upper; where they
 * are equal it is that.
 */
extern bool interval_header_fields(StateCodec *codec, int64_t *missing, int64_t *length);
extern void interval_entry_fields(StateCodec *codec, PairEntry *entries, int64_t length);

/* Where probability may lie: as above. */
typedef struct CandidateInterval
{
	double		lower;
	double		upper;
} CandidateInterval;

extern size_t interval_unite_ties(PairEntry *entries, size_t length, PairEntry *work, PairEntry *scratch,
								  InterruptCheck interrupt);
extern size_t interval_candidates(const PairEntry *entries, size_t length, PairEntry *work,
								  PairEntry *scratch, CandidateInterval *candidates,
								  InterruptCheck interrupt);
extern void interval_problem(const PairEntry *entries, size_t length,
							 const CandidateInterval *candidates, size_t candidate_count,
							 TurnbullRange *ranges, TurnbullProblem *problem);
extern size_t interval_quantile(const double *probability, size_t length, double p);

#endif							/* INTERVAL_CURVE_H */
