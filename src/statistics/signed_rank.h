/*-------------------------------------------------------------------------
 *
 * signed_rank.h
 *	  The numbers of a state value_distribution.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SIGNED_RANK_GLUE_H
#define SIGNED_RANK_GLUE_H

#include "statistics/tally_state.h"

#include "core/statistics/signed_rank.h"

extern ValueCount *values_of_distribution(Tally *tally, size_t *length, int64 *total);

#endif							/* SIGNED_RANK_GLUE_H */
