/*-------------------------------------------------------------------------
 *
 * cd4_result.c
 *	  The trigger function before each row of a study's CD4 counts: the count
 *	  in cells per microlitre.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "censored/censored_io.h"
#include "core/laboratory/lab_unit.h"
#include "study/row_trigger.h"

PG_FUNCTION_INFO_V1(complete_cd4_result);

/* The unit that counts are kept in: 10^6 in a litre. */
#define COUNT_UNIT "cells/uL"
#define COUNT_POWER 6

/* What one statement's calls share: the columns, and the unit that counts are kept in. */
typedef struct Counts
{
	int			cd4_count;
	int			unit;
	int			reported;
	text	   *count_unit;
} Counts;

static Counts *
make_counts(FunctionCallInfo fcinfo, const TriggerData *trigger)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	Counts	   *counts = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Counts));
	MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

	counts->cd4_count = row_column_read_by(tupdesc, "cd4_count", lab_value_in);
	counts->unit = row_column(tupdesc, "unit", TEXTOID);
	counts->reported = row_column(tupdesc, "reported", TEXTOID);
	if (!counts->cd4_count || !counts->unit || !counts->reported)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("table \"%s\" has no CD4 counts", RelationGetRelationName(trigger->tg_relation)),
				 errdetail("It needs cd4_count of type lab_value, unit and reported of type text."),
				 errhint("Use the trigger on the table cd4_result of a study.")));
	counts->count_unit = cstring_to_text(COUNT_UNIT);
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = counts;
	return counts;
}

/* Do two rows have the same in a column? */
static bool
same_column(HeapTuple a, HeapTuple b, TupleDesc tupdesc, int column)
{
	bool		null[2];
	Datum		first = heap_getattr(a, column, tupdesc, &null[0]);
	Datum		second = heap_getattr(b, column, tupdesc, &null[1]);

	if (null[0] || null[1])
		return null[0] == null[1];
	return DatumGetBool(DirectFunctionCall2Coll(texteq, C_COLLATION_OID, first, second));
}

static CensoredValue
count_in_microlitre(CensoredValue count, const LabUnit *unit)
{
	CensoredValue converted = 0;

	if (censored_scale(count, unit->power - COUNT_POWER, 1, 1, &lab_value_domain, &converted) != PARSE_OK)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the count is out of range in cells per microlitre"),
				 errdetail("It is %s times 10^%d in a litre.", float8out_internal(censored_limit(count)), unit->power),
				 errhint("Check the number and the unit.")));
	return converted;
}

/*
 * The row with its count in cells per microlitre, and in "reported" the count
 * that it came with, unless the client says what was reported.
 */
static HeapTuple
convert_row(const Counts *counts, HeapTuple tuple, const TriggerData *trigger, const LabUnit *unit, text *spelled)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	int			columns[3] = {counts->cd4_count, counts->unit, counts->reported};
	Datum		values[3];
	bool		nulls[3] = {false, false, false};
	bool		is_null;
	CensoredValue count = DatumGetCensored(heap_getattr(tuple, counts->cd4_count, tupdesc, &is_null));
	char		printed[CENSORED_TEXT_SIZE];
	bool		is_told;

	values[0] = CensoredGetDatum(count_in_microlitre(count, unit));
	values[1] = PointerGetDatum(counts->count_unit);
	heap_getattr(tuple, counts->reported, tupdesc, &is_null);
	is_told = !is_null && (trigger_event(trigger) != RULE_UPDATE ||
						   !same_column(tuple, trigger->tg_trigtuple, tupdesc, counts->reported));
	censored_print(count, printed);
	values[2] = CStringGetTextDatum(psprintf("%s %s", printed, text_to_cstring(spelled)));
	return heap_modify_tuple_by_cols(tuple, tupdesc, is_told ? 2 : 3, columns, values, nulls);
}

/*
 * Trigger function before each row: a count in another unit becomes one of
 * cells per microlitre.  A unit that is none of counts stays, for the rule
 * cd4_unit to refuse.
 */
Datum
complete_cd4_result(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = row_trigger(fcinfo);
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	HeapTuple	tuple = trigger_event(trigger) == RULE_UPDATE ? trigger->tg_newtuple : trigger->tg_trigtuple;
	Counts	   *counts = fcinfo->flinfo->fn_extra;
	Datum		given;
	bool		is_null;
	text	   *spelled;
	LabUnit		unit;

	if (counts == NULL)
		counts = make_counts(fcinfo, trigger);
	heap_getattr(tuple, counts->cd4_count, tupdesc, &is_null);
	if (is_null)
		return PointerGetDatum(tuple);
	given = heap_getattr(tuple, counts->unit, tupdesc, &is_null);
	if (is_null || row_same_text(counts->count_unit, given))
		return PointerGetDatum(tuple);
	spelled = DatumGetTextPP(given);
	if (!lab_unit_read(VARDATA_ANY(spelled), VARSIZE_ANY_EXHDR(spelled), &unit) || strcmp(unit.kind, "/L") != 0)
		return PointerGetDatum(tuple);
	return PointerGetDatum(convert_row(counts, tuple, trigger, &unit, spelled));
}
