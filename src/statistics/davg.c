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

/* The average change since the first day; NULL with fewer than two days. */
Datum
davg_of_time_course(PG_FUNCTION_ARGS)
{
	Tally	   *tally;
	DayValue   *records;
	float8		change;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	tally = tally_canonical(PG_GETARG_TALLY(0), &time_course_kind);
	records = palloc_extended(Max(tally->used, 1) * sizeof(DayValue), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < tally->used; i++)
		records[i] = (DayValue) {rank_to_double(tally->entries[i].key),
		rank_to_double(tally->entries[i].amount)};
	change = davg(records, tally->used);
	if (tally->used < 2)
		PG_RETURN_NULL();
	if (!isfinite(change))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the time-averaged change is out of range"),
				 errdetail("The values, or the area under them, exceed the range of double precision."),
				 errhint("Give the values as log10.")));
	PG_RETURN_FLOAT8(change);
}
