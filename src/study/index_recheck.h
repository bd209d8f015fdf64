/*-------------------------------------------------------------------------
 *
 * index_recheck.h
 *	  Takes out of a plan the conditions by which scans of B-trees would look at
 *	  a row again.
 *
 *-------------------------------------------------------------------------
 */
#ifndef INDEX_RECHECK_H
#define INDEX_RECHECK_H

#include "nodes/plannodes.h"

extern void drop_rechecks(PlannedStmt *plan);

#endif							/* INDEX_RECHECK_H */
