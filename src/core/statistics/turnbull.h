/*-------------------------------------------------------------------------
 *
 * turnbull.h
 *	  The distribution that makes values most likely of which no more is known
 *	  than a range of candidates each may lie at (Turnbull 1976).
 *
 *-------------------------------------------------------------------------
 */
#ifndef TURNBULL_H
#define TURNBULL_H

#include <stdbool.h>
#include <stddef.h>

#include "core/statistics/network.h"

/* So many values lie somewhere from candidate first to candidate last. */
typedef struct TurnbullRange
{
	size_t		first;
	size_t		last;
	double		count;
} TurnbullRange;

/*
 * Each candidate lies in one range or more, and no two candidates in the same
 * ranges.  total is the sum of the counts.
 */
typedef struct TurnbullProblem
{
	size_t		length;			/* of the candidates */
	const TurnbullRange *ranges;
	size_t		range_count;
	double		total;
} TurnbullProblem;

/* What the caller allocates for a problem. */
typedef struct TurnbullWork
{
	bool		direct;			/* are the matrices small enough to be factorized? */
	size_t		size;			/* doubles of the work area */
	double	   *area;
	NetworkShape shape;			/* a row a candidate but the last */
} TurnbullWork;

/* Below this a candidate has no probability: it is on its way to 0. */
#define TURNBULL_NO_PROBABILITY 1e-11

typedef struct TurnbullSolution
{
	bool		converged;
	int			iterations;
	double		kkt_residual;	/* largest excess of a gradient over that at the maximum, relative */
} TurnbullSolution;

#define TURNBULL_INDEXES(length) (3 * (length))

extern void turnbull_plan(const TurnbullProblem *problem, size_t *indexes, TurnbullWork *work);
extern void turnbull_solve(const TurnbullProblem *problem, const TurnbullWork *work,
						   double *probability, InterruptCheck interrupt,
						   TurnbullSolution *solution);

#endif							/* TURNBULL_H */
