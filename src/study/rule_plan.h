/*-------------------------------------------------------------------------
 *
 * rule_plan.h
 *	  How the server plans the queries of a study's rules.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RULE_PLAN_H
#define RULE_PLAN_H

#include "study/study_rule.h"

/* The queries that are about to be planned or run, or NULL. */
typedef struct RulePlanning
{
	const char *rules;			/* of a study's rules, */
	StatementSize size;			/* for so many rows */
	const char *call;			/* of a call on a study, whose plan is used once */
} RulePlanning;

extern RulePlanning rule_planning;

extern void install_planner_hooks(void);
extern bool is_planning_call(void);

#endif							/* RULE_PLAN_H */
