/*-------------------------------------------------------------------------
 *
 * rule_reads.h
 *	  Which tables of the study decide whether a row breaks a rule.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RULE_READS_H
#define RULE_READS_H

#include "nodes/parsenodes.h"

#include "study/study_rule.h"

extern List *rule_reads(const RuleSet *rules, const Rule *rule);
extern char *views_of_own_table(const RuleSet *rules, const RuleRun *runs, int nruns);
extern bool is_told_reasons(const RuleSet *rules, const Rule *rule, Oid role);
extern bool has_blinded_reasons(const RuleSet *rules, const Rule *rule);
extern bool is_told_findings(const RuleSet *rules, const Rule *rule, Oid role);

#endif							/* RULE_READS_H */
