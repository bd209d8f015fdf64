/*-------------------------------------------------------------------------
 *
 * ask_again.c
 *	  The trigger function that lets data queries follow a subject whose code or
 *	  site changes: what was asked stays as it was said, is closed, and is asked
 *	  again of the new code.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "study/frozen.h"
#include "study/row_trigger.h"
#include "study/study_query.h"

PG_FUNCTION_INFO_V1(ask_again);

/* A column of a row of subject, which has no NULL there, as a literal. */
static char *
literal_of(HeapTuple row, TupleDesc tupdesc, const char *column)
{
	return quote_literal_cstr(SPI_getvalue(row, tupdesc, SPI_fnumber(tupdesc, column)));
}

static char *
ask_again_statement(const TriggerData *trigger)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	char	   *site = literal_of(trigger->tg_newtuple, tupdesc, "site_id");
	char	   *subject = literal_of(trigger->tg_newtuple, tupdesc, "subject_id");

	return psprintf("with asked as materialized (select * from query_status "
					"where site_id = %3$s and subject_id = %4$s and status <> 'closed'), "
					"closed as (insert into query_event (query_id, action, message) "
					"select query_id, 'close', format('Asked again of site %%s, subject %%s.', %1$s, %2$s) from asked) "
					"insert into query (site_id, subject_id, table_name, row_key, column_name, message, rule, item, assigned_to, due) "
					"select %1$s, %2$s, table_name, row_key || jsonb_build_object('site_id', %1$s, 'subject_id', %2$s), "
					"column_name, message, rule, item, assigned_to, due from asked",
					site, subject,
					literal_of(trigger->tg_trigtuple, tupdesc, "site_id"), literal_of(trigger->tg_trigtuple, tupdesc, "subject_id"));
}

/* Trigger function after each row of subject whose key changes. */
Datum
ask_again(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_AFTER | TRIGGER_EVENT_ROW, "after each row");
	Relation	relation = trigger->tg_relation;
	OwnerState	state;

	SPI_connect();
	become_study_owner(&state, relation->rd_rel->relowner, study_search_path(RelationGetNamespace(relation), fcinfo->flinfo->fn_oid));
	write_frozen(ask_again_statement(trigger));
	restore_user(&state);
	SPI_finish();
	return PointerGetDatum(NULL);
}
