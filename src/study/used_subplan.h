#ifndef USED_SUBPLAN_H
#define USED_SUBPLAN_H

#include "nodes/plannodes.h"

extern void drop_unused_subplans(PlannedStmt *plan);

#endif							/* USED_SUBPLAN_H */
