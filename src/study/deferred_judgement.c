/*-------------------------------------------------------------------------
 *
 * deferred_judgement.c
 *	  Rules that wait until the end of the transaction, for those who set
 *	  virotrial.defer_rules to the name of the study.
 *
 * What waits stands in the study's table deferred_judgement, whose deferred
 * constraint trigger judges it all with the first row.  So a savepoint takes it
 * back, PREPARE TRANSACTION judges first, and SET CONSTRAINTS judges at once.
 * Which rows the transaction has changed, their own xmin tells.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/xact.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "settings.h"
#include "study/deferred_judgement.h"
#include "study/frozen.h"
#include "study/judge_event.h"
#include "study/row_trigger.h"
#include "study/rule_statement.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(is_of_transaction);
PG_FUNCTION_INFO_V1(judge_deferred);

/* Do the rules of a study wait?  What a TRUNCATE leaves is judged at once. */
bool
is_deferred(const RuleSet *rules, RuleEvent event)
{
	return event != RULE_TRUNCATE && strcmp(setting_value("virotrial.defer_rules"), rules->study) == 0;
}

/* The site and the subject of a table's rows, as far as it has them. */
static const char *
subject_columns(const RuleSet *rules)
{
	return rules->has_subjects ? "site_id, subject_id" : rules->has_site ? "site_id, null" : "null, null";
}

/*
 * Has the rows of a statement judged at the end of the transaction: as rows that
 * came in, or as rows that were changed or removed, by which more can be broken.
 */
void
defer_judgement(const RuleSet *rules, RuleEvent event)
{
	run_query(psprintf("insert into deferred_judgement (table_name, came_in, site_id, subject_id) "
					   "select %s, %s, site_id, subject_id from (%s) as concerned (site_id, subject_id) "
					   "except select table_name, came_in, site_id, subject_id from deferred_judgement",
					   quote_literal_cstr(rules->table_name), event == RULE_INSERT ? "true" : "false",
					   concerned_keys(rules, event, subject_columns(rules))), false);
}

/* is_of_transaction(xid): is it the current transaction, or one within it? */
Datum
is_of_transaction(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(TransactionIdIsCurrentTransactionId(PG_GETARG_TRANSACTIONID(0)));
}

static void
judge_table(const char *table, Oid namespace, Oid function, RuleEvent event, int64 nkeys)
{
	Oid			relid = get_relname_relid(table, namespace);

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" was renamed or dropped while its rules waited", table),
				 errhint("Do that in a transaction of its own.")));
	SPI_connect();
	judge_event(rule_set_open(relid, function), event, (StatementRows) {.size = nkeys <= FEW_ROWS ? SIZE_FEW : SIZE_BULK});
	SPI_finish();
}

static void
judge_all(Relation deferred, Oid function)
{
	SPITupleTable *tables;
	uint64		ntables;

	run_query("select table_name, came_in, count(*) from deferred_judgement group by 1, 2 order by 1, 2", true);
	tables = SPI_tuptable;
	ntables = SPI_processed;
	for (uint64 i = 0; i < ntables; i++)
	{
		HeapTuple	row = tables->vals[i];
		bool		is_null;
		bool		came_in = DatumGetBool(SPI_getbinval(row, tables->tupdesc, 2, &is_null));

		judge_table(SPI_getvalue(row, tables->tupdesc, 1), RelationGetNamespace(deferred), function,
					came_in ? RULE_DEFERRED_INSERT : RULE_DEFERRED_UPDATE,
					DatumGetInt64(SPI_getbinval(row, tables->tupdesc, 3, &is_null)));
	}
	if (ntables > 0)
		write_frozen("delete from deferred_judgement");
}

/* Deferred constraint trigger function: judges all that waits, with the first row of it. */
Datum
judge_deferred(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_AFTER | TRIGGER_EVENT_ROW, "after each row");
	OwnerState	state;

	SPI_connect();
	become_study_owner(&state, trigger->tg_relation->rd_rel->relowner,
					   study_search_path(RelationGetNamespace(trigger->tg_relation), fcinfo->flinfo->fn_oid));
	reset_analysis_settings();
	judge_all(trigger->tg_relation, fcinfo->flinfo->fn_oid);
	restore_user(&state);
	SPI_finish();
	return PointerGetDatum(NULL);
}
