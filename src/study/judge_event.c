/*-------------------------------------------------------------------------
 *
 * judge_event.c
 *	  Runs the rules of an event on a table: refuses what breaks one of them, and
 *	  records what others find.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"

#include "study/deviation.h"
#include "study/earlier_findings.h"
#include "study/frozen.h"
#include "study/judge.h"
#include "study/judge_event.h"
#include "study/lock_tables.h"
#include "study/rule_event.h"
#include "study/rule_reads.h"
#include "study/rule_statement.h"
#include "study/study_query.h"
#include "study/study_rule.h"

/* An event whose rules are run. */
typedef struct Judged
{
	RuleSet    *rules;
	RuleEvent	event;
	StatementRows rows;
} Judged;

static char *
detail_of(const Finding *finding, const StringInfoData *lines)
{
	if (finding->count <= finding->nshown)
		return lines->data;
	return psprintf("%s\nAnd " INT64_FORMAT " more.", lines->data, finding->count - finding->nshown);
}

/*
 * Fails with 23514 for the rule of a run, and shows the first rows that break
 * it.  The reasons have figures of patients, which the server's log does not get,
 * and the client if his role may read them: a cascade, what waited and a function
 * may run with the rights of others.
 */
static void
refuse(const Judged *judged, const Rule *rule, const Finding *finding)
{
	bool		is_told = is_told_reasons(judged->rules, rule, GetOuterUserId());
	const char *hint = is_told && finding->hint ? finding->hint : rule->hint;

	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 rule->is_guarded ?
			 errmsg_plural("rule \"%s\" of table \"%s\" is broken by %lld row", "rule \"%s\" of table \"%s\" is broken by %lld rows",
						   finding->count, rule->name, rule->table_name, (long long) finding->count) :
			 errmsg_plural("rule \"%s\" of table \"%s\" would be broken in %lld row", "rule \"%s\" of table \"%s\" would be broken in %lld rows",
						   finding->count, rule->name, rule->table_name, (long long) finding->count),
			 errdetail_internal("%s", detail_of(finding, is_told ? &finding->offenders : &finding->places)),
			 errdetail_log("%s", detail_of(finding, &finding->places)),
			 hint ? errhint("%s", hint) : 0,
			 err_generic_string(PG_DIAG_SCHEMA_NAME, judged->rules->study),
			 err_generic_string(PG_DIAG_TABLE_NAME, rule->table_name),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, rule->name)));
}

/* Judges by one of the event's statements, and adds what it finds; false if there is nothing, nor an anchor. */
static bool
find(const Judged *judged, KeptQuery *brief, KeptQuery *query, Finding *findings)
{
	const EventRules *event = event_rules(judged->rules, judged->event);

	if (query->query == NULL)
		return true;
	if (!judge(judged->rules, judged->event, brief, query, event->has_all ? (StatementRows) {.size = SIZE_MANY} : judged->rows))
		return false;
	collect_findings(findings, event->nruns);
	return true;
}

/* Leaves of the findings what the statement is to blame for. */
static void
drop_earlier(const Judged *judged, Finding *findings)
{
	const EventRules *event = event_rules(judged->rules, judged->event);
	RuleRun    *again = palloc0(sizeof(RuleRun) * (event->nruns + 1));
	bool		is_found = false;

	for (int i = 0; i < event->nruns; i++)
	{
		if (findings[i].count == 0 || !may_be_earlier(&event->runs[i]))
			continue;
		again[i] = event->runs[i];
		findings[i] = (Finding) {0};
		is_found = true;
	}
	if (!is_found)
		return;
	run_query(first_offenders(psprintf("select " FOUND " from (%s) as found " FOUND_COLUMNS,
									   new_findings(judged->rules, judged->event, again, event->nruns))), true);
	collect_findings(findings, event->nruns);
}

/*
 * The first rule that refuses ends the statement; what others record is
 * written after none has.
 */
static void
act_on_findings(const Judged *judged, const Finding *findings)
{
	const EventRules *event = event_rules(judged->rules, judged->event);

	for (int i = 0; i < event->nruns; i++)
	{
		if (event->runs[i].action == RUN_REFUSES && findings[i].count > 0)
			refuse(judged, event->runs[i].rule, &findings[i]);
	}
	for (int i = 0; i < event->nruns; i++)
	{
		if (event->runs[i].action == RUN_RECORDS && (findings[i].count > 0 || findings[i].is_recorded))
			record_deviations(judged->rules, judged->event, i, judged->rows.size, findings[i].is_recorded);
	}
}

/* Runs the rules of an event on its rows, as the owner; 23514 if one is broken. */
void
judge_event(RuleSet *rules, RuleEvent event, StatementRows rows)
{
	const Judged judged = {.rules = rules, .event = event, .rows = rows};
	EventRules *plan = event_rules(rules, event);
	Finding    *findings;

	lock_judged_tables(rules, event);
	findings = palloc0(sizeof(Finding) * (plan->nruns + 1));
	if (find(&judged, &plan->brief, &plan->judge, findings) && finds_any(&plan->find_anchors, rows))
	{
		/* Again, should a row have become an anchor since. */
		run_sized(&plan->anchor_lock, rows);
		find(&judged, NULL, &plan->judge_anchored, findings);
	}
	drop_earlier(&judged, findings);
	act_on_findings(&judged, findings);
	if (IS_DEFERRED_EVENT(event) && strcmp(rules->table_name, "enrolment") == 0)
		freeze_verdicts_again(rules, event);
}
