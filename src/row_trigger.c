/*-------------------------------------------------------------------------
 *
 * row_trigger.c
 *	  What the trigger functions before each row share: how they were called,
 *	  the columns of their table, and the texts that they remember.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "row_trigger.h"

/* The data of a trigger before each row; 39P01 if the function is called as another. */
TriggerData *
row_trigger(FunctionCallInfo fcinfo)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(trigger->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(trigger->tg_event))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("this function must be called as a trigger before each row")));
	return trigger;
}

RuleEvent
row_event(const TriggerData *trigger)
{
	return TRIGGER_FIRED_BY_INSERT(trigger->tg_event) ? RULE_INSERT :
		TRIGGER_FIRED_BY_UPDATE(trigger->tg_event) ? RULE_UPDATE : RULE_DELETE;
}

/* The number of a column of that name and type; 0 if there is none. */
int
row_column(TupleDesc tupdesc, const char *name, Oid type)
{
	int			number = SPI_fnumber(tupdesc, name);

	return number > 0 && SPI_gettypeid(tupdesc, number) == type ? number : 0;
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
