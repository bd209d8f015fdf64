/*-------------------------------------------------------------------------
 *
 * row_trigger.c
 *	  What the trigger functions before each row share: how they were called,
 *	  the columns of their table, and the texts that they remember; and how
 *	  the results of queries are read.
 *
 * Anybody can make a table with the names of a study's, and columns of other
 * types.  So no value is read before its type is known, and none is taken to be
 * there.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "commands/copy.h"
#include "commands/copyfrom_internal.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "extension.h"
#include "study/row_trigger.h"
#include "study/study_rule.h"

/*
 * The data of a trigger that fires at a moment, such as TRIGGER_EVENT_BEFORE |
 * TRIGGER_EVENT_ROW, "before each row", for one event if that is named, too;
 * 39P01 if the function is called at another, or as none.
 */
TriggerData *
trigger_fired(FunctionCallInfo fcinfo, TriggerEvent moment, const char *words)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) ||
		(trigger->tg_event & (TRIGGER_EVENT_TIMINGMASK | TRIGGER_EVENT_ROW | moment)) != moment)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function must be called as a trigger %s", words),
				 errhint("create_study() and guard() make the triggers that call it.")));
	return trigger;
}

/*
 * COPY adds the line that it reads to whatever error follows, to a duplicate key
 * too: it is to add the line's number alone.
 */
static void
hide_copied_line(void)
{
	if (error_context_stack && error_context_stack->callback == CopyFromErrorCallback)
		((CopyFromState) error_context_stack->arg)->line_buf_valid = false;
}

/* The data of a trigger before each row. */
TriggerData *
row_trigger(FunctionCallInfo fcinfo)
{
	hide_copied_line();
	return trigger_fired(fcinfo, TRIGGER_EVENT_BEFORE | TRIGGER_EVENT_ROW, "before each row");
}

RuleEvent
trigger_event(const TriggerData *trigger)
{
	return TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? RULE_INSERT :
		TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? RULE_UPDATE :
		TRIGGER_FIRED_BY_DELETE(trigger->tg_event) ? RULE_DELETE : RULE_TRUNCATE;
}

/* The type of the extension that has this name; function is one of the extension's. */
Oid
extension_type(Oid function, const char *name)
{
	return GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(name),
						   ObjectIdGetDatum(extension_namespace(function)));
}

/* The number of a column whose type has that input function, one of the extension's; 0 if there is none. */
int
row_column_read_by(TupleDesc tupdesc, const char *name, PGFunction input)
{
	int			number = SPI_fnumber(tupdesc, name);
	Oid			function;
	Oid			parameter;
	FmgrInfo	found;

	if (number <= 0)
		return 0;
	getTypeInputInfo(SPI_gettypeid(tupdesc, number), &function, &parameter);
	fmgr_info(function, &found);
	return found.fn_addr == input ? number : 0;
}

/* The number of a column of that name and type; 0 if there is none. */
int
row_column(TupleDesc tupdesc, const char *name, Oid type)
{
	for (int i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(tupdesc, i);

		if (column->atttypid == type && strcmp(NameStr(column->attname), name) == 0)
			return i + 1;
	}
	return 0;
}

/* Finds the columns of a stamp; false if a table does not have them all. */
bool
stamp_columns(TupleDesc tupdesc, int *columns)
{
	columns[ENTERED_BY] = row_column(tupdesc, "entered_by", TEXTOID);
	columns[ENTERED_AT] = row_column(tupdesc, "entered_at", TIMESTAMPTZOID);
	columns[ENTERED_IN] = row_column(tupdesc, "entered_in", INT8OID);
	return columns[ENTERED_BY] && columns[ENTERED_AT] && columns[ENTERED_IN];
}

/* A value in a row of a query's result; 42804 if its column is of another type. */
Datum
result_value(HeapTuple row, int column, Oid type, bool *is_null)
{
	TupleDesc	tupdesc = SPI_tuptable->tupdesc;

	if (SPI_gettypeid(tupdesc, column) != type)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" of a study is of type %s", SPI_fname(tupdesc, column),
						format_type_be(SPI_gettypeid(tupdesc, column))),
				 errdetail("Its type must be %s.", format_type_be(type)),
				 errhint("The tables that create_study() makes have the right types.")));
	return SPI_getbinval(row, tupdesc, column, is_null);
}

/* The same of a column that has no NULL in a study; 22004 if there is one. */
Datum
result_given(HeapTuple row, int column, Oid type)
{
	bool		is_null;
	Datum		value = result_value(row, column, type, &is_null);

	if (is_null)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("column \"%s\" of a study is null", SPI_fname(SPI_tuptable->tupdesc, column)),
				 errhint("The tables that create_study() makes have no null there.")));
	return value;
}

/* Is a text that may be NULL the same, byte by byte? */
bool
row_same_text(const text *a, Datum datum)
{
	text	   *b = DatumGetTextPP(datum);

	return a != NULL && VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(b)) == 0;
}

/* Copies a text into a memory context, in place of the one that was there. */
void
row_remember_text(text **place, Datum datum, MemoryContext context)
{
	MemoryContext old = MemoryContextSwitchTo(context);

	if (*place)
		pfree(*place);
	*place = DatumGetTextPCopy(datum);
	MemoryContextSwitchTo(old);
}
