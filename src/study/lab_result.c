/*-------------------------------------------------------------------------
 *
 * lab_result.c
 *	  The trigger function before each row of a study's laboratory results:
 *	  the value in the standard unit of its test.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "censored/censored_io.h"
#include "core/laboratory/lab_unit.h"
#include "study/row_trigger.h"
#include "study/study_query.h"
#include "study/study_rule.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(complete_lab_result);

/* A test in a unit, as the statement has met it; units that are not in lab_unit, too. */
typedef struct Conversion
{
	struct Conversion *next;	/* in the same bucket */
	text	   *test;
	text	   *unit;
	bool		is_known;
	int			power;			/* of ten, over that of the row in lab_unit */
	float8		multiplier;
	float8		divisor;
} Conversion;

#define BUCKETS 256				/* a power of two */

/* What one statement's calls share. */
typedef struct LabResults
{
	int			test;			/* columns */
	int			value;
	int			unit;
	int			standard_value;
	Conversion *buckets[BUCKETS];
} LabResults;

static LabResults *
make_lab_results(FunctionCallInfo fcinfo, const TriggerData *trigger)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	LabResults *results = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(LabResults));

	results->test = row_column(tupdesc, "test", TEXTOID);
	results->unit = row_column(tupdesc, "unit", TEXTOID);
	results->value = row_column_read_by(tupdesc, "value", lab_value_in);
	results->standard_value = row_column_read_by(tupdesc, "standard_value", lab_value_in);
	if (!results->test || !results->unit || !results->value || !results->standard_value)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("table \"%s\" has no laboratory results", RelationGetRelationName(trigger->tg_relation)),
				 errdetail("It needs test and unit of type text, value and standard_value of type lab_value."),
				 errhint("Use the trigger on the table lab_result of a study.")));
	fcinfo->flinfo->fn_extra = results;
	return results;
}

/* Reads a test's kind of unit from the study's lab_unit, as the owner of the table. */
static void
read_conversion(FunctionCallInfo fcinfo, Conversion *conversion)
{
	TriggerData *trigger = (TriggerData *) fcinfo->context;
	Oid			types[2] = {TEXTOID, TEXTOID};
	Datum		key[2] = {PointerGetDatum(conversion->test), (Datum) 0};
	RuleSet    *rules;
	OwnerState	state;
	LabUnit		unit;

	if (!lab_unit_read(VARDATA_ANY(conversion->unit), VARSIZE_ANY_EXHDR(conversion->unit), &unit))
		return;
	SPI_connect();
	key[1] = CStringGetTextDatum(unit.kind);
	rules = rule_set_open(root_of(trigger->tg_relation), fcinfo->flinfo->fn_oid);
	become_owner(&state, rules);
	run_kept(&rules->unit, 2, types, key);
	conversion->is_known = SPI_processed == 1;
	if (conversion->is_known)
	{
		conversion->power = unit.power - DatumGetInt32(result_given(SPI_tuptable->vals[0], 1, INT4OID));
		conversion->multiplier = DatumGetFloat8(result_given(SPI_tuptable->vals[0], 2, FLOAT8OID));
		conversion->divisor = DatumGetFloat8(result_given(SPI_tuptable->vals[0], 3, FLOAT8OID));
	}
	restore_user(&state);
	SPI_finish();
}

static uint32
hash_of(Datum datum)
{
	text	   *packed = DatumGetTextPP(datum);

	return hash_bytes((unsigned char *) VARDATA_ANY(packed), (int) VARSIZE_ANY_EXHDR(packed));
}

static const Conversion *
find_conversion(FunctionCallInfo fcinfo, LabResults *results, Datum test, Datum unit)
{
	Conversion **bucket = &results->buckets[hash_combine(hash_of(test), hash_of(unit)) & (BUCKETS - 1)];
	MemoryContext context = fcinfo->flinfo->fn_mcxt;
	Conversion *conversion;

	for (conversion = *bucket; conversion; conversion = conversion->next)
		if (row_same_text(conversion->test, test) && row_same_text(conversion->unit, unit))
			return conversion;
	conversion = MemoryContextAllocZero(context, sizeof(Conversion));
	row_remember_text(&conversion->test, test, context);
	row_remember_text(&conversion->unit, unit, context);
	read_conversion(fcinfo, conversion);
	conversion->next = *bucket;
	*bucket = conversion;
	return conversion;
}

static CensoredValue
converted(CensoredValue value, const Conversion *conversion)
{
	CensoredValue standard = 0;

	if (censored_scale(value, conversion->power, conversion->multiplier, conversion->divisor, &lab_value_domain,
					   &standard) != PARSE_OK)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the result is out of range in the standard unit of test \"%s\"", text_to_cstring(conversion->test)),
				 errdetail("It is %s %s.", float8out_internal(censored_limit(value)), text_to_cstring(conversion->unit)),
				 errhint("Check the number and the unit.")));
	return standard;
}

/*
 * Trigger function before each row: sets standard_value, whatever the client
 * sent.  It is NULL for a result without a value, and where lab_unit does not
 * have the test and unit.
 */
Datum
complete_lab_result(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = row_trigger(fcinfo);
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	HeapTuple	tuple = trigger_event(trigger) == RULE_UPDATE ? trigger->tg_newtuple : trigger->tg_trigtuple;
	LabResults *results = fcinfo->flinfo->fn_extra;
	bool		null[3];
	Datum		given[3];
	Datum		standard = (Datum) 0;
	bool		is_null = true;

	if (results == NULL)
		results = make_lab_results(fcinfo, trigger);
	given[0] = heap_getattr(tuple, results->test, tupdesc, &null[0]);
	given[1] = heap_getattr(tuple, results->unit, tupdesc, &null[1]);
	given[2] = heap_getattr(tuple, results->value, tupdesc, &null[2]);
	if (!null[0] && !null[1] && !null[2])
	{
		const Conversion *conversion = find_conversion(fcinfo, results, given[0], given[1]);

		is_null = !conversion->is_known;
		if (conversion->is_known)
			standard = CensoredGetDatum(converted(DatumGetCensored(given[2]), conversion));
	}
	tuple = heap_modify_tuple_by_cols(tuple, tupdesc, 1, &results->standard_value, &standard, &is_null);
	return PointerGetDatum(tuple);
}
