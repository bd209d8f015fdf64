/*-------------------------------------------------------------------------
 *
 * used_subplan.h
 *	  Takes out of a plan the subplans that nothing in it runs.
 *
 *-------------------------------------------------------------------------
 */
#ifndef USED_SUBPLAN_H
#define USED_SUBPLAN_H

#include "nodes/plannodes.h"

extern void drop_unused_subplans(PlannedStmt *plan);

#endif							/* USED_SUBPLAN_H */
