/*-------------------------------------------------------------------------
 *
 * tobit_sample.c
 *	  What a Tobit regression keeps of its values: sums of products of exact
 *	  ones, and rows of censored ones.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/tobit.h"

#include <math.h>

/* Least bytes that a number takes, in text or in binary. */
#define LEAST_NUMBER_SIZE 7

/*
 * All but the numbers; when reading, false unless the input can hold as many
 * of them as it says.
 */
bool
tobit_header_fields(StateCodec *codec, TobitHeader *header)
{
	codec_integer(codec, "missing", &header->missing);
	codec_integer(codec, "covariates", &header->covariates);
	codec_integer(codec, "censored", &header->n_rows);
	if (codec_reads(codec) &&
		(header->missing < 0 || header->covariates < 0 || header->covariates > TOBIT_MAX_COVARIATES ||
		 header->n_rows < 0 ||
		 header->n_rows > (int64_t) (codec_remaining(codec) / (LEAST_NUMBER_SIZE * (size_t) TOBIT_ROW(header->covariates)))))
		codec->failed = true;
	return !codec->failed;
}

/* Could so many sums have come from rows? */
bool
tobit_sums_are_possible(const double *sums, int64_t covariates)
{
	for (int64_t i = 0; i < TOBIT_SUMS(covariates); i++)
		if (!isfinite(sums[i]))
			return false;
	return sums[0] >= 0.0 && sums[0] <= TOBIT_MAX_EXACT && sums[0] == floor(sums[0]);
}

/* The numbers of a sample of which the header was read. */
void
tobit_number_fields(StateCodec *codec, const TobitHeader *header, double *numbers)
{
	int64_t		sums = TOBIT_SUMS(header->covariates);
	int64_t		width = TOBIT_ROW(header->covariates);

	for (int64_t i = 0; i < sums && !codec->failed; i++)
		codec_number(codec, "sum", &numbers[i]);
	for (int64_t i = 0; i < header->n_rows * width && !codec->failed; i++)
	{
		codec_number(codec, i % width == 0 ? "side" : i % width == 1 ? "limit" : "covariate", &numbers[sums + i]);
		if (i % width == 0 && fabs(numbers[sums + i]) != 1.0)
			codec->failed = true;
	}
	if (!tobit_sums_are_possible(numbers, header->covariates))
		codec->failed = true;
}

/* Adds an exact value to the sums. */
void
tobit_add_exact(double *sums, int covariates, const double *x, double value)
{
	int			at = 0;

	for (int i = 0; i < covariates + 2; i++)
	{
		double		a = i == 0 ? 1.0 : i <= covariates ? x[i - 1] : value;

		for (int j = i; j < covariates + 2; j++)
			sums[at++] += a * (j == 0 ? 1.0 : j <= covariates ? x[j - 1] : value);
	}
}
