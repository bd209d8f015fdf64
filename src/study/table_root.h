/*-------------------------------------------------------------------------
 *
 * table_root.h
 *	  Tables that a caller names, and tables of a study in partitions.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TABLE_ROOT_H
#define TABLE_ROOT_H

#include "access/tupconvert.h"
#include "commands/trigger.h"

extern Relation open_given(Oid relid, LOCKMODE lock);
extern Oid	root_of(Relation table);
extern Relation open_root(Oid relid, LOCKMODE lock);
extern TupleConversionMap *map_to_root(Relation part, Relation root);
extern TriggerData *trigger_of_root(const TriggerData *trigger);
extern void close_root(const TriggerData *above, const TriggerData *trigger);

#endif							/* TABLE_ROOT_H */
