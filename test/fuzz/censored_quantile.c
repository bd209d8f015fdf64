/*
 * censored_quantile.c: values of any kind, three bytes each, the first of
 * which says how many there are and on which side they lie; and the
 * distribution that makes them most likely.
 */
#include <math.h>

#include "core/statistics/censored_distribution.h"
#include "state_fuzz.h"

#define MAX_VALUES 32

static int
compare_values(const void *a, const void *b)
{
	const CensoredCount *x = a;
	const CensoredCount *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (int) x->kind - (int) y->kind;
}

static size_t
values_of(const uint8_t *data, size_t size, CensoredCount *values)
{
	size_t		length = 0;
	size_t		kept = 0;

	for (; size >= 3 && length < MAX_VALUES; size -= 3, data += 3)
		values[length++] = (CensoredCount) {ldexp(data[1], data[2] % 8), 1 + (data[0] >> 2) * (int64_t) (data[0] >> 2),
		(CensoredKind) (data[0] % 3) - 1};
	qsort(values, length, sizeof(*values), compare_values);
	for (size_t i = 0; i < length; i++)
		if (kept > 0 && compare_values(&values[kept - 1], &values[i]) == 0)
			values[kept - 1].count += values[i].count;
		else
			values[kept++] = values[i];
	return kept;
}

static void
solve(const TurnbullProblem *problem, CensoredDistribution *fit)
{
	size_t	   *indexes = malloc(TURNBULL_INDEXES(problem->length) * sizeof(size_t));
	double	   *probability = malloc(problem->length * sizeof(double));
	TurnbullWork work;
	TurnbullSolution solution;
	double		sum = 0.0;

	turnbull_plan(problem, indexes, &work);
	work.area = malloc(work.size * sizeof(double));
	turnbull_solve(problem, &work, probability, NULL, &solution);
	require(solution.converged);
	for (size_t j = 0; j < problem->length; j++)
	{
		require(probability[j] >= 0.0 && probability[j] <= 1.0 + 1e-9);
		sum += probability[j];
	}
	require(fabs(sum - 1.0) < 1e-9);
	censored_distribution_finish(fit, probability);
	free(work.area);
	free(probability);
	free(indexes);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	CensoredCount values[MAX_VALUES];
	CensoredBlock blocks[MAX_VALUES];
	TurnbullRange ranges[CENSORED_DISTRIBUTION_RANGES(MAX_VALUES)];
	CensoredDistribution fit;
	TurnbullProblem problem;
	size_t		length = values_of(data, size, values);
	double		before = -INFINITY;

	require(censored_block_count(values, length) <= length);
	if (censored_distribution_start(values, length, blocks, ranges, &fit, &problem))
		solve(&problem, &fit);
	for (double p = 0.0; p <= 1.0; p += 0.125)
	{
		CensoredQuantile quantile = censored_distribution_quantile(&fit, values, p);

		require((quantile.place == QUANTILE_NONE) == (length == 0));
		if (length > 0)
		{
			require(quantile.lower <= quantile.upper && quantile.upper >= before);
			before = fmax(before, quantile.lower);
		}
	}
	return 0;
}
