/*-------------------------------------------------------------------------
 *
 * viral_load_course.c
 *	  The results of a subject in the order of their days, and which of them
 *	  stands for a visit.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/tally_state.h"

#include <math.h>

#include "utils/date.h"

#include "censored/censored_io.h"
#include "core/statistics/double_order.h"

PG_FUNCTION_INFO_V1(viral_load_course_accumulate);
PG_FUNCTION_INFO_V1(viral_load_nearest);
PG_FUNCTION_INFO_V1(viral_load_nearest_day);
PG_FUNCTION_INFO_V1(viral_load_latest);
PG_FUNCTION_INFO_V1(viral_load_latest_day);
PG_FUNCTION_INFO_V1(viral_load_latest_replicate);
PG_FUNCTION_INFO_V1(viral_load_first_below);
PG_FUNCTION_INFO_V1(viral_load_last_not_below);
PG_FUNCTION_INFO_V1(time_course_nearest);

/* A key is a day, times this, plus the replicate, a smallint. */
#define REPLICATES 65536

static int64
day_and_replicate(DateADT day, int16 replicate)
{
	return (int64) day * REPLICATES + replicate;
}

/* Replicates are not negative. */
static int64
day_of_key(int64 key)
{
	return key / REPLICATES - (key % REPLICATES < 0);
}

/* Days beyond all that an integer can be are kept there. */
static int64
day_of_rank(int64 key)
{
	float8		day = floor(rank_to_double(key));

	return (int64) Max(Min(day, PG_INT32_MAX + 1.0), PG_INT32_MIN - 1.0);
}

static void
result_fields(StateCodec *codec, TallyEntry *entry)
{
	codec_integer(codec, "moment", &entry->key);
	codec_censored(codec, "value", &viral_load_domain, &entry->amount);
}

static bool
result_is_possible(const TallyEntry *entry)
{
	int64		day = day_of_key(entry->key);

	return IS_VALID_DATE(day) && entry->key - day * REPLICATES <= PG_INT16_MAX;
}

static const TallyKind viral_load_course_kind = {
	.type_name = "viral_load_course",
	.join = TALLY_LARGEST,
	.fields = result_fields,
	.is_possible = result_is_possible
};

TALLY_TYPE_FUNCTIONS(viral_load_course, &viral_load_course_kind);

/* Transition: (state, collected, replicate, value); a row with a NULL is missing. */
Datum
viral_load_course_accumulate(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_start(fcinfo);
	int32		replicate;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		add_state_count(&tally->missing, 1);
		PG_RETURN_POINTER(tally);
	}
	replicate = replicate_argument(fcinfo, 2, PG_INT16_MAX);
	if (DATE_NOT_FINITE(PG_GETARG_DATEADT(1)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a result needs a day"),
				 errhint("Write NULL for a result that is missing.")));
	PG_RETURN_POINTER(tally_append(tally, &viral_load_course_kind,
								   day_and_replicate(PG_GETARG_DATEADT(1), replicate),
								   PG_GETARG_CENSORED(3)));
}

/*
 * Of the entries from day first to day last the one nearest to the target day,
 * of equally near ones the last; NULL if there is none.
 */
static const TallyEntry *
nearest_entry(const Tally *tally, int64 (*day_of) (int64 key), int64 first, int64 last, int64 target)
{
	const TallyEntry *nearest = NULL;
	int64		least = PG_INT64_MAX;

	for (const TallyEntry *entry = tally->entries; entry < tally->entries + tally->used; entry++)
	{
		int64		day = day_of(entry->key);
		int64		distance = day > target ? day - target : target - day;

		if (day > last)
			break;
		if (day >= first && distance <= least)
		{
			least = distance;
			nearest = entry;
		}
	}
	return nearest;
}

/* The arguments are (course, first, last [, target]); without a target the last day is it. */
static const TallyEntry *
entry_of_call(FunctionCallInfo fcinfo)
{
	Tally	   *tally = tally_canonical(PG_GETARG_TALLY(0), &viral_load_course_kind);
	DateADT		last = PG_GETARG_DATEADT(2);

	return nearest_entry(tally, day_of_key, PG_GETARG_DATEADT(1), last,
						 PG_NARGS() > 3 ? PG_GETARG_DATEADT(3) : last);
}

/* viral_load_nearest(course, first, last, target): the result nearest to a day. */
Datum
viral_load_nearest(PG_FUNCTION_ARGS)
{
	const TallyEntry *entry = entry_of_call(fcinfo);

	if (entry == NULL)
		PG_RETURN_NULL();
	PG_RETURN_CENSORED(entry->amount);
}

/* viral_load_nearest_day(course, first, last, target): the day of that result. */
Datum
viral_load_nearest_day(PG_FUNCTION_ARGS)
{
	const TallyEntry *entry = entry_of_call(fcinfo);

	if (entry == NULL)
		PG_RETURN_NULL();
	PG_RETURN_DATEADT((DateADT) day_of_key(entry->key));
}

/* viral_load_latest(course, first, last): the last result between two days. */
Datum
viral_load_latest(PG_FUNCTION_ARGS)
{
	return viral_load_nearest(fcinfo);
}

/* viral_load_latest_day(course, first, last): the day of that result. */
Datum
viral_load_latest_day(PG_FUNCTION_ARGS)
{
	return viral_load_nearest_day(fcinfo);
}

/* viral_load_latest_replicate(course, first, last): its replicate. */
Datum
viral_load_latest_replicate(PG_FUNCTION_ARGS)
{
	const TallyEntry *entry = entry_of_call(fcinfo);

	if (entry == NULL)
		PG_RETURN_NULL();
	PG_RETURN_INT16((int16) (entry->key - day_of_key(entry->key) * REPLICATES));
}

/*
 * Whether a result from day first to day last stands for its day, being the
 * last replicate, and its comparison with the threshold has the given outcome.
 */
static bool
entry_answers(const Tally *tally, const TallyEntry *entry, FunctionCallInfo fcinfo, Truth is_below)
{
	int64		day = day_of_key(entry->key);

	if (day < PG_GETARG_DATEADT(1) || day > PG_GETARG_DATEADT(2))
		return false;
	if (entry + 1 < tally->entries + tally->used && day_of_key(entry[1].key) == day)
		return false;
	return value_set_less(censored_set(entry->amount, viral_load_domain.floor),
						  number_set(PG_GETARG_FLOAT8(3))) == is_below;
}

/* viral_load_first_below(course, first, last, threshold): the first day known to be below. */
Datum
viral_load_first_below(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_canonical(PG_GETARG_TALLY(0), &viral_load_course_kind);

	for (const TallyEntry *entry = tally->entries; entry < tally->entries + tally->used; entry++)
		if (entry_answers(tally, entry, fcinfo, TRUTH_TRUE))
			PG_RETURN_DATEADT((DateADT) day_of_key(entry->key));
	PG_RETURN_NULL();
}

/* viral_load_last_not_below(course, first, last, threshold): the last day known not to be below. */
Datum
viral_load_last_not_below(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_canonical(PG_GETARG_TALLY(0), &viral_load_course_kind);

	for (const TallyEntry *entry = tally->entries + tally->used; entry-- > tally->entries;)
		if (entry_answers(tally, entry, fcinfo, TRUTH_FALSE))
			PG_RETURN_DATEADT((DateADT) day_of_key(entry->key));
	PG_RETURN_NULL();
}

static const TallyKind time_course_order = {.join = TALLY_LARGEST};

/* time_course_nearest(course, first, last, target): a day's later records have larger fractions. */
Datum
time_course_nearest(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_canonical(PG_GETARG_TALLY(0), &time_course_order);
	const TallyEntry *entry = nearest_entry(tally, day_of_rank, PG_GETARG_INT32(1), PG_GETARG_INT32(2),
											PG_GETARG_INT32(3));

	if (entry == NULL)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(rank_to_double(entry->amount));
}
