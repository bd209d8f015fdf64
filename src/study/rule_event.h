/*-------------------------------------------------------------------------
 *
 * rule_event.h
 *	  Which rules an event on a table of a study runs.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RULE_EVENT_H
#define RULE_EVENT_H

#include "study/study_rule.h"

extern EventRules *event_rules(RuleSet *rules, RuleEvent event);

#endif							/* RULE_EVENT_H */
