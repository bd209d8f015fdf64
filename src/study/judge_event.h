/*-------------------------------------------------------------------------
 *
 * judge_event.h
 *	  Runs the rules of an event on a table.
 *
 *-------------------------------------------------------------------------
 */
#ifndef JUDGE_EVENT_H
#define JUDGE_EVENT_H

#include "study/study_rule.h"

extern void judge_event(RuleSet *rules, RuleEvent event, StatementRows rows);

#endif							/* JUDGE_EVENT_H */
