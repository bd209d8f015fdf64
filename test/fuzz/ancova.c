/*
 * ancova.c: texts and bytes of samples of an analysis of covariance; its fit,
 * its means and a sample put together with itself.
 */
#define FUZZ_COST 4

#include <math.h>

#include "core/statistics/ancova.h"
#include "state_fuzz.h"

#define MAX_TESTED_GROUPS 4

typedef struct Sample
{
	AncovaHeader header;
	char		groups[];
} Sample;

static void *
reader(StateCodec *codec)
{
	AncovaHeader header = {0};
	Sample	   *sample;

	if (!ancova_header_fields(codec, &header))
		return NULL;
	require(header.groups >= 0 && header.groups <= ANCOVA_MAX_GROUPS);
	sample = calloc(1, sizeof(Sample) + (size_t) header.groups * ANCOVA_GROUP(header.covariates));
	sample->header = header;
	for (int64_t i = 0; i < header.groups && !codec->failed; i++)
		ancova_group_fields(codec, ancova_group(sample->groups, header.covariates, i), header.covariates);
	return sample;
}

static void
writer(StateCodec *codec, void *state)
{
	Sample	   *sample = state;

	ancova_header_fields(codec, &sample->header);
	for (int64_t i = 0; i < sample->header.groups; i++)
		ancova_group_fields(codec, ancova_group(sample->groups, sample->header.covariates, i),
							sample->header.covariates);
}

/* Limits lie around the estimate, as far as there are any. */
static void
require_limits(MeanDifference mean)
{
	require(!(mean.std_error < 0.0) && !(mean.p_value < 0.0 || mean.p_value > 1.0));
	require(!(mean.limits.lower > mean.difference || mean.limits.upper < mean.difference));
}

static void
check_fit(const Sample *sample)
{
	const AncovaData data = {(int) sample->header.covariates, sample->groups, sample->header.groups};
	AncovaFit	fit;

	ancova_fit(&data, &fit);
	for (int k = 0; k < data.covariates; k++)
		require(fit.is_aliased[k] == isnan(fit.coefficient[k]) || !isfinite(fit.reduced[k][k].low));
	for (int64_t i = 0; i < data.count; i++)
	{
		require_limits(ancova_mean(&fit, ancova_group(data.groups, data.covariates, i), 0.95));
		require_limits(ancova_difference(&fit, ancova_group(data.groups, data.covariates, i),
										 ancova_group(data.groups, data.covariates, 0), 0.95));
	}
}

/* A group with itself has twice the rows and the same means, and can be read back. */
static void
check_combination(Sample *sample)
{
	AncovaGroup *group = ancova_group(sample->groups, sample->header.covariates, 0);
	const double mean = group->numbers[0].high;
	const int64_t n = group->n;

	if (n > ANCOVA_MAX_ROWS / 2 || !ancova_combine(group, group, (int) sample->header.covariates))
		return;
	require(group->n == 2 * n && group->numbers[0].high == mean);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Sample	   *sample = fuzzed_state(data, size, reader, writer);

	if (sample && sample->header.groups > 0 && sample->header.groups <= MAX_TESTED_GROUPS)
	{
		check_fit(sample);
		check_combination(sample);
	}
	free(sample);
	return 0;
}
