/*
 * response_comparison.c: texts and bytes of two groups in strata, and what is
 * estimated from them.
 */
#define FUZZ_COST 4

#include <math.h>

#include "core/statistics/odds_ratio.h"
#include "core/statistics/rate_difference.h"
#include "core/statistics/rate_ratio.h"
#include "core/statistics/response_comparison.h"
#include "state_fuzz.h"

#define MAX_TESTED_STRATA 4
#define MAX_TESTED_COUNT 100000

typedef struct Comparison
{
	int64_t		missing;
	int64_t		strata;
	ComparisonStratum stratum[];
} Comparison;

static void *
reader(StateCodec *codec)
{
	int64_t		missing = 0;
	int64_t		strata = 0;
	Comparison *comparison;

	response_comparison_header_fields(codec, &missing, &strata);
	require(strata >= 0 && strata <= COMPARISON_MAX_STRATA);
	comparison = calloc(1, sizeof(Comparison) + (size_t) strata * sizeof(ComparisonStratum));
	comparison->missing = missing;
	for (int64_t i = 0; i < strata && !codec->failed; i++)
		comparison_stratum_fields(codec, &comparison->stratum[comparison->strata++]);
	return comparison;
}

static void
writer(StateCodec *codec, void *state)
{
	Comparison *comparison = state;

	response_comparison_header_fields(codec, &comparison->missing, &comparison->strata);
	for (int64_t i = 0; i < comparison->strata; i++)
		comparison_stratum_fields(codec, &comparison->stratum[i]);
}

/* Limits lie around the estimate, between the ends; a NAN is no limit. */
static void
require_limits(ComparisonEstimate estimate, double least, double most)
{
	require(!(estimate.limits.lower < least || estimate.limits.upper > most));
	require(!(estimate.limits.lower > estimate.estimate + 1e-9 || estimate.limits.upper < estimate.estimate - 1e-9));
}

static void
check_estimates(const TwoByTwoStrata *strata)
{
	for (int method = DIFFERENCE_MIETTINEN_NURMINEN; method <= DIFFERENCE_NEWCOMBE; method++)
		if (strata->count == 1 || rate_difference_takes_strata((RateDifferenceMethod) method))
			require_limits(rate_difference(strata, 0.95, (RateDifferenceMethod) method), -1, 1);
	for (int method = RATIO_MIETTINEN_NURMINEN; method <= RATIO_MANTEL_HAENSZEL; method++)
		require_limits(rate_ratio(strata, 0.95, (RateRatioMethod) method), 0, INFINITY);
	for (int method = ODDS_MANTEL_HAENSZEL; method <= ODDS_MID_P; method++)
		if (strata->count == 1 || odds_ratio_takes_strata((OddsRatioMethod) method))
			require_limits(odds_ratio(strata, 0.95, (OddsRatioMethod) method, NULL), 0, INFINITY);
	require(!(cochran_mantel_haenszel_test(strata, true).p_value > 1));
	if (strata->count == 1)
		require(!(fisher_exact_test(&strata->tables[0], NULL) > 1 + 1e-12));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Comparison *comparison = fuzzed_state(data, size, reader, writer);
	TwoByTwo	tables[MAX_TESTED_STRATA];
	bool		is_small = comparison && comparison->strata > 0 && comparison->strata <= MAX_TESTED_STRATA;

	for (int64_t i = 0; is_small && i < comparison->strata; i++)
	{
		tables[i] = comparison_stratum_table(&comparison->stratum[i]);
		is_small = two_by_two_total(&tables[i]) < MAX_TESTED_COUNT;
	}
	if (is_small)
		check_estimates(&(TwoByTwoStrata) {tables, (size_t) comparison->strata});
	free(comparison);
	return 0;
}
