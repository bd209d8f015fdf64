/*-------------------------------------------------------------------------
 *
 * cox_sample.c
 *	  What a Cox regression keeps of its subjects: a row each.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/cox.h"

#include <math.h>

/* Least bytes that a number takes, in text or in binary. */
#define LEAST_NUMBER_SIZE 7

/*
 * All but the rows; when reading, false unless the input can hold as many of
 * them as it says.
 */
bool
cox_header_fields(StateCodec *codec, CoxHeader *header)
{
	codec_integer(codec, "missing", &header->missing);
	codec_integer(codec, "covariates", &header->covariates);
	codec_integer(codec, "subjects", &header->n_rows);
	if (codec_reads(codec) &&
		(header->missing < 0 || header->covariates < 0 || header->covariates > COX_MAX_COVARIATES ||
		 (header->n_rows == 0 && header->covariates > 0) || header->n_rows < 0 ||
		 header->n_rows > (int64_t) (codec_remaining(codec) / (LEAST_NUMBER_SIZE * (size_t) COX_ROW(header->covariates)))))
		codec->failed = true;
	return !codec->failed;
}

/* The rows of a state of which the header was read. */
void
cox_row_fields(StateCodec *codec, const CoxHeader *header, double *rows)
{
	int64_t		width = COX_ROW(header->covariates);

	for (int64_t i = 0; i < header->n_rows * width && !codec->failed; i++)
	{
		codec_number(codec, i % width == 0 ? "time" : i % width == 1 ? "event" : "covariate", &rows[i]);
		if (!isfinite(rows[i]) || (i % width == 0 && rows[i] < 0.0) ||
			(i % width == 1 && rows[i] != 0.0 && rows[i] != 1.0))
			codec->failed = true;
	}
}
