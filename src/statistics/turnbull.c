/*-------------------------------------------------------------------------
 *
 * turnbull.c
 *	  Solving Turnbull's problem in the server.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/turnbull.h"

#include "utils/memutils.h"

#include "statistics/aggregate.h"

/* An array that may be larger than a datum. */
void *
allocate_array(Size length, Size width)
{
	return palloc_extended(Max(length, 1) * width, MCXT_ALLOC_HUGE);
}

/* The probabilities of the candidates; an error if they are not found. */
double *
turnbull_probabilities(const TurnbullProblem *problem)
{
	size_t	   *indexes = allocate_array(TURNBULL_INDEXES(problem->length), sizeof(size_t));
	double	   *probability = allocate_array(problem->length, sizeof(double));
	TurnbullWork work;
	TurnbullSolution solution;

	turnbull_plan(problem, indexes, &work);
	work.area = allocate_array(work.size, sizeof(double));
	turnbull_solve(problem, &work, probability, check_for_interrupts, &solution);
	if (!solution.converged)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the distribution of the censored values was not found"),
				 errdetail("After %d iterations the likelihood was not at its maximum.", solution.iterations),
				 errhint("Round the values to the precision of the assay, or the times to days.")));
	pfree(work.area);
	pfree(indexes);
	return probability;
}
