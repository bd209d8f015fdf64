/*-------------------------------------------------------------------------
 *
 * rule_check.c
 *	  The trigger function on a study's table of rules: a rule that could not
 *	  run is refused when it is written, and every session reads the rules
 *	  again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"

#include "study_rule.h"

PG_FUNCTION_INFO_V1(rules_changed);

static void
connect_spi(void)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("no connection to SPI")));
}

/* Says which rule it is that an error comes from. */
void
rule_context(void *argument)
{
	errcontext("rule \"%s\"", (const char *) argument);
}

/* Prepares what a rule is judged by, with "changed" in the shape of the table that it guards. */
static void
prepare_rule(const RuleSet *rules, const Rule *rule)
{
	ErrorContextCallback context = {.previous = error_context_stack, .callback = rule_context, .arg = rule->name};
	RuleRun		run = {.rule = rule, .action = RUN_REFUSES, .rows = ROWS_CHANGED};

	error_context_stack = &context;
	SPI_freeplan(prepare_query(judge_statement(rules, RULE_INSERT, &run, 1), 0, NULL));
	error_context_stack = context.previous;
}

/* The same for the condition of an anchor, over the context of that table. */
static void
prepare_anchor(const RuleSet *rules, const Rule *rule)
{
	ErrorContextCallback context = {.previous = error_context_stack, .callback = rule_context, .arg = rule->name};

	error_context_stack = &context;
	SPI_freeplan(prepare_query(anchor_keys(rules, rule), 0, NULL));
	error_context_stack = context.previous;
}

/* Checks the rules that guard a table, and those that it is an anchor of. */
static void
check_table(Oid relid, Oid function)
{
	Relation	relation = table_open(relid, AccessShareLock);
	RuleSet    *rules;
	EphemeralNamedRelationData changed = {
		.md = {.name = "changed", .reliddesc = relid, .enrtype = ENR_NAMED_TUPLESTORE, .enrtuples = 1}
	};

	connect_spi();
	if (SPI_register_relation(&changed) != SPI_OK_REL_REGISTER)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("the rule cannot be checked")));
	rules = rule_set_open(relid, function);
	PG_TRY();
	{
		OwnerState	state;

		become_owner(&state, rules);
		for (int i = 0; i < rules->nrules; i++)
		{
			if (rules->rules[i].is_guarded)
				prepare_rule(rules, &rules->rules[i]);
			if (rules->rules[i].is_anchor && rules->rules[i].key && rules->rules[i].anchor_condition)
				prepare_anchor(rules, &rules->rules[i]);
		}
		restore_user(&state);
	}
	PG_FINALLY();
	{
		rule_set_close(rules);
	}
	PG_END_TRY();
	SPI_finish();
	table_close(relation, NoLock);
}

/* The tables that the changed rules, or contexts, are about. */
static List *
tables_of_changes(const TriggerData *trigger)
{
	Oid			namespace = RelationGetNamespace(trigger->tg_relation);
	bool		has_anchors = SPI_fnumber(RelationGetDescr(trigger->tg_relation), "anchors") > 0;
	List	   *tables = NIL;

	run_query(has_anchors ?
			  "select distinct table_name from (select table_name from changed where active "
			  "union all select regexp_replace(entry, " ANCHOR_CONDITION ", '') from changed, unnest(anchors) as entry "
			  "where active and entry ~ " ANCHOR_CONDITION ") as named" :
			  "select distinct table_name from changed", true);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		char	   *name = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);
		Oid			relid = name ? get_relname_relid(name, namespace) : InvalidOid;

		if (!OidIsValid(relid))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("the study has no table \"%s\" for a rule", name ? name : "")));
		tables = lappend_oid(tables, relid);
	}
	return tables;
}

static void
check_changed_rules(const TriggerData *trigger, Oid function)
{
	OwnerState	state;
	List	   *tables;
	ListCell   *cell;

	connect_spi();
	if (SPI_register_trigger_data((TriggerData *) trigger) != SPI_OK_TD_REGISTER)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("the transition tables cannot be used")));
	become_study_owner(&state, trigger->tg_relation->rd_rel->relowner,
					   study_search_path(RelationGetNamespace(trigger->tg_relation), function));
	tables = tables_of_changes(trigger);
	restore_user(&state);
	foreach(cell, tables)
		check_table(lfirst_oid(cell), function);
	SPI_finish();
}

/* The data of a trigger after each statement; 39P01 if the function is called as another. */
TriggerData *
statement_trigger(FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function must be called as a trigger after each statement")));
	return trigger;
}

/* What stands in a table of rules runs as its owner, so the privilege INSERT is not enough. */
void
require_owner_writes(Relation relation)
{
	Oid			owner = relation->rd_rel->relowner;

	if (!has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("only \"%s\" writes to table \"%s\"", GetUserNameFromId(owner, false), RelationGetRelationName(relation)),
				 errdetail("What is written there runs with the rights of its owner.")));
}

/* Trigger function on a study's table of rules: checks them, and has them read again. */
Datum
rules_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = statement_trigger(fcinfo);

	rules_invalidate(RelationGetRelid(trigger->tg_relation));
	if (trigger->tg_newtable)
	{
		require_owner_writes(trigger->tg_relation);
		check_changed_rules(trigger, fcinfo->flinfo->fn_oid);
	}
	return PointerGetDatum(NULL);
}
