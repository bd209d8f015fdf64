/*-------------------------------------------------------------------------
 *
 * tally_state.c
 *	  Building, combining, reading and writing tallies.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/tally_state.h"

#include <math.h>

#include "utils/builtins.h"
#include "utils/float.h"

#include "core/statistics/capacity.h"
#include "core/statistics/double_order.h"

#define TALLY_HEADER offsetof(Tally, entries)
#define TALLY_CAPACITY(tally) ((int64) ((VARSIZE(tally) - TALLY_HEADER) / sizeof(TallyEntry)))

/* An empty tally with room for so many entries. */
static Tally *
tally_allocate(int64 capacity)
{
	return state_allocate(TALLY_HEADER + capacity * sizeof(TallyEntry));
}

/* A copy with room for so many entries. */
static Tally *
tally_resized(const Tally *tally, int64 capacity)
{
	Tally	   *copy = tally_allocate(capacity);

	copy->parameter = tally->parameter;
	copy->missing = tally->missing;
	copy->sorted = tally->sorted;
	copy->used = tally->used;
	memcpy(copy->entries, tally->entries, tally->used * sizeof(TallyEntry));
	return copy;
}

/* A replicate, which tells the results of a day apart; a fraction is not rounded. */
int32
replicate_argument(FunctionCallInfo fcinfo, int argument, int32 maximum)
{
	Datum		number = PG_GETARG_DATUM(argument);
	int32		replicate = DatumGetInt32(DirectFunctionCall1(numeric_int4, number));

	if (replicate < 0 || replicate > maximum || DatumGetInt32(DirectFunctionCall1(numeric_scale, number)) > 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("replicate %s is out of range", DatumGetCString(DirectFunctionCall1(numeric_out, number))),
				 errdetail("A replicate is a whole number from 0 to %d.", maximum),
				 errhint("Number the results of each day anew.")));
	return replicate;
}

/* The state of a transition, its first argument; an empty one for the first row. */
Tally *
tally_start(FunctionCallInfo fcinfo)
{
	check_aggregate_call(fcinfo);
	return PG_ARGISNULL(0) ? tally_allocate(LEAST_CAPACITY) : (Tally *) PG_GETARG_POINTER(0);
}

/* Brings all entries into order, in place. */
static void
settle(Tally *tally, TallyJoin join)
{
	TallyEntry *scratch;

	if (tally->sorted == tally->used)
		return;
	scratch = palloc((tally->used - tally->sorted) * sizeof(TallyEntry));
	tally->used = tally_settle(tally->entries, tally->sorted, tally->used, scratch, join, check_for_interrupts);
	tally->sorted = tally->used;
	pfree(scratch);
}

/*
 * Room for at least one more entry.  A state of which half or more are distinct
 * values grows; it moves to the caller's memory, whence the executor takes it
 * to the aggregate's.
 */
static Tally *
tally_make_room(Tally *tally, TallyJoin join)
{
	int64		capacity = TALLY_CAPACITY(tally);
	int64		larger;

	settle(tally, join);
	if (tally->used < capacity / 2)
		return tally;
	larger = grown_capacity(capacity, tally->used + 1, TALLY_HEADER, sizeof(TallyEntry));
	return larger > capacity ? tally_resized(tally, larger) : tally;
}

/* Adds one entry. */
Tally *
tally_append(Tally *tally, const TallyKind *kind, int64 key, int64 amount)
{
	if (unlikely(tally->used >= TALLY_CAPACITY(tally)))
		tally = tally_make_room(tally, kind->join);
	tally->entries[tally->used].key = key;
	tally->entries[tally->used].amount = amount;
	tally->used++;
	return tally;
}

/* The parameter has to be the same in all rows and states. */
static void
tally_keep_parameter(Tally *tally, const TallyKind *kind, float8 parameter)
{
	if (likely(tally->parameter == parameter) || parameter == TALLY_NO_PARAMETER)
		return;
	if (tally->parameter != TALLY_NO_PARAMETER)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s differs within a group", kind->parameter_name),
				 errdetail("It is %s and %s.", float8out_internal(tally->parameter),
						   float8out_internal(parameter)),
				 errhint("Keep the distribution, and take each figure from it.")));
	tally->parameter = parameter;
}

/* Combine, and transition of rollup: (state, state). */
Datum
tally_combine(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	Tally	   *first;
	Tally	   *tally;
	const Tally *added;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	first = tally = (Tally *) PG_GETARG_POINTER(0);
	added = PG_GETARG_TALLY(1);
	tally_keep_parameter(tally, kind, added->parameter);
	check_state_count(tally->missing, added->missing);
	tally->missing += added->missing;
	for (int64 i = 0; i < added->used; i++)
	{
		Tally	   *grown = tally_append(tally, kind, added->entries[i].key, added->entries[i].amount);

		/* The executor frees the state that it gave, and knows of no other. */
		if (grown != tally && tally != first)
			pfree(tally);
		tally = grown;
	}
	PG_RETURN_POINTER(tally);
}

/* The tally with its entries in order; a copy unless they are. */
Tally *
tally_canonical(Tally *tally, const TallyKind *kind)
{
	Tally	   *copy;

	if (tally->sorted == tally->used)
		return tally;
	copy = tally_resized(tally, tally->used);
	settle(copy, kind->join);
	return copy;
}

/* Final of the tallies and rollup: in order and without spare room; of no rows, empty. */
Datum
tally_final(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	Tally	   *tally;

	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(tally_allocate(0));
	tally = tally_canonical(PG_GETARG_TALLY(0), kind);
	PG_RETURN_POINTER(tally_resized(tally, tally->used));
}

/* The number of observations of a tally of counts. */
int64
tally_total(const Tally *tally, const TallyKind *kind)
{
	int64		total = 0;

	for (int64 i = 0; i < tally->used; i++)
	{
		if (tally->entries[i].amount > TALLY_MAX_TOTAL - total)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many observations in a value of type %s", kind->type_name),
					 errdetail("At most " INT64_FORMAT " can be counted.", TALLY_MAX_TOTAL)));
		total += tally->entries[i].amount;
	}
	return total;
}

/* What the codec reads, as a state; nothing of it is trusted. */
struct varlena *
tally_read(StateCodec *codec, const TallyKind *kind)
{
	TallyHeader header = {0};
	Tally	   *tally;

	if (!tally_header_fields(codec, kind, &header))
		return NULL;
	tally = tally_allocate(header.used);
	tally->parameter = header.parameter;
	tally->missing = header.missing;
	tally->used = tally->sorted = header.used;
	tally_entry_fields(codec, kind, tally->entries, tally->used);
	return (struct varlena *) tally;
}

/* Equal tallies are written alike: their entries in order. */
void
tally_write(StateCodec *codec, struct varlena *state, const TallyKind *kind)
{
	Tally	   *tally = tally_canonical((Tally *) state, kind);
	TallyHeader header = {tally->parameter, tally->missing, tally->used};

	tally_header_fields(codec, kind, &header);
	tally_entry_fields(codec, kind, tally->entries, tally->used);
}

/* The rank of a number that came in; what names it in the error message. */
int64
checked_rank(float8 value, const char *what)
{
	if (!isfinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s %s is not finite", what, float8out_internal(value)),
				 errhint("Write NULL for a value that is missing.")));
	return double_to_rank(value);
}
