/*
 * response_tally.c: texts and bytes of tallies of responders.
 */
#include "core/statistics/proportion.h"
#include "core/statistics/response_tally.h"
#include "state_fuzz.h"

static void *
reader(StateCodec *codec)
{
	ResponseTally *tally = calloc(1, sizeof(*tally));

	response_tally_fields(codec, tally);
	if (!response_tally_is_possible(tally))
		codec->failed = true;
	return tally;
}

static void
writer(StateCodec *codec, void *state)
{
	response_tally_fields(codec, state);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	ResponseTally *tally = fuzzed_state(data, size, reader, writer);

	if (tally && tally->evaluable > 0 && tally->evaluable < 100000)
	{
		ConfidenceLimits limits = proportion_limits((double) tally->responders,
													(double) tally->evaluable,
													CONFIDENCE_DEFAULT, PROPORTION_WILSON);

		require(0 <= limits.lower && limits.lower <= limits.upper && limits.upper <= 1);
	}
	free(tally);
	return 0;
}
