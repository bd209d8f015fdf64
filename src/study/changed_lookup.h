/*-------------------------------------------------------------------------
 *
 * changed_lookup.h
 *	  A scan of the rows that a statement judges by the values of columns.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CHANGED_LOOKUP_H
#define CHANGED_LOOKUP_H

#include "nodes/pathnodes.h"

extern void add_changed_lookup(PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte);

#endif							/* CHANGED_LOOKUP_H */
