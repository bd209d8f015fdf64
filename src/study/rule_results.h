/*-------------------------------------------------------------------------
 *
 * rule_results.h
 *	  What rules find, as the rows that a function returns.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RULE_RESULTS_H
#define RULE_RESULTS_H

#include "study/study.h"

/* Runs of rules whose findings become rows. */
typedef struct RuleResults
{
	StudyCall  *call;
	const RuleSet *rules;
	RuleRun    *runs;
	int			nruns;
	/* The statement whose rows are returned. */
	char	   *(*statement) (const struct RuleResults *results);
	/* Adds the row that says that the only rule cannot run. */
	void		(*add_failure) (const struct RuleResults *results, Datum reason);
	void	   *argument;		/* of both */
} RuleResults;

extern void add_rule_results(const RuleResults *results);

#endif							/* RULE_RESULTS_H */
