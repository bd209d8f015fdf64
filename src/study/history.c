/*-------------------------------------------------------------------------
 *
 * history.c
 *	  The trigger functions that keep the earlier versions of a study's rows,
 *	  and those that keep every statement from the record.
 *
 * A statement's rows are moved when it ends, from its transition tables: so
 * every path is one, and a change of one row twice in a transaction is two.
 * An update has its old and its new rows there in the same order.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "study/change.h"
#include "study/frozen.h"
#include "study/record.h"
#include "study/row_trigger.h"
#include "study/stamp.h"
#include "study/statement_trigger.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(keep_earlier);
PG_FUNCTION_INFO_V1(refuse_truncate);
PG_FUNCTION_INFO_V1(refuse_write);

#define HISTORY "_history"

/* A statement whose old rows are moved. */
typedef struct Move
{
	Relation	table;
	Record		history;
	AttrNumber *places;			/* of the table's columns in the history; 0 of one that was dropped */
	int			stamps[STAMP_COLUMNS];
	const Change *change;
	Datum		ended_as;
} Move;

static char *
history_name(Relation table)
{
	return psprintf("%s%s", RelationGetRelationName(table), HISTORY);
}

static Oid
history_of(Relation table)
{
	Oid			relid = relation_beside(table, history_name(table), RELKIND_RELATION);

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the history of table \"%s\" is not there", RelationGetRelationName(table)),
				 errdetail("It is table \"%s\", beside it and with its owner.", history_name(table)),
				 errhint("Make it by: call keep_history(%s)", quote_literal_cstr(RelationGetRelationName(table)))));
	return relid;
}

/* Where each column of a table stands in its history; 42804 if one is missing there or of another type. */
static AttrNumber *
history_places(Relation table, TupleDesc history)
{
	TupleDesc	tupdesc = RelationGetDescr(table);
	AttrNumber *places = palloc0(sizeof(AttrNumber) * tupdesc->natts);

	for (int i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(tupdesc, i);

		if (column->attisdropped)
			continue;
		/* Mostly it is the same place. */
		if (i < history->natts && strcmp(NameStr(TupleDescAttr(history, i)->attname), NameStr(column->attname)) == 0 &&
			TupleDescAttr(history, i)->atttypid == column->atttypid)
			places[i] = i + 1;
		else
			places[i] = row_column(history, NameStr(column->attname), column->atttypid);
		if (places[i] == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("the history of table \"%s\" has no column \"%s\" of type %s", RelationGetRelationName(table),
							NameStr(column->attname), format_type_be(column->atttypid)),
					 errhint("Add it by: call keep_history(%s). Rename there a column of that name that has another type.",
							 quote_literal_cstr(RelationGetRelationName(table)))));
	}
	return places;
}

static void
move_begin(Move *move, const TriggerData *trigger)
{
	bool		is_update = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event);

	move->table = trigger->tg_relation;
	move->change = current_change(move->table);
	require_reason(move->change, move->table);
	if (!stamp_columns(RelationGetDescr(move->table), move->stamps))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("table \"%s\" has no columns for who entered a row", RelationGetRelationName(move->table)),
				 errhint("Add them by: call keep_history(%s)", quote_literal_cstr(RelationGetRelationName(move->table)))));
	move->ended_as = CStringGetTextDatum(is_update ? "update" : "delete");
	record_open(&move->history, history_of(move->table));
	move->places = history_places(move->table, RelationGetDescr(move->history.relation));
}

/* Writes an old row to the history; its end is the entry of the new one, if there is one. */
static void
move_row(Move *move, TupleTableSlot *old, TupleTableSlot *new)
{
	TupleTableSlot *row = move->history.row;
	int			at = move->stamps[ENTERED_AT] - 1;
	int			in = move->stamps[ENTERED_IN] - 1;
	TimestampTz ended_at;
	int64		ended_in;

	slot_getallattrs(old);
	if (new)
		slot_getallattrs(new);
	ended_at = new ? DatumGetTimestampTz(new->tts_values[at]) : time_after(old->tts_values[at], old->tts_isnull[at]);
	ended_in = new ? DatumGetInt64(new->tts_values[in]) : move->change->id;
	record_new_row(&move->history);
	for (int i = 0; i < old->tts_tupleDescriptor->natts; i++)
	{
		int			place = move->places[i] - 1;

		if (place < 0)
			continue;
		row->tts_values[place] = old->tts_values[i];
		row->tts_isnull[place] = old->tts_isnull[i];
	}
	record_set(&move->history, "ended_at", TIMESTAMPTZOID, TimestampTzGetDatum(ended_at), false);
	record_set(&move->history, "ended_in", INT8OID, Int64GetDatum(ended_in), false);
	record_set(&move->history, "ended_as", TEXTOID, move->ended_as, false);
	record_insert(&move->history);
}

/* The rows of a transition table, from the first on. */
static TupleTableSlot *
rewind_rows(Tuplestorestate *rows, Relation table)
{
	tuplestore_select_read_pointer(rows, 0);
	tuplestore_rescan(rows);
	return MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsMinimalTuple);
}

static void
move_rows(const TriggerData *trigger)
{
	Tuplestorestate *removed = trigger->tg_oldtable;
	Tuplestorestate *changed = TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? trigger->tg_newtable : NULL;
	TupleTableSlot *old;
	TupleTableSlot *new;
	Move		move;

	move_begin(&move, trigger);
	old = rewind_rows(removed, move.table);
	new = changed ? rewind_rows(changed, move.table) : NULL;
	while (tuplestore_gettupleslot(removed, true, false, old))
	{
		if (new && !tuplestore_gettupleslot(changed, true, false, new))
			break;
		move_row(&move, old, new);
		CHECK_FOR_INTERRUPTS();
	}
	ExecDropSingleTupleTableSlot(old);
	if (new)
		ExecDropSingleTupleTableSlot(new);
	record_close(&move.history);
}

/* Trigger function after each statement: moves the rows that it changed or removed to the history. */
Datum
keep_earlier(PG_FUNCTION_ARGS)
{
	TriggerData *given = statement_trigger(fcinfo);
	TriggerData *trigger;

	require_transitions(given);
	if (given->tg_oldtable == NULL || tuplestore_tuple_count(given->tg_oldtable) == 0)
		return PointerGetDatum(NULL);
	trigger = trigger_of_root(given);
	move_rows(trigger);
	close_root(trigger, given);
	return PointerGetDatum(NULL);
}

/* Trigger function before TRUNCATE: 55000, as it would leave nothing of the rows. */
Datum
refuse_truncate(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_BEFORE, "before each statement");

	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table \"%s\" cannot be truncated", RelationGetRelationName(trigger->tg_relation)),
			 errdetail("Its rows would be gone without a trace."),
			 errhint("Delete them, with a reason; or drop the study."),
			 errtable(trigger->tg_relation)));
	return PointerGetDatum(NULL);
}

/*
 * Trigger function before each statement: 55000, as the database alone writes the
 * record; its own writes, such as a seal, pass.  A frozen table has an argument:
 * what it shows.
 */
Datum
refuse_write(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_BEFORE, "before each statement");

	if (is_own_write())
		return PointerGetDatum(NULL);
	if (trigger->tg_trigger->tgnargs > 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" is frozen", RelationGetRelationName(trigger->tg_relation)),
				 errdetail("It shows %s.", trigger->tg_trigger->tgargs[0]),
				 errhint("Change the study itself, and freeze it anew."),
				 errtable(trigger->tg_relation)));
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("only the database writes table \"%s\"", RelationGetRelationName(trigger->tg_relation)),
			 errdetail("It is the record of what was changed."),
			 errhint("Change the study's own tables; the record follows."),
			 errtable(trigger->tg_relation)));
	return PointerGetDatum(NULL);
}
