/*
 * mean_tally.c: texts and bytes of tallies of numbers.
 */
#include "core/statistics/mean_tally.h"
#include "state_fuzz.h"

static void *
reader(StateCodec *codec)
{
	MeanTally  *tally = calloc(1, sizeof(*tally));

	mean_tally_fields(codec, tally);
	if (!mean_tally_is_possible(tally))
		codec->failed = true;
	return tally;
}

static void
writer(StateCodec *codec, void *state)
{
	mean_tally_fields(codec, state);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	MeanTally  *tally = fuzzed_state(data, size, reader, writer);

	if (tally && tally->moments.n > 1)
		require(moments_sd(&tally->moments) >= 0);
	free(tally);
	return 0;
}
