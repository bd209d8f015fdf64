/*-------------------------------------------------------------------------
 *
 * censored_sample.h
 *	  Quantiles of censored values: what their possible values allow.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_SAMPLE_H
#define CENSORED_SAMPLE_H

#include "core/censored_value.h"

extern bool censored_sample_quantile(const CensoredValue *values, size_t n, double p,
									 double floor, CensoredValue *scratch,
									 CensoredValue *result);

#endif							/* CENSORED_SAMPLE_H */
