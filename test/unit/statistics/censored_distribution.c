#include "core/statistics/censored_distribution.h"

#include <stdlib.h>

#include "statistics_expected.h"
#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#define MAX_VALUES 256

static CensoredCount values[MAX_VALUES];
static CensoredBlock blocks[MAX_VALUES];
static TurnbullRange ranges[CENSORED_DISTRIBUTION_RANGES(MAX_VALUES)];
static CensoredDistribution fit;
static TurnbullSolution solution;

static int
by_value(const void *a, const void *b)
{
	const CensoredCount *x = a;
	const CensoredCount *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return (int) x->kind - (int) y->kind;
}

static void
fit_counts(size_t length)
{
	TurnbullProblem problem;
	TurnbullWork work;
	size_t		indexes[TURNBULL_INDEXES(MAX_VALUES)];
	double		probability[MAX_VALUES];

	solution = (TurnbullSolution) {true, 0, 0.0};
	if (!censored_distribution_start(values, length, blocks, ranges, &fit, &problem))
		return;
	turnbull_plan(&problem, indexes, &work);
	work.area = malloc(work.size * sizeof(double));
	turnbull_solve(&problem, &work, probability, NULL, &solution);
	free(work.area);
	censored_distribution_finish(&fit, probability);
}

static void
fit_values(const double *value, const double *kind, size_t n)
{
	size_t		length = 0;

	for (size_t i = 0; i < n; i++)
		values[i] = (CensoredCount) {value[i], 1, (CensoredKind) kind[i]};
	qsort(values, n, sizeof(*values), by_value);
	for (size_t i = 0; i < n; i++)
	{
		if (length > 0 && by_value(&values[length - 1], &values[i]) == 0)
			values[length - 1].count++;
		else
			values[length++] = values[i];
	}
	fit_counts(length);
	is_int(fit.length, censored_block_count(values, length), "number of blocks");
	ok(solution.converged, "converges");
}

static double
distribution_at(double x)
{
	double		sum = 0;

	for (size_t j = 0; j < fit.length; j++)
	{
		double		here = 0;

		if (blocks[j].observed == 0)
			here = blocks[j].upper <= x ? 1 : 0;
		else
			for (size_t i = blocks[j].first; i < blocks[j].end; i++)
				here += values[i].value <= x ? values[i].count / blocks[j].observed : 0;
		sum += here * blocks[j].probability;
	}
	return sum;
}

static void
check_left(void)
{
	const double p[] = {0.1, 0.25, 0.5, 0.75, 0.9};

	fit_values(left_value, left_kind, LENGTH(left_value));
	for (size_t i = 0; i < LENGTH(p); i++)
	{
		CensoredQuantile q = censored_distribution_quantile(&fit, values, p[i]);

		if (isnan(left_quantile[i]))
		{
			is_int(q.place, QUANTILE_BELOW, "quantile among the censored");
			is_double(q.upper, 50, 0, "... is below their limit");
		}
		else
			is_double(q.lower, left_quantile[i], 1e-9, "quantile of left-censored values");
	}
}

static void
check_both(void)
{
	const double p[] = {0.25, 0.5, 0.75};

	fit_values(both_value, both_kind, LENGTH(both_value));
	ok(solution.kkt_residual < 1e-9, "the likelihood is at its maximum");
	printf("# %d iterations, residual %g\n", solution.iterations, solution.kkt_residual);
	for (size_t i = 0; i < LENGTH(both_at); i++)
		is_double(distribution_at(both_at[i]), both_distribution[i], 1e-8, "distribution function");
	for (size_t i = 0; i < LENGTH(p); i++)
		is_double(censored_distribution_quantile(&fit, values, p[i]).lower, both_quantile[i], 0, "quantile");
}

static void
check_edges(void)
{
	const double value[] = {1, 2, 3, 4, 5, 6};
	const double right[] = {1, 1, 1, 1, 1, 1};
	const double left[] = {-1, -1, -1, -1, -1, -1};
	const double gap[] = {1, -1};
	const double observed[] = {0, 0, 0, 0, 0, 0};
	CensoredQuantile q;

	fit_values(value, observed, 6);
	is_double(censored_distribution_quantile(&fit, values, 0.5).lower, 3.5, 0, "median of six values");
	is_double(censored_distribution_quantile(&fit, values, 0.51).lower, 4, 0, "quantile next to it");
	fit_values(value, right, 6);
	q = censored_distribution_quantile(&fit, values, 0.5);
	ok(q.place == QUANTILE_ABOVE && q.lower == 6, "right-censored alone");
	fit_values(value, left, 6);
	q = censored_distribution_quantile(&fit, values, 0.5);
	ok(q.place == QUANTILE_BELOW && q.upper == 1, "left-censored alone");
	fit_values(value, gap, 2);
	q = censored_distribution_quantile(&fit, values, 0.5);
	ok(q.place == QUANTILE_BETWEEN && q.lower == 1 && q.upper == 2, "above 1 and below 2");
	fit_counts(0);
	is_int(censored_distribution_quantile(&fit, values, 0.5).place, QUANTILE_NONE, "no values");
}

int
main(void)
{
	check_left();
	check_both();
	check_edges();
	return done_testing();
}
