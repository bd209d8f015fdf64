/*-------------------------------------------------------------------------
 *
 * rule_check.h
 *	  Checks rules and contexts when they are written.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RULE_CHECK_H
#define RULE_CHECK_H

#include "study/study_rule.h"

extern void check_context(const RuleSet *rules);
extern void check_rule(const RuleSet *rules, const Rule *rule);
extern void with_rules_of_table(Oid relid, Oid function, void (*action) (const RuleSet *, Oid, void *), void *argument);

#endif							/* RULE_CHECK_H */
