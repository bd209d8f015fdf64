/*-------------------------------------------------------------------------
 *
 * pair_state.c
 *	  Building aggregate states of distinct pairs.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/pair_state.h"

#include "nodes/memnodes.h"
#include "utils/memutils.h"

#include "core/statistics/capacity.h"

/* A state that is stored: the names precede the entries, which are aligned. */
typedef struct FlatPairTally
{
	StateHeader header;
	int64		missing;
	int64		sorted;
	int64		used;
	int64		name_bytes;
	char		data[FLEXIBLE_ARRAY_MEMBER];
} FlatPairTally;

#define FLAT_SIZE(used, name_bytes) \
	(offsetof(FlatPairTally, data) + MAXALIGN(name_bytes) + (used) * sizeof(PairEntry))
#define FLAT_ENTRIES(flat) ((PairEntry *) ((flat)->data + MAXALIGN((flat)->name_bytes)))

#define STATE_CONTEXT "virotrial states"

static Size
flat_size(ExpandedObjectHeader *header)
{
	const PairTally *tally = (PairTally *) header;

	return FLAT_SIZE(tally->used, tally->name_bytes);
}

static void
flatten(const PairTally *tally, FlatPairTally *flat, Size size)
{
	/* The server's memory is no part of a state. */
	memset(flat, 0, FLAT_SIZE(0, tally->name_bytes));
	SET_VARSIZE(flat, size);
	flat->missing = tally->missing;
	flat->sorted = tally->sorted;
	flat->used = tally->used;
	flat->name_bytes = tally->name_bytes;
	if (tally->name_bytes > 0)
		memcpy(flat->data, tally->names, tally->name_bytes);
	if (tally->used > 0)
		memcpy(FLAT_ENTRIES(flat), tally->entries, tally->used * sizeof(PairEntry));
}

static void
flatten_into(ExpandedObjectHeader *header, void *result, Size allocated_size)
{
	flatten((PairTally *) header, result, allocated_size);
}

static const ExpandedObjectMethods pair_tally_methods = {flat_size, flatten_into};

/* The tally as it is stored. */
struct varlena *
pair_tally_flat(const PairTally *tally)
{
	Size		size = FLAT_SIZE(tally->used, tally->name_bytes);
	void	   *flat = state_allocate(size);

	flatten(tally, flat, size);
	return flat;
}

/* What a state holds, where it lies: not to be changed. */
const PairTally *
pair_tally_read(Datum state)
{
	PairTally  *tally;
	FlatPairTally *flat;

	if (VARATT_IS_EXTERNAL_EXPANDED(DatumGetPointer(state)))
		return (PairTally *) DatumGetEOHP(state);
	flat = (FlatPairTally *) PG_DETOAST_DATUM(state);
	tally = palloc0(sizeof(PairTally));
	tally->missing = flat->missing;
	tally->sorted = flat->sorted;
	tally->used = tally->capacity = flat->used;
	tally->names = flat->data;
	tally->name_bytes = flat->name_bytes;
	tally->entries = FLAT_ENTRIES(flat);
	return tally;
}

/* Takes over what another tally holds, in the current memory context. */
static void
fill(PairTally *tally, const PairTally *from)
{
	tally->missing = from->missing;
	tally->sorted = from->sorted;
	tally->used = from->used;
	tally->capacity = Max(from->used, LEAST_CAPACITY);
	tally->entries = palloc(tally->capacity * sizeof(PairEntry));
	if (from->used > 0)
		memcpy(tally->entries, from->entries, from->used * sizeof(PairEntry));
	tally->name_bytes = from->name_bytes;
	if (from->name_bytes > 0)
		tally->names = memcpy(palloc(from->name_bytes), from->names, from->name_bytes);
}

/* A copy that may be changed. */
PairTally *
pair_tally_copy(const PairTally *tally)
{
	PairTally  *copy = palloc0(sizeof(PairTally));

	fill(copy, tally);
	return copy;
}

/*
 * Where the states of an aggregate lie: one context below its own, as the
 * executor demands of expanded objects.  It does not free the states one by
 * one, since transitions return the one that they got; and it looks through all
 * contexts with each new group, which a context for each would make slow.
 */
static MemoryContext
state_context(MemoryContext parent)
{
	for (MemoryContext child = parent->firstchild; child; child = child->nextchild)
		if (strcmp(child->name, STATE_CONTEXT) == 0)
			return child;
	return AllocSetContextCreate(parent, STATE_CONTEXT, ALLOCSET_DEFAULT_SIZES);
}

/* The state of a transition, its first argument; an empty one for the first row. */
PairTally *
pair_tally_start(FunctionCallInfo fcinfo)
{
	static const PairTally empty;
	MemoryContext parent;
	MemoryContext caller;
	PairTally  *tally;

	check_aggregate_call(fcinfo);
	AggCheckCallContext(fcinfo, &parent);
	if (!PG_ARGISNULL(0) && VARATT_IS_EXTERNAL_EXPANDED(PG_GETARG_POINTER(0)))
		return (PairTally *) DatumGetEOHP(PG_GETARG_DATUM(0));
	caller = MemoryContextSwitchTo(state_context(parent));
	tally = palloc0(sizeof(PairTally));
	EOH_init_header(&tally->header, &pair_tally_methods, CurrentMemoryContext);
	fill(tally, PG_ARGISNULL(0) ? &empty : PG_GETARG_PAIR_TALLY(0));
	MemoryContextSwitchTo(caller);
	return tally;
}

/* Brings all entries into order, in place. */
void
pair_tally_settle(PairTally *tally)
{
	PairEntry  *scratch;

	if (tally->sorted == tally->used)
		return;
	scratch = palloc_extended((tally->used - tally->sorted) * sizeof(PairEntry), MCXT_ALLOC_HUGE);
	tally->used = pair_settle(tally->entries, tally->sorted, tally->used, scratch, check_for_interrupts);
	tally->sorted = tally->used;
	pfree(scratch);
}

/* The tally with its entries in order: a copy unless they are. */
const PairTally *
pair_tally_settled(const PairTally *tally)
{
	PairTally  *copy;

	if (tally->sorted == tally->used)
		return tally;
	copy = pair_tally_copy(tally);
	pair_tally_settle(copy);
	return copy;
}

/* Room for at least one more entry: a tally of which half or more are distinct pairs grows. */
static void
make_room(PairTally *tally)
{
	pair_tally_settle(tally);
	if (tally->used < tally->capacity / 2)
		return;
	tally->capacity = grown_capacity(tally->capacity, tally->used + 1, FLAT_SIZE(0, tally->name_bytes),
									 sizeof(PairEntry));
	tally->entries = repalloc(tally->entries, tally->capacity * sizeof(PairEntry));
}

/* Adds one entry. */
void
pair_tally_append(PairTally *tally, PairEntry entry)
{
	if (unlikely(tally->used >= tally->capacity))
		make_room(tally);
	tally->entries[tally->used++] = entry;
}

/* The number of observations. */
int64
pair_tally_total(const PairTally *tally, const char *type_name)
{
	int64		total = 0;

	for (int64 i = 0; i < tally->used; i++)
	{
		if (tally->entries[i].count > PAIR_TALLY_MAX_TOTAL - total)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("too many observations in a value of type %s", type_name),
					 errdetail("At most " INT64_FORMAT " can be counted.", PAIR_TALLY_MAX_TOTAL)));
		total += tally->entries[i].count;
	}
	return total;
}
