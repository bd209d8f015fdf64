/*-------------------------------------------------------------------------
 *
 * enforce.c
 *	  The trigger functions that hold a study's rules: after each statement
 *	  its changes, in the transition tables "changed" and "removed", are
 *	  judged by the rules that they concern.
 *
 * All rules of an event are one statement.  For few rows its plan is kept; for
 * many it is made each time, as a plan made for one row is wrong for a million
 * and the other way round.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "commands/trigger.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "frozen.h"
#include "judge.h"
#include "row_trigger.h"
#include "rule_reads.h"
#include "study_rule.h"

PG_FUNCTION_INFO_V1(enforce);
PG_FUNCTION_INFO_V1(freeze_eligibility);

/* One call of a trigger function. */
typedef struct Statement
{
	TriggerData *trigger;
	RuleSet    *rules;
	RuleEvent	event;
	int64		nrows;
	Oid			caller;
} Statement;

static void
statement_init(Statement *statement, FunctionCallInfo fcinfo)
{
	TriggerData *trigger = statement_trigger(fcinfo);

	statement->trigger = trigger;
	statement->event = trigger_event(trigger);
	statement->caller = GetUserId();
	statement->nrows = 0;
	if (trigger->tg_newtable)
		statement->nrows += tuplestore_tuple_count(trigger->tg_newtable);
	if (trigger->tg_oldtable)
		statement->nrows += tuplestore_tuple_count(trigger->tg_oldtable);
}

/* Gives rows a name in queries.  A plan for few rows is kept, and made for one of them. */
static void
register_rows(char *name, Tuplestorestate *rows, Relation table)
{
	EphemeralNamedRelation relation = palloc0(sizeof(EphemeralNamedRelationData));

	if (rows == NULL)
		return;
	relation->md.name = name;
	relation->md.reliddesc = RelationGetRelid(table);
	relation->md.enrtype = ENR_NAMED_TUPLESTORE;
	relation->md.enrtuples = tuplestore_tuple_count(rows) > FEW_ROWS ? tuplestore_tuple_count(rows) : 1;
	relation->reldata = rows;
	if (SPI_register_relation(relation) != SPI_OK_REL_REGISTER)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("the transition tables cannot be used")));
}

/* The rules say "changed" and "removed", and so must the trigger. */
void
register_changes(const TriggerData *trigger, RuleEvent event)
{
	bool		needs_new = event == RULE_INSERT || event == RULE_UPDATE;
	bool		needs_old = event == RULE_DELETE || event == RULE_UPDATE;

	if ((needs_new && (!trigger->tg_newtable || strcmp(trigger->tg_trigger->tgnewtable, "changed") != 0)) ||
		(needs_old && (!trigger->tg_oldtable || strcmp(trigger->tg_trigger->tgoldtable, "removed") != 0)))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" must be declared as the procedure guard() does it", trigger->tg_trigger->tgname),
				 errhint("REFERENCING OLD TABLE AS removed NEW TABLE AS changed, as far as the event has them.")));
	register_rows("changed", needs_new ? trigger->tg_newtable : NULL, trigger->tg_relation);
	register_rows("removed", needs_old ? trigger->tg_oldtable : NULL, trigger->tg_relation);
}

/* May the caller read all tables that a rule reads, and so be told what is in them? */
static bool
may_be_told(const Statement *statement, const Rule *rule)
{
	RuleRun		run = {.rule = rule, .action = RUN_REFUSES, .rows = ROWS_CHANGED};
	Query	   *query = analyse_over_changed(judge_statement(statement->rules, RULE_INSERT, &run, 1), rule->guarded);
	ListCell   *cell;

	foreach(cell, list_append_unique_oid(query_reads(query), rule->guarded))
	{
		if (pg_class_aclcheck(lfirst_oid(cell), statement->caller, ACL_SELECT) != ACLCHECK_OK)
			return false;
	}
	return true;
}

static char *
detail_of(const Finding *finding, const StringInfoData *lines)
{
	if (finding->count <= finding->nshown)
		return lines->data;
	return psprintf("%s\nAnd " INT64_FORMAT " more.", lines->data, finding->count - finding->nshown);
}

/*
 * Fails with 23514 for the rule of a run, and shows the first rows that break
 * it.  The reasons have figures of patients, which the server's log does not get.
 */
static void
refuse(const Statement *statement, const Rule *rule, const Finding *finding)
{
	bool		is_told = may_be_told(statement, rule);

	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 rule->is_guarded ?
			 errmsg_plural("rule \"%s\" of table \"%s\" is broken by %lld row", "rule \"%s\" of table \"%s\" is broken by %lld rows",
						   finding->count, rule->name, rule->table_name, (long long) finding->count) :
			 errmsg_plural("rule \"%s\" of table \"%s\" would be broken in %lld row", "rule \"%s\" of table \"%s\" would be broken in %lld rows",
						   finding->count, rule->name, rule->table_name, (long long) finding->count),
			 errdetail_internal("%s", detail_of(finding, is_told ? &finding->offenders : &finding->places)),
			 errdetail_log("%s", detail_of(finding, &finding->places)),
			 rule->hint ? errhint("%s", rule->hint) : 0,
			 err_generic_string(PG_DIAG_SCHEMA_NAME, statement->rules->study),
			 err_generic_string(PG_DIAG_TABLE_NAME, rule->table_name),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, rule->name)));
}

/* The size of a statement that changes so many rows of a table. */
StatementSize
size_of_rows(Relation table, int64 nrows)
{
	int64		pages;

	if (nrows <= FEW_ROWS)
		return SIZE_FEW;
	/* At a guess of 100 rows a page, five rows a page are a twentieth. */
	pages = RELKIND_HAS_STORAGE(table->rd_rel->relkind) ? RelationGetNumberOfBlocks(table) : 0;
	return nrows < 5 * pages ? SIZE_MANY : SIZE_BULK;
}

static StatementSize
statement_size(const Statement *statement)
{
	if (statement->rules->events[statement->event].has_all)
		return SIZE_MANY;
	return size_of_rows(statement->trigger->tg_relation, statement->nrows);
}

/* Locks subjects, where there are any to lock. */
void
run_lock(KeptQuery *lock, StatementSize size)
{
	if (lock->query && size == SIZE_FEW)
		run_kept(lock, 0, NULL, NULL);
	else if (lock->query)
		run_query_for(lock->query, size, true);
}

/* Judges by one of the event's statements, and adds what it finds. */
static void
find(const Statement *statement, KeptQuery *brief, KeptQuery *query, Finding *findings)
{
	const EventRules *event = &statement->rules->events[statement->event];

	if (query->query == NULL)
		return;
	judge(statement->rules, statement->event, brief, query, statement_size(statement));
	collect_findings(findings, event->nruns);
}

static bool
found_anchors(const EventRules *event, const Finding *findings)
{
	for (int i = 0; i < event->nruns; i++)
	{
		if (event->runs[i].action == RUN_FINDS_ANCHORS && findings[i].count > 0)
			return true;
	}
	return false;
}

/*
 * The first rule that refuses ends the statement; what others record is
 * written after none has.
 */
static void
act_on_findings(const Statement *statement, const Finding *findings)
{
	const EventRules *event = &statement->rules->events[statement->event];

	for (int i = 0; i < event->nruns; i++)
	{
		if (event->runs[i].action == RUN_REFUSES && findings[i].count > 0)
			refuse(statement, event->runs[i].rule, &findings[i]);
	}
	for (int i = 0; i < event->nruns; i++)
	{
		if (event->runs[i].action == RUN_RECORDS && (findings[i].count > 0 || findings[i].is_recorded))
			write_frozen(record_statement(statement->rules, statement->event, &event->runs[i], i));
	}
}

static void
check_rules(const Statement *statement)
{
	EventRules *event = &statement->rules->events[statement->event];
	Finding    *findings;

	if (!locks_before_keys(statement->trigger->tg_relation, statement->event))
		run_lock(&event->lock, statement_size(statement));
	if (event->judge.query == NULL)
		return;
	lock_judged_tables(statement->rules, statement->event);
	findings = palloc0(sizeof(Finding) * event->nruns);
	find(statement, &event->brief, &event->judge, findings);
	if (found_anchors(event, findings))
	{
		/* Again, should a row have become an anchor since. */
		run_lock(&event->anchor_lock, statement_size(statement));
		find(statement, NULL, &event->judge_anchored, findings);
	}
	act_on_findings(statement, findings);
}

/* Does something as the owner of the table that the trigger is on. */
static void
with_rules(Statement *statement, Oid function, void (*action) (const Statement *))
{
	RuleSet    *rules;

	if (SPI_connect() != SPI_OK_CONNECT)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("no connection to SPI")));
	rules = rule_set_open(RelationGetRelid(statement->trigger->tg_relation), function);
	PG_TRY();
	{
		OwnerState	state;

		statement->rules = rules;
		register_changes(statement->trigger, statement->event);
		become_owner(&state, rules);
		action(statement);
		restore_user(&state);
	}
	PG_FINALLY();
	{
		rule_set_close(rules);
	}
	PG_END_TRY();
	SPI_finish();
}

/* Trigger function after each statement: runs the rules; 23514 if one is broken. */
Datum
enforce(PG_FUNCTION_ARGS)
{
	Statement	statement;

	statement_init(&statement, fcinfo);
	if (statement.nrows > 0 || statement.event == RULE_TRUNCATE)
		with_rules(&statement, fcinfo->flinfo->fn_oid, check_rules);
	return PointerGetDatum(NULL);
}

/* Removes the verdicts on enrolments whose day has moved, or returns false if there are none. */
static bool
remove_verdicts(void)
{
	write_frozen("delete from eligibility_verdict as frozen using changed "
				 "where changed.site_id = frozen.site_id and changed.subject_id = frozen.subject_id and changed.enrolled <> frozen.as_of");
	return SPI_processed > 0;
}

/* Of enrolments whose day stays, the verdicts do. */
#define WRITE_VERDICTS "insert into eligibility_verdict (site_id, subject_id, criterion, verdict, evidence, as_of) " \
	"select site_id, subject_id, criterion, verdict, evidence, as_of from verdict " \
	"where not exists (select from eligibility_verdict as frozen " \
	"where frozen.site_id = verdict.site_id and frozen.subject_id = verdict.subject_id)"

static void
write_verdicts(const Statement *statement)
{
	KeptQuery  *kept = &statement->rules->write_verdicts;

	if (statement->event == RULE_UPDATE && !remove_verdicts())
		return;
	if (kept->query == NULL)
		kept->query = MemoryContextStrdup(statement->rules->context,
										  psprintf("%s" WRITE_VERDICTS " returning 1", statement->rules->with_verdicts));
	if (statement_size(statement) == SIZE_FEW)
		write_frozen_kept(kept);
	else
		write_frozen(kept->query);
}

/* Trigger function after enrolments come or change: keeps the verdicts as they are that day. */
Datum
freeze_eligibility(PG_FUNCTION_ARGS)
{
	Statement	statement;

	statement_init(&statement, fcinfo);
	if (statement.nrows > 0)
		with_rules(&statement, fcinfo->flinfo->fn_oid, write_verdicts);
	return PointerGetDatum(NULL);
}
