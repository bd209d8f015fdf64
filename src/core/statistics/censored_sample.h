/*-------------------------------------------------------------------------
 *
 * censored_sample.h
 *	  Quantiles of censored values: what their possible values allow.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_SAMPLE_H
#define CENSORED_SAMPLE_H

#include "core/censored/censored_value.h"
#include "core/statistics/interrupt.h"
#include "core/statistics/state_codec.h"

/* A probability below 0 stands for none chosen. */
#define PROBABILITY_UNSET (-1.0)

extern bool censored_sample_header(StateCodec *codec, double *probability, int64_t *n);
extern void censored_sample_values(StateCodec *codec, const CensoredDomain *domain,
								   CensoredValue *values, int64_t n);
extern bool censored_sample_quantile(const CensoredValue *values, size_t n, double p,
									 const CensoredDomain *domain,
									 CensoredValue *scratch, InterruptCheck interrupt,
									 CensoredValue *result);

#endif							/* CENSORED_SAMPLE_H */
