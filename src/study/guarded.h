/*-------------------------------------------------------------------------
 *
 * guarded.h
 *	  Tables that look guarded by rules, and are not.
 *
 *-------------------------------------------------------------------------
 */
#ifndef GUARDED_H
#define GUARDED_H

#include "utils/relcache.h"

extern void install_inheritance_hook(void);
extern void require_rules_hold(Relation table);
extern void warn_of_disabled_triggers(Relation table, Oid function);

#endif							/* GUARDED_H */
