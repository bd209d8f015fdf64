/*-------------------------------------------------------------------------
 *
 * earlier_findings.c
 *	  What of a statement's findings was there before it.
 *
 * Late evidence is kept, though an enrolment breaks a rule with it.  Another
 * change that concerns the enrolment is not to blame for that.  So a change is
 * refused for those rows of other tables alone that did not break the rule
 * before.  Only where something is found are the rules run on what was.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/xact.h"
#include "executor/spi.h"
#include "utils/snapmgr.h"

#include "study/earlier_findings.h"
#include "study/eligibility_query.h"
#include "study/judge.h"
#include "study/rule_statement.h"
#include "study/study_query.h"

/* A run of the rules on what was. */
typedef struct EarlierRun
{
	RuleSet		rules;
	RuleEvent	event;
	RuleRun    *runs;
	int			nruns;
	const char *subjects;		/* what is looked at, as a query */
	char	   *found;			/* what is found, as a query */
} EarlierRun;

/* Can a row that breaks the rule have done so before?  One that comes in has not. */
bool
may_be_earlier(const RuleRun *run)
{
	return run->rule && run->action == RUN_REFUSES && !run->rule->is_guarded;
}

/* Those of the runs, or NULL if there are none. */
static RuleRun *
earlier_runs(const RuleRun *runs, int nruns)
{
	RuleRun    *others = palloc0(sizeof(RuleRun) * (nruns + 1));
	bool		is_any = false;

	for (int i = 0; i < nruns; i++)
	{
		if (!may_be_earlier(&runs[i]))
			continue;
		others[i] = runs[i];
		is_any = true;
	}
	return is_any ? others : NULL;
}

/* Runs a query that writes a query. */
static char *
written_by(const char *query)
{
	run_query(query, true);
	return SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
}

/* Criteria are part of the text of a statement: those of before count. */
static void
find_earlier(void *argument)
{
	EarlierRun *earlier = argument;
	RuleSet    *rules = &earlier->rules;

	for (int i = 0; i < earlier->nruns; i++)
		if (earlier->runs[i].rule)
			earlier->runs[i].rows = earlier->runs[i].rule->by_subject ? ROWS_CONCERNED : ROWS_ALL;
	if (*rules->with_verdicts)
		rules->with_verdicts = enrolment_verdicts();
	earlier->found = written_by(psprintf("with removed as materialized (select * from %s as removed (site_id, subject_id)) "
										 "select format('unnest(%%L::integer[], %%L::text[], %%L::text[], %%L::text[])', "
										 "array_agg(run), array_agg(site_id), array_agg(subject_id), array_agg(item)) from (%s) as found " FOUND_COLUMNS,
										 earlier->subjects,
										 judge_statement(rules, RULE_DELETE, earlier->runs, earlier->nruns)));
}

/* Before a statement, or before the transaction if its rules waited. */
static void
find_before(void *argument)
{
	const EarlierRun *earlier = argument;

	run_before(IS_DEFERRED_EVENT(earlier->event) ? FirstCommandId : GetActiveSnapshot()->curcid, find_earlier, argument);
}

/*
 * What the runs find that is new, as a statement like judge_statement()'s.  Rows
 * are the same that have the same place; of several in one place as many are new
 * as there are more.  Where the rules could not run before, all is new, and so it
 * is after TRUNCATE, which leaves nothing to look at.
 */
char *
new_findings(const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns)
{
	char	   *statement = judge_statement(rules, event, runs, nruns);
	EarlierRun	earlier = {.rules = *rules, .event = event, .runs = earlier_runs(runs, nruns), .nruns = nruns};

	if (earlier.runs == NULL || event == RULE_TRUNCATE)
		return statement;
	earlier.subjects = written_by(psprintf("select format('unnest(%%L::text[], %%L::text[])', array_agg(site_id), array_agg(subject_id)) "
										   "from (select distinct site_id, subject_id from (%s) as found " FOUND_COLUMNS ") as subject",
										   judge_statement(rules, event, earlier.runs, nruns)));
	if (error_of(find_before, &earlier))
		return statement;
	return psprintf("select * from (select *, row_number() over (partition by run, site_id, subject_id, item) as nth "
					"from (%s) as found " FOUND_COLUMNS ") as found "
					"where (run, coalesce(site_id, ''), coalesce(subject_id, ''), coalesce(item, ''), nth) not in "
					"(select run, coalesce(site_id, ''), coalesce(subject_id, ''), coalesce(item, ''), "
					"row_number() over (partition by run, site_id, subject_id, item) "
					"from %s as earlier (run, site_id, subject_id, item))", statement, earlier.found);
}
