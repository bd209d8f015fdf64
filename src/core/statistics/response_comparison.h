/*-------------------------------------------------------------------------
 *
 * response_comparison.h
 *	  Responders of two groups, counted in strata.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RESPONSE_COMPARISON_H
#define RESPONSE_COMPARISON_H

#include "core/statistics/state_codec.h"
#include "core/statistics/two_by_two.h"

#define COMPARISON_MAX_STRATA 1000

/* Counts beyond this are refused: all up to here are doubles. */
#define COMPARISON_MAX_COUNT (INT64_C(1) << 53)

typedef struct ComparisonStratum
{
	char		name[CODEC_NAME_SIZE];
	int64_t		treated_responders;
	int64_t		treated;
	int64_t		control_responders;
	int64_t		control;
} ComparisonStratum;

extern void response_comparison_header_fields(StateCodec *codec, int64_t *missing, int64_t *strata);
extern void comparison_stratum_fields(StateCodec *codec, ComparisonStratum *stratum);
extern TwoByTwo comparison_stratum_table(const ComparisonStratum *stratum);

#endif							/* RESPONSE_COMPARISON_H */
