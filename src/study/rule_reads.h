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

extern List *query_reads(Query *query);
extern List *rule_reads(const RuleSet *rules, const Rule *rule);

#endif							/* RULE_READS_H */
