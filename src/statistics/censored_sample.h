/*-------------------------------------------------------------------------
 *
 * censored_sample.h
 *	  The state that keeps censored values, and what reads it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_SAMPLE_STATE_H
#define CENSORED_SAMPLE_STATE_H

#include "statistics/aggregate.h"

#include "core/statistics/censored_sample.h"

/* As it is stored and sent.  A probability below 0 stands for none chosen. */
typedef struct SampleState
{
	StateHeader header;
	float8		probability;
	int64		n;
	CensoredValue values[FLEXIBLE_ARRAY_MEMBER];
} SampleState;

extern void check_probability(double probability);

#endif							/* CENSORED_SAMPLE_STATE_H */
