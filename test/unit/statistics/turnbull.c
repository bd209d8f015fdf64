/*
 * turnbull.c: Turnbull's problem at sizes where self-consistency alone does
 * not arrive, and with and without the factorized matrices.
 */
#include "core/statistics/turnbull.h"

#include <stdlib.h>

#include "core/statistics/double_order.h"
#include "core/statistics/interval_curve.h"
#include "core/statistics/turnbull_support.h"
#include "random.h"
#include "tap.h"

#define INTERVALS 100000

static PairEntry entries[INTERVALS];
static PairEntry scratch[INTERVALS];
static PairEntry work_entries[4 * INTERVALS];
static CandidateInterval candidates[INTERVALS];
static TurnbullRange ranges[INTERVALS];
static int	interrupts;

static void
count_interrupt(void)
{
	interrupts++;
}

static double
uniform(void)
{
	return (double) (random_bits() >> 11) * 0x1p-53;
}

static TurnbullSolution
solve(const TurnbullProblem *problem, bool direct, double *probability)
{
	size_t	   *indexes = malloc(TURNBULL_INDEXES(problem->length) * sizeof(size_t));
	TurnbullWork work;
	TurnbullSolution solution;

	turnbull_plan(problem, indexes, &work);
	ok(work.direct, "the matrices are small enough");
	work.direct = direct;
	work.area = malloc(work.size * sizeof(double));
	turnbull_solve(problem, &work, probability, count_interrupt, &solution);
	free(work.area);
	free(indexes);
	return solution;
}

/* The problem of so many times, rounded or not, seen before or after a visit, or between two. */
static TurnbullProblem
make_problem(size_t n, double days, double between)
{
	TurnbullProblem problem;
	size_t		length;

	for (size_t i = 0; i < n; i++)
	{
		double		time = 1.6 + uniform() + uniform() + uniform();
		double		visit = 1.6 + 3 * uniform();
		double		later = visit + 0.5 * uniform();
		double		lower = time > visit ? visit : -INFINITY;
		double		upper = time > visit ? INFINITY : visit;

		if (uniform() < between)
		{
			lower = time < visit ? -INFINITY : time < later ? visit : later;
			upper = time < visit ? visit : time < later ? later : INFINITY;
		}
		if (days > 0)
		{
			lower = isinf(lower) ? lower : floor(lower * days);
			upper = isinf(upper) ? upper : floor(upper * days) + 1;
		}
		entries[i] = (PairEntry) {double_to_rank(lower), double_to_rank(upper), 1};
	}
	n = pair_settle(entries, 0, n, scratch, NULL);
	length = interval_candidates(entries, n, work_entries, work_entries + 2 * n, candidates, NULL);
	interval_problem(entries, n, candidates, length, ranges, &problem);
	return problem;
}

static double
largest_difference(const double *a, const double *b, size_t length)
{
	double		sum_a = 0;
	double		sum_b = 0;
	double		largest = 0;

	for (size_t j = 0; j < length; j++)
	{
		sum_a += a[j];
		sum_b += b[j];
		largest = fmax(largest, fabs(sum_a - sum_b));
	}
	return largest;
}

/*
 * The conditions of the maximum (Karush, Kuhn and Tucker): the largest excess
 * of a gradient over 1, and how far one is from 1 where there is a probability.
 */
static void
check_conditions(const TurnbullProblem *problem, const double *probability)
{
	static double below[INTERVALS + 1];
	static double steps[INTERVALS + 1];
	double		excess = -INFINITY;
	double		apart = 0;
	double		gradient = 0;

	for (size_t j = 0; j < problem->length; j++)
	{
		below[j + 1] = below[j] + probability[j];
		steps[j] = 0;
	}
	for (size_t i = 0; i < problem->range_count; i++)
	{
		const TurnbullRange *range = &problem->ranges[i];
		double		step = range->count / (below[range->last + 1] - below[range->first]) / problem->total;

		steps[range->first] += step;
		steps[range->last + 1] -= step;
	}
	for (size_t j = 0; j < problem->length; j++)
	{
		gradient += steps[j];
		excess = fmax(excess, gradient - 1);
		if (probability[j] > 1e-6)
			apart = fmax(apart, fabs(gradient - 1));
	}
	is_double(below[problem->length], 1, 1e-9, "the probabilities have the sum 1");
	printf("# excess %g, apart %g\n", excess, apart);
	ok(excess < 1e-8, "... no gradient is above that of the maximum");
	ok(apart < 1e-6, "... and those of a probability are there");
}

static void
check_many(double between)
{
	static double probability[INTERVALS];
	TurnbullProblem problem = make_problem(INTERVALS, 0, between);
	size_t	   *indexes = malloc(TURNBULL_INDEXES(problem.length) * sizeof(size_t));
	TurnbullSupportWork work = {
		malloc(TURNBULL_SUPPORT_INDEXES(problem.length) * sizeof(size_t)),
		malloc(TURNBULL_SUPPORT_NUMBERS(problem.length, problem.range_count) * sizeof(double)),
		malloc(problem.range_count * sizeof(TurnbullRange))};
	TurnbullWork whole;
	TurnbullSolution solution;

	turnbull_plan(&problem, indexes, &whole);
	ok(between == 0 || !whole.direct, "the matrices of all candidates are too large");
	ok(turnbull_solve_support(&problem, &work, probability, count_interrupt, &solution),
	   "100,000 intervals: the maximum is found");
	printf("# %zu candidates, %d iterations\n", problem.length, solution.iterations);
	check_conditions(&problem, probability);
	free(work.indexes);
	free(work.numbers);
	free(work.ranges);
	free(indexes);
}

int
main(void)
{
	static double direct[INTERVALS];
	static double stepwise[INTERVALS];
	TurnbullProblem problem = make_problem(6000, 0, 0);
	TurnbullSolution solution = solve(&problem, true, direct);

	printf("# %zu candidates, %d iterations, residual %g\n", problem.length, solution.iterations, solution.kkt_residual);
	ok(solution.converged && solution.kkt_residual < 1e-10, "each time before or after one visit: the maximum is found");
	ok(solution.iterations < 100, "... in few steps");

	problem = make_problem(3000, 40, 0.7);
	solution = solve(&problem, true, direct);
	ok(solution.converged && solution.kkt_residual < 1e-10, "days between two visits: the maximum is found");
	interrupts = 0;
	solution = solve(&problem, false, stepwise);
	printf("# %zu candidates, %d iterations, residual %g\n", problem.length, solution.iterations, solution.kkt_residual);
	ok(solution.converged, "self-consistency arrives as well");
	is_double(largest_difference(direct, stepwise, problem.length), 0, 1e-5, "... at the same distribution");
	ok(interrupts >= solution.iterations, "every step can be left");
	check_many(0);
	check_many(0.7);
	check_many(1);
	return done_testing();
}
