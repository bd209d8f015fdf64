/*
 * incidence_rate.c: texts and bytes of tallies of events; their rates.
 */
#include <math.h>

#include "core/statistics/confidence.h"
#include "core/statistics/incidence_rate.h"
#include "core/statistics/incidence_tally.h"
#include "state_fuzz.h"

static void *
reader(StateCodec *codec)
{
	IncidenceTally *tally = calloc(1, sizeof(*tally));

	incidence_tally_fields(codec, tally);
	if (!incidence_tally_is_possible(tally))
		codec->failed = true;
	return tally;
}

static void
writer(StateCodec *codec, void *state)
{
	incidence_tally_fields(codec, state);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	IncidenceTally *tally = fuzzed_state(data, size, reader, writer);

	if (tally && tally->person_years > 0)
	{
		IncidenceRate rate = incidence_rate((double) tally->events, tally->person_years,
											confidence_or_default(tally->conf_level));

		/* Of 10^18 events the limits of a low level differ from the rate by rounding alone. */
		require(rate.ci_lower >= 0.0 && rate.ci_lower <= rate.rate * (1.0 + 1e-12));
		require(rate.rate <= rate.ci_upper * (1.0 + 1e-12));
	}
	free(tally);
	return 0;
}
