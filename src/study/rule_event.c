/*-------------------------------------------------------------------------
 *
 * rule_event.c
 *	  Which rules an event on a table of a study runs, over which rows, and
 *	  which locks on subjects that needs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "lib/stringinfo.h"
#include "utils/memutils.h"

#include "study/rule_event.h"
#include "study/rule_statement.h"
#include "study/study_rule.h"

static void
add_run(EventRules *event, const Rule *rule, RunAction action, RunRows rows)
{
	event->runs[event->nruns++] = (RuleRun) {.rule = rule, .action = action, .rows = rows};
	if (rows == ROWS_ALL)
		event->has_all = true;
}

static RunRows
concerned_rows(const Rule *rule)
{
	return rule->key ? ROWS_CONCERNED : ROWS_ALL;
}

/*
 * The runs over the rows that come into the guarded table; what is judged at
 * entry and relies on other rows of its own table is entered anew with them.
 */
static void
add_entry_runs(EventRules *plan, const Rule *rule, RuleEvent event)
{
	bool		is_own_anchor = rule->is_anchor && rule->reads_own;

	if (!rule->is_guarded || event == RULE_TRUNCATE)
		return;
	if (rule->at_entry && is_own_anchor && !rule->records)
		add_run(plan, rule, RUN_REFUSES, concerned_rows(rule));
	else if (event == RULE_DELETE)
		return;
	else if (!rule->records)
		add_run(plan, rule, RUN_REFUSES, ROWS_CHANGED);
	else if (event == RULE_INSERT && !(is_own_anchor && !rule->anchor_condition))
		add_run(plan, rule, RUN_RECORDS, ROWS_CHANGED);
}

/*
 * The runs over rows that are on record.  What an anchor decides is judged when
 * it comes, changes or goes, evidence only when it changes or goes; and what is
 * recorded must go when the row that deviated is corrected.
 */
static void
add_record_runs(EventRules *plan, const Rule *rule, RuleEvent event)
{
	RunRows		again = concerned_rows(rule);
	bool		is_entry = rule->at_entry && rule->is_guarded;
	bool		records = rule->records || (rule->at_entry && !rule->at_entry_only);
	RunAction	action = records ? RUN_RECORDS : RUN_REFUSES;
	bool		corrects = records && rule->is_guarded && (event == RULE_UPDATE || event == RULE_DELETE);
	bool		is_anchor = rule->is_anchor && (!rule->is_guarded || rule->reads_own);

	if (is_entry && !corrects)
		return;
	if (event == RULE_TRUNCATE && (is_anchor || rule->is_evidence))
		add_run(plan, rule, action, ROWS_ALL);
	else if (event == RULE_INSERT && is_anchor && rule->key && rule->anchor_condition)
	{
		add_run(plan, rule, RUN_FINDS_ANCHORS, ROWS_CHANGED);
		add_run(plan, rule, action, ROWS_ANCHORED);
	}
	else if (event == RULE_INSERT ? is_anchor :
			 event < RULE_TRUNCATE && (is_anchor || rule->is_evidence || corrects))
		add_run(plan, rule, action, again);
}

/* Rows that are judged in both ways are so once. */
static bool
judges_twice(const EventRules *plan, int first)
{
	return plan->nruns == first + 2 && plan->runs[first].action == plan->runs[first + 1].action &&
		plan->runs[first].rows == ROWS_CHANGED && plan->runs[first + 1].rows >= ROWS_CONCERNED;
}

static void
add_runs(EventRules *plan, const Rule *rule, RuleEvent event)
{
	int			first = plan->nruns;

	add_entry_runs(plan, rule, event);
	add_record_runs(plan, rule, event);
	if (judges_twice(plan, first))
	{
		plan->runs[first] = plan->runs[first + 1];
		plan->nruns--;
	}
}

/*
 * The lock that a rule needs when rows that it relies on change.  Rows that
 * come in lock their subject FOR KEY SHARE by their keys, and rely on that.  Only
 * rows of rules that compare one table's rows take more.
 */
static SubjectLock
needed_lock(const RuleRun *run)
{
	const Rule *rule = run->rule;

	if (rule->is_guarded && (rule->is_anchor || rule->reads_own) && !rule->anchor_condition)
		return LOCK_NO_KEY_UPDATE;
	if (run->rows != ROWS_CONCERNED)
		return LOCK_NONE;
	if (!rule->is_guarded)
		return rule->relies_on_own ? LOCK_NO_KEY_UPDATE : LOCK_UPDATE;
	return rule->is_anchor || rule->is_evidence ? LOCK_UPDATE : LOCK_NONE;
}

/* The same when rows among those that come in are its anchors. */
static SubjectLock
needed_anchor_lock(const RuleRun *run)
{
	if (run->rows != ROWS_ANCHORED || !run->rule->by_subject)
		return LOCK_NONE;
	return run->rule->relies_on_own && !run->rule->is_guarded ? LOCK_NO_KEY_UPDATE : LOCK_UPDATE;
}

/* Locks the subjects that a query gives, in an order that all keep to. */
static char *
lock_query(const char *subjects, const char *clause)
{
	return psprintf("select from subject where (site_id, subject_id) in (%s) order by site_id, subject_id for %s",
					subjects, clause);
}

/* How the subjects are locked. */
static void
choose_locks(const RuleSet *rules, RuleEvent event, EventRules *plan)
{
	static const char *const clauses[] = {NULL, "key share", "no key update", "update"};
	SubjectLock lock = event == RULE_UPDATE ? LOCK_KEY_SHARE : LOCK_NONE;
	SubjectLock anchor_lock = LOCK_NONE;
	StringInfoData anchors;

	initStringInfo(&anchors);
	for (int i = 0; i < plan->nruns; i++)
	{
		lock = Max(lock, needed_lock(&plan->runs[i]));
		anchor_lock = Max(anchor_lock, needed_anchor_lock(&plan->runs[i]));
		if (plan->runs[i].rows == ROWS_ANCHORED && plan->runs[i].rule->by_subject)
			appendStringInfo(&anchors, "%s%s", anchors.len > 0 ? " union " : "", anchor_keys(rules, plan->runs[i].rule));
	}
	if (!rules->has_subjects || event >= RULE_TRUNCATE)
		return;
	if (lock != LOCK_NONE)
		plan->lock.query = lock_query(concerned_keys(rules, event, "site_id, subject_id"), clauses[lock]);
	if (anchor_lock > lock)
		plan->anchor_lock.query = lock_query(anchors.data, clauses[anchor_lock]);
}

/* The runs of one kind; those of the other kind are without a rule. */
static RuleRun *
runs_of(const EventRules *plan, bool anchored, bool finds_anchors)
{
	RuleRun    *runs = palloc(sizeof(RuleRun) * (plan->nruns + 1));

	for (int i = 0; i < plan->nruns; i++)
	{
		runs[i] = plan->runs[i];
		if ((runs[i].rows == ROWS_ANCHORED) != anchored || (runs[i].action == RUN_FINDS_ANCHORS && !finds_anchors))
			runs[i].rule = NULL;
	}
	return runs;
}

/* Finds an event's runs and makes its queries. */
static void
plan_event(const RuleSet *rules, RuleEvent event, EventRules *plan)
{
	RuleEvent	as = event == RULE_DEFERRED_INSERT ? RULE_INSERT : event == RULE_DEFERRED_UPDATE ? RULE_UPDATE : event;

	for (int i = 0; i < rules->nrules; i++)
		add_runs(plan, &rules->rules[i], as);
	plan->brief.query = brief_statement(rules, event, runs_of(plan, false, true), plan->nruns);
	plan->brief.limit = 1;
	plan->judge.query = ordered_findings(judge_statement(rules, event, runs_of(plan, false, false), plan->nruns));
	plan->judge_anchored.query = ordered_findings(judge_statement(rules, event, runs_of(plan, true, false), plan->nruns));
	plan->find_anchors.query = anchor_statement(rules, event, plan->runs, plan->nruns);
	plan->find_anchors.limit = 1;
	choose_locks(rules, event, plan);
}

static void
keep_text(KeptQuery *kept, MemoryContext context)
{
	if (kept->query)
		kept->query = MemoryContextStrdup(context, kept->query);
}

/*
 * One event's rules and queries, made when they are asked for first: most
 * tables see one event.  What fails on the way leaves nothing half made.
 */
EventRules *
event_rules(RuleSet *rules, RuleEvent event)
{
	EventRules *plan = &rules->events[event];
	EventRules	made = {.is_planned = true};
	MemoryContext scratch;
	MemoryContext old;

	if (plan->is_planned)
		return plan;
	scratch = AllocSetContextCreate(CurrentMemoryContext, "virotrial event", ALLOCSET_DEFAULT_SIZES);
	old = MemoryContextSwitchTo(scratch);
	/* A rule has one run over what comes in, two for its anchors. */
	made.runs = MemoryContextAlloc(rules->context, sizeof(RuleRun) * (3 * rules->nrules + 1));
	plan_event(rules, event, &made);
	keep_text(&made.brief, rules->context);
	keep_text(&made.judge, rules->context);
	keep_text(&made.judge_anchored, rules->context);
	keep_text(&made.lock, rules->context);
	keep_text(&made.find_anchors, rules->context);
	keep_text(&made.anchor_lock, rules->context);
	*plan = made;
	MemoryContextSwitchTo(old);
	MemoryContextDelete(scratch);
	return plan;
}
