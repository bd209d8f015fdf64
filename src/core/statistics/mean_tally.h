/*-------------------------------------------------------------------------
 *
 * mean_tally.h
 *	  Count, mean and squared deviations of numbers, and the missing ones.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MEAN_TALLY_H
#define MEAN_TALLY_H

#include "core/statistics/mean.h"
#include "core/statistics/state_codec.h"

/* A confidence level of 0 stands for none chosen. */
typedef struct MeanTally
{
	Moments		moments;
	int64_t		missing;
	double		conf_level;
} MeanTally;

extern void mean_tally_fields(StateCodec *codec, MeanTally *tally);
extern bool mean_tally_is_possible(const MeanTally *tally);

#endif							/* MEAN_TALLY_H */
