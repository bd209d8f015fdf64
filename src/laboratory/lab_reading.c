/*-------------------------------------------------------------------------
 *
 * lab_reading.c
 *	  Read a laboratory's text: a row with the value, or with the reason why
 *	  there is none.
 *
 * The reader looks at its arguments alone.  A study's words come as one of
 * them, and are prepared once for as long as they stay the same.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "compat.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "censored/censored_io.h"
#include "core/laboratory/lab_agreement.h"
#include "core/laboratory/lab_reading.h"
#include "laboratory/lab_dictionary.h"

PG_FUNCTION_INFO_V1(read_viral_load);
PG_FUNCTION_INFO_V1(read_lab_value);
PG_FUNCTION_INFO_V1(viral_load_agrees);

enum
{
	ARG_TEXT,
	ARG_UNIT,
	ARG_LOWER_LIMIT,
	ARG_UPPER_LIMIT,
	ARG_DECIMAL_MARK,
	ARG_DICTIONARY,
	ARG_IU_PER_COPY,			/* of a viral load */
	ARG_VALUE					/* that the text is compared with */
};

enum
{
	READING_VALUE,
	READING_STATE,
	READING_NUMBER,
	READING_UNIT,
	READING_IGNORED,
	READING_REASON,
	READING_COLUMNS
};

/* What the calls of one expression share. */
typedef struct ReadingCache
{
	TupleDesc	descriptor;
	MemoryContext context;		/* of the dictionary */
	ArrayType  *dictionary;
	LabWord    *words;
	int			word_count;
} ReadingCache;

static ReadingCache *
cache_of_call(FunctionCallInfo fcinfo)
{
	ReadingCache *cache = fcinfo->flinfo->fn_extra;
	MemoryContext old;

	if (cache)
		return cache;
	old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	cache = palloc0(sizeof(ReadingCache));
	cache->context = AllocSetContextCreate(CurrentMemoryContext, "laboratory words",
										   ALLOCSET_SMALL_SIZES);
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = cache;
	return cache;
}

/* The row that a call answers with. */
static TupleDesc
row_of_call(FunctionCallInfo fcinfo, ReadingCache *cache)
{
	TupleDesc	descriptor;
	MemoryContext old;

	if (cache->descriptor)
		return cache->descriptor;
	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a reading needs a row to go to"),
				 errhint("Call the function where a row is allowed.")));
	old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	cache->descriptor = BlessTupleDesc(CreateTupleDescCopy(descriptor));
	MemoryContextSwitchTo(old);
	return cache->descriptor;
}

/* Prepare the words of an array of pairs; they stay until the array is another. */
static void
prepare_words(ReadingCache *cache, ArrayType *dictionary)
{
	MemoryContext old;

	if (cache->dictionary && VARSIZE(cache->dictionary) == VARSIZE(dictionary) &&
		memcmp(cache->dictionary, dictionary, VARSIZE(dictionary)) == 0)
		return;
	cache->dictionary = NULL;
	cache->word_count = 0;
	MemoryContextReset(cache->context);
	old = MemoryContextSwitchTo(cache->context);
	cache->words = lab_dictionary(dictionary, &cache->word_count);
	cache->dictionary = palloc(VARSIZE(dictionary));
	memcpy(cache->dictionary, dictionary, VARSIZE(dictionary));
	MemoryContextSwitchTo(old);
}

static double
number_of_call(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NAN : PG_GETARG_FLOAT8(argument);
}

static char
decimal_mark_of_call(FunctionCallInfo fcinfo)
{
	text	   *mark;

	if (PG_ARGISNULL(ARG_DECIMAL_MARK))
		return 0;
	mark = PG_GETARG_TEXT_PP(ARG_DECIMAL_MARK);
	if (VARSIZE_ANY_EXHDR(mark) != 1 || !strchr(".,", VARDATA_ANY(mark)[0]))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid decimal mark \"%s\"", text_to_cstring(mark)),
				 errhint("It is a point or a comma, or null where the laboratory's is not known.")));
	return VARDATA_ANY(mark)[0];
}

static Datum
row_of_reading(TupleDesc descriptor, const LabReading *reading)
{
	Datum		values[READING_COLUMNS] = {0};
	bool		nulls[READING_COLUMNS] = {false};

	nulls[READING_VALUE] = !reading->has_value;
	if (reading->has_value)
		values[READING_VALUE] = CensoredGetDatum(reading->value);
	values[READING_STATE] = CStringGetTextDatum(lab_state_names[reading->state]);
	nulls[READING_NUMBER] = isnan(reading->number);
	if (!isnan(reading->number))
		values[READING_NUMBER] = Float8GetDatum(reading->number);
	nulls[READING_UNIT] = reading->unit[0] == '\0';
	if (reading->unit[0])
		values[READING_UNIT] = CStringGetTextDatum(reading->unit);
	nulls[READING_IGNORED] = reading->ignored[0] == '\0';
	if (reading->ignored[0])
		values[READING_IGNORED] = CStringGetTextDatum(reading->ignored);
	nulls[READING_REASON] = reading->reason == NULL;
	if (reading->reason)
		values[READING_REASON] = CStringGetTextDatum(reading->reason);
	return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}

/* What a call's arguments, but for the text, say. */
static LabReader
reader_of_call(FunctionCallInfo fcinfo, ReadingCache *cache, const CensoredDomain *domain, bool is_viral_load)
{
	LabReader	reader = {.domain = domain, .is_viral_load = is_viral_load};

	reader.unit = PG_ARGISNULL(ARG_UNIT) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(ARG_UNIT));
	reader.lower_limit = number_of_call(fcinfo, ARG_LOWER_LIMIT);
	reader.upper_limit = number_of_call(fcinfo, ARG_UPPER_LIMIT);
	reader.iu_per_copy = is_viral_load ? number_of_call(fcinfo, ARG_IU_PER_COPY) : NAN;
	reader.decimal_mark = decimal_mark_of_call(fcinfo);
	if (!PG_ARGISNULL(ARG_DICTIONARY))
	{
		prepare_words(cache, PG_GETARG_ARRAYTYPE_P(ARG_DICTIONARY));
		reader.words = cache->words;
		reader.word_count = cache->word_count;
	}
	return reader;
}

static Datum
reading_of_call(FunctionCallInfo fcinfo, const CensoredDomain *domain, bool is_viral_load)
{
	ReadingCache *cache = cache_of_call(fcinfo);
	LabReader	reader;
	LabReading	reading;
	text	   *reported;

	if (PG_ARGISNULL(ARG_TEXT))
		PG_RETURN_NULL();
	reported = PG_GETARG_TEXT_PP(ARG_TEXT);
	reader = reader_of_call(fcinfo, cache, domain, is_viral_load);
	lab_read(&reader, VARDATA_ANY(reported), VARSIZE_ANY_EXHDR(reported), &reading);
	return row_of_reading(row_of_call(fcinfo, cache), &reading);
}

/* A viral load as a laboratory wrote it. */
Datum
read_viral_load(PG_FUNCTION_ARGS)
{
	return reading_of_call(fcinfo, &viral_load_domain, true);
}

/* Another laboratory result as a laboratory wrote it. */
Datum
read_lab_value(PG_FUNCTION_ARGS)
{
	return reading_of_call(fcinfo, &lab_value_domain, false);
}

/* Whether a text may have been reported of a viral load; NULL where either is. */
Datum
viral_load_agrees(PG_FUNCTION_ARGS)
{
	LabReader	reader;
	text	   *reported;

	if (PG_ARGISNULL(ARG_TEXT) || PG_ARGISNULL(ARG_VALUE))
		PG_RETURN_NULL();
	reported = PG_GETARG_TEXT_PP(ARG_TEXT);
	reader = reader_of_call(fcinfo, cache_of_call(fcinfo), &viral_load_domain, true);
	PG_RETURN_BOOL(lab_agrees(&reader, VARDATA_ANY(reported), VARSIZE_ANY_EXHDR(reported),
							  DatumGetCensored(PG_GETARG_DATUM(ARG_VALUE))));
}
