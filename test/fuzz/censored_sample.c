/*
 * censored_sample.c: texts and bytes of samples of log reductions, and of
 * viral loads, which the second bit of the first byte chooses; and their
 * quantiles.
 */
#include "core/statistics/censored_sample.h"

#include "state_fuzz.h"

typedef struct Sample
{
	double		probability;
	int64_t		n;
	CensoredValue values[];
} Sample;

static const CensoredDomain *domain;

static void *
reader(StateCodec *codec)
{
	double		probability;
	int64_t		n;
	Sample	   *sample;

	if (!censored_sample_header(codec, &probability, &n))
		return NULL;
	sample = calloc(1, sizeof(Sample) + (size_t) n * sizeof(CensoredValue));
	sample->probability = probability;
	sample->n = n;
	censored_sample_values(codec, domain, sample->values, n);
	return sample;
}

static void
writer(StateCodec *codec, void *state)
{
	Sample	   *sample = state;

	censored_sample_header(codec, &sample->probability, &sample->n);
	censored_sample_values(codec, domain, sample->values, sample->n);
}

static void
check_quantile(const Sample *sample)
{
	CensoredValue *scratch = malloc((size_t) sample->n * sizeof(CensoredValue));
	CensoredValue quantile;
	double		p = sample->probability == PROBABILITY_UNSET ? 0.5 : sample->probability;

	if (censored_sample_quantile(sample->values, (size_t) sample->n, p, domain, scratch,
								 NULL, &quantile))
		require(censored_is_valid(quantile, domain));
	free(scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Sample	   *sample;

	domain = size > 0 && data[0] & 2 ? &viral_load_domain : &log_reduction_domain;
	sample = fuzzed_state(data, size, reader, writer);
	if (sample && sample->n > 0)
		check_quantile(sample);
	free(sample);
	return 0;
}
