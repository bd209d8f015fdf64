/*-------------------------------------------------------------------------
 *
 * judge.h
 *	  Runs statements that judge rows by rules, and gathers what they find.
 *
 *-------------------------------------------------------------------------
 */
#ifndef JUDGE_H
#define JUDGE_H

#include "lib/stringinfo.h"

#include "study/study_rule.h"

/* What stands in a reason before a hint of its own, which takes the place of the rule's. */
#define REASON_HINT "\nHint: "

/* What one run has found. */
typedef struct Finding
{
	int64		count;			/* rows that break the rule */
	int			nshown;
	StringInfoData offenders;	/* the first of them, a line each */
	StringInfoData places;		/* the same without the reasons */
	const char *hint;			/* that the first one's reason has; NULL if none */
	bool		is_recorded;	/* deviations of it are on record */
} Finding;

extern ErrorData *error_of(void (*action) (void *), void *argument);
extern bool is_error_of_rule(const ErrorData *error);
extern bool judge(RuleSet *rules, RuleEvent event, KeptQuery *brief, KeptQuery *query, StatementRows rows);
extern void collect_findings(Finding *findings, int nruns);

#endif							/* JUDGE_H */
