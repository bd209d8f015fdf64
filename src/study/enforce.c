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

#include "study/frozen.h"
#include "study/judge.h"
#include "study/row_trigger.h"
#include "study/rule_reads.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(enforce);
PG_FUNCTION_INFO_V1(freeze_eligibility);

/* One call of a trigger function. */
typedef struct Statement
{
	TriggerData *trigger;
	RuleSet    *rules;
	RuleEvent	event;
	StatementSize size;
	bool		is_empty;
} Statement;

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

/* How many rows a statement has brought in and removed. */
int64
count_rows(const TriggerData *trigger)
{
	return (trigger->tg_newtable ? tuplestore_tuple_count(trigger->tg_newtable) : 0) +
		(trigger->tg_oldtable ? tuplestore_tuple_count(trigger->tg_oldtable) : 0);
}

static void
statement_init(Statement *statement, FunctionCallInfo fcinfo)
{
	TriggerData *trigger = statement_trigger(fcinfo);
	int64		nrows = count_rows(trigger);

	statement->trigger = trigger;
	statement->event = trigger_event(trigger);
	statement->size = size_of_rows(trigger->tg_relation, nrows);
	statement->is_empty = nrows == 0 && statement->event != RULE_TRUNCATE;
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

/* An event whose rules are run, and who is told what they find. */
typedef struct Judged
{
	RuleSet    *rules;
	RuleEvent	event;
	StatementSize size;
	Oid			caller;
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
 * it.  The reasons have figures of patients, which the server's log does not get.
 */
static void
refuse(const Judged *judged, const Rule *rule, const Finding *finding)
{
	bool		is_told = is_told_reasons(judged->rules, rule, judged->caller);

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
			 err_generic_string(PG_DIAG_SCHEMA_NAME, judged->rules->study),
			 err_generic_string(PG_DIAG_TABLE_NAME, rule->table_name),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, rule->name)));
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

/* Does a query find anything? */
bool
finds_any(KeptQuery *kept, StatementSize size)
{
	if (kept->query == NULL)
		return false;
	if (size == SIZE_FEW)
		run_kept(kept, 0, NULL, NULL);
	else
		run_query_for(psprintf("%s limit 1", kept->query), size, true);
	return SPI_processed > 0;
}

/* Judges by one of the event's statements, and adds what it finds; false if there is nothing, nor an anchor. */
static bool
find(const Judged *judged, KeptQuery *brief, KeptQuery *query, Finding *findings)
{
	const EventRules *event = event_rules(judged->rules, judged->event);

	if (query->query == NULL)
		return true;
	if (!judge(judged->rules, judged->event, brief, query, event->has_all ? SIZE_MANY : judged->size))
		return false;
	collect_findings(findings, event->nruns);
	return true;
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
			write_frozen(record_statement(judged->rules, judged->event, &event->runs[i], i));
	}
}

/* Runs the rules of an event on its rows, as the owner; 23514 if one is broken. */
void
judge_event(RuleSet *rules, RuleEvent event, StatementSize size, Oid caller)
{
	const Judged judged = {.rules = rules, .event = event, .size = size, .caller = caller};
	EventRules *plan = event_rules(rules, event);
	Finding    *findings;

	lock_judged_tables(rules, event);
	findings = palloc0(sizeof(Finding) * (plan->nruns + 1));
	if (find(&judged, &plan->brief, &plan->judge, findings) && finds_any(&plan->find_anchors, size))
	{
		/* Again, should a row have become an anchor since. */
		run_lock(&plan->anchor_lock, size);
		find(&judged, NULL, &plan->judge_anchored, findings);
	}
	act_on_findings(&judged, findings);
	if (IS_DEFERRED_EVENT(event) && strcmp(rules->table_name, "enrolment") == 0)
		freeze_verdicts_again(rules, event);
}

static void
check_rules(const Statement *statement, const OwnerState *state)
{
	EventRules *plan = event_rules(statement->rules, statement->event);
	/* What the extension itself writes while it judges cannot wait. */
	bool		can_wait = (state->security_context & SECURITY_RESTRICTED_OPERATION) == 0;

	if (!locks_before_keys(statement->trigger->tg_relation, statement->event))
		run_lock(&plan->lock, statement->size);
	if (plan->nruns == 0)
		return;
	if (can_wait && is_deferred(statement->rules, statement->event))
	{
		lift_restriction(state);
		defer_judgement(statement->rules, statement->event);
	}
	else
		judge_event(statement->rules, statement->event, statement->size, state->user);
}

/* Does something as the owner of the table that the trigger is on. */
static void
with_rules(Statement *statement, Oid function, void (*action) (const Statement *statement, const OwnerState *state))
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
		action(statement, &state);
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
	if (!statement.is_empty)
		with_rules(&statement, fcinfo->flinfo->fn_oid, check_rules);
	return PointerGetDatum(NULL);
}

static void
write_verdicts(const Statement *statement, const OwnerState *state)
{
	freeze_verdicts(statement->rules, statement->event, statement->size);
}

/* Trigger function after enrolments come or change: keeps the verdicts as they are that day. */
Datum
freeze_eligibility(PG_FUNCTION_ARGS)
{
	Statement	statement;

	statement_init(&statement, fcinfo);
	if (!statement.is_empty)
		with_rules(&statement, fcinfo->flinfo->fn_oid, write_verdicts);
	return PointerGetDatum(NULL);
}
