/*
 * davg.c: texts and bytes of time courses; their average change.
 */
#include <math.h>

#include "core/statistics/davg.h"
#include "core/statistics/double_order.h"
#include "tally_fuzz.h"

static void
check_change(const FuzzedTally *tally)
{
	size_t		length = (size_t) tally->header.used;
	DayValue   *records = malloc(length * sizeof(DayValue));
	double		lowest = INFINITY;
	double		highest = -INFINITY;
	double		change;

	for (size_t i = 0; i < length; i++)
	{
		records[i] = (DayValue) {rank_to_double(tally->entries[i].key),
		rank_to_double(tally->entries[i].amount)};
		lowest = fmin(lowest, records[i].value);
		highest = fmax(highest, records[i].value);
	}
	change = davg(records, length);
	/* An average change is one that some time had, but for rounding. */
	if (length > 1 && isfinite(change))
		require(fabs(change) <= (highest - lowest) * (1.0 + 1e-9));
	free(records);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzedTally *tally;

	kind = &time_course_kind;
	tally = fuzzed_state(data, size, reader, writer);
	if (tally && tally->header.used > 0)
		check_change(tally);
	free(tally);
	return 0;
}
