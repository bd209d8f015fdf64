/*-------------------------------------------------------------------------
 *
 * tally_state.c
 *	  Building, combining and reading tallies.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "tally_state.h"

#define TALLY_CAPACITY(tally) ((VARSIZE(tally) - TALLY_HEADER) / sizeof(TallyEntry))
#define TALLY_FIRST_CAPACITY 8
#define TALLY_VERSION 1

/* An empty tally with room for so many entries. */
Tally *
tally_allocate(Size capacity)
{
	Tally	   *tally = palloc0(TALLY_SIZE(capacity));

	SET_VARSIZE(tally, TALLY_SIZE(capacity));
	tally->version = TALLY_VERSION;
	tally->parameter = TALLY_NO_PARAMETER;
	return tally;
}

static void
report_not_an_aggregate(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("function of an aggregate called outside of one"),
			 errhint("Call the aggregate instead.")));
}

/*
 * The state of a transition function, its first argument; an empty one for
 * the first row, in the aggregate's memory.
 */
Tally *
tally_start(FunctionCallInfo fcinfo)
{
	MemoryContext context;
	MemoryContext caller;
	Tally	   *tally;

	if (!AggCheckCallContext(fcinfo, &context))
		report_not_an_aggregate();
	if (!PG_ARGISNULL(0))
		return (Tally *) PG_DETOAST_DATUM(PG_GETARG_DATUM(0));
	caller = MemoryContextSwitchTo(context);
	tally = tally_allocate(TALLY_FIRST_CAPACITY);
	MemoryContextSwitchTo(caller);
	return tally;
}

/* Brings all entries into order, in place. */
static void
tally_settle(Tally *tally, TallyJoin join)
{
	Size		added = tally->used - tally->sorted;
	TallyEntry *tail = tally->entries + tally->sorted;
	TallyEntry *scratch;

	if (added == 0)
		return;
	scratch = palloc(added * sizeof(TallyEntry));
	tally_sort(tail, added, scratch);
	added = tally_unite(tail, added, join);
	memcpy(scratch, tail, added * sizeof(TallyEntry));
	tally->sorted = (int32) tally_merge(tally->entries, tally->sorted, scratch, added, join);
	tally->used = tally->sorted;
	pfree(scratch);
}

/* A copy with room for so many entries. */
Tally *
tally_resized(const Tally *tally, Size capacity)
{
	Tally	   *copy = tally_allocate(capacity);

	copy->parameter = tally->parameter;
	copy->missing = tally->missing;
	copy->sorted = tally->sorted;
	copy->used = tally->used;
	memcpy(copy->entries, tally->entries, tally->used * sizeof(TallyEntry));
	return copy;
}

/*
 * Room for at least one more entry.  A state of which more than half are
 * distinct values doubles; it moves to the caller's memory, whence the
 * executor takes it to the aggregate's.
 */
static Tally *
tally_make_room(Tally *tally, TallyJoin join)
{
	Size		capacity = TALLY_CAPACITY(tally);

	tally_settle(tally, join);
	if ((Size) tally->used <= capacity / 2)
		return tally;
	if (capacity >= TALLY_MAX_CAPACITY)
	{
		if ((Size) tally->used < capacity)
			return tally;
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many distinct values for one state"),
				 errdetail("A state holds at most %zu of them.", (size_t) capacity),
				 errhint("Round the values, or aggregate them in groups.")));
	}
	return tally_resized(tally, Max(Min(capacity * 2, TALLY_MAX_CAPACITY), TALLY_FIRST_CAPACITY));
}

/* Adds one entry. */
Tally *
tally_append(Tally *tally, const TallyKind *kind, int64 key, int64 amount)
{
	if (unlikely((Size) tally->used >= TALLY_CAPACITY(tally)))
		tally = tally_make_room(tally, kind->join);
	tally->entries[tally->used].key = key;
	tally->entries[tally->used].amount = amount;
	tally->used++;
	return tally;
}

/* Keeps the aggregate's parameter; it has to be the same in all rows and states. */
void
tally_set_parameter(Tally *tally, const TallyKind *kind, float8 parameter)
{
	if (likely(tally->parameter == parameter) || parameter == TALLY_NO_PARAMETER)
		return;
	if (tally->parameter != TALLY_NO_PARAMETER)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s must be the same for all rows", kind->parameter_name),
				 errdetail("It is %g in one and %g in another.", tally->parameter, parameter),
				 errhint("Give a constant, or group by it.")));
	tally->parameter = parameter;
}

static void
add_missing(Tally *tally, int64 missing)
{
	if (missing > TALLY_MAX_TOTAL - tally->missing)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many rows for one state"),
				 errdetail("A state counts up to " INT64_FORMAT " missing rows.", TALLY_MAX_TOTAL)));
	tally->missing += missing;
}

/* The state of two states' rows together. */
Datum
tally_combine(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	Tally	   *first;
	Tally	   *tally;
	const Tally *added;

	if (!AggCheckCallContext(fcinfo, NULL))
		report_not_an_aggregate();
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	added = PG_GETARG_TALLY(1);
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(tally_resized(added, added->used));
	first = tally = PG_GETARG_TALLY(0);
	tally_set_parameter(tally, kind, added->parameter);
	add_missing(tally, added->missing);
	for (int32 i = 0; i < added->used; i++)
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
	tally_settle(copy, kind->join);
	return copy;
}

/* The state as it is stored: in order and without spare room. */
Datum
tally_final(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	Tally	   *tally;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	tally = tally_canonical(PG_GETARG_TALLY(0), kind);
	PG_RETURN_POINTER(tally_resized(tally, tally->used));
}

/* The number of observations of a tally of counts. */
int64
tally_total(const Tally *tally, const TallyKind *kind)
{
	int64		total = 0;

	for (int32 i = 0; i < tally->used; i++)
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
