/*-------------------------------------------------------------------------
 *
 * stamp.c
 *	  The trigger function before each row of a study's tables: who entered
 *	  it and when.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "study/row_trigger.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(stamp);

/* What one statement's calls of stamp() share. */
typedef struct Stamp
{
	int			columns[2];		/* entered_by, entered_at */
	bool		has_stamp;
	Datum		values[2];
} Stamp;

static Stamp *
make_stamp(FunctionCallInfo fcinfo, const TriggerData *trigger)
{
	MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	Stamp	   *stamp = palloc0(sizeof(Stamp));

	stamp->columns[0] = row_column(tupdesc, "entered_by", TEXTOID);
	stamp->columns[1] = row_column(tupdesc, "entered_at", TIMESTAMPTZOID);
	stamp->has_stamp = stamp->columns[0] && stamp->columns[1];
	stamp->values[0] = CStringGetTextDatum(GetUserNameFromId(GetSessionUserId(), false));
	stamp->values[1] = TimestampTzGetDatum(GetCurrentTransactionStartTimestamp());
	fcinfo->flinfo->fn_extra = stamp;
	MemoryContextSwitchTo(old);
	return stamp;
}

/*
 * Trigger function before each row: sets entered_by to the session's user and
 * entered_at to the transaction's time, whatever the client sent.
 */
Datum
stamp(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = row_trigger(fcinfo);
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	RuleEvent	event = trigger_event(trigger);
	HeapTuple	tuple = event == RULE_UPDATE ? trigger->tg_newtuple : trigger->tg_trigtuple;
	Stamp	   *stamp = fcinfo->flinfo->fn_extra;
	bool		nulls[2] = {false, false};

	if (stamp == NULL)
		stamp = make_stamp(fcinfo, trigger);
	if (event != RULE_DELETE && stamp->has_stamp)
		tuple = heap_modify_tuple_by_cols(tuple, tupdesc, 2, stamp->columns, stamp->values, nulls);
	return PointerGetDatum(tuple);
}
