/*-------------------------------------------------------------------------
 *
 * rule_plan.c
 *	  Which queries an event on a table of a study runs: the locks on the
 *	  subjects, the screens, and the rules themselves.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "study_rule.h"

static bool
guards(const RuleSet *rules, const Rule *rule)
{
	return strcmp(rule->table_name, rules->table_name) == 0;
}

/* The subjects that a statement touched, as a query over its changes. */
static const char *
touched(RuleEvent event)
{
	if (event == RULE_INSERT)
		return "select site_id, subject_id from changed";
	if (event == RULE_DELETE)
		return "select site_id, subject_id from removed";
	return "select site_id, subject_id from changed union select site_id, subject_id from removed";
}

/*
 * The subjects whose rows of the guarded table an event has a rule run over
 * anew, as a query; NULL if those of no subject, or of all.
 */
char *
rule_concerned(const RuleSet *rules, const Rule *rule, RuleEvent event)
{
	if (rule->scope[event] == SCOPE_ANCHORS)
		return psprintf("%s where %s", touched(event), rule->condition);
	return rule->scope[event] == SCOPE_SUBJECTS ? pstrdup(touched(event)) : NULL;
}

/* Anchors among the rows of the guarded table itself come with others, which are judged as well. */
static char *
anchored_query(const RuleSet *rules, const Rule *rule, RuleEvent event, const char *table)
{
	return psprintf("with concerned_subject as materialized (select distinct site_id, subject_id from (%s) as concerned), "
					"changed as (select guarded.* from %s as guarded join concerned_subject using (site_id, subject_id)%s) "
					"select * from (%s) as violation",
					rule_concerned(rules, rule, event), table,
					!guards(rules, rule) ? "" :
					" union all select changed.* from changed where not exists (select from concerned_subject "
					"where concerned_subject.site_id = changed.site_id and concerned_subject.subject_id = changed.subject_id)",
					rule->query);
}

/* The query of a rule over the rows that an event has it run over. */
char *
rule_scoped_query(const RuleSet *rules, const Rule *rule, RuleEvent event)
{
	const char *table = quote_qualified_identifier(rules->study, rule->table_name);

	switch (rule->scope[event])
	{
		case SCOPE_CHANGED:
			return rule->query;
		case SCOPE_ANCHORS:
			return anchored_query(rules, rule, event, table);
		case SCOPE_SUBJECTS:
			return psprintf("with changed as (select guarded.* from %s as guarded "
							"where (guarded.site_id, guarded.subject_id) in (%s)) "
							"select * from (%s) as violation",
							table, touched(event), rule->query);
		case SCOPE_ALL:
			return psprintf("with changed as (select * from %s) select * from (%s) as violation",
							table, rule->query);
		default:
			return NULL;
	}
}

/*
 * The lock that a rule needs when rows that it relies on change.  Rows that
 * come in have locked their subject FOR KEY SHARE by their keys, and rely on
 * that; only the rows of rules about one table's rows among each other all
 * take more, after the statement.
 */
static SubjectLock
needed_lock(const RuleSet *rules, const Rule *rule, RuleEvent event)
{
	if (rule->scope[event] != SCOPE_SUBJECTS)
		return LOCK_NONE;
	if (!guards(rules, rule))
		return rule->relies_on_own ? LOCK_NO_KEY_UPDATE : LOCK_UPDATE;
	if (rule->is_anchor && !rule->condition)
		return LOCK_NO_KEY_UPDATE;
	return rule->is_anchor || rule->is_evidence ? LOCK_UPDATE : LOCK_NONE;
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
choose_locks(const RuleSet *rules, RuleEvent event, RulePlan *plan)
{
	static const char *const clauses[] = {NULL, "key share", "no key update", "update"};
	SubjectLock lock = event == RULE_UPDATE ? LOCK_KEY_SHARE : LOCK_NONE;
	StringInfoData anchors;

	initStringInfo(&anchors);
	for (int i = 0; i < rules->nrules; i++)
	{
		const Rule *rule = &rules->rules[i];

		lock = Max(lock, needed_lock(rules, rule, event));
		if (rule->scope[event] == SCOPE_ANCHORS)
			appendStringInfo(&anchors, "%s%s", anchors.len > 0 ? " union " : "", rule_concerned(rules, rule, event));
	}
	if (!rules->has_subjects || event == RULE_TRUNCATE)
		return;
	if (lock != LOCK_NONE)
		plan->lock.query = lock_query(touched(event), clauses[lock]);
	if (anchors.len > 0 && lock != LOCK_UPDATE)
		plan->anchor_lock.query = lock_query(anchors.data, "update");
}

/*
 * One query for all rules of an event: the number of each that is broken, and
 * how often; for few rows one row of result each time, without an aggregate.
 */
static char *
merge_queries(const RuleSet *rules, RuleEvent event, bool few)
{
	StringInfoData merged;

	initStringInfo(&merged);
	for (int i = 0; i < rules->nrules; i++)
	{
		const Rule *rule = &rules->rules[i];

		if (rule->scope[event] == SCOPE_NONE)
			continue;
		appendStringInfo(&merged, "%sselect %d, %s from (%s) as violation (site_id, subject_id, item, reason)%s",
						 merged.len > 0 ? " union all " : "", i, few ? "bigint '1'" : "count(*)",
						 rule_scoped_query(rules, rule, event), few ? "" : " having count(*) > 0");
	}
	return merged.len > 0 ? merged.data : NULL;
}

/* The screens of an event. */
typedef struct Screening
{
	List	   *conditions;		/* true for a row that may break a rule, */
	List	   *rules;			/* such as this one */
	StringInfoData unscreened;	/* the queries of rules that have none */
} Screening;

/* Adds a condition, unless another rule has the same. */
static void
add_condition(Screening *screening, const Rule *rule, char *condition)
{
	ListCell   *cell;

	foreach(cell, screening->conditions)
	{
		if (strcmp(lfirst(cell), condition) == 0)
			return;
	}
	screening->conditions = lappend(screening->conditions, condition);
	screening->rules = lappend(screening->rules, rule->name);
}

/*
 * Adds what screens a rule to the conditions, or else its query.  A screen
 * judges the rows that came in, also as anchors of others of their table.  An
 * anchor may end deviations, for which no query finds anything.
 */
static void
screen_rule(const RuleSet *rules, const Rule *rule, RuleEvent event, Screening *screening)
{
	RuleScope	scope = rule->scope[event];
	bool		judges_changed = scope == SCOPE_CHANGED || (scope == SCOPE_ANCHORS && guards(rules, rule));
	bool		has_query = scope > SCOPE_ANCHORS || (judges_changed && !rule->screen);

	if (scope == SCOPE_NONE)
		return;
	if (has_query)
		appendStringInfo(&screening->unscreened, " union all select from (%s) as violation",
						 rule_scoped_query(rules, rule, event));
	if (scope == SCOPE_ANCHORS && (!judges_changed || (has_query && rule->records)))
		add_condition(screening, rule, psprintf("(%s) is true", rule->condition));
	else if (!has_query)
		add_condition(screening, rule, psprintf("(%s) is not false", rule->screen));
}

static char *
join_conditions(const List *conditions, const char *separator)
{
	StringInfoData joined;
	ListCell   *cell;

	initStringInfo(&joined);
	foreach(cell, conditions)
		appendStringInfo(&joined, "%s%s", joined.len > 0 ? separator : "", (char *) lfirst(cell));
	return joined.data;
}

/*
 * One query for the screens of an event, and for the rules that have none; not
 * if no rule has one, or one has deviations to end in any case.  If all have
 * one, these are conditions on a row by themselves.
 */
static void
merge_screens(const RuleSet *rules, RuleEvent event, RulePlan *plan)
{
	Screening	screening = {0};

	initStringInfo(&screening.unscreened);
	for (int i = 0; i < rules->nrules; i++)
	{
		const Rule *rule = &rules->rules[i];

		if (rule->records && rule->scope[event] > SCOPE_ANCHORS)
			return;
		screen_rule(rules, rule, event, &screening);
	}
	if (screening.conditions == NIL)
		return;
	plan->screen.query = psprintf("select from changed where %s%s", join_conditions(screening.conditions, " or "),
								  screening.unscreened.data);
	if (screening.unscreened.len > 0)
		return;
	plan->screens.query = psprintf("select %s from changed", join_conditions(screening.conditions, ", "));
	plan->screens.rules = screening.rules;
}

/* Makes an event's queries, in the current memory context. */
void
plan_event(const RuleSet *rules, RuleEvent event, RulePlan *plan)
{
	plan->few.query = merge_queries(rules, event, true);
	plan->query = merge_queries(rules, event, false);
	merge_screens(rules, event, plan);
	for (int i = 0; i < rules->nrules; i++)
	{
		if (rules->rules[i].scope[event] == SCOPE_ALL)
			plan->has_all = true;
	}
	choose_locks(rules, event, plan);
}
