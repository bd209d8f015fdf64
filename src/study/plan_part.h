/*-------------------------------------------------------------------------
 *
 * plan_part.h
 *	  The parts of a plan that are more than two.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PLAN_PART_H
#define PLAN_PART_H

#include "nodes/plannodes.h"

/* The plans whose rows a node appends, in their order or not; NIL of another node. */
static inline List *
appended_plans(const Plan *plan)
{
	if (IsA(plan, Append))
		return ((const Append *) plan)->appendplans;
	return IsA(plan, MergeAppend) ? ((const MergeAppend *) plan)->mergeplans : NIL;
}

#endif							/* PLAN_PART_H */
