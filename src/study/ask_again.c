/*-------------------------------------------------------------------------
 *
 * ask_again.c
 *	  The trigger functions that let data queries follow a subject whose code or
 *	  site changes, and a row that gets another key: what was asked stays as it
 *	  was said, is closed, and is asked again of the new code, or key.
 *
 * Who asks holds the subject as a foreign key does, until his transaction ends: a
 * new code or key waits for him, and finds what he has asked.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/xact.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "study/frozen.h"
#include "study/row_trigger.h"
#include "study/study_query.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(ask_again);
PG_FUNCTION_INFO_V1(hold_subject);

/* A column of a row that has no NULL there, as a literal; 39P01 if it has. */
static char *
literal_of(HeapTuple row, TupleDesc tupdesc, const char *column)
{
	char	   *value = SPI_getvalue(row, tupdesc, SPI_fnumber(tupdesc, column));

	if (value == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("the row has no \"%s\"", column),
				 errhint("Use the trigger on the tables of a study.")));
	return quote_literal_cstr(value);
}

/*
 * A subject may come back to a code that it had, or to one that another had.  The
 * query of a rule under that code is then reopened, as there is one of each item.
 */
static char *
statement_of_subject(const TriggerData *trigger)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	char	   *site = literal_of(trigger->tg_newtuple, tupdesc, "site_id");
	char	   *subject = literal_of(trigger->tg_newtuple, tupdesc, "subject_id");

	return psprintf("with asked as materialized (select * from query_status "
					"where site_id = %3$s and subject_id = %4$s and status <> 'closed'), "
					"closed as (insert into query_event (query_id, action, message) "
					"select query_id, 'close', format('Asked again of site %%s, subject %%s.', %1$s, %2$s) from asked), "
					"told as (insert into query (site_id, subject_id, table_name, row_key, column_name, message, rule, item, assigned_to, due) "
					"select %1$s, %2$s, table_name, row_key || jsonb_build_object('site_id', %1$s, 'subject_id', %2$s), "
					"column_name, message, rule, item, assigned_to, due from asked "
					"on conflict (site_id, subject_id, rule, item) do nothing) "
					"insert into query_event (query_id, action, message, assigned_to, due) "
					"select known.query_id, 'reopen', asked.message, asked.assigned_to, asked.due "
					"from asked join query as known using (rule, item) where known.site_id = %1$s and known.subject_id = %2$s",
					site, subject,
					literal_of(trigger->tg_trigtuple, tupdesc, "site_id"), literal_of(trigger->tg_trigtuple, tupdesc, "subject_id"));
}

/* A row as a literal, an object. */
static char *
object_of(HeapTuple row, TupleDesc tupdesc)
{
	Datum		object = OidFunctionCall1(F_ROW_TO_JSON_RECORD, heap_copy_tuple_as_datum(row, tupdesc));

	return psprintf("%s::jsonb", quote_literal_cstr(TextDatumGetCString(object)));
}

/* The queries of rules follow what the rules find. */
static char *
statement_of_row(const TriggerData *trigger)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);

	return psprintf("with asked as materialized (select *, _virotrial.key_of_row(%2$s, array(select jsonb_object_keys(row_key))) as later from query_status "
					"where site_id = %3$s and subject_id = %4$s and table_name = %5$s and row_key <@ %1$s and rule is null and status <> 'closed'), "
					"closed as (insert into query_event (query_id, action, message) "
					"select query_id, 'close', 'Asked again of the row by its new key.' from asked) "
					"insert into query (site_id, subject_id, table_name, row_key, column_name, message, assigned_to, due) "
					"select site_id, subject_id, table_name, later, column_name, message, assigned_to, due from asked",
					object_of(trigger->tg_trigtuple, tupdesc), object_of(trigger->tg_newtuple, tupdesc),
					literal_of(trigger->tg_trigtuple, tupdesc, "site_id"), literal_of(trigger->tg_trigtuple, tupdesc, "subject_id"),
					quote_literal_cstr(get_rel_name(root_of(trigger->tg_relation))));
}

/*
 * What is known of the queries about a subject is what its snapshot shows, but for
 * a transaction that sees no others: 40001 if it misses any.
 */
static void
require_all_seen(const char *site, const char *subject)
{
	char	   *query = psprintf("select string_agg(query_id || ' ' || steps, ',' order by query_id) from query_status "
								 "where site_id = %s and subject_id = %s", site, subject);
	char	   *seen;
	char	   *now;

	SPI_execute(query, false, 0);
	seen = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	run_query(query, true);
	now = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	if (strcmp(seen ? seen : "", now ? now : "") != 0)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("somebody has asked about the subject meanwhile"),
				 errdetail("This transaction does not see what was asked, and its code would hide it."),
				 errhint("Begin the transaction again.")));
}

/* Locks the subject of the row that came, or was there. */
static void
lock_subject(const TriggerData *trigger, const char *clause)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);

	run_query(psprintf("select from subject where site_id = %s and subject_id = %s for %s",
					   literal_of(trigger->tg_trigtuple, tupdesc, "site_id"), literal_of(trigger->tg_trigtuple, tupdesc, "subject_id"),
					   clause), true);
}

static void
become_owner_of(const TriggerData *trigger, OwnerState *state, Oid function)
{
	Relation	relation = trigger->tg_relation;

	become_study_owner(state, relation->rd_rel->relowner, study_search_path(RelationGetNamespace(relation), function));
}

/* Trigger function after each row of subject whose key changes, and of other tables where it does so within its subject. */
Datum
ask_again(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_AFTER | TRIGGER_EVENT_ROW | TRIGGER_EVENT_UPDATE, "after each row that is updated");
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	bool		is_subject = strcmp(RelationGetRelationName(trigger->tg_relation), "subject") == 0;
	OwnerState	state;

	SPI_connect();
	become_owner_of(trigger, &state, fcinfo->flinfo->fn_oid);
	if (!is_subject)
		lock_subject(trigger, "update");
	if (IsolationUsesXactSnapshot())
		require_all_seen(literal_of(trigger->tg_trigtuple, tupdesc, "site_id"), literal_of(trigger->tg_trigtuple, tupdesc, "subject_id"));
	write_frozen(is_subject ? statement_of_subject(trigger) : statement_of_row(trigger));
	restore_user(&state);
	SPI_finish();
	return PointerGetDatum(NULL);
}

/*
 * Trigger function before each row of query or query_event, which names its subject:
 * holds it.  P0002 if what is asked about has gone since it was found.
 */
Datum
hold_subject(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_BEFORE | TRIGGER_EVENT_ROW, "before each row");
	HeapTuple	row = trigger->tg_trigtuple;
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	OwnerState	state;

	/* What the database asks is about a row that holds its subject. */
	if (is_own_write())
		return PointerGetDatum(row);
	SPI_connect();
	if (SPI_getvalue(row, tupdesc, SPI_fnumber(tupdesc, "subject_id")))
	{
		become_owner_of(trigger, &state, fcinfo->flinfo->fn_oid);
		lock_subject(trigger, "key share");
		restore_user(&state);
		if (SPI_fnumber(tupdesc, "row_key") > 0)
			run_query(psprintf("select _virotrial.find_record(%s, %s, %s)",
							   quote_literal_cstr(get_namespace_name(RelationGetNamespace(trigger->tg_relation))),
							   literal_of(row, tupdesc, "table_name"), literal_of(row, tupdesc, "row_key")), true);
	}
	SPI_finish();
	return PointerGetDatum(row);
}
