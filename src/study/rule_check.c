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
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"

#include "study/rule_reads.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(rules_changed);

static void
connect_spi(void)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("no connection to SPI")));
}

/* Says which rule it is that an error comes from, and not where in the SQL around it. */
void
rule_context(void *argument)
{
	errposition(0);
	internalerrposition(0);
	internalerrquery(NULL);
	errcontext("rule \"%s\"", (const char *) argument);
}

/* The tables that a rule names as its anchors or its evidence. */
static List *
declared_tables(const RuleSet *rules, const Rule *rule)
{
	List	   *tables = NIL;

	run_query(psprintf("select regexp_replace(entry, " ANCHOR_CONDITION ", '') from rule, unnest(anchors || evidence) as entry "
					   "where name = %s and table_name = %s", quote_literal_cstr(rule->name), quote_literal_cstr(rule->table_name)), true);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		char	   *name = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);

		tables = lappend_oid(tables, get_relname_relid(name, get_rel_namespace(rules->relid)));
	}
	return tables;
}

/* 42P17 unless a rule names all tables whose changes can break it. */
static void
require_declared(const RuleSet *rules, const Rule *rule)
{
	List	   *declared = declared_tables(rules, rule);
	ListCell   *cell;

	foreach(cell, rule_reads(rules, rule))
	{
		Oid			table = lfirst_oid(cell);

		if (rule->at_entry || list_member_oid(declared, table) || get_rel_namespace(table) != get_rel_namespace(rules->relid))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("rule \"%s\" of table \"%s\" relies on table \"%s\", and does not name it",
						rule->name, rule->table_name, get_rel_name(table)),
				 errdetail("A change of that table would leave rows that break the rule."),
				 errhint("Name it in anchors, or in evidence if only an update or delete of its rows can break the rule.")));
	}
}

/* Prepares what a rule is judged by, with "changed" in the shape of the table that it guards. */
static void
prepare_rule(const RuleSet *rules, const Rule *rule)
{
	ErrorContextCallback context = {.previous = error_context_stack, .callback = rule_context, .arg = rule->name};
	RuleRun		run = {.rule = rule, .action = RUN_REFUSES, .rows = ROWS_CHANGED};

	error_context_stack = &context;
	SPI_freeplan(prepare_query(judge_statement(rules, RULE_INSERT, &run, 1), 0, NULL));
	require_declared(rules, rule);
	error_context_stack = context.previous;
}

/*
 * 42P17 unless a context gives one row for each of its table: for a row of
 * nulls, which no join finds anything for, and for those that are there.
 */
static void
check_context(const RuleSet *rules)
{
	char	   *name = quote_qualified_identifier(rules->study, rules->table_name);
	char	   *rows[] = {psprintf("select (null::%s).*", name), psprintf("select * from %s", name)};

	for (int i = 0; i < lengthof(rows); i++)
	{
		bool		is_null;

		run_query(psprintf("with changed as (%s) select (select count(*) from changed) = (select count(*) from (%s\n) as context)",
						   rows[i], rules->context_query), true);
		if (!DatumGetBool(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null)))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("the context of table \"%s\" drops or doubles rows", rules->table_name),
					 errdetail("A context gives one row for each row of changed."),
					 errhint("Join other tables by LEFT JOIN, on all columns of a key.")));
	}
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
		check_context(rules);
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

	run_query(trigger->tg_newtable == NULL ? "select distinct table_name from rule where active" :
			  has_anchors ?
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
	if (trigger->tg_newtable && SPI_register_trigger_data((TriggerData *) trigger) != SPI_OK_TD_REGISTER)
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
	/* Without a context, conditions have nothing to be judged over. */
	if (trigger->tg_newtable || SPI_fnumber(RelationGetDescr(trigger->tg_relation), "condition") <= 0)
	{
		require_owner_writes(trigger->tg_relation);
		check_changed_rules(trigger, fcinfo->flinfo->fn_oid);
	}
	return PointerGetDatum(NULL);
}
