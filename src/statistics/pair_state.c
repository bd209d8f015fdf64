/*-------------------------------------------------------------------------
 *
 * pair_state.c
 *	  Building aggregate states of distinct pairs.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/pair_state.h"

#include "core/statistics/capacity.h"

#define PAIR_TALLY_SIZE(capacity, name_bytes) \
	(offsetof(PairTally, data) + (name_bytes) + (capacity) * sizeof(PairEntry))

static int64
capacity_of(const PairTally *tally)
{
	return (int64) ((VARSIZE(tally) - PAIR_TALLY_SIZE(0, tally->name_bytes)) / sizeof(PairEntry));
}

/* An empty tally with room for so many entries and bytes of names. */
PairTally *
pair_tally_allocate(int64 capacity, int64 name_bytes)
{
	PairTally  *tally = state_allocate(PAIR_TALLY_SIZE(capacity, name_bytes));

	tally->name_bytes = name_bytes;
	return tally;
}

/* The state of a transition, its first argument; an empty one for the first row. */
PairTally *
pair_tally_start(FunctionCallInfo fcinfo)
{
	check_aggregate_call(fcinfo);
	return PG_ARGISNULL(0) ? pair_tally_allocate(LEAST_CAPACITY, 0) : (PairTally *) PG_GETARG_POINTER(0);
}

/* A copy with room for so many entries, and for more names behind the same ones. */
PairTally *
pair_tally_resized(const PairTally *tally, int64 capacity, int64 name_bytes)
{
	PairTally  *copy = pair_tally_allocate(capacity, name_bytes);

	copy->missing = tally->missing;
	copy->sorted = tally->sorted;
	copy->used = tally->used;
	memcpy(copy->data, tally->data, tally->name_bytes);
	memcpy(PAIR_TALLY_ENTRIES(copy), PAIR_TALLY_ENTRIES(tally), tally->used * sizeof(PairEntry));
	return copy;
}

/* Brings all entries into order, in place. */
static void
settle(PairTally *tally)
{
	PairEntry  *scratch;

	if (tally->sorted == tally->used)
		return;
	scratch = palloc_extended((tally->used - tally->sorted) * sizeof(PairEntry), MCXT_ALLOC_HUGE);
	tally->used = pair_settle(PAIR_TALLY_ENTRIES(tally), tally->sorted, tally->used, scratch, check_for_interrupts);
	tally->sorted = tally->used;
	pfree(scratch);
}

/*
 * Room for at least one more entry.  A state of which half or more are distinct
 * pairs grows; it moves to the caller's memory, whence the executor takes it to
 * the aggregate's.
 */
static PairTally *
make_room(PairTally *tally)
{
	int64		capacity = capacity_of(tally);
	int64		larger;

	settle(tally);
	if (tally->used < capacity / 2)
		return tally;
	larger = grown_capacity(capacity, tally->used + 1, PAIR_TALLY_SIZE(0, tally->name_bytes), sizeof(PairEntry));
	return larger > capacity ? pair_tally_resized(tally, larger, tally->name_bytes) : tally;
}

/* Adds one entry. */
PairTally *
pair_tally_append(PairTally *tally, PairEntry entry)
{
	if (unlikely(tally->used >= capacity_of(tally)))
		tally = make_room(tally);
	PAIR_TALLY_ENTRIES(tally)[tally->used++] = entry;
	return tally;
}

/* The tally with its entries in order and without spare room: a copy unless it is. */
PairTally *
pair_tally_canonical(PairTally *tally)
{
	PairTally  *copy;

	if (tally->sorted == tally->used && capacity_of(tally) == tally->used)
		return tally;
	copy = pair_tally_resized(tally, tally->used, tally->name_bytes);
	settle(copy);
	SET_VARSIZE(copy, PAIR_TALLY_SIZE(copy->used, copy->name_bytes));
	return copy;
}

/* The number of observations. */
int64
pair_tally_total(const PairTally *tally, const char *type_name)
{
	const PairEntry *entries = PAIR_TALLY_ENTRIES(tally);
	int64		total = 0;

	for (int64 i = 0; i < tally->used; i++)
	{
		if (entries[i].count > PAIR_TALLY_MAX_TOTAL - total)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many observations in a value of type %s", type_name),
					 errdetail("At most " INT64_FORMAT " can be counted.", PAIR_TALLY_MAX_TOTAL)));
		total += entries[i].count;
	}
	return total;
}
