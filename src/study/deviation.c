/*-------------------------------------------------------------------------
 *
 * deviation.c
 *	  Puts the deviations that a rule finds on record, and removes those that no
 *	  longer hold.
 *
 * Rows may share a deviation, such as two results of one day.  Who enters a row
 * whose deviation is on record locks it FOR KEY SHARE, so that it stays, and
 * nobody waits.  Who finds it gone locks it FOR UPDATE, and judges again: a row
 * that has come in meanwhile keeps it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "study/deviation.h"
#include "study/frozen.h"
#include "study/rule_event.h"
#include "study/rule_reads.h"
#include "study/rule_statement.h"
#include "study/study_query.h"

#define RETURN_ITEMS " returning site_id, subject_id, item"

/* What follows the queries on what is in a set, one step of each; it waits for the steps of others. */
static char *
next_step(const Rule *rule, const char *set, const char *step)
{
	return psprintf("select * from (select query_id, %s from %s join query as known using (site_id, subject_id, item) "
					"where known.rule = %s for update of known) as %s", step, set, quote_literal_cstr(rule->name), set);
}

/*
 * The rest of a statement that records: a deviation that is new, or has another
 * description, is asked about; a query whose deviation is gone is closed.
 */
static char *
ask_statement(const Rule *rule)
{
	return psprintf(RETURN_ITEMS ", description), "
					"asked as (insert into query (site_id, subject_id, table_name, row_key, column_name, message, rule, item) "
					"select site_id, subject_id, %s, coalesce(row_key, jsonb_build_object('site_id', site_id, 'subject_id', subject_id)), "
					"%s, description, %s, item from told join found using (site_id, subject_id, item) "
					"on conflict (site_id, subject_id, rule, item) do nothing) "
					"insert into query_event (query_id, action, message) %s union all %s",
					quote_literal_cstr(rule->table_name), rule->asked_column ? quote_literal_cstr(rule->asked_column) : "null",
					quote_literal_cstr(rule->name),
					next_step(rule, "gone", "'close', 'The row no longer breaks the rule.'"),
					next_step(rule, "told", "'reopen', description"));
}

/* What the record has of this run but no row, as a condition. */
#define IS_GONE "deviation.rule = %s and exists (select from judged as judged " FOUND_COLUMNS " " \
	"where is_recorded and judged.site_id = deviation.site_id and judged.subject_id = deviation.subject_id and judged.item = deviation.item) " \
	"and not exists (select from found where found.site_id = deviation.site_id " \
	"and found.subject_id = deviation.subject_id and found.item = deviation.item)"

/* What a statement on a run's deviations begins with: "found" has one row for each. */
static char *
with_found(const RuleSet *rules, RuleEvent event, const RuleRun *run, int place)
{
	const Rule *rule = run->rule;
	RuleRun    *alone = palloc0(sizeof(RuleRun) * (place + 1));

	alone[place] = *run;
	if (rule->asks)
		alone[place].row_key = row_key(rule->guarded);
	return psprintf("with judged as materialized (%s), "
					"found as materialized (select distinct on (1, 2, 3) site_id, subject_id, coalesce(item, '') as item, reason%s "
					"from judged as judged " FOUND_COLUMNS " where not is_recorded order by 1, 2, 3)",
					judge_statement(rules, event, alone, place + 1), rule->asks ? ", row_key" : "");
}

/* Locks the deviations that would go, in an order that all keep to. */
static char *
gone_statement(const RuleSet *rules, RuleEvent event, const RuleRun *run, int place)
{
	return psprintf("%s select from deviation where " IS_GONE " order by site_id, subject_id, item for update of deviation",
					with_found(rules, event, run, place), quote_literal_cstr(run->rule->name));
}

/* Makes the deviations of what a run judges those that it finds; blinded reasons stay out of them. */
static char *
record_statement(const RuleSet *rules, RuleEvent event, const RuleRun *run, int place, bool is_blinded)
{
	const Rule *rule = run->rule;
	char	   *name = quote_literal_cstr(rule->name);
	const char *description = is_blinded ? "_virotrial.blinded_reason()" : "reason";

	return psprintf("%s, held as materialized (select site_id, subject_id, item from deviation join found using (site_id, subject_id, item) "
					"where rule = %s and description = %s order by site_id, subject_id, item for key share of deviation), "
					"gone as (delete from deviation where " IS_GONE "%s%s"
					"insert into deviation as known (site_id, subject_id, rule, item, description) "
					"select site_id, subject_id, %s, item, %s from found "
					"where not exists (select from held where held.site_id = found.site_id and held.subject_id = found.subject_id and held.item = found.item) "
					"on conflict (site_id, subject_id, rule, item) do update set description = excluded.description "
					"where known.description <> excluded.description%s",
					with_found(rules, event, run, place), name, description, name,
					rule->asks ? RETURN_ITEMS : "", rule->asks ? "), told as (" : ") ",
					name, description, rule->asks ? ask_statement(rule) : "");
}

/* Keeps a query's text with the rules, when it is asked for first. */
static void
keep_statement(const RuleSet *rules, KeptQuery *kept, const char *statement)
{
	kept->query = MemoryContextStrdup(rules->context, statement);
}

/* Puts what the run at a place finds on record; what is there may be gone. */
void
record_deviations(RuleSet *rules, RuleEvent event, int place, StatementSize size, bool may_be_gone)
{
	RuleRun    *run = &event_rules(rules, event)->runs[place];
	bool		is_blinded = has_blinded_reasons(rules, run->rule);
	KeptQuery  *gone = &run->gone;
	KeptQuery  *record = &run->record[is_blinded];

	if (may_be_gone && gone->query == NULL)
		keep_statement(rules, gone, gone_statement(rules, event, run, place));
	if (may_be_gone)
		run_sized(gone, (StatementRows) {.size = size});
	if (record->query == NULL)
		keep_statement(rules, record, record_statement(rules, event, run, place, is_blinded));
	write_frozen_sized(record, size);
}
