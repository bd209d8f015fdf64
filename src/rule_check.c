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
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/queryenvironment.h"
#include "utils/rel.h"

#include "row_trigger.h"
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

/*
 * Prepares a rule's query, and a condition, if it has them, with "changed" in
 * the shape of a table.
 */
static void
prepare_rule(const char *query, const char *condition, Oid table)
{
	Relation	relation = table_open(table, AccessShareLock);
	EphemeralNamedRelationData changed = {
		.md = {.name = "changed", .reliddesc = table, .enrtype = ENR_NAMED_TUPLESTORE, .enrtuples = 1}
	};

	connect_spi();
	if (SPI_register_relation(&changed) != SPI_OK_REL_REGISTER)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("the rule cannot be checked")));
	if (condition)
		SPI_freeplan(prepare_query(psprintf("select from changed where (%s) is not false", condition), 0, NULL));
	if (query)
		SPI_freeplan(prepare_query(psprintf("select site_id::text, subject_id::text, item::text, reason::text "
											"from (%s) as violation (site_id, subject_id, item, reason)", query), 0, NULL));
	SPI_finish();
	table_close(relation, NoLock);
}

static void
check_rule(Oid namespace, char *name, const char *table_name, const char *query, const char *condition)
{
	ErrorContextCallback context = {.previous = error_context_stack, .callback = rule_context, .arg = name};
	Oid			table;

	error_context_stack = &context;
	table = get_relname_relid(table_name, namespace);
	if (!OidIsValid(table))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the study has no table \"%s\" for a rule", table_name)));
	prepare_rule(query, condition, table);
	error_context_stack = context.previous;
}

static void
check_changed_rules(const TriggerData *trigger, Oid function)
{
	OwnerState	state;
	RuleSet    *rules;
	SPITupleTable *result;
	uint64		count;

	connect_spi();
	if (SPI_register_trigger_data((TriggerData *) trigger) != SPI_OK_TD_REGISTER)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("the transition tables cannot be used")));
	rules = rule_set_open(RelationGetRelid(trigger->tg_relation), function);
	rule_set_close(rules);
	become_owner(&state, rules);
	run_query("select name, table_name, query, screen from changed where active "
			  "union all select name, regexp_replace(entry, " ANCHOR_CONDITION ", ''), null, "
			  "substring(entry from " ANCHOR_CONDITION ") "
			  "from changed, unnest(anchors) as entry where active and entry ~ " ANCHOR_CONDITION, true);
	result = SPI_tuptable;
	count = SPI_processed;
	for (uint64 i = 0; i < count; i++)
	{
		SPI_tuptable = result;
		check_rule(RelationGetNamespace(trigger->tg_relation), TextDatumGetCString(result_given(result->vals[i], 1, TEXTOID)),
				   TextDatumGetCString(result_given(result->vals[i], 2, TEXTOID)), SPI_getvalue(result->vals[i], result->tupdesc, 3),
				   SPI_getvalue(result->vals[i], result->tupdesc, 4));
	}
	restore_user(&state);
	SPI_finish();
}

/* Trigger function on a study's table of rules: checks them, and has them read again. */
Datum
rules_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_STATEMENT(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function must be called as a trigger after each statement")));
	rules_invalidate(RelationGetRelid(trigger->tg_relation));
	if (trigger->tg_newtable)
		check_changed_rules(trigger, fcinfo->flinfo->fn_oid);
	return PointerGetDatum(NULL);
}
