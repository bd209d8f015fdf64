/*-------------------------------------------------------------------------
 *
 * tobit.h
 *	  Linear regression on values that may be censored (Tobit).
 *
 *-------------------------------------------------------------------------
 */
#ifndef TOBIT_H
#define TOBIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/statistics/interrupt.h"
#include "core/statistics/state_codec.h"

#define TOBIT_MAX_COVARIATES 20
#define TOBIT_MAX_COEFFICIENTS (TOBIT_MAX_COVARIATES + 1)

/* More exact values than this are refused: all counts up to here are doubles. */
#define TOBIT_MAX_EXACT 0x1p53

/*
 * Exact values: the sums of products of (1, covariates, value), the upper
 * triangle by rows.  Censored ones: a row each of 1 for below and -1 for above
 * the limit, the limit, and the covariates.
 */
#define TOBIT_SUMS(covariates) (((covariates) + 2) * ((covariates) + 3) / 2)
#define TOBIT_ROW(covariates) ((covariates) + 2)

typedef struct TobitData
{
	int			covariates;
	const double *sums;
	const double *rows;
	int64_t		n_rows;
} TobitData;

/* Coefficients: the intercept, then one a covariate. */
typedef struct TobitFit
{
	double		coefficient[TOBIT_MAX_COEFFICIENTS];
	double		std_error[TOBIT_MAX_COEFFICIENTS];
	double		sd;
	double		log_likelihood;
} TobitFit;

/* All of a sample but its numbers: the sums, then the rows. */
typedef struct TobitHeader
{
	int64_t		missing;
	int64_t		covariates;
	int64_t		n_rows;
} TobitHeader;

extern bool tobit_header_fields(StateCodec *codec, TobitHeader *header);
extern bool tobit_sums_are_possible(const double *sums, int64_t covariates);
extern void tobit_number_fields(StateCodec *codec, const TobitHeader *header, double *numbers);
extern void tobit_add_exact(double *sums, int covariates, const double *x, double value);
extern bool tobit_fit(const TobitData *data, InterruptCheck interrupt, TobitFit *fit);

#endif							/* TOBIT_H */
