/*-------------------------------------------------------------------------
 *
 * turnbull_support.h
 *	  Turnbull's problem where the candidates are many and few of them have a
 *	  probability.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TURNBULL_SUPPORT_H
#define TURNBULL_SUPPORT_H

#include "core/statistics/turnbull.h"

/* More candidates at a time than this are not tried. */
#define TURNBULL_MAX_SUPPORT 3000

/* What the caller allocates for a problem: elements of each kind. */
#define TURNBULL_SUPPORT_INDEXES(length) ((length) + 1 + TURNBULL_MAX_SUPPORT + TURNBULL_INDEXES(TURNBULL_MAX_SUPPORT))
#define TURNBULL_SUPPORT_NUMBERS(length, range_count) \
	((length) + 1 + (range_count) + TURNBULL_MAX_SUPPORT * (size_t) (TURNBULL_MAX_SUPPORT / 2 + 16))

typedef struct TurnbullSupportWork
{
	size_t	   *indexes;
	double	   *numbers;
	TurnbullRange *ranges;		/* as many as the problem has */
} TurnbullSupportWork;

extern bool turnbull_solve_support(const TurnbullProblem *problem, const TurnbullSupportWork *work,
								   double *probability, InterruptCheck interrupt,
								   TurnbullSolution *solution);

#endif							/* TURNBULL_SUPPORT_H */
