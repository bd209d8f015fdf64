/*
 * interval_curve.c: texts and bytes of interval-censored curves; the
 * distribution that makes the times most likely.
 */
#include <math.h>

#include "core/statistics/interval_curve.h"
#include "state_fuzz.h"

#define MAX_TESTED_INTERVALS 24

typedef struct Intervals
{
	int64_t		missing;
	int64_t		length;
	PairEntry	entries[];
} Intervals;

static void *
reader(StateCodec *codec)
{
	int64_t		missing = 0;
	int64_t		length = 0;
	Intervals  *state;

	if (!interval_header_fields(codec, &missing, &length))
		return NULL;
	state = calloc(1, sizeof(Intervals) + (size_t) length * sizeof(PairEntry));
	state->missing = missing;
	state->length = length;
	interval_entry_fields(codec, state->entries, length);
	return state;
}

static void
writer(StateCodec *codec, void *datum)
{
	Intervals  *state = datum;

	interval_header_fields(codec, &state->missing, &state->length);
	interval_entry_fields(codec, state->entries, state->length);
}

static void
check_solution(const TurnbullProblem *problem)
{
	size_t	   *indexes = malloc(TURNBULL_INDEXES(problem->length) * sizeof(size_t));
	double	   *probability = malloc(problem->length * sizeof(double));
	TurnbullWork work;
	TurnbullSolution solution;
	double		sum = 0.0;

	turnbull_plan(problem, indexes, &work);
	work.area = malloc(work.size * sizeof(double));
	turnbull_solve(problem, &work, probability, NULL, &solution);
	for (size_t j = 0; j < problem->length; j++)
	{
		require(probability[j] >= 0.0 && probability[j] <= 1.0 + 1e-9);
		sum += probability[j];
	}
	require(fabs(sum - 1.0) < 1e-6);
	require(interval_quantile(probability, problem->length, 0.5) < problem->length);
	/* Counts that differ by many orders are lost beside each other. */
	require(solution.converged || problem->total > 1e9);
	free(work.area);
	free(probability);
	free(indexes);
}

static void
check_intervals(const Intervals *state)
{
	size_t		length = (size_t) state->length;
	PairEntry  *work = malloc(4 * length * sizeof(PairEntry));
	CandidateInterval *candidates = malloc(length * sizeof(CandidateInterval));
	TurnbullRange *ranges = malloc(length * sizeof(TurnbullRange));
	size_t		count = interval_candidates(state->entries, length, work, work + 2 * length, candidates, NULL);
	TurnbullProblem problem;

	require(count > 0 && count <= length);
	interval_problem(state->entries, length, candidates, count, ranges, &problem);
	for (size_t i = 0; i < length; i++)
		require(ranges[i].first <= ranges[i].last && ranges[i].last < count);
	/* Of counts above 2^53 the server gives no curve. */
	if (problem.total <= 9007199254740992.0)
		check_solution(&problem);
	free(ranges);
	free(candidates);
	free(work);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Intervals  *state = fuzzed_state(data, size, reader, writer);

	if (state && state->length > 0 && state->length <= MAX_TESTED_INTERVALS)
		check_intervals(state);
	free(state);
	return 0;
}
