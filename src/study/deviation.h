/*-------------------------------------------------------------------------
 *
 * deviation.h
 *	  How deviations that a rule finds are put on record, and go.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DEVIATION_H
#define DEVIATION_H

#include "study/study_rule.h"

extern void record_deviations(RuleSet *rules, RuleEvent event, int place, StatementSize size, bool may_be_gone);

#endif							/* DEVIATION_H */
