/*
 * cox_regression.c: texts and bytes of samples of a regression; its fit.
 */
#include <math.h>
#include <string.h>

#include "core/statistics/cox.h"
#include "state_fuzz.h"

typedef struct Sample
{
	CoxHeader	header;
	double		rows[];
} Sample;

static void *
reader(StateCodec *codec)
{
	CoxHeader	header = {0};
	Sample	   *sample;

	if (!cox_header_fields(codec, &header))
		return NULL;
	sample = calloc(1, sizeof(Sample) + (size_t) (header.n_rows * COX_ROW(header.covariates)) * sizeof(double));
	sample->header = header;
	cox_row_fields(codec, &header, sample->rows);
	return sample;
}

static void
writer(StateCodec *codec, void *state)
{
	Sample	   *sample = state;

	cox_header_fields(codec, &sample->header);
	cox_row_fields(codec, &sample->header, sample->rows);
}

static void
check_fit(const Sample *sample)
{
	const int	covariates = (int) sample->header.covariates;
	const size_t size = COX_SUBJECT(covariates);
	CoxStratum	stratum = {calloc((size_t) sample->header.n_rows, size), sample->header.n_rows};
	CoxData		data = {covariates, &stratum, 1};
	CoxFit		fit;

	for (int64_t i = 0; i < sample->header.n_rows; i++)
	{
		CoxSubject *subject = (CoxSubject *) (stratum.subjects + (size_t) i * size);
		const double *row = sample->rows + i * COX_ROW(covariates);

		subject->time = row[0];
		subject->event = row[1] != 0.0;
		memcpy(subject->x, row + 2, (size_t) covariates * sizeof(double));
	}
	if (cox_fit(&data, NULL, &fit))
	{
		require(fit.events <= sample->header.n_rows);
		for (int k = 0; k < covariates; k++)
			require(isnan(fit.coefficient[k]) || (isfinite(fit.coefficient[k]) && fit.std_error[k] >= 0.0));
	}
	free(stratum.subjects);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Sample	   *sample = fuzzed_state(data, size, reader, writer);

	if (sample && sample->header.n_rows > 0)
		check_fit(sample);
	free(sample);
	return 0;
}
