/*-------------------------------------------------------------------------
 *
 * aggregate.c
 *	  What the aggregates share.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/aggregate.h"

#include "access/htup_details.h"
#include "common/int.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "core/statistics/capacity.h"

/* Text that is longer is left out of messages. */
#define MESSAGE_TEXT_LIMIT 200

static int
state_detail(const StateCodec *codec)
{
	return codec->at == codec->end ?
		errdetail("It ends too early, or its figures contradict each other.") :
		errdetail("It cannot be read beyond byte %zu.", (size_t) (codec->at - codec->input));
}

static void
report_state_text(Node *escontext, const StateType *type, const StateCodec *codec)
{
	bool		is_short = codec->end - codec->input <= MESSAGE_TEXT_LIMIT;

	errsave(escontext,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid input syntax for type %s: \"%s\"", type->name,
					is_short ? codec->input : "..."),
			 state_detail(codec),
			 errhint("A state is made by its aggregate or by rollup(), and written by its type.")));
}

/* Text to state; errors are soft where the caller asks for that. */
Datum
state_in(FunctionCallInfo fcinfo, const StateType *type)
{
	char	   *text = PG_GETARG_CSTRING(0);
	StateCodec	codec;
	struct varlena *state;

	codec_read(&codec, CODEC_READ_TEXT, text, strlen(text));
	state = type->read(&codec);
	if (!codec_finish(&codec))
	{
		report_state_text(fcinfo->context, type, &codec);
		PG_RETURN_NULL();
	}
	PG_RETURN_POINTER(state);
}

/* Binary to state; what no rows can have made is refused. */
Datum
state_recv(FunctionCallInfo fcinfo, const StateType *type)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	int			size = buffer->len - buffer->cursor;
	StateCodec	codec;
	struct varlena *state;

	codec_read(&codec, CODEC_READ_BINARY, pq_getmsgbytes(buffer, size), size);
	state = type->read(&codec);
	if (!codec_finish(&codec))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid external \"%s\" value", type->name),
				 state_detail(&codec),
				 errhint("This server reads version %d of it.", STATE_VERSION)));
	PG_RETURN_POINTER(state);
}

/* State to text. */
Datum
state_out(FunctionCallInfo fcinfo, const StateType *type)
{
	struct varlena *state = PG_GETARG_VARLENA_P(0);
	StateCodec	codec;
	char	   *text;

	codec_write(&codec, CODEC_WRITE_TEXT, NULL);
	type->write(&codec, state);
	text = palloc(codec.length + 1);
	codec_write(&codec, CODEC_WRITE_TEXT, text);
	type->write(&codec, state);
	text[codec.length] = '\0';
	PG_RETURN_CSTRING(text);
}

/* State to binary. */
Datum
state_send(FunctionCallInfo fcinfo, const StateType *type)
{
	struct varlena *state = PG_GETARG_VARLENA_P(0);
	StateCodec	codec;
	bytea	   *bytes;

	codec_write(&codec, CODEC_WRITE_BINARY, NULL);
	type->write(&codec, state);
	bytes = palloc(VARHDRSZ + codec.length);
	SET_VARSIZE(bytes, VARHDRSZ + codec.length);
	codec_write(&codec, CODEC_WRITE_BINARY, VARDATA(bytes));
	type->write(&codec, state);
	PG_RETURN_BYTEA_P(bytes);
}

/* A zeroed state of so many bytes, header included. */
void *
state_allocate(Size size)
{
	void	   *state;

	if (!AllocSizeIsValid(size))
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("aggregate state is too large"),
				 errdetail("It needs %zu bytes, and at most %zu are possible.",
						   size, (size_t) MaxAllocSize),
				 errhint("Aggregate fewer rows in one group.")));
	state = palloc0(size);
	SET_VARSIZE(state, size);
	return state;
}

/*
 * The items for which a state that has room for so many gets room, so that it
 * holds the needed ones, each of so many bytes behind a header.
 */
int64
grown_capacity(int64 capacity, int64 needed, Size header, Size width)
{
	int64		largest = (int64) ((MaxAllocSize - header) / width);
	int64		larger = larger_capacity(capacity, needed, largest);

	if (larger == 0)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct values for one state"),
				 errdetail("A state holds at most " INT64_FORMAT " of them.", largest),
				 errhint("Round the values, or aggregate them in groups.")));
	return larger;
}

/* The result of combining two states of which one, or both, are missing. */
Datum
combine_with_none(FunctionCallInfo fcinfo)
{
	if (!PG_ARGISNULL(0))
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	if (!PG_ARGISNULL(1))
		PG_RETURN_POINTER(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1)));
	PG_RETURN_NULL();
}

/* States are updated in place, which is for aggregates alone to do. */
void
check_aggregate_call(FunctionCallInfo fcinfo)
{
	if (!AggCheckCallContext(fcinfo, NULL))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a support function of an aggregate was called outside of one"),
				 errhint("Call the aggregate itself.")));
}

/* What the core calls in the course of a long calculation. */
void
check_for_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* Counts of stored states could be anything up to the type's end. */
void
check_state_count(int64 count, int64 added)
{
	int64		sum;

	if (pg_add_s64_overflow(count, added, &sum))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("count of an aggregate state is out of range"),
				 errdetail("An aggregate counts at most " INT64_FORMAT " rows.", PG_INT64_MAX),
				 errhint("Look for a state among the merged ones that was not made by the aggregate.")));
}

/* A text as the name of something, in a buffer of CODEC_NAME_SIZE bytes. */
void
name_of_text(const text *value, const char *what, char *name)
{
	Size		size = VARSIZE_ANY_EXHDR(value);

	if (size >= CODEC_NAME_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errmsg("name of a %s is too long", what),
				 errdetail("It has %zu bytes, and at most %d are possible.", size, CODEC_NAME_SIZE - 1),
				 errhint("Give each %s a short name.", what)));
	memcpy(name, VARDATA_ANY(value), size);
	name[size] = '\0';
}

void
check_conf_level(double conf_level)
{
	if (!confidence_is_level(conf_level))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence level %s is not between 0 and 1",
						float8out_internal(conf_level)),
				 errhint("Write 0.95 for 95 %%.")));
}

/* Take the confidence level that a row brings: the same in every row. */
void
keep_conf_level(double *kept, FunctionCallInfo fcinfo, int argument)
{
	double		conf_level;

	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("confidence level is null"),
				 errhint("Write 0.95 for 95 %%.")));
	conf_level = PG_GETARG_FLOAT8(argument);
	if (conf_level == *kept && conf_level != CONFIDENCE_UNSET)
		return;
	check_conf_level(conf_level);
	merge_conf_level(kept, conf_level);
}

/* Two states that chose a confidence level must have chosen the same. */
void
merge_conf_level(double *kept, double other)
{
	if (*kept == CONFIDENCE_UNSET)
		*kept = other;
	else if (other != CONFIDENCE_UNSET && other != *kept)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("confidence level differs within a group"),
				 errdetail("It is %s and %s.", float8out_internal(*kept),
						   float8out_internal(other)),
				 errhint("Use one confidence level for all rows of a group.")));
}

/* The row that a function returns, in the current memory context. */
TupleDesc
result_descriptor(FunctionCallInfo fcinfo)
{
	TupleDesc	descriptor;

	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("the result of the function is not a row type"),
				 errdetail("The function is declared with another result than the extension's."),
				 errhint("Call the function that CREATE EXTENSION made.")));
	return BlessTupleDesc(descriptor);
}

/* A row of the function's composite result type. */
Datum
result_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls)
{
	TupleDesc	descriptor = fcinfo->flinfo->fn_extra;

	if (descriptor == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		descriptor = result_descriptor(fcinfo);
		fcinfo->flinfo->fn_extra = descriptor;
		MemoryContextSwitchTo(caller);
	}
	return HeapTupleGetDatum(heap_form_tuple(descriptor, values, nulls));
}
