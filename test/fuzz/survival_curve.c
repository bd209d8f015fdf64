/*
 * survival_curve.c: texts and bytes of survival curves; their steps, median
 * and the log-rank test of every other entry.
 */
#include <math.h>

#include "core/statistics/logrank.h"
#include "tally_fuzz.h"

static void
check_steps(const SurvivalTime *times, size_t length, int64_t total)
{
	SurvivalWalk walk;
	SurvivalStep step;
	double		survival = 1.0;

	survival_walk_start(&walk, total, 0.95);
	for (size_t i = 0; i < length; i++)
	{
		survival_walk_next(&walk, &times[i], &step);
		require(step.survival >= 0.0 && step.survival <= survival);
		require(step.at_risk >= step.events + step.censored);
		require(isnan(step.ci_lower) || (step.ci_lower <= step.survival && step.survival <= step.ci_upper));
		require(survival_at(times, length, step.time, NULL) >= 0.0);
		survival = step.survival;
	}
	require(walk.at_risk == 0);
}

/* The test of every other entry against the rest. */
static void
check_halves(const FuzzedTally *tally)
{
	size_t		length = (size_t) tally->header.used;
	PairEntry  *entries = malloc(length * sizeof(PairEntry));
	LogRankGroup groups[2];
	double		work[LOGRANK_WORK_DOUBLES(2)];
	LogRank		result;

	for (size_t i = 0; i < length; i++)
		entries[i] = (PairEntry) {tally->entries[i].key, (int64_t) (i % 2), tally->entries[i].amount};
	if (logrank_test(&(LogRankStratum) {entries, length}, 1, groups, 2, work, NULL, &result))
		require(result.chi_square >= 0.0 && result.degrees_of_freedom == 1 &&
				result.p_value >= 0.0 && result.p_value <= 1.0);
	free(entries);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	FuzzedTally *tally;
	int64_t		total;

	kind = &survival_curve_kind;
	tally = fuzzed_state(data, size, reader, writer);
	if (tally && (total = tally_total(tally)) > 0)
	{
		SurvivalTime *times = malloc((size_t) tally->header.used * sizeof(SurvivalTime));
		size_t		length = survival_table(tally->entries, (size_t) tally->header.used, times);
		MedianSurvival median = median_survival(times, length, 0.95, NULL);

		require(survival_total(times, length) == total);
		require(isnan(median.median) || (median.median >= 0.0 && median.median <= times[length - 1].time));
		check_steps(times, length, total);
		check_halves(tally);
		free(times);
	}
	free(tally);
	return 0;
}
