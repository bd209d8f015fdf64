/*-------------------------------------------------------------------------
 *
 * deferred_judgement.h
 *	  Rules that wait until the end of the transaction.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DEFERRED_JUDGEMENT_H
#define DEFERRED_JUDGEMENT_H

#include "study/study_rule.h"

extern bool is_deferred(const RuleSet *rules, RuleEvent event);
extern void defer_judgement(const RuleSet *rules, RuleEvent event);

#endif							/* DEFERRED_JUDGEMENT_H */
