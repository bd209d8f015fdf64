/*-------------------------------------------------------------------------
 *
 * result_row.c
 *	  Rows that statistics return, and the level of confidence that they take.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "compat.h"
#include "funcapi.h"

#include "result_row.h"

void
add_int64(ResultRow *row, int64 value)
{
	row->nulls[row->length] = false;
	row->values[row->length++] = Int64GetDatum(value);
}

void
add_int32(ResultRow *row, int32 value)
{
	row->nulls[row->length] = false;
	row->values[row->length++] = Int32GetDatum(value);
}

/* A figure that is not defined, NaN, becomes NULL. */
void
add_float8(ResultRow *row, float8 value)
{
	row->nulls[row->length] = isnan(value);
	row->values[row->length++] = Float8GetDatum(value);
}

/* The columns of the function's result. */
TupleDesc
result_description(FunctionCallInfo fcinfo)
{
	TupleDesc	description;

	if (get_call_result_type(fcinfo, NULL, &description) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("function returning a row called where none is accepted")));
	return BlessTupleDesc(description);
}

Datum
form_result_row(TupleDesc description, ResultRow *row)
{
	Assert(description->natts == row->length);
	return HeapTupleGetDatum(heap_form_tuple(description, row->values, row->nulls));
}

/* The row as the function's result. */
Datum
result_row_datum(FunctionCallInfo fcinfo, ResultRow *row)
{
	return form_result_row(result_description(fcinfo), row);
}

/* The argument, if the function was called with it, or 0.95. */
float8
conf_level_argument(FunctionCallInfo fcinfo, int argument)
{
	float8		conf_level;

	if (PG_NARGS() <= argument)
		return DEFAULT_CONF_LEVEL;
	conf_level = PG_ARGISNULL(argument) ? NAN : PG_GETARG_FLOAT8(argument);
	if (!(conf_level > 0.0 && conf_level < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("conf_level must lie between 0 and 1"),
				 errhint("Write 0.95 for 95%% limits.")));
	return conf_level;
}
