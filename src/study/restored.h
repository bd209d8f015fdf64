/*-------------------------------------------------------------------------
 *
 * restored.h
 *	  Servers that were restored from a backup, and their subscribers.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RESTORED_H
#define RESTORED_H

#include "utils/rel.h"

extern void require_arrival(Relation table);

#endif							/* RESTORED_H */
