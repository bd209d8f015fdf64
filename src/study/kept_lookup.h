/*-------------------------------------------------------------------------
 *
 * kept_lookup.h
 *	  Has the subplans of a plan keep what they have found.
 *
 *-------------------------------------------------------------------------
 */
#ifndef KEPT_LOOKUP_H
#define KEPT_LOOKUP_H

#include "nodes/plannodes.h"

extern void keep_lookups(PlannedStmt *plan);

#endif							/* KEPT_LOOKUP_H */
