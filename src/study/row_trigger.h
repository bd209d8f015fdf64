/*-------------------------------------------------------------------------
 *
 * row_trigger.h
 *	  What the trigger functions before each row share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef ROW_TRIGGER_H
#define ROW_TRIGGER_H

#include "commands/trigger.h"

#include "study/study_rule.h"

/* The columns that say who wrote a row, when, and in which change. */
typedef enum StampColumn
{
	ENTERED_BY,
	ENTERED_AT,
	ENTERED_IN,
	STAMP_COLUMNS
} StampColumn;

extern TriggerData *trigger_fired(FunctionCallInfo fcinfo, TriggerEvent moment, const char *words);
extern TriggerData *row_trigger(FunctionCallInfo fcinfo);
extern RuleEvent trigger_event(const TriggerData *trigger);
extern int	row_column_read_by(TupleDesc tupdesc, const char *name, PGFunction input);
extern Oid	extension_type(Oid function, const char *name);
extern int	row_column(TupleDesc tupdesc, const char *name, Oid type);
extern bool stamp_columns(TupleDesc tupdesc, int *columns);
extern Datum result_value(HeapTuple row, int column, Oid type, bool *is_null);
extern Datum result_given(HeapTuple row, int column, Oid type);
extern bool row_same_text(const text *a, Datum datum);
extern void row_remember_text(text **place, Datum datum, MemoryContext context);

#endif							/* ROW_TRIGGER_H */
