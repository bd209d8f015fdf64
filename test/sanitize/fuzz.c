/*
 * fuzz.c: fuzzing of the glue, in a server that sanitizers watch.
 *
 * fuzz_type() changes the texts and the bytes of valid values of a type, reads
 * them as the type does, and calls functions with those that were accepted.  A
 * value that a function returns must be one that its type reads back.
 */
#include "fuzz.h"

#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timeout.h"

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(fuzz_type);

#define CALLS_OF_A_VALUE 6
#define SECONDS_OF_A_PAYLOAD 120

/* How a type's values are read and written. */
typedef struct Forms
{
	Oid			ioparam;
	FmgrInfo	input;
	FmgrInfo	output;
	FmgrInfo	receive;
	FmgrInfo	send;
} Forms;

/* A type, what is called, and what came of it. */
typedef struct Fuzz
{
	Oid			type;
	char	   *name;
	Pool	   *pool;
	Forms		forms;
	StringInfoData *texts;		/* of the pool's values */
	StringInfoData *bytes;
	Routine   **routines;
	int			nroutines;
	int64		accepted;
	int64		calls;
	int64		returned;		/* calls that ended without an error */
} Fuzz;

static void
find_forms(Oid type, Forms *forms)
{
	Oid			function;
	bool		is_varlena;

	getTypeInputInfo(type, &function, &forms->ioparam);
	fmgr_info(function, &forms->input);
	getTypeOutputInfo(type, &function, &is_varlena);
	fmgr_info(function, &forms->output);
	getTypeBinaryInputInfo(type, &function, &forms->ioparam);
	fmgr_info(function, &forms->receive);
	getTypeBinaryOutputInfo(type, &function, &is_varlena);
	fmgr_info(function, &forms->send);
}

/* ---- reading */

/* What a value is read from. */
typedef struct Reading
{
	Forms	   *forms;
	StringInfo	payload;
	bool		is_text;
	bool		is_array;
} Reading;

/*
 * The memory ends where the payload does: nothing may be read beyond it, but
 * for the byte that arrays need.
 */
static Datum
read_value(void *what)
{
	const Reading *reading = what;
	int			length = reading->payload->len;
	StringInfoData buffer = {palloc0(length + reading->is_array), length, length, 0};
	Datum		value;

	if (reading->is_text)
		return InputFunctionCall(&reading->forms->input, pnstrdup(reading->payload->data, length),
								 reading->forms->ioparam, -1);
	memcpy(buffer.data, reading->payload->data, length);
	value = ReceiveFunctionCall(&reading->forms->receive, &buffer, reading->forms->ioparam, -1);
	if (buffer.cursor != length)
		ereport(ERROR, (errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
						errmsg("incorrect binary data format")));
	return value;
}

static void
write_value(Forms *forms, Datum value, bool is_text, StringInfo written)
{
	initStringInfo(written);
	if (is_text)
		appendStringInfoString(written, OutputFunctionCall(&forms->output, value));
	else
	{
		bytea	   *bytes = SendFunctionCall(&forms->send, value);

		appendBinaryStringInfo(written, VARDATA(bytes), VARSIZE(bytes) - VARHDRSZ);
	}
}

/* A value, how it is written, and its text. */
typedef struct Written
{
	Forms	   *forms;
	Datum		value;
	bool		is_array;
	StringInfoData text;
} Written;

/* What is written reads back, and is then written as it was. */
static Datum
read_back(void *what)
{
	const Written *result = what;

	for (int is_text = 0; is_text < 2; is_text++)
	{
		StringInfoData written;
		StringInfoData again;
		Reading		reading = {result->forms, &written, is_text, result->is_array};

		write_value(result->forms, result->value, is_text, &written);
		write_value(result->forms, read_value(&reading), is_text, &again);
		if (written.len != again.len || memcmp(written.data, again.data, again.len) != 0)
			fault("a value changes when it is read back", is_text ? written.data : "in binary");
	}
	return (Datum) 0;
}

static Datum
write_text(void *what)
{
	Written    *result = what;

	write_value(result->forms, result->value, true, &result->text);
	return (Datum) 0;
}

/* Whether a value reads back; of a row the text will do. */
static bool
check_result(Oid type, Datum value)
{
	Forms		forms;
	Written		result = {&forms, value, OidIsValid(get_element_type(type))};
	Datum		nothing;

	int64		known = faults;

	if (get_typtype(type) == TYPTYPE_PSEUDO)
		return false;
	find_forms(type, &forms);
	if (!attempt(write_text, &result, &nothing))
		fault("a value cannot be written", attempt_message);
	else if (get_typtype(type) != TYPTYPE_COMPOSITE && !attempt(read_back, &result, &nothing))
		fault("a value cannot be read back", psprintf("%s\n%.1000s", attempt_message, result.text.data));
	return faults == known;
}

/* ---- calling */

/* An aggregate's state, which comes first, is never in a form of tables. */
static void
choose_arguments(Fuzz *fuzz, Call *call, Datum value)
{
	MemoryContext memory = CurrentMemoryContext;
	Routine    *routine = call->routine;
	bool		is_ordinary = chance(2);

	call->aggregate = chance(2) ? aggregate_call(memory) : NULL;
	for (int i = 0; i < routine->nargs; i++)
		if (routine->argtypes[i] == fuzz->type && !chance(3))
			call->arguments[i] = (NullableDatum) {value_copy(fuzz->pool, value, i == 0), false};
		else
			call->arguments[i] = any_value(routine->argtypes[i], is_ordinary, i == 0);
}

/* Calls functions with the value, and some with what others made of it. */
static void
exercise(Fuzz *fuzz, Datum value)
{
	for (int i = 0; i < CALLS_OF_A_VALUE; i++)
	{
		Call		call = {fuzz->routines[roll(fuzz->nroutines)]};
		Datum		result;

		choose_arguments(fuzz, &call, value);
		fuzz->calls++;
		if (!attempt(make_call, &call, &result))
		{
			/* What it kept may be half done. */
			MemoryContextReset(call.routine->memory);
			fmgr_info_cxt(call.routine->oid, &call.routine->function, call.routine->memory);
			continue;
		}
		fuzz->returned++;
		if (call.isnull)
			continue;
		if (check_result(call.routine->result, result) && call.routine->result == fuzz->type && chance(2))
			value = result;
	}
}

/* One payload. */
static void
fuzz_once(Fuzz *fuzz, int64 number)
{
	bool		is_text = chance(2);
	StringInfoData *forms = is_text ? fuzz->texts : fuzz->bytes;
	StringInfoData payload;
	Reading		reading = {&fuzz->forms, &payload, is_text};
	const StringInfoData *valid = &forms[roll(fuzz->pool->count)];
	Datum		value;

	initStringInfo(&payload);
	appendBinaryStringInfo(&payload, valid->data, valid->len);
	mutate(&payload, &forms[roll(fuzz->pool->count)], is_text);
	trail_payload(fuzz->name, is_text, &payload, number);
	trail_call("the type's input");
	if (!attempt(read_value, &reading, &value))
		return;
	fuzz->accepted++;
	if (check_result(fuzz->type, value))
		exercise(fuzz, value);
}

/* ---- the whole */

static void
prepare(Fuzz *fuzz, ArrayType *routines)
{
	Datum	   *oids;
	int			count;

	fuzz->name = format_type_be(fuzz->type);
	trail_open(fuzz->name);
	forget_pools();
	fuzz->pool = pool_of(fuzz->type);
	find_forms(fuzz->type, &fuzz->forms);
	count = fuzz->pool->count;
	fuzz->texts = palloc(count * sizeof(StringInfoData));
	fuzz->bytes = palloc(count * sizeof(StringInfoData));
	for (int i = 0; i < count; i++)
	{
		write_value(&fuzz->forms, fuzz->pool->values[i], true, &fuzz->texts[i]);
		write_value(&fuzz->forms, fuzz->pool->values[i], false, &fuzz->bytes[i]);
	}
	deconstruct_array(routines, REGPROCEDUREOID, sizeof(Oid), true, TYPALIGN_INT,
					  &oids, NULL, &fuzz->nroutines);
	fuzz->routines = palloc(fuzz->nroutines * sizeof(Routine *));
	for (int i = 0; i < fuzz->nroutines; i++)
	{
		fuzz->routines[i] = routine_of(DatumGetObjectId(oids[i]));
		prepare_values(fuzz->routines[i]);
	}
}

/* A payload that takes too long stops the server, as any other fault. */
static void
take_too_long(void)
{
	abort();
}

static void
run(Fuzz *fuzz, int64 payloads)
{
	MemoryContext memory = AllocSetContextCreate(fuzz_memory, "payload", ALLOCSET_DEFAULT_SIZES);
	TimeoutId	timeout = RegisterTimeout(USER_TIMEOUT, take_too_long);

	for (int64 i = 0; i < payloads; i++)
	{
		MemoryContextSwitchTo(memory);
		enable_timeout_after(timeout, SECONDS_OF_A_PAYLOAD * 1000);
		fuzz_once(fuzz, i);
		disable_timeout(timeout, false);
		MemoryContextReset(memory);
		CHECK_FOR_INTERRUPTS();
	}
}

/*
 * fuzz_type(type regtype, routines regprocedure[], payloads bigint, seed bigint)
 * returns the numbers of payloads that were accepted, calls, calls without an
 * error, and faults.
 */
Datum
fuzz_type(PG_FUNCTION_ARGS)
{
	Fuzz		fuzz = {PG_GETARG_OID(0)};
	MemoryContext caller = CurrentMemoryContext;
	TupleDesc	descriptor;
	Datum		values[4];
	bool		nulls[4] = {false};

	get_call_result_type(fcinfo, NULL, &descriptor);
	SPI_connect();
	fuzz_memory = AllocSetContextCreate(CurrentMemoryContext, "fuzz", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(fuzz_memory);
	seed_dice(PG_GETARG_INT64(3));
	prepare(&fuzz, PG_GETARG_ARRAYTYPE_P(1));
	run(&fuzz, PG_GETARG_INT64(2));
	SPI_finish();
	MemoryContextSwitchTo(caller);
	values[0] = Int64GetDatum(fuzz.accepted);
	values[1] = Int64GetDatum(fuzz.calls);
	values[2] = Int64GetDatum(fuzz.returned);
	values[3] = Int64GetDatum(faults);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(descriptor), values, nulls)));
}
