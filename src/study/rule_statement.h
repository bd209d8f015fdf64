/*-------------------------------------------------------------------------
 *
 * rule_statement.h
 *	  The statements that judge rows by rules.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RULE_STATEMENT_H
#define RULE_STATEMENT_H

#include "study/study_rule.h"

/* The columns of what a statement finds. */
#define FOUND "run, is_recorded, site_id, subject_id, item, reason"
#define FOUND_COLUMNS "(" FOUND ")"

extern char *concerned_keys(const RuleSet *rules, RuleEvent event, const char *columns);
extern char *anchor_keys(const RuleSet *rules, const Rule *rule);
extern const char *with_verdicts(const RuleSet *rules, const Rule *rule);
extern char *judge_statement(const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns);
extern char *anchor_statement(const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns);
extern char *brief_statement(const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns);
extern char *ordered_findings(const char *statement);
extern char *first_offenders(const char *statement);
extern char *row_key(Oid relid);
extern char *violation_statement(const RuleSet *rules, const RuleRun *runs, int nruns, const bool *is_told);
extern char *arrival_statement(const RuleSet *rules, const RuleRun *runs, int nruns, const char *subjects, const bool *is_blinded);
extern char *deferred_rows(const RuleSet *rules, RuleEvent event);

#endif							/* RULE_STATEMENT_H */
