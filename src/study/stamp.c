/*-------------------------------------------------------------------------
 *
 * stamp.c
 *	  The trigger function before each row of a study's tables: who entered
 *	  it, when, and in which change; and that it keeps to its constraints.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "study/change.h"
#include "study/row_constraints.h"
#include "study/row_trigger.h"
#include "study/stamp.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(stamp);

/* What one statement's calls of stamp() share, as long as the same change goes on. */
typedef struct Stamp
{
	int			columns[STAMP_COLUMNS];
	bool		has_stamp;
	uint64		generation;
	Oid			login;
	Datum		values[STAMP_COLUMNS];
} Stamp;

/* The time that it is; a row's versions follow each other even if the clock is set back. */
TimestampTz
time_after(Datum earlier, bool is_null)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz before = is_null ? DT_NOBEGIN : DatumGetTimestampTz(earlier);

	return now <= before && before < END_TIMESTAMP - 1 ? before + 1 : now;
}

static Stamp *
make_stamp(FunctionCallInfo fcinfo, Relation table)
{
	MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	Stamp	   *stamp = palloc0(sizeof(Stamp));

	stamp->has_stamp = stamp_columns(RelationGetDescr(table), stamp->columns);
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = stamp;
	return stamp;
}

/* Who writes, and in which change; a statement may begin another one on its way. */
static void
fill_stamp(Stamp *stamp, Relation table, RuleEvent event, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);
	const Change *change = current_change(table);

	if (event == RULE_UPDATE)
		require_reason(change, table);
	stamp->login = change->login;
	stamp->values[ENTERED_BY] = CStringGetTextDatum(change->login_name);
	stamp->values[ENTERED_IN] = Int64GetDatum(change->id);
	stamp->generation = change_generation();
	MemoryContextSwitchTo(old);
}

/* Does no trigger follow that may still complete the row? */
static bool
is_last(const TriggerData *trigger)
{
	const TriggerDesc *all = trigger->tg_relation->trigdesc;
	int16		event = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? TRIGGER_TYPE_UPDATE : TRIGGER_TYPE_INSERT;

	for (int i = all->numtriggers - 1; all->triggers[i].tgoid != trigger->tg_trigger->tgoid; i--)
		if (TRIGGER_TYPE_MATCHES(all->triggers[i].tgtype, TRIGGER_TYPE_ROW, TRIGGER_TYPE_BEFORE, event))
			return false;
	return true;
}

/*
 * Trigger function before each row: sets entered_by to the session's user,
 * entered_at to the time and entered_in to the change, whatever the client sent;
 * 23502 if the change is of a row that was there, and has no reason; 23502 or
 * 23514 if the row breaks a constraint of its table and is to be written.
 */
Datum
stamp(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = row_trigger(fcinfo);
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	RuleEvent	event = trigger_event(trigger);
	HeapTuple	tuple = event == RULE_UPDATE ? trigger->tg_newtuple : trigger->tg_trigtuple;
	Stamp	   *stamp = fcinfo->flinfo->fn_extra;
	bool		nulls[STAMP_COLUMNS] = {false};
	bool		is_null = true;
	Datum		earlier = (Datum) 0;

	if (stamp == NULL)
		stamp = make_stamp(fcinfo, trigger->tg_relation);
	if (event == RULE_DELETE || !stamp->has_stamp)
		return PointerGetDatum(tuple);
	if (is_last(trigger) && !row_is_tried())
		require_row_constraints(trigger->tg_relation, event == RULE_UPDATE ? trigger->tg_newslot : trigger->tg_trigslot);
	if (stamp->generation != change_generation() || stamp->login != GetSessionUserId())
		fill_stamp(stamp, trigger->tg_relation, event, fcinfo->flinfo->fn_mcxt);
	if (event == RULE_UPDATE)
		earlier = heap_getattr(trigger->tg_trigtuple, stamp->columns[ENTERED_AT], tupdesc, &is_null);
	stamp->values[ENTERED_AT] = TimestampTzGetDatum(time_after(earlier, is_null));
	tuple = heap_modify_tuple_by_cols(tuple, tupdesc, STAMP_COLUMNS, stamp->columns, stamp->values, nulls);
	return PointerGetDatum(tuple);
}
