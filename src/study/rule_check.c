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
#include "access/relation.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"

#include "extension.h"
#include "study/rule_check.h"
#include "study/rule_reads.h"
#include "study/rule_statement.h"
#include "study/rule_text.h"
#include "study/statement_trigger.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(rules_changed);
PG_FUNCTION_INFO_V1(rules_arrived);

/* 55000 unless a table has the triggers that run rules. */
static void
require_guarded(Oid relid)
{
	int			all = TRIGGER_TYPE_INSERT | TRIGGER_TYPE_UPDATE | TRIGGER_TYPE_DELETE | TRIGGER_TYPE_TRUNCATE;
	int			found = 0;
	Oid			enforce = LookupFuncName(internal_name("enforce"), 0, NULL, false);
	Relation	relation = relation_open(relid, AccessShareLock);

	/* Those of a partition run the rules of the table above it. */
	for (int i = 0; relation->trigdesc && !relation->rd_rel->relispartition && i < relation->trigdesc->numtriggers; i++)
		if (relation->trigdesc->triggers[i].tgfoid == enforce)
			found |= relation->trigdesc->triggers[i].tgtype;
	relation_close(relation, AccessShareLock);
	if ((found & all) != all)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" has not the triggers that run rules", get_rel_name(relid)),
				 errhint("Give it the triggers first: call guard(%s)",
						 quote_literal_cstr(quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid))))));
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

	foreach(cell, declared)
		require_guarded(lfirst_oid(cell));
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
				 errhint("Name it in anchors, or in evidence if only an update or delete of its rows can break the rule: "
						 "update %s.rule set evidence = evidence || '{%s}' where name = %s",
						 quote_identifier(get_namespace_name(get_rel_namespace(table))), get_rel_name(table),
						 quote_literal_cstr(rule->name))));
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
	require_guarded(rules->relid);
	require_declared(rules, rule);
	error_context_stack = context.previous;
}

/*
 * 42P17 unless a context gives one row for each of its table: for a row of
 * nulls, which no join finds anything for, and for those that are there.
 */
void
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

/* Checks a rule of a table, which guards it or has it as an anchor. */
void
check_rule(const RuleSet *rules, const Rule *rule)
{
	if (rule->is_guarded)
		prepare_rule(rules, rule);
	if (rule->is_anchor && rule->key && rule->anchor_condition)
		prepare_anchor(rules, rule);
}

/* Does something with the rules of a table as its owner, with "changed" in its shape. */
void
with_rules_of_table(Oid relid, Oid function, void (*action) (const RuleSet *, Oid, void *), void *argument)
{
	Relation	relation = table_open(relid, AccessShareLock);
	RuleSet    *rules;
	OwnerState	state;
	EphemeralNamedRelationData changed = {
		.md = {.name = "changed", .reliddesc = relid, .enrtype = ENR_NAMED_TUPLESTORE, .enrtuples = 1}
	};

	SPI_connect();
	if (SPI_register_relation(&changed) != SPI_OK_REL_REGISTER)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("the rule cannot be checked"),
				 errdetail("SPI answered %s.", SPI_result_code_string(SPI_result))));
	rules = rule_set_open(relid, function);
	become_owner(&state, rules);
	action(rules, function, argument);
	restore_user(&state);
	SPI_finish();
	table_close(relation, NoLock);
}

static void
check_rules(const RuleSet *rules, Oid function, void *argument)
{
	check_context(rules);
	for (int i = 0; i < rules->nrules; i++)
		check_rule(rules, &rules->rules[i]);
}

/* The tables that the changed rules, or contexts, are about. */
static List *
tables_of_changes(const TriggerData *trigger)
{
	Oid			namespace = RelationGetNamespace(trigger->tg_relation);
	bool		has_anchors = SPI_fnumber(RelationGetDescr(trigger->tg_relation), "anchors") > 0;
	List	   *tables = NIL;

	run_query(trigger->tg_newtable && !has_anchors ? "select distinct table_name from changed" :
			  psprintf("with given as (select * from %s where active) select table_name from given "
					   "union select regexp_replace(entry, " ANCHOR_CONDITION ", '') from given, unnest(anchors) as entry "
					   "where entry ~ " ANCHOR_CONDITION, trigger->tg_newtable ? "changed" : "rule"), true);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		char	   *name = SPI_getvalue(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1);
		Oid			relid = name ? get_relname_relid(name, namespace) : InvalidOid;

		if (!OidIsValid(relid))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_TABLE),
					 errmsg("the study has no table \"%s\" for a rule", name ? name : ""),
					 errhint("A rule guards a table of its own study.")));
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

	SPI_connect();
	if (trigger->tg_newtable && SPI_register_trigger_data((TriggerData *) trigger) != SPI_OK_TD_REGISTER)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("the transition tables cannot be used"),
				 errdetail("SPI answered %s.", SPI_result_code_string(SPI_result))));
	become_study_owner(&state, trigger->tg_relation->rd_rel->relowner,
					   study_search_path(RelationGetNamespace(trigger->tg_relation), function));
	tables = tables_of_changes(trigger);
	restore_user(&state);
	foreach(cell, tables)
		with_rules_of_table(lfirst_oid(cell), function, check_rules, NULL);
	SPI_finish();
}

/* The table of rules of the study that another of its tables is of; that one itself if there is none. */
static Oid
rule_table_of(Relation relation)
{
	Oid			rule = get_relname_relid("rule", RelationGetNamespace(relation));

	return OidIsValid(rule) ? rule : RelationGetRelid(relation);
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

/*
 * Trigger function after each row, and after a truncation, that always fires:
 * rows that arrive by replication fire no trigger after a statement, and what
 * checks rules is none of the subscription's.
 */
Datum
rules_arrived(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function must be called as a trigger after what it is on"),
				 errhint("create_study() makes the triggers that call it.")));
	CacheInvalidateRelcacheByRelid(rule_table_of(trigger->tg_relation));
	return PointerGetDatum(NULL);
}
