/*-------------------------------------------------------------------------
 *
 * enforce.c
 *	  The trigger functions that hold a study's rules: after each statement
 *	  its changes, in the transition tables "changed" and "removed", are
 *	  given to the queries of the rules that they concern.
 *
 * All rules of an event run as one query.  For few rows its plan is kept; for
 * many it is made each time, as a plan made for one row is wrong for a
 * million and the other way round.  Few rows are first looked at by the
 * screens of the rules, which are one query as well and mostly find nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "commands/trigger.h"
#include "lib/stringinfo.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "study_rule.h"

PG_FUNCTION_INFO_V1(enforce);
PG_FUNCTION_INFO_V1(freeze_eligibility);

/* Offending rows that an error shows. */
#define OFFENDERS_SHOWN 5

/* One call of a trigger function. */
typedef struct Statement
{
	TriggerData *trigger;
	RuleSet    *rules;
	RuleEvent	event;
	int64		nrows;
	StatementSize size;
} Statement;

static void
statement_init(Statement *statement, FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function must be called as a trigger after each statement")));
	statement->trigger = trigger;
	statement->event = TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? RULE_INSERT :
		TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? RULE_UPDATE :
		TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? RULE_DELETE : RULE_TRUNCATE;
	statement->nrows = 0;
	if (trigger->tg_newtable)
		statement->nrows += tuplestore_tuple_count(trigger->tg_newtable);
	if (trigger->tg_oldtable)
		statement->nrows += tuplestore_tuple_count(trigger->tg_oldtable);
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
	if (SPI_register_trigger_data((TriggerData *) trigger) != SPI_OK_TD_REGISTER)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("the transition tables cannot be used")));
}

/* A line of an error's DETAIL: which row, and what is wrong with it. */
static void
append_offender(StringInfo detail, int row)
{
	char	   *part[4];

	for (int i = 0; i < 4; i++)
		part[i] = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, i + 1);
	if (detail->len > 0)
		appendStringInfoChar(detail, '\n');
	if (part[1])
		appendStringInfo(detail, "Site %s, subject %s", part[0] ? part[0] : "unknown", part[1]);
	else if (part[0])
		appendStringInfo(detail, "Site %s", part[0]);
	if (part[2])
		appendStringInfo(detail, "%s%s", part[0] || part[1] ? ", " : "", part[2]);
	if (part[3])
		appendStringInfo(detail, "%s%s", detail->len > 0 ? ": " : "", part[3]);
	appendStringInfoChar(detail, '.');
}

/* Runs the query of a rule that is broken once more, for its rows, and fails. */
static void
refuse(const Statement *statement, const Rule *rule, int64 count)
{
	RuleSet    *rules = statement->rules;
	StringInfoData detail;
	bool		guards = strcmp(rule->table_name, rules->table_name) == 0;
	int			shown;

	plan_for(statement->size);
	run_query(psprintf("select site_id::text, subject_id::text, item::text, reason::text "
					   "from (%s) as violation (site_id, subject_id, item, reason) order by 1, 2, 3, 4 limit %d",
					   rule_scoped_query(rules, rule, statement->event), OFFENDERS_SHOWN), true);
	initStringInfo(&detail);
	shown = (int) SPI_processed;
	for (int i = 0; i < shown; i++)
		append_offender(&detail, i);
	if (count > shown)
		appendStringInfo(&detail, "\nAnd " INT64_FORMAT " more.", count - shown);
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 guards ?
			 errmsg_plural("rule \"%s\" of table \"%s\" is broken by %lld row", "rule \"%s\" of table \"%s\" is broken by %lld rows",
						   count, rule->name, rule->table_name, (long long) count) :
			 errmsg_plural("rule \"%s\" of table \"%s\" would be broken in %lld row", "rule \"%s\" of table \"%s\" would be broken in %lld rows",
						   count, rule->name, rule->table_name, (long long) count),
			 errdetail_internal("%s", detail.data),
			 rule->hint ? errhint("%s", rule->hint) : 0,
			 err_generic_string(PG_DIAG_SCHEMA_NAME, rules->study),
			 err_generic_string(PG_DIAG_TABLE_NAME, rule->table_name),
			 err_generic_string(PG_DIAG_CONSTRAINT_NAME, rule->name)));
}

/* A condition on a deviation: that its subject is one of those concerned. */
static char *
is_concerned(const Statement *statement, const Rule *rule)
{
	char	   *concerned = rule_concerned(statement->rules, rule, statement->event);

	if (concerned)
		return psprintf("(deviation.site_id, deviation.subject_id) in (%s)", concerned);
	return rule->scope[statement->event] == SCOPE_ALL ? "true" : "false";
}

/* The deviations of the subjects concerned become those that the rule finds. */
static char *
record_query(const Statement *statement, const Rule *rule)
{
	char	   *name = quote_literal_cstr(rule->name);

	return psprintf("with found as materialized (select distinct on (1, 2, 3) site_id, subject_id, coalesce(item::text, '') as item, reason::text "
					"from (%s) as violation (site_id, subject_id, item, reason) order by 1, 2, 3), "
					"gone as (delete from deviation where rule = %s and %s and not exists (select from found "
					"where found.site_id = deviation.site_id and found.subject_id = deviation.subject_id and found.item = deviation.item)) "
					"insert into deviation as known (site_id, subject_id, rule, item, description) "
					"select site_id, subject_id, %s, item, reason from found "
					"on conflict (site_id, subject_id, rule, item) do update set description = excluded.description "
					"where known.description <> excluded.description",
					rule_scoped_query(statement->rules, rule, statement->event), name, is_concerned(statement, rule), name);
}

/* The same, where the rule has found nothing. */
static char *
end_query(const Statement *statement, const Rule *rule)
{
	return psprintf("delete from deviation where rule = %s and %s",
					quote_literal_cstr(rule->name), is_concerned(statement, rule));
}

/* Rows of a whole table can only be judged while nobody writes to it. */
static void
lock_guarded_tables(const Statement *statement)
{
	Oid			namespace = get_rel_namespace(statement->rules->relid);

	for (int i = 0; i < statement->rules->nrules; i++)
	{
		const Rule *rule = &statement->rules->rules[i];
		Oid			guarded = get_relname_relid(rule->table_name, namespace);

		if (rule->scope[statement->event] == SCOPE_ALL && OidIsValid(guarded))
			LockRelationOid(guarded, ShareRowExclusiveLock);
	}
}

/* Runs a query, kept if it is for few rows; many is NULL if it is the same for many. */
static void
run_for_size(const Statement *statement, KeptQuery *few, const char *many)
{
	if (statement->size == SIZE_FEW)
	{
		run_kept(few, 0, NULL, NULL);
		return;
	}
	plan_for(statement->size);
	run_query(many ? many : few->query, true);
}

/* Adds up what the query of the rules found. */
static int64 *
count_violations(const Statement *statement)
{
	int64	   *counts = palloc0(sizeof(int64) * (statement->rules->nrules + 1));

	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		is_null;
		HeapTuple	tuple = SPI_tuptable->vals[i];
		int			rule = DatumGetInt32(SPI_getbinval(tuple, SPI_tuptable->tupdesc, 1, &is_null));

		counts[rule] += DatumGetInt64(SPI_getbinval(tuple, SPI_tuptable->tupdesc, 2, &is_null));
	}
	return counts;
}

/* Brings the deviations on record up to date. */
static void
record_deviations(const Statement *statement, const int64 *counts)
{
	RuleSet    *rules = statement->rules;

	for (int i = 0; i < rules->nrules; i++)
	{
		const Rule *rule = &rules->rules[i];
		RuleScope	scope = rule->scope[statement->event];

		/* What is merely inserted ends no deviation, unless it is an anchor. */
		if (!rule->records || scope == SCOPE_NONE || (counts[i] == 0 && scope == SCOPE_CHANGED))
			continue;
		plan_for(statement->size);
		run_query(counts[i] > 0 ? record_query(statement, rule) : end_query(statement, rule), false);
	}
}

/* Whether a statement of few rows surely breaks no rule. */
static bool
passes_screens(const Statement *statement, RulePlan *plan)
{
	if (statement->size != SIZE_FEW || plan->screen.query == NULL)
		return false;
	/* An expression cannot be evaluated within itself. */
	if (statement->rules->uses == 1 && screens_usable(&plan->screens, statement->rules->context))
		return !screens_stop(&plan->screens, statement->trigger->tg_newtable,
							 RelationGetDescr(statement->trigger->tg_relation));
	run_kept(&plan->screen, 0, NULL, NULL);
	return SPI_processed == 0;
}

/*
 * Counts the violations of each rule.  The first rule that refuses ends the
 * statement; what others record is written after none has.
 */
static void
check_rules(const Statement *statement)
{
	RuleSet    *rules = statement->rules;
	RulePlan   *plan = &rules->plans[statement->event];
	int64	   *counts;

	/* What sessions keep of a table without subjects is no longer true. */
	if (!rules->has_subjects)
		CacheInvalidateRelcacheByRelid(rules->relid);
	if (plan->lock.query && !locks_before_keys(statement->trigger->tg_relation, statement->event))
		run_for_size(statement, &plan->lock, NULL);
	if (plan->query == NULL || passes_screens(statement, plan))
		return;
	/* Again, should a row have become an anchor since. */
	if (plan->anchor_lock.query)
		run_for_size(statement, &plan->anchor_lock, NULL);
	if (plan->has_all)
		lock_guarded_tables(statement);
	run_for_size(statement, &plan->few, plan->query);
	counts = count_violations(statement);
	for (int i = 0; i < rules->nrules; i++)
	{
		if (counts[i] > 0 && !rules->rules[i].records)
			refuse(statement, &rules->rules[i], counts[i]);
	}
	record_deviations(statement, counts);
}

/* The size of a statement that changes so many rows of a table. */
StatementSize
size_of_rows(Relation table, int64 nrows)
{
	/* At a guess of 100 rows a page: five rows a page are a twentieth. */
	int64		part = RELKIND_HAS_STORAGE(table->rd_rel->relkind) ? 5 * (int64) RelationGetNumberOfBlocks(table) : 0;

	return nrows <= FEW_ROWS ? SIZE_FEW : nrows < part ? SIZE_MANY : SIZE_BULK;
}

static StatementSize
statement_size(const Statement *statement)
{
	if (statement->rules->plans[statement->event].has_all)
		return SIZE_MANY;
	return size_of_rows(statement->trigger->tg_relation, statement->nrows);
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
		statement->size = statement_size(statement);
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

static void
write_verdicts(const Statement *statement)
{
	plan_for(statement->size);
	run_query("insert into eligibility_verdict (site_id, subject_id, criterion, verdict, evidence, as_of) "
			  "select site_id, subject_id, criterion, verdict, evidence, as_of "
			  "from eligibility_of(current_study(), array(select row(site_id, subject_id, enrolled)::candidate from changed))",
			  false);
}

/* Trigger function after enrolments: keeps the verdicts as they are that day. */
Datum
freeze_eligibility(PG_FUNCTION_ARGS)
{
	Statement	statement;

	statement_init(&statement, fcinfo);
	if (statement.nrows > 0)
		with_rules(&statement, fcinfo->flinfo->fn_oid, write_verdicts);
	return PointerGetDatum(NULL);
}
