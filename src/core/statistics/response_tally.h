/*-------------------------------------------------------------------------
 *
 * response_tally.h
 *	  How many responded, of how many that could be evaluated.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RESPONSE_TALLY_H
#define RESPONSE_TALLY_H

#include "core/statistics/state_codec.h"

/* A confidence level of 0 stands for none chosen. */
typedef struct ResponseTally
{
	int64_t		responders;
	int64_t		evaluable;
	int64_t		missing;
	double		conf_level;
} ResponseTally;

extern void response_tally_fields(StateCodec *codec, ResponseTally *tally);
extern bool response_tally_is_possible(const ResponseTally *tally);

#endif							/* RESPONSE_TALLY_H */
