/*-------------------------------------------------------------------------
 *
 * davg.c
 *	  The time-averaged change from baseline, and the state time_course of the
 *	  days and values that it is taken over.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/tally_state.h"

#include <math.h>

#include "core/statistics/davg.h"
#include "core/statistics/double_order.h"

PG_FUNCTION_INFO_V1(time_course_accumulate);
PG_FUNCTION_INFO_V1(davg_of_time_course);
PG_FUNCTION_INFO_V1(replicate_course_accumulate);
PG_FUNCTION_INFO_V1(davg_of_replicate_course);

/* A replicate is kept as a fraction of its day: a day of 32 bits leaves a double 21. */
#define REPLICATES 65536

TALLY_TYPE_FUNCTIONS(time_course, &time_course_kind);

/* Adds a record; one whose day or value is NULL is missing. */
Datum
time_course_accumulate(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_start(fcinfo);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		add_state_count(&tally->missing, 1);
	else
		tally = tally_append(tally, &time_course_kind,
							 checked_rank(PG_GETARG_FLOAT8(1), "day"),
							 checked_rank(PG_GETARG_FLOAT8(2), "value"));
	PG_RETURN_POINTER(tally);
}

/* Adds a record of a day, a value and a replicate; one that lacks any is missing. */
Datum
replicate_course_accumulate(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_start(fcinfo);
	int32		replicate;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		add_state_count(&tally->missing, 1);
		PG_RETURN_POINTER(tally);
	}
	replicate = replicate_argument(fcinfo, 3, REPLICATES - 1);
	PG_RETURN_POINTER(tally_append(tally, &time_course_kind,
								   double_to_rank(PG_GETARG_INT32(1) + (double) replicate / REPLICATES),
								   checked_rank(PG_GETARG_FLOAT8(2), "value")));
}

/* The records of a tally, their days as they are or without their fractions; of one day the last. */
static size_t
day_values(const Tally *tally, bool in_whole_days, DayValue *records)
{
	size_t		length = 0;

	for (int64 i = 0; i < tally->used; i++)
	{
		double		day = rank_to_double(tally->entries[i].key);

		if (in_whole_days)
			day = floor(day);
		if (length == 0 || records[length - 1].day != day)
			length++;
		records[length - 1] = (DayValue) {day, rank_to_double(tally->entries[i].amount)};
	}
	return length;
}

/* The average change since the first day; NULL with fewer than two days. */
static Datum
average_change(FunctionCallInfo fcinfo, bool in_whole_days)
{
	Tally	   *tally;
	DayValue   *records;
	size_t		length;
	float8		change;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	tally = tally_canonical(PG_GETARG_TALLY(0), &time_course_kind);
	records = palloc_extended(Max(tally->used, 1) * sizeof(DayValue), MCXT_ALLOC_HUGE);
	length = day_values(tally, in_whole_days, records);
	if (length < 2)
		PG_RETURN_NULL();
	change = davg(records, length);
	if (!isfinite(change))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the time-averaged change is out of range"),
				 errdetail("The values, or the area under them, exceed the range of double precision."),
				 errhint("Give the values as log10.")));
	PG_RETURN_FLOAT8(change);
}

/* Every record counts. */
Datum
davg_of_time_course(PG_FUNCTION_ARGS)
{
	return average_change(fcinfo, false);
}

/* Of each day the last replicate counts. */
Datum
davg_of_replicate_course(PG_FUNCTION_ARGS)
{
	return average_change(fcinfo, true);
}
