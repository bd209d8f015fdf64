/*-------------------------------------------------------------------------
 *
 * turnbull_support.c
 *	  Turnbull's problem where the candidates are many and few of them have a
 *	  probability.
 *
 * The problem is solved over a few candidates that meet every range.  Between
 * two that keep a probability, the candidate at which the gradient is highest
 * joins them, until it is nowhere above its value at the maximum (Wang,
 * J. R. Statist. Soc. B 2007).  That is the judge over all candidates.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/turnbull_support.h"

#include <float.h>
#include <math.h>
#include <stdint.h>

#define EVENLY_SPACED 100
#define MAX_ROUNDS 200
#define KKT_TOLERANCE 1e-10
#define KKT_ACCEPTABLE 1e-7

typedef struct Support
{
	const TurnbullProblem *problem;
	TurnbullProblem part;		/* over the candidates that are tried */
	TurnbullRange *ranges;		/* its ranges */
	TurnbullWork work;
	size_t	   *indexes;
	size_t	   *before;			/* how many tried lie before a candidate; length + 1 */
	size_t	   *tried;			/* in their order */
	double	   *gradient;		/* of the log likelihood, over the total; length + 1 */
	double	   *probability;	/* of the candidates tried */
	double	   *sum;			/* and of those before; one more */
} Support;

static void
cut_work(const TurnbullProblem *problem, const TurnbullSupportWork *work, Support *support)
{
	const size_t length = problem->length + 1;

	support->problem = problem;
	support->ranges = work->ranges;
	support->before = work->indexes;
	support->tried = work->indexes + length;
	support->indexes = support->tried + TURNBULL_MAX_SUPPORT;
	support->gradient = work->numbers;
	support->probability = work->numbers + length;
	support->sum = support->probability + TURNBULL_MAX_SUPPORT;
	support->work.area = support->sum + TURNBULL_MAX_SUPPORT + 1;
}

/* Candidates that meet every range, as few as possible, and some evenly spaced. */
static bool
first_tried(Support *support)
{
	const TurnbullProblem *problem = support->problem;
	size_t	   *earliest = support->before; /* last of the ranges that begin at a candidate */
	const size_t spacing = problem->length / EVENLY_SPACED + 1;
	size_t		need = SIZE_MAX;
	size_t		count = 0;

	for (size_t j = 0; j < problem->length; j++)
		earliest[j] = SIZE_MAX;
	for (size_t i = 0; i < problem->range_count; i++)
		if (problem->ranges[i].last < earliest[problem->ranges[i].first])
			earliest[problem->ranges[i].first] = problem->ranges[i].last;
	for (size_t j = 0; j < problem->length; j++)
	{
		need = earliest[j] < need ? earliest[j] : need;
		if (j != need && j % spacing != 0)
			continue;
		if (count == TURNBULL_MAX_SUPPORT)
			return false;
		support->tried[count++] = j;
		need = SIZE_MAX;
	}
	support->part.length = count;
	return true;
}

/* Makes the problem over the candidates tried. */
static void
make_part(Support *support)
{
	const TurnbullProblem *problem = support->problem;
	const size_t count = support->part.length;
	size_t		next = 0;

	for (size_t j = 0; j <= problem->length; j++)
	{
		support->before[j] = next;
		if (next < count && support->tried[next] == j)
			next++;
	}
	for (size_t i = 0; i < problem->range_count; i++)
	{
		const TurnbullRange *range = &problem->ranges[i];

		support->ranges[i] = (TurnbullRange) {support->before[range->first], support->before[range->last + 1] - 1, range->count};
	}
	support->part = (TurnbullProblem) {count, support->ranges, problem->range_count, problem->total};
	turnbull_plan(&support->part, support->indexes, &support->work);
}

static double
part_probability(const Support *support, const TurnbullRange *range)
{
	if (range->first == range->last)
		return fmax(support->probability[range->first], DBL_MIN);
	return fmax(support->sum[range->last + 1] - support->sum[range->first], DBL_MIN);
}

/* The gradients of all candidates; returns the largest excess over 1. */
static double
set_gradient(Support *support)
{
	const TurnbullProblem *problem = support->problem;
	double		covering = 0.0;
	double		excess = -INFINITY;

	support->sum[0] = 0.0;
	for (size_t k = 0; k < support->part.length; k++)
		support->sum[k + 1] = support->sum[k] + support->probability[k];
	for (size_t j = 0; j <= problem->length; j++)
		support->gradient[j] = 0.0;
	for (size_t i = 0; i < problem->range_count; i++)
	{
		const TurnbullRange *range = &problem->ranges[i];
		double		share = range->count / part_probability(support, &support->ranges[i]) / problem->total;

		support->gradient[range->first] += share;
		support->gradient[range->last + 1] -= share;
	}
	for (size_t j = 0; j < problem->length; j++)
	{
		support->gradient[j] = covering += support->gradient[j];
		excess = fmax(excess, covering - 1.0);
	}
	return excess;
}

/*
 * Keeps what has a probability, and adds the steepest candidate of each
 * stretch between.  The candidates are listed in before, as room for them.
 * False if there are too many, or none is new.
 */
static bool
next_tried(Support *support)
{
	const size_t length = support->problem->length;
	size_t	   *list = support->before;
	size_t		count = 0;
	size_t		steepest = SIZE_MAX;
	size_t		k = 0;
	bool		added = false;

	for (size_t j = 0; j <= length; j++)
	{
		bool		is_tried = k < support->part.length && support->tried[k] == j;
		bool		kept = is_tried && support->probability[k] > TURNBULL_NO_PROBABILITY;

		k += is_tried;
		if (j < length && !kept)
		{
			if (support->gradient[j] > 1.0 + KKT_TOLERANCE &&
				(steepest == SIZE_MAX || support->gradient[j] > support->gradient[steepest]))
				steepest = j;
			continue;
		}
		if (steepest != SIZE_MAX)
		{
			list[count++] = steepest;
			added = true;
		}
		steepest = SIZE_MAX;
		if (kept)
			list[count++] = j;
	}
	if (!added || count > TURNBULL_MAX_SUPPORT)
		return false;
	for (size_t i = 0; i < count; i++)
		support->tried[i] = list[i];
	support->part.length = count;
	return true;
}

/*
 * The probabilities of the candidates that make the ranges most likely; false
 * if too many candidates have one, or the maximum is not reached.
 */
bool
turnbull_solve_support(const TurnbullProblem *problem, const TurnbullSupportWork *work,
					   double *probability, InterruptCheck interrupt, TurnbullSolution *solution)
{
	Support		support;
	int			iterations = 0;

	*solution = (TurnbullSolution) {false, 0, INFINITY};
	cut_work(problem, work, &support);
	if (!first_tried(&support))
		return false;
	for (int round = 0; round < MAX_ROUNDS; round++)
	{
		make_part(&support);
		turnbull_solve(&support.part, &support.work, support.probability, interrupt, solution);
		solution->iterations = iterations += solution->iterations;
		solution->kkt_residual = set_gradient(&support);
		if (solution->kkt_residual <= KKT_TOLERANCE || round + 1 == MAX_ROUNDS || !next_tried(&support))
			break;
	}
	for (size_t j = 0; j < problem->length; j++)
		probability[j] = 0.0;
	for (size_t k = 0; k < support.part.length; k++)
		probability[support.tried[k]] = support.probability[k];
	return solution->converged = solution->kkt_residual <= KKT_ACCEPTABLE;
}
