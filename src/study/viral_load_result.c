/*-------------------------------------------------------------------------
 *
 * viral_load_result.c
 *	  The trigger function before each row of a study's viral loads: the value
 *	  of a reported text, and the limit of a target not detected.
 *
 * Whether a text and a value that came together agree is a rule of the study.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "censored/censored_io.h"
#include "core/laboratory/lab_reading.h"
#include "laboratory/lab_dictionary.h"
#include "study/row_entry.h"
#include "study/row_trigger.h"
#include "study/study_query.h"
#include "study/study_rule.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(complete_viral_load);

/* A row of table assay. */
typedef struct AssayLimit
{
	text	   *assay;
	DateADT		effective_from;
	float8		lower_limit;
	float8		upper_limit;
	float8		iu_per_copy;	/* NaN where it is not known */
} AssayLimit;

/* What one statement's calls of complete_viral_load() share. */
typedef struct Assays
{
	int			site_id;		/* columns of the table of results; 0 for none of these two */
	int			subject_id;
	int			assay;
	int			collected;
	int			viral_load;
	int			reported;
	int			reported_unit;
	bool		is_read;		/* the limits are, with the first TND or text */
	int			nlimits;
	AssayLimit *limits;			/* of each assay, the latest first */
	bool		has_words;		/* they are read, with the first text */
	int			nwords;
	LabWord    *words;
} Assays;

/* A row as it came. */
typedef struct ViralLoadRow
{
	HeapTuple	tuple;
	TupleDesc	tupdesc;
	const AssayLimit *limit;	/* of its assay, or NULL */
} ViralLoadRow;

static float8
known_number(HeapTuple tuple, int column)
{
	bool		is_null;
	Datum		value = result_value(tuple, column, FLOAT8OID, &is_null);

	return is_null ? NAN : DatumGetFloat8(value);
}

static void
copy_limits(Assays *assays, MemoryContext context)
{
	assays->nlimits = (int) SPI_processed;
	assays->limits = MemoryContextAlloc(context, sizeof(AssayLimit) * (assays->nlimits + 1));
	for (int i = 0; i < assays->nlimits; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		AssayLimit *limit = &assays->limits[i];

		limit->assay = NULL;
		row_remember_text(&limit->assay, result_given(tuple, 1, TEXTOID), context);
		limit->effective_from = DatumGetDateADT(result_given(tuple, 2, DATEOID));
		limit->lower_limit = DatumGetFloat8(result_given(tuple, 3, FLOAT8OID));
		limit->upper_limit = DatumGetFloat8(result_given(tuple, 4, FLOAT8OID));
		limit->iu_per_copy = known_number(tuple, 5);
	}
}

static void
copy_words(Assays *assays, MemoryContext context)
{
	bool		is_null = true;
	Datum		words = (Datum) 0;

	if (SPI_processed == 1)
		words = result_value(SPI_tuptable->vals[0], 1, TEXTARRAYOID, &is_null);
	if (!is_null)
	{
		MemoryContext old = MemoryContextSwitchTo(context);

		assays->words = lab_dictionary(DatumGetArrayTypePCopy(words), &assays->nwords);
		MemoryContextSwitchTo(old);
	}
}

static Assays *
make_assays(FunctionCallInfo fcinfo, const TriggerData *trigger)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	Assays	   *assays = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Assays));

	assays->site_id = row_column(tupdesc, "site_id", TEXTOID);
	assays->subject_id = row_column(tupdesc, "subject_id", TEXTOID);
	assays->reported = row_column(tupdesc, "reported", TEXTOID);
	assays->reported_unit = row_column(tupdesc, "reported_unit", TEXTOID);
	assays->assay = row_column(tupdesc, "assay", TEXTOID);
	assays->collected = row_column(tupdesc, "collected", DATEOID);
	assays->viral_load = row_column_read_by(tupdesc, "viral_load", viral_load_in);
	if (!assays->assay || !assays->collected || !assays->viral_load || !assays->reported || !assays->reported_unit)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("table \"%s\" has no viral loads of assays", RelationGetRelationName(trigger->tg_relation)),
				 errdetail("It needs assay, reported and reported_unit of type text, collected of type date and viral_load of type viral_load."),
				 errhint("Use the trigger on the table viral_load_result of a study.")));
	fcinfo->flinfo->fn_extra = assays;
	return assays;
}

/* Reads of the study, as the owner of the table, what a text or a TND needs. */
static void
read_study(FunctionCallInfo fcinfo, const TriggerData *trigger, Assays *assays, bool needs_words)
{
	MemoryContext context = fcinfo->flinfo->fn_mcxt;
	OwnerState	state;

	SPI_connect();
	become_owner(&state, rule_set_open(root_of(trigger->tg_relation), fcinfo->flinfo->fn_oid));
	if (!assays->is_read)
	{
		run_query("select assay, effective_from, lower_limit, upper_limit, iu_per_copy "
				  "from assay order by assay, effective_from desc", true);
		copy_limits(assays, context);
		assays->is_read = true;
	}
	if (needs_words && !assays->has_words)
	{
		run_query("select result_words()", true);
		copy_words(assays, context);
		assays->has_words = true;
	}
	restore_user(&state);
	SPI_finish();
}

/* The assay of a row on its day, as far as the study knows it; else NULL. */
static const AssayLimit *
limit_of_row(const Assays *assays, HeapTuple tuple, TupleDesc tupdesc)
{
	bool		null[2];
	Datum		assay = heap_getattr(tuple, assays->assay, tupdesc, &null[0]);
	Datum		collected = heap_getattr(tuple, assays->collected, tupdesc, &null[1]);

	for (int i = 0; !null[0] && !null[1] && i < assays->nlimits; i++)
	{
		const AssayLimit *limit = &assays->limits[i];

		if (row_same_text(limit->assay, assay) && limit->effective_from <= DatumGetDateADT(collected))
			return limit;
	}
	return NULL;
}

/* A column of a row for an error, or a question mark. */
static char *
shown(const ViralLoadRow *row, int column)
{
	char	   *value = column ? SPI_getvalue(row->tuple, row->tupdesc, column) : NULL;

	return value ? value : "?";
}

/* What to do about a text that is no value. */
static const char *
hint_of_state(const LabReading *reading, const AssayLimit *limit)
{
	switch (reading->state)
	{
		case LAB_REJECTED:
		case LAB_INSUFFICIENT:
		case LAB_INVALID:
		case LAB_PENDING:
		case LAB_NOT_DONE:
		case LAB_MISSING:
			return "A result that did not come is a row of table missing_result, with its reason.";
		case LAB_DETECTED:
			return "Ask the laboratory for the number; a result that did not come is a row of table missing_result.";
		case LAB_POSSIBLY_LOG10:
			return "Name the unit in reported_unit: copies/mL, or log10 copies/mL.";
		case LAB_UNCONVERTED:
			return "Give the assay's iu_per_copy in table assay, with its source in note; or ask the laboratory for copies/mL.";
		case LAB_AT_MOST:
		case LAB_AT_LEAST:
			return "Ask the laboratory whether the limit itself was measured.";
		case LAB_OUTSIDE_LIMITS:
			return "Check the result, its unit and its assay; table assay has the limits of quantification.";
		default:
			return limit ? "Correct the text or its unit; where only its separators are in doubt, give viral_load beside it. "
				"Table result_word has the words of laboratories, to which the study's owner may add." :
				"Check the assay; table assay has the assays of the study.";
	}
}

static void
refuse_text(const Assays *assays, const ViralLoadRow *row, const LabReading *reading)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("\"%s\" is not read as a viral load", shown(row, assays->reported)),
			 errdetail("Site %s, subject %s, %s, assay %s: %s: %s.", shown(row, assays->site_id), shown(row, assays->subject_id),
					   shown(row, assays->collected), shown(row, assays->assay), lab_state_names[reading->state],
					   reading->reason ? reading->reason : "it has no value"),
			 errhint("%s", hint_of_state(reading, row->limit))));
}

static void
read_text(const Assays *assays, const ViralLoadRow *row, Datum reported, LabReading *reading)
{
	LabReader	reader = {.domain = &viral_load_domain, .is_viral_load = true, .words = assays->words, .word_count = assays->nwords,
		.decimal_mark = row_decimal_mark()};
	text	   *given = DatumGetTextPP(reported);
	bool		is_null;
	Datum		unit = heap_getattr(row->tuple, assays->reported_unit, row->tupdesc, &is_null);

	reader.unit = is_null ? NULL : TextDatumGetCString(unit);
	reader.lower_limit = row->limit ? row->limit->lower_limit : NAN;
	reader.upper_limit = row->limit ? row->limit->upper_limit : NAN;
	reader.iu_per_copy = row->limit ? row->limit->iu_per_copy : NAN;
	lab_read(&reader, VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given), reading);
}

/* The row with the value and the unit of its text. */
static HeapTuple
complete_text(const Assays *assays, const ViralLoadRow *row, Datum reported, bool has_value)
{
	int			columns[2] = {assays->viral_load, assays->reported_unit};
	bool		nulls[2] = {false, false};
	Datum		values[2];
	LabReading	reading;
	int			first = has_value ? 1 : 0;
	int			count = 2 - first;

	read_text(assays, row, reported, &reading);
	if (!reading.has_value && !has_value)
		refuse_text(assays, row, &reading);
	if (!reading.has_value || reading.unit[0] == '\0')
		count--;
	else
		values[1] = CStringGetTextDatum(reading.unit);
	values[0] = CensoredGetDatum(reading.value);
	if (count == 0)
		return row->tuple;
	return heap_modify_tuple_by_cols(row->tuple, row->tupdesc, count, columns + first, values + first, nulls);
}

/* The row with the limit of its assay, as far as the study knows that. */
static HeapTuple
complete_limit(const Assays *assays, const ViralLoadRow *row)
{
	Datum		value;
	bool		is_null = false;

	if (row->limit == NULL)
		return row->tuple;
	value = CensoredGetDatum(censored_from_float8(row->limit->lower_limit, QUALIFIER_NOT_DETECTED, &viral_load_domain));
	return heap_modify_tuple_by_cols(row->tuple, row->tupdesc, 1, (int *) &assays->viral_load, &value, &is_null);
}

/*
 * Trigger function before each row: a text without a value gets the value that
 * it says, and TND without a limit that of its assay.
 */
Datum
complete_viral_load(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = row_trigger(fcinfo);
	ViralLoadRow row = {
		.tuple = trigger_event(trigger) == RULE_UPDATE ? trigger->tg_newtuple : trigger->tg_trigtuple,
		.tupdesc = RelationGetDescr(trigger->tg_relation)
	};
	Assays	   *assays = fcinfo->flinfo->fn_extra;
	Datum		value;
	Datum		reported;
	bool		lacks_value;
	bool		lacks_limit;
	bool		lacks_text;

	if (assays == NULL)
		assays = make_assays(fcinfo, trigger);
	value = heap_getattr(row.tuple, assays->viral_load, row.tupdesc, &lacks_value);
	reported = heap_getattr(row.tuple, assays->reported, row.tupdesc, &lacks_text);
	lacks_limit = !lacks_value && censored_lacks_limit(DatumGetCensored(value));
	if (lacks_text && !lacks_limit)
		return PointerGetDatum(row.tuple);
	if (!assays->is_read || !(lacks_text || assays->has_words))
		read_study(fcinfo, trigger, assays, !lacks_text);
	row.limit = limit_of_row(assays, row.tuple, row.tupdesc);
	if (lacks_limit)
		row.tuple = complete_limit(assays, &row);
	if (!lacks_text)
		row.tuple = complete_text(assays, &row, reported, !lacks_value);
	return PointerGetDatum(row.tuple);
}
