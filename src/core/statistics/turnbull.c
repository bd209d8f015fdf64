/*-------------------------------------------------------------------------
 *
 * turnbull.c
 *	  Nonparametric maximum likelihood of values known to ranges.
 *
 * Self-consistency steps (Turnbull 1976) come near the maximum, slowly.  From
 * there a primal-dual interior-point method goes on in the distribution
 * function F: a range's probability is a difference of two of its values, so
 * that the matrices have no entries far from the diagonal unless ranges are
 * long and bounded on both sides.  The dual of a range is what it adds to the
 * gradient, count / probability; of a candidate that no single value marks,
 * how far its gradient stays below the others'.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/turnbull.h"

#include <float.h>
#include <math.h>

#include "core/statistics/squared_extrapolation.h"

#define FIRST_CYCLES 12
#define MAX_NEWTON_STEPS 120
#define MAX_IDLE_STEPS 30
#define MAX_CYCLES 20000
#define MAX_RANGE_CYCLES 5e7		/* seconds, before an error says so */
#define KKT_TOLERANCE 1e-11
#define KKT_ACCEPTABLE 1e-7

/* Beyond these the factors cost more than they save. */
#define MAX_FACTOR_ENTRIES 3e7
#define MAX_FACTOR_WORK 2e9

/* A probability on its way to 0 that the differences of F no longer show. */
#define NEGLIGIBLE 1e-15

#define VECTORS 11				/* work arrays that are as long as the candidates */

/* The work area, cut up. */
typedef struct Area
{
	double	   *below;			/* sums of the probabilities up to a candidate */
	double	   *above;			/* and from it on */
	double	   *gradient;		/* of the log likelihood, over the total; length + 1 */
	double	   *next;
	double	   *vector[4];
	double	   *gap_dual;		/* 0 at a candidate that a single value marks */
	double	   *mark;			/* how many single values lie at a candidate */
	double	   *dual;			/* one a range */
	double	   *ground;			/* what couples a row of the matrix with 0 and 1 */
	double	   *factor;			/* rows of the matrix, from row_start to the diagonal */
} Area;

static void
cut_area(const TurnbullProblem *problem, const TurnbullWork *work, Area *area)
{
	const size_t length = problem->length + 1;
	double	   *at = work->area;

	area->below = at;
	area->above = at + length;
	area->gradient = at + 2 * length;
	area->next = at + 3 * length;
	for (int i = 0; i < 4; i++)
		area->vector[i] = at + (size_t) (4 + i) * length;
	area->gap_dual = at + 8 * length;
	area->mark = at + 9 * length;
	area->ground = at + 10 * length;
	area->dual = at + VECTORS * length;
	area->factor = area->dual + problem->range_count;
}

/*
 * The shape of the matrices.  Row k is that of F behind candidate k, k <
 * length - 1: beyond the last candidate F is 1.  It reaches from the smallest
 * F that a range couples it with.
 */
static void
shape_rows(const TurnbullProblem *problem, TurnbullWork *work)
{
	const size_t length = problem->length;

	for (size_t k = 0; k < length; k++)
	{
		work->shape.row_start[k] = k > 0 ? k - 1 : 0;
		work->shape.column_end[k] = k + 1;
	}
	for (size_t i = 0; i < problem->range_count; i++)
	{
		const TurnbullRange *range = &problem->ranges[i];

		if (range->first > 0 && range->last < length - 1 && work->shape.row_start[range->last] > range->first - 1)
			work->shape.row_start[range->last] = range->first - 1;
	}
	for (size_t k = 0; k + 1 < length; k++)
		if (work->shape.column_end[work->shape.row_start[k]] <= k)
			work->shape.column_end[work->shape.row_start[k]] = k + 1;
	for (size_t k = 1; k < length; k++)
		if (work->shape.column_end[k] < work->shape.column_end[k - 1])
			work->shape.column_end[k] = work->shape.column_end[k - 1];
}

/*
 * Finds out how large a work area the problem needs; indexes has
 * TURNBULL_INDEXES() of the problem's length.
 */
void
turnbull_plan(const TurnbullProblem *problem, size_t *indexes, TurnbullWork *work)
{
	const size_t length = problem->length;
	double		entries = 0.0;
	double		products = 0.0;

	work->shape.row_start = indexes;
	work->shape.row_at = indexes + length;
	work->shape.column_end = indexes + 2 * length;
	shape_rows(problem, work);
	for (size_t k = 0; k + 1 < length; k++)
	{
		double		width = (double) (k - work->shape.row_start[k] + 1);

		work->shape.row_at[k] = (size_t) entries;
		entries += width;
		products += width * width;
	}
	work->direct = entries <= fmax(MAX_FACTOR_ENTRIES, 2.0 * (double) length) &&
		products <= fmax(MAX_FACTOR_WORK, 4.0 * (double) length);
	work->size = VECTORS * (length + 1) + problem->range_count + (work->direct ? (size_t) entries : 0);
}

static void
sum_both_ways(const double *p, size_t length, Area *area)
{
	double		sum = 0.0;

	for (size_t j = 0; j < length; j++)
		area->below[j] = sum += p[j];
	sum = 0.0;
	for (size_t j = length; j-- > 0;)
		area->above[j] = sum += p[j];
}

/* The probability of a range; differences are taken where they cancel least. */
static double
range_probability(const TurnbullRange *range, const double *p, size_t length, const Area *area)
{
	double		probability;

	if (range->first == range->last)
		probability = p[range->first];
	else if (range->first == 0)
		probability = area->below[range->last];
	else if (range->last == length - 1)
		probability = area->above[range->first];
	else if (area->below[range->last] < 0.5)
		probability = area->below[range->last] - area->below[range->first - 1];
	else
		probability = area->above[range->first] - area->above[range->last + 1];
	return fmax(probability, DBL_MIN);
}

/* What one step of self-consistency finds out. */
typedef struct Step
{
	double		log_likelihood; /* of the probabilities that went in */
	double		residual;
} Step;

/*
 * Every value is shared among its candidates in proportion to their
 * probabilities; next are the sums of the shares, over the total.  The
 * residual is the largest excess of a gradient over 1, its value at the
 * maximum (Karush-Kuhn-Tucker), and bounds what the log likelihood lacks.
 */
static Step
self_consistency(const TurnbullProblem *problem, const double *p, double *next, Area *area)
{
	const size_t length = problem->length;
	double	   *gradient = area->gradient;
	double		covering = 0.0;
	Step		step = {0.0, -INFINITY};

	sum_both_ways(p, length, area);
	for (size_t j = 0; j <= length; j++)
		gradient[j] = 0.0;
	for (size_t i = 0; i < problem->range_count; i++)
	{
		const TurnbullRange *range = &problem->ranges[i];
		double		probability = range_probability(range, p, length, area);

		step.log_likelihood += range->count * log(probability);
		if (range->first == range->last)
			continue;
		gradient[range->first] += range->count / probability;
		gradient[range->last + 1] -= range->count / probability;
	}
	for (size_t j = 0; j < length; j++)
	{
		covering += gradient[j];
		gradient[j] = covering / problem->total;
		if (area->mark[j] > 0.0)
			gradient[j] += area->mark[j] / fmax(p[j], DBL_MIN) / problem->total;
		next[j] = p[j] * gradient[j];
		step.residual = fmax(step.residual, gradient[j] - 1.0);
	}
	return step;
}

/* Adds the part of the difference F(last) - F(first - 1) to the equations. */
static void
add_equation(const TurnbullWork *work, Area *area, size_t length, size_t first, size_t last,
			 double weight, double force)
{
	double	   *right_side = area->next;

	if (first > 0 && last < length - 1)
		area->factor[work->shape.row_at[last] + (first - 1 - work->shape.row_start[last])] += weight;
	else if (first > 0)
		area->ground[first - 1] += weight;
	else if (last < length - 1)
		area->ground[last] += weight;
	if (last < length - 1)
		right_side[last] += force;
	if (first > 0)
		right_side[first - 1] -= force;
}

/*
 * The direction of the next step, as changes of F, in area->next: Newton's,
 * towards duals of count / probability, and of centre / probability at the
 * candidates that no single value marks.
 */
static bool
direction(const TurnbullProblem *problem, const TurnbullWork *work, const double *p,
		  double centre, InterruptCheck interrupt, Area *area)
{
	const size_t length = problem->length;
	const size_t entries = work->shape.row_at[length - 2] + (length - 2 - work->shape.row_start[length - 2]) + 1;

	for (size_t i = 0; i < entries; i++)
		area->factor[i] = 0.0;
	for (size_t j = 0; j < length; j++)
		area->next[j] = area->ground[j] = 0.0;
	sum_both_ways(p, length, area);
	for (size_t i = 0; i < problem->range_count; i++)
	{
		const TurnbullRange *range = &problem->ranges[i];
		double		probability = range_probability(range, p, length, area);

		add_equation(work, area, length, range->first, range->last,
					 area->dual[i] / probability, range->count / probability);
	}
	for (size_t j = 0; j < length; j++)
		if (area->mark[j] == 0.0)
			add_equation(work, area, length, j, j, area->gap_dual[j] / p[j], centre / p[j]);
	if (!network_factorize(&work->shape, area->factor, area->ground, length - 1, interrupt))
		return false;
	network_solve(&work->shape, area->factor, length - 1, area->next);
	area->next[length - 1] = 0.0;
	return true;
}

/* The change of a dual that a change of its probability entails. */
static double
dual_change(double dual, double target, double probability, double change)
{
	return (target - dual * (probability + change)) / probability;
}

static double
range_change(const TurnbullRange *range, const double *change)
{
	return change[range->last] - (range->first > 0 ? change[range->first - 1] : 0.0);
}

/* The part of a step that leaves a value a twentieth of what it was. */
static double
positive_part(double part, double value, double change)
{
	return value + part * change < 0.05 * value ? -0.95 * value / change : part;
}

/* How far the duals, or the probabilities, can go along the step of area->next. */
typedef struct StepParts
{
	double		probability;
	double		dual;
} StepParts;

static StepParts
step_parts(const TurnbullProblem *problem, const double *p, double centre, const Area *area)
{
	const double *change = area->next;
	StepParts	part = {1.0, 1.0};

	for (size_t i = 0; i < problem->range_count; i++)
	{
		const TurnbullRange *range = &problem->ranges[i];
		double		probability = range_probability(range, p, problem->length, area);

		part.dual = positive_part(part.dual, area->dual[i],
								  dual_change(area->dual[i], range->count, probability, range_change(range, change)));
	}
	for (size_t j = 0; j < problem->length; j++)
	{
		double		step = change[j] - (j > 0 ? change[j - 1] : 0.0);

		if (p[j] < NEGLIGIBLE)
			continue;
		part.probability = positive_part(part.probability, p[j], step);
		if (area->mark[j] == 0.0)
			part.dual = positive_part(part.dual, area->gap_dual[j],
									  dual_change(area->gap_dual[j], centre, p[j], step));
	}
	return part;
}

/* Takes the step of area->next. */
static void
take_step(const TurnbullProblem *problem, double *p, double centre, Area *area)
{
	const double *change = area->next;
	const StepParts part = step_parts(problem, p, centre, area);

	for (size_t i = 0; i < problem->range_count; i++)
	{
		const TurnbullRange *range = &problem->ranges[i];
		double		probability = range_probability(range, p, problem->length, area);

		area->dual[i] += part.dual *
			dual_change(area->dual[i], range->count, probability, range_change(range, change));
	}
	for (size_t j = 0; j < problem->length; j++)
	{
		double		step = change[j] - (j > 0 ? change[j - 1] : 0.0);

		if (p[j] < NEGLIGIBLE)
		{
			p[j] *= 0.1;
			continue;
		}
		if (area->mark[j] == 0.0)
			area->gap_dual[j] += part.dual * dual_change(area->gap_dual[j], centre, p[j], step);
		p[j] += part.probability * step;
	}
}

static void
copy(const double *from, double *to, size_t length)
{
	for (size_t j = 0; j < length; j++)
		to[j] = from[j];
}

/* Probabilities away from 0, and duals that fit them. */
static void
start_duals(const TurnbullProblem *problem, double *p, Area *area)
{
	const double least = problem->total / (double) problem->length;
	double		sum = 0.0;

	for (size_t j = 0; j < problem->length; j++)
		sum += p[j] = fmax(p[j], 1e-4 / (double) problem->length);
	for (size_t j = 0; j < problem->length; j++)
		p[j] /= sum;
	self_consistency(problem, p, area->next, area);
	for (size_t i = 0; i < problem->range_count; i++)
		area->dual[i] = problem->ranges[i].count /
			range_probability(&problem->ranges[i], p, problem->length, area);
	for (size_t j = 0; j < problem->length; j++)
		area->gap_dual[j] = area->mark[j] > 0.0 ? 0.0 :
			fmax(problem->total * (1.0 - area->gradient[j]), least);
}

/* A tenth of the mean of what is to become 0: dual * probability. */
static double
next_centre(const double *p, size_t length, const Area *area)
{
	double		sum = 0.0;
	double		gaps = 0.0;

	for (size_t j = 0; j < length; j++)
	{
		sum += area->gap_dual[j] * p[j];
		gaps += area->mark[j] > 0.0 ? 0.0 : 1.0;
	}
	return gaps > 0.0 ? 0.1 * sum / gaps : 0.0;
}

/* Interior-point steps from p, which is left at the best that they find. */
static void
newton_steps(const TurnbullProblem *problem, const TurnbullWork *work, double *p,
			 InterruptCheck interrupt, Area *area, TurnbullSolution *solution)
{
	double	   *best = area->vector[0];
	int			idle = 0;

	start_duals(problem, p, area);
	solution->kkt_residual = INFINITY;
	for (int step = 0; step < MAX_NEWTON_STEPS && idle < MAX_IDLE_STEPS; step++)
	{
		double		residual = self_consistency(problem, p, area->next, area).residual;
		double		centre = next_centre(p, problem->length, area);

		check_interrupt(interrupt);
		idle++;
		solution->iterations++;
		if (residual < solution->kkt_residual)
		{
			idle = residual < 0.5 * solution->kkt_residual ? 0 : idle;
			copy(p, best, problem->length);
			solution->kkt_residual = residual;
		}
		if (solution->kkt_residual <= KKT_TOLERANCE ||
			!direction(problem, work, p, centre, interrupt, area))
			break;
		take_step(problem, p, centre, area);
	}
	copy(best, p, problem->length);
}

/* Self-consistency, accelerated: for what has no matrices to factorize. */
static void
accelerated_steps(const TurnbullProblem *problem, double *p0, int cycles,
				  InterruptCheck interrupt, Area *area, TurnbullSolution *solution)
{
	const size_t length = problem->length;
	double	   *p1 = area->vector[0];
	double	   *p2 = area->vector[1];
	double	   *best = area->vector[2];
	double		best_likelihood = -INFINITY;
	Step		step;

	for (int cycle = 0; cycle < cycles && cycle * (double) problem->range_count < MAX_RANGE_CYCLES; cycle++)
	{
		step = self_consistency(problem, p0, p1, area);
		check_interrupt(interrupt);
		if (step.log_likelihood < best_likelihood - fabs(best_likelihood) * 1e-12)
		{
			/* The extrapolation went too far: back to what it started from. */
			copy(best, p0, length);
			step = self_consistency(problem, p0, p1, area);
		}
		solution->iterations++;
		solution->kkt_residual = step.residual;
		if (step.residual <= KKT_TOLERANCE)
			break;
		step = self_consistency(problem, p1, p2, area);
		best_likelihood = step.log_likelihood;
		copy(p2, best, length);
		squared_extrapolation(p0, p1, p2, length);
	}
	copy(p1, p0, length);
}

static void
start_probabilities(const TurnbullProblem *problem, double *p, Area *area)
{
	double		marked = 0.0;

	for (size_t j = 0; j < problem->length; j++)
		area->mark[j] = 0.0;
	for (size_t i = 0; i < problem->range_count; i++)
		if (problem->ranges[i].first == problem->ranges[i].last)
		{
			area->mark[problem->ranges[i].first] += problem->ranges[i].count;
			marked += problem->ranges[i].count;
		}
	for (size_t j = 0; j < problem->length; j++)
		p[j] = (area->mark[j] + 1.0) / (marked + (double) problem->length);
}

/*
 * The probabilities of the candidates that make the ranges most likely.
 * problem->length is not 0, work was planned for the problem and allocated.
 */
void
turnbull_solve(const TurnbullProblem *problem, const TurnbullWork *work,
			   double *probability, InterruptCheck interrupt, TurnbullSolution *solution)
{
	Area		area;

	*solution = (TurnbullSolution) {true, 0, 0.0};
	cut_area(problem, work, &area);
	start_probabilities(problem, probability, &area);
	if (problem->length < 2)
		return;
	accelerated_steps(problem, probability, work->direct ? FIRST_CYCLES : MAX_CYCLES,
					  interrupt, &area, solution);
	if (work->direct && solution->kkt_residual > KKT_TOLERANCE)
		newton_steps(problem, work, probability, interrupt, &area, solution);
	if (work->direct && solution->kkt_residual > KKT_ACCEPTABLE)
		accelerated_steps(problem, probability, MAX_CYCLES, interrupt, &area, solution);
	solution->converged = solution->kkt_residual <= KKT_ACCEPTABLE;
}
