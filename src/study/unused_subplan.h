/*-------------------------------------------------------------------------
 *
 * unused_subplan.h
 *	  Takes out of a plan the subplans that nothing in it runs.
 *
 *-------------------------------------------------------------------------
 */
#ifndef UNUSED_SUBPLAN_H
#define UNUSED_SUBPLAN_H

#include "nodes/plannodes.h"

extern void drop_unused_subplans(PlannedStmt *plan);

#endif							/* UNUSED_SUBPLAN_H */
