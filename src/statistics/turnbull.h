/*-------------------------------------------------------------------------
 *
 * turnbull.h
 *	  Solving Turnbull's problem in the server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TURNBULL_SOLUTION_H
#define TURNBULL_SOLUTION_H

#include "postgres.h"

#include "core/statistics/turnbull.h"

extern void *allocate_array(Size length, Size width);
extern void check_range_count(int64 count);
extern double *turnbull_probabilities(const TurnbullProblem *problem);

#endif							/* TURNBULL_SOLUTION_H */
