/*
 * censored_tally.c: texts and bytes of tallies of log reductions, and of viral
 * loads, which the second bit of the first byte chooses; and their summaries.
 */
#include "core/statistics/censored_tally.h"
#include "state_fuzz.h"

static const CensoredDomain *domain;

static void *
reader(StateCodec *codec)
{
	CensoredTally header = {0};
	CensoredTally *tally;

	if (!censored_tally_header(codec, &header))
		return NULL;
	tally = malloc(censored_tally_size(header.n_limits));
	memcpy(tally, &header, sizeof(header));
	tally->capacity = tally->n_sorted = header.n_limits;
	censored_tally_limits(codec, domain, tally);
	if (!codec->failed && !censored_tally_is_possible(tally))
		codec->failed = true;
	return tally;
}

static void
writer(StateCodec *codec, void *state)
{
	censored_tally_header(codec, state);
	censored_tally_limits(codec, domain, state);
}

static void
summarise(const CensoredTally *tally)
{
	CensoredGroup *groups = malloc(sizeof(CensoredGroup) * ((size_t) tally->n_limits + 1));
	CensoredSummary summary;

	censored_tally_summary(tally, CONFIDENCE_DEFAULT, domain->is_signed ? NULL : log10,
						   groups, NULL, &summary);
	require(summary.n >= summary.censored && summary.censored >= 0);
	if (summary.has_mean)
		require(fabs(summary.substituted.mean) <= EXACT_SUM_BOUND);
	if (summary.has_sd)
		require(moments_sd(&summary.substituted) >= 0);
	free(groups);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CensoredTally *tally;

	domain = size > 0 && data[0] & 2 ? &viral_load_domain : &log_reduction_domain;
	tally = fuzzed_state(data, size, reader, writer);
	if (tally)
		summarise(tally);
	free(tally);
	return 0;
}
