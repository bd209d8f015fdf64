/*
 * tobit_regression.c: texts and bytes of samples of a regression; its fit.
 */
#include <math.h>

#include "core/statistics/tobit.h"
#include "state_fuzz.h"

typedef struct Sample
{
	TobitHeader header;
	double		numbers[];
} Sample;

static void *
reader(StateCodec *codec)
{
	TobitHeader header = {0};
	Sample	   *sample;

	if (!tobit_header_fields(codec, &header))
		return NULL;
	sample = calloc(1, sizeof(Sample) +
					(size_t) (TOBIT_SUMS(header.covariates) + header.n_rows * TOBIT_ROW(header.covariates)) * sizeof(double));
	sample->header = header;
	tobit_number_fields(codec, &header, sample->numbers);
	return sample;
}

static void
writer(StateCodec *codec, void *state)
{
	Sample	   *sample = state;

	tobit_header_fields(codec, &sample->header);
	tobit_number_fields(codec, &sample->header, sample->numbers);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Sample	   *sample = fuzzed_state(data, size, reader, writer);

	if (sample)
	{
		TobitData	tobit = {(int) sample->header.covariates, sample->numbers,
			sample->numbers + TOBIT_SUMS(sample->header.covariates), sample->header.n_rows};
		TobitFit	fit;

		if (tobit_fit(&tobit, NULL, &fit))
			require(isfinite(fit.sd) && fit.sd > 0.0);
	}
	free(sample);
	return 0;
}
