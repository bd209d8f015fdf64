/*-------------------------------------------------------------------------
 *
 * earlier_findings.h
 *	  What of a statement's findings was there before it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EARLIER_FINDINGS_H
#define EARLIER_FINDINGS_H

#include "study/study_rule.h"

extern bool may_be_earlier(const RuleRun *run);
extern char *new_findings(const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns);

#endif							/* EARLIER_FINDINGS_H */
