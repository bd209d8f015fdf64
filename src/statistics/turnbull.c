/*-------------------------------------------------------------------------
 *
 * turnbull.c
 *	  Solving Turnbull's problem in the server.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/turnbull.h"

#include "utils/memutils.h"

#include "core/statistics/turnbull_support.h"
#include "statistics/aggregate.h"

/* A distribution takes about 350 bytes for each, and 250 MB: below 1 GB. */
#define MAX_RANGES 2000000

/* An array that may be larger than a datum. */
void *
allocate_array(Size length, Size width)
{
	return palloc_extended(Max(length, 1) * width, MCXT_ALLOC_HUGE);
}

/* Refuses more distinct values than fit into memory, before anything is built. */
void
check_range_count(int64 count)
{
	if (count > MAX_RANGES)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct censored values for a distribution"),
				 errdetail("There are " INT64_FORMAT ", and at most %d are possible.", count, MAX_RANGES),
				 errhint("Round the values to the precision of the assay, or the times to days.")));
}

static bool
solve_support(const TurnbullProblem *problem, double *probability, TurnbullSolution *solution)
{
	TurnbullSupportWork work;
	bool		found;

	work.indexes = allocate_array(TURNBULL_SUPPORT_INDEXES(problem->length), sizeof(size_t));
	work.numbers = allocate_array(TURNBULL_SUPPORT_NUMBERS(problem->length, problem->range_count), sizeof(double));
	work.ranges = allocate_array(problem->range_count, sizeof(TurnbullRange));
	found = turnbull_solve_support(problem, &work, probability, check_for_interrupts, solution);
	pfree(work.ranges);
	pfree(work.numbers);
	pfree(work.indexes);
	return found;
}

/* The probabilities of the candidates; an error if they are not found. */
double *
turnbull_probabilities(const TurnbullProblem *problem)
{
	size_t	   *indexes;
	double	   *probability;
	TurnbullWork work;
	TurnbullSolution solution;

	check_range_count((int64) problem->range_count);
	indexes = allocate_array(TURNBULL_INDEXES(problem->length), sizeof(size_t));
	probability = allocate_array(problem->length, sizeof(double));
	turnbull_plan(problem, indexes, &work);
	if (work.direct || !solve_support(problem, probability, &solution))
	{
		work.area = allocate_array(work.size, sizeof(double));
		turnbull_solve(problem, &work, probability, check_for_interrupts, &solution);
		pfree(work.area);
	}
	if (!solution.converged)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the distribution of the censored values was not found"),
				 errdetail("After %d iterations the likelihood was not at its maximum.", solution.iterations),
				 errhint("Round the values to the precision of the assay, or the times to days.")));
	pfree(indexes);
	return probability;
}
