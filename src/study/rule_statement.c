/*-------------------------------------------------------------------------
 *
 * rule_statement.c
 *	  The statements that judge rows by rules: for each row that breaks one,
 *	  the number of the run, the site, the subject, the item and the reason.
 *
 * The conditions of a table are judged in one pass over its context: most rows
 * break none, so that all conditions together select the rows first, and only
 * of these each condition is looked at, and items and reasons are made.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "lib/stringinfo.h"
#include "nodes/value.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "study/rule_statement.h"
#include "study/study_rule.h"

/* The keys of what a statement touched, as a query over its changes. */
char *
concerned_keys(const RuleSet *rules, RuleEvent event, const char *columns)
{
	if (event == RULE_INSERT)
		return psprintf("select %s from changed", columns);
	if (event == RULE_DELETE || IS_DEFERRED_EVENT(event))
		return psprintf("select %s from removed", columns);
	return psprintf("select %s from changed union select %s from removed", columns, columns);
}

/*
 * The keys of the anchors among the rows that a statement brought in, as a query.
 * OFFSET, so that the server plans them by themselves: a statement that locks
 * would carry each row that the context joins, to look at it again.
 */
char *
anchor_keys(const RuleSet *rules, const Rule *rule)
{
	return psprintf("(select %s from (%s\n) as context where (%s\n) offset 0)", rule->key, rules->context_query, rule->anchor_condition);
}

/* The columns of a table, as a list. */
static char *
table_columns(Oid relid)
{
	StringInfoData columns;
	char	   *name;

	initStringInfo(&columns);
	for (AttrNumber number = 1; (name = get_attname(relid, number, true)) != NULL; number++)
		if (get_atttype(relid, number) != InvalidOid)
			appendStringInfo(&columns, "%s%s", columns.len > 0 ? ", " : "", quote_identifier(name));
	return columns.data;
}

/*
 * What "changed" is in a dry run of a rule that judges a table's rows by others:
 * those that are there, too; and the table, with the views that read it, is as if
 * all had come in.
 */
static char *
rows_with_those_there(const char *table, const RuleRun *run)
{
	const Rule *rule = run->rule;
	char	   *columns = table_columns(rule->guarded);

	return psprintf("with %1$s as not materialized (select %2$s from %3$s union all select %2$s from changed)%5$s, "
					"changed as (select %2$s, null::tid as row_id from %3$s%4$s union all select %2$s, row_id from changed) ",
					quote_identifier(rule->table_name), columns, table,
					rule->key ? psprintf(" where (%s) in (select %s from changed)", rule->key, rule->key) : "", run->own_views);
}

/* What "changed" is for a run: nothing to say if it is what the statement brought in. */
static char *
changed_rows(const RuleSet *rules, RuleEvent event, const RuleRun *run)
{
	const Rule *rule = run->rule;
	const char *table = quote_qualified_identifier(rules->study, rule->table_name);

	if (run->rows == ROWS_CHANGED)
		return "";
	if (event == RULE_DRY_RUN)
		return rows_with_those_there(table, run);
	if (run->rows == ROWS_ALL)
		return psprintf("with changed as (select * from %s) ", table);
	/* Here "changed" is still what the statement brought in. */
	if (event == RULE_INSERT && run->rows == ROWS_CONCERNED)
		return psprintf("with changed as (select guarded.* from %s as guarded where (%s) in (select %s from changed)) ", table, rule->key, rule->key);
	return psprintf("with concerned as materialized (%s), changed as (select guarded.* from %s as guarded where (%s) in (select %s from concerned)) ",
					run->rows == ROWS_ANCHORED ? anchor_keys(rules, rule) : concerned_keys(rules, event, rule->key),
					table, rule->key, rule->key);
}

static void
append_union(StringInfo statement)
{
	if (statement->len > 0)
		appendStringInfoString(statement, " union all ");
}

/* Are the rows of a run those of the table that the statement changes, and not those that a rule guards? */
static bool
is_of_own_table(const RuleRun *run)
{
	return run->action == RUN_FINDS_ANCHORS || run->rule->is_guarded;
}

static bool
is_same_pass(const RuleRun *a, const RuleRun *b)
{
	const char *key_a = a->rule->key ? a->rule->key : "";
	const char *key_b = b->rule->key ? b->rule->key : "";

	return a->rows == b->rows && is_of_own_table(a) == is_of_own_table(b) &&
		(is_of_own_table(a) || strcmp(a->rule->table_name, b->rule->table_name) == 0) &&
		(a->rows == ROWS_CHANGED || a->rows == ROWS_ALL || strcmp(key_a, key_b) == 0) &&
		(a->rows != ROWS_ANCHORED || strcmp(a->rule->anchor_condition, b->rule->anchor_condition) == 0);
}

/*
 * Is a run judged by a condition over the context?  In brief so is a query that
 * has one, without which it is not run.
 */
static bool
is_condition(const RuleRun *run, bool in_brief)
{
	return run->rule && (run->action == RUN_FINDS_ANCHORS || (run->rule->condition && (in_brief || !run->rule->query)));
}

/*
 * In brief it is enough that a condition may hold.  IS TRUE keeps it whole: where a part of it has no column,
 * the planner would ask that part first, and then leave no join out.
 */
static char *
run_condition(const RuleRun *run, bool in_brief)
{
	const Rule *rule = run->rule;

	if (run->action == RUN_FINDS_ANCHORS)
		return psprintf("(%s\n) is true", rule->anchor_condition);
	return psprintf("(%s\n) %s", in_brief && rule->only_if ? rule->only_if : rule->condition,
					rule->unknown_refuses ? "is not false" : "is true");
}

/* What a statement that opens data queries has of a row besides: its key, as far as it is known. */
static char *
row_key_column(const RuleRun *run, const char *key)
{
	return run->row_key ? psprintf(", %s as row_key", key) : "";
}

/* The conditions of a pass, each once, joined by OR. */
static char *
joined_conditions(const RuleRun *runs, int nruns, int first, bool in_brief, bool is_cheap)
{
	List	   *conditions = NIL;
	StringInfoData any;
	ListCell   *cell;

	initStringInfo(&any);
	for (int i = first; i < nruns; i++)
	{
		if (is_condition(&runs[i], in_brief) && is_same_pass(&runs[first], &runs[i]))
			conditions = list_append_unique(conditions, makeString(run_condition(&runs[i], is_cheap)));
	}
	foreach(cell, conditions)
		appendStringInfo(&any, "%s%s", any.len > 0 ? " or " : "", strVal(lfirst(cell)));
	return any.data;
}

/* Which rows break a rule; of many rows what is cheap is asked first, and once for all rules that begin with it. */
static char *
any_condition(RuleEvent event, const RuleRun *runs, int nruns, int first, bool in_brief)
{
	bool		is_of_many = event == RULE_DRY_RUN || runs[first].rows == ROWS_ALL;
	char	   *any = joined_conditions(runs, nruns, first, in_brief, in_brief);
	char	   *cheap = is_of_many ? joined_conditions(runs, nruns, first, in_brief, true) : any;

	return strcmp(any, cheap) == 0 ? any : psprintf("(%s) and (%s)", cheap, any);
}

/* What a pass says of a row that breaks a rule, made for that rule alone: its item, or its reason. */
static char *
told_of_run(const RuleRun *runs, int nruns, int first, bool in_brief, bool is_reason)
{
	StringInfoData told;

	initStringInfo(&told);
	appendStringInfoString(&told, "case judged.run");
	for (int i = first; i < nruns; i++)
	{
		if (is_condition(&runs[i], in_brief) && is_same_pass(&runs[first], &runs[i]))
			appendStringInfo(&told, " when %d then (%s\n)::text", i, is_reason ? runs[i].rule->reason : runs[i].rule->item);
	}
	appendStringInfoString(&told, " end");
	return told.data;
}

/* One pass over the context for all conditions on the same rows. */
static void
append_pass(StringInfo statement, const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns, int first, bool in_brief)
{
	const Rule *rule = runs[first].rule;
	bool		is_own = is_of_own_table(&runs[first]);
	StringInfoData values;
	char	   *rows;

	initStringInfo(&values);
	for (int i = first; i < nruns; i++)
	{
		if (is_condition(&runs[i], in_brief) && is_same_pass(&runs[first], &runs[i]))
			appendStringInfo(&values, "%s(%d, %s)", values.len > 0 ? ", " : "", i, run_condition(&runs[i], in_brief));
	}
	append_union(statement);
	/* "changed" stands outside: a query that begins with WITH would be computed whole before the conditions. */
	rows = psprintf("(%s\n) as context where %s", is_own ? rules->context_query : rule->context,
					any_condition(event, runs, nruns, first, in_brief));
	appendStringInfo(statement, "(%s", changed_rows(rules, event, &runs[first]));
	if (in_brief)
		appendStringInfo(statement, "select from %s)", rows);
	else
		appendStringInfo(statement, "select judged.run, false, %s, %s, %s, %s%s%s "
						 "from (select * from %s) as context "
						 "cross join lateral (values %s) as judged (run, is_broken) where judged.is_broken)",
						 (is_own ? rules->has_site : rule->has_site) ? "context.site_id::text" : "null::text",
						 (is_own ? rules->has_subjects : rule->has_subjects) ? "context.subject_id::text" : "null::text",
						 told_of_run(runs, nruns, first, in_brief, false), told_of_run(runs, nruns, first, in_brief, true),
						 event == RULE_DRY_RUN ? ", context.row_id" : "", row_key_column(&runs[first], runs[first].row_key), rows, values.data);
}

static bool
is_first_of_pass(const RuleRun *runs, int place, bool in_brief)
{
	for (int i = 0; i < place; i++)
	{
		if (is_condition(&runs[i], in_brief) && is_same_pass(&runs[i], &runs[place]))
			return false;
	}
	return true;
}

/* The deviations on record of what a run judges anew. */
static void
append_recorded(StringInfo statement, const RuleSet *rules, RuleEvent event, const RuleRun *run, int place, bool in_brief)
{
	const Rule *rule = run->rule;
	char	   *keys = run->rows == ROWS_ALL ? NULL :
		run->rows == ROWS_ANCHORED ? anchor_keys(rules, rule) : concerned_keys(rules, event, rule->key);

	append_union(statement);
	appendStringInfo(statement, "select %s from deviation where rule = %s%s",
					 in_brief ? "" : psprintf("%d, true, site_id, subject_id, item, null%s", place, row_key_column(run, "null::jsonb")), quote_literal_cstr(rule->name),
					 keys ? psprintf(" and (%s) in (%s)", rule->key, keys) : "");
}

/* The verdicts that a query may read where it is one of enrolments. */
const char *
with_verdicts(const RuleSet *rules, const Rule *rule)
{
	return strcmp(rule->table_name, "enrolment") == 0 ? rules->with_verdicts : "";
}

/* A rule's query, over those rows of which its condition holds. */
static char *
rule_query(const RuleSet *rules, const Rule *rule)
{
	RuleRun		run = {.rule = rule};

	return psprintf("%sselect * from (%s%s\n) as found", with_verdicts(rules, rule),
					rule->condition ? psprintf("with changed as (select * from (%s\n) as context where %s) ", rule->context, run_condition(&run, false)) : "",
					rule->query);
}

/*
 * What queries over "changed" and "removed" begin with when they judge what has
 * waited: the rows that the transaction brought in, and the keys that it
 * concerns.
 */
char *
deferred_rows(const RuleSet *rules, RuleEvent event)
{
	const char *key = rules->has_subjects ? "site_id, subject_id" : rules->has_site ? "site_id" : NULL;

	return psprintf("with removed as materialized (select site_id, subject_id from deferred_judgement where table_name = %s and came_in = %s), "
					"changed as materialized (select guarded.* from %s as guarded where %s _virotrial.is_of_transaction(guarded.xmin)) ",
					quote_literal_cstr(rules->table_name), event == RULE_DEFERRED_INSERT ? "true" : "false",
					quote_qualified_identifier(rules->study, rules->table_name),
					key ? psprintf("(%s) in (select %s from removed) and", key, key) : "");
}

/* The statement over all runs; in brief without its columns. */
static char *
make_statement(const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns, bool in_brief)
{
	StringInfoData statement;

	initStringInfo(&statement);
	for (int i = 0; i < nruns; i++)
	{
		const Rule *rule = runs[i].rule;

		if (rule == NULL)
			continue;
		if (is_condition(&runs[i], in_brief))
		{
			if (is_first_of_pass(runs, i, in_brief))
				append_pass(&statement, rules, event, runs, nruns, i, in_brief);
		}
		else
		{
			append_union(&statement);
			appendStringInfo(&statement, "select %s from (%sselect * from (%s) as found) as violation (site_id, subject_id, item, reason)",
							 in_brief ? "" : psprintf("%d, false, site_id::text, subject_id::text, item::text, reason::text%s%s", i,
													  event == RULE_DRY_RUN ? ", null::tid" : "",
													  row_key_column(&runs[i], "null::jsonb")),
							 changed_rows(rules, event, &runs[i]), rule_query(rules, rule));
		}
		if (runs[i].action == RUN_RECORDS && runs[i].rows != ROWS_CHANGED)
			append_recorded(&statement, rules, event, &runs[i], i, in_brief);
	}
	if (statement.len == 0)
		return NULL;
	/* A query that begins with WITH cannot follow another WITH, not even in parentheses. */
	return IS_DEFERRED_EVENT(event) ? psprintf("%sselect %s from (%s) as found", deferred_rows(rules, event), in_brief ? "" : "*", statement.data) :
		statement.data;
}

/*
 * What the runs find: run, whether it is a deviation on record, site_id,
 * subject_id, item, reason.  NULL if there is nothing to run.  Runs without a
 * rule are left out, and keep their numbers.
 */
char *
judge_statement(const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns)
{
	return make_statement(rules, event, runs, nruns, false);
}

/* Whether there are anchors among the rows that a statement brought in, as a query that has rows then; NULL if there can be none. */
char *
anchor_statement(const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns)
{
	RuleRun    *anchors = palloc0(sizeof(RuleRun) * (nruns + 1));

	for (int i = 0; i < nruns; i++)
		if (runs[i].action == RUN_FINDS_ANCHORS)
			anchors[i] = runs[i];
	return make_statement(rules, event, anchors, nruns, true);
}

/*
 * Whether they find anything, as a query that has rows then.  It is the same
 * statement without what it says of each row, and starts in half the time.
 */
char *
brief_statement(const RuleSet *rules, RuleEvent event, const RuleRun *runs, int nruns)
{
	return make_statement(rules, event, runs, nruns, true);
}

/* The same for few rows, in the order in which they are shown. */
char *
ordered_findings(const char *statement)
{
	return statement ? psprintf("%s order by 1, 3, 4, 5, 6", statement) : NULL;
}

/* The same for many rows: of each run, how many rows it finds and the first of them. */
char *
first_offenders(const char *statement)
{
	return psprintf("select * from (select found.*, count(*) over (partition by run, is_recorded), "
					"row_number() over (partition by run, is_recorded order by site_id, subject_id, item, reason) as place "
					"from (%s) as found " FOUND_COLUMNS ") as found where place <= %d order by run, place",
					statement, OFFENDERS_SHOWN);
}

/* The primary key of a row of the context as an object, or as much of it as the context has. */
char *
row_key(Oid relid)
{
	return psprintf("(select jsonb_object_agg(part.key, part.value) from jsonb_each(to_jsonb(context.*)) as part (key, value) "
					"where part.key = any ((select _virotrial.key_columns(%u))::text[]))", relid);
}

/*
 * Which rows of a table break its rules, of the subjects that a query gives: rule,
 * table_name, site_id, subject_id, item, reason, the key of the row, and whether the
 * rule holds at entry alone.  A query that does not name a row of the table by the
 * item of its context means all rows of the subject there.
 */
char *
arrival_statement(const RuleSet *rules, const RuleRun *runs, int nruns, const char *subjects, const bool *is_blinded)
{
	RuleRun    *keyed = palloc(sizeof(RuleRun) * (nruns + 1));
	char	   *key = row_key(rules->relid);
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < nruns; i++)
	{
		keyed[i] = runs[i];
		keyed[i].row_key = key;
		appendStringInfo(&names, "%s(%d, %s, %s, %s)", i > 0 ? ", " : "", i, quote_literal_cstr(runs[i].rule->name), runs[i].rule->at_entry ? "true" : "false",
						 is_blinded[i] ? "true" : "false");
	}
	return psprintf("with removed as materialized (%s) "
					"select named.rule, %s::text, found.site_id, found.subject_id, found.item, "
					"case when named.is_blinded then _virotrial.blinded_reason() else split_part(found.reason, E'\\nHint: ', 1) end, "
					"coalesce(found.row_key, place.row_key, jsonb_build_object('site_id', found.site_id, 'subject_id', found.subject_id)), named.at_entry "
					"from (%s) as found (run, is_recorded, site_id, subject_id, item, reason, row_key) "
					"join (values %s) as named (run, rule, at_entry, is_blinded) using (run) "
					"left join lateral (with changed as (select * from %s as guarded where (guarded.site_id, guarded.subject_id) = (found.site_id, found.subject_id)) "
					"select %s as row_key from (%s\n) as context where to_jsonb(context.*) ->> 'item' = found.item and found.row_key is null) as place on true",
					subjects, quote_literal_cstr(rules->table_name), judge_statement(rules, RULE_DELETE, keyed, nruns), names.data,
					quote_qualified_identifier(rules->study, rules->table_name), key, rules->context_query);
}

/*
 * What breaks the rules of a table: rule, table_name, site_id, subject_id, item
 * and, where it is told, reason; of rules that record, what is not on record,
 * and what is though it no longer holds.
 */
char *
violation_statement(const RuleSet *rules, const RuleRun *runs, int nruns, const bool *is_told)
{
	StringInfoData names;

	initStringInfo(&names);
	for (int i = 0; i < nruns; i++)
		appendStringInfo(&names, "%s(%d, %s, %s, %s)", i > 0 ? ", " : "", i, quote_literal_cstr(runs[i].rule->name),
						 runs[i].action == RUN_RECORDS ? "true" : "false", is_told[i] ? "true" : "false");
	return psprintf("with judged " FOUND_COLUMNS " as materialized (%s) "
					"select named.rule, %s::text, judged.site_id, judged.subject_id, judged.item, "
					"case when judged.is_recorded then 'the deviation is on record, and no longer holds' when named.is_told then split_part(judged.reason, E'\\nHint: ', 1) end "
					"from judged join (values %s) as named (run, rule, records, is_told) using (run) "
					"where not exists (select from judged as other where named.records "
					"and other.run = judged.run and other.is_recorded <> judged.is_recorded and other.site_id = judged.site_id "
					"and other.subject_id = judged.subject_id and coalesce(other.item, '') = coalesce(judged.item, '')) "
					"order by judged.run, 3, 4, 5, 6",
					judge_statement(rules, RULE_UPDATE, runs, nruns), quote_literal_cstr(rules->table_name), names.data);
}
