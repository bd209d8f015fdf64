/*-------------------------------------------------------------------------
 *
 * lock_tables.h
 *	  Locks the tables that a statement judges whole.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LOCK_TABLES_H
#define LOCK_TABLES_H

#include "study/study_rule.h"

extern void lock_judged_tables(RuleSet *rules, RuleEvent event);

#endif							/* LOCK_TABLES_H */
