/*
 * signed_rank.c: texts and bytes of distributions of values; their ranks.
 */
#include <math.h>
#include <string.h>

#include "core/statistics/double_order.h"
#include "core/statistics/rank_sum.h"
#include "tally_fuzz.h"

static void
check_ranks(const ValueCount *values, size_t length)
{
	HodgesLehmann shift = hodges_lehmann(values, length, 0.95, NULL);
	SignedRankTest test = wilcoxon_signed_rank(values, length, NULL);

	require(values[0].value <= shift.estimate && shift.estimate <= values[length - 1].value);
	if (isnan(shift.level))
		require(isnan(shift.ci_lower) && isnan(shift.ci_upper));
	else
	{
		/* Of a billion values the normal quantile is reached up to its rounding. */
		require(shift.level > 0.95 - 1e-9 && shift.level <= 1.0);
		require(shift.ci_lower <= shift.estimate && shift.estimate <= shift.ci_upper);
		require(values[0].value <= shift.ci_lower && shift.ci_upper <= values[length - 1].value);
	}
	require(test.n >= 0 && test.statistic >= 0.0);
	require(test.n == 0 ? isnan(test.p_value) : test.p_value >= 0.0 && test.p_value <= 1.0);
}

/* Of a sample against itself, no shift and no difference. */
static void
check_two_samples(const ValueCount *values, size_t length, int64_t total)
{
	ValueCount *control = malloc(length * sizeof(*control));
	double	   *room = malloc((rank_sum_room(total, total) + 1) * sizeof(*room));
	RankSumTest test = wilcoxon_rank_sum(values, length, values, length, room, NULL);
	HodgesLehmann shift;

	memcpy(control, values, length * sizeof(*control));
	shift = hodges_lehmann_shift(values, length, control, length, 0.95, room, NULL);
	require(shift.estimate == 0.0);
	require(isnan(shift.level) ? isnan(shift.ci_lower) : shift.ci_lower == -shift.ci_upper && shift.ci_lower <= 0.0);
	require(length == 1 ? isnan(test.p_value) || total == 1 : test.p_value > 0.999);
	free(room);
	free(control);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzedTally *tally;
	int64_t		total;

	kind = &value_distribution_kind;
	tally = fuzzed_state(data, size, reader, writer);
	/* The exact distribution of many ranks takes milliseconds. */
	if (tally && (total = tally_total(tally)) > 0 && total <= PAIR_SUM_MAX_OBSERVATIONS &&
		(total <= 60 || total > 500))
	{
		size_t		length = (size_t) tally->header.used;
		ValueCount *values = malloc(length * sizeof(ValueCount));

		for (size_t i = 0; i < length; i++)
			values[i] = (ValueCount) {rank_to_double(tally->entries[i].key), tally->entries[i].amount};
		if (fabs(values[0].value) <= PAIR_SUM_MAX_MAGNITUDE &&
			fabs(values[length - 1].value) <= PAIR_SUM_MAX_MAGNITUDE)
		{
			check_ranks(values, length);
			check_two_samples(values, length, total);
		}
		free(values);
	}
	free(tally);
	return 0;
}
