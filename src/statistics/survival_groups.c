/*-------------------------------------------------------------------------
 *
 * survival_groups.c
 *	  Survival by groups: the state survival_groups, and the log-rank test
 *	  over rows.
 *
 * The names of the groups lie in the order in which they came, each with a byte
 * before it and a zero byte behind it.  In a state that is stored or sent they
 * are in order.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/logrank.h"
#include "statistics/survival_curve.h"

#include "access/htup_details.h"
#include "common/hashfn.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "statistics/figures.h"
#include "statistics/pair_state.h"
#include "statistics/turnbull.h"

#define NAME_MARK '='

PG_FUNCTION_INFO_V1(survival_groups_accumulate);
PG_FUNCTION_INFO_V1(survival_groups_combine);
PG_FUNCTION_INFO_V1(survival_groups_final);
PG_FUNCTION_INFO_V1(logrank_test_of_groups);
PG_FUNCTION_INFO_V1(logrank_test_of_strata);
PG_FUNCTION_INFO_V1(logrank_groups);

/* The number of a group by its name. */
typedef struct GroupNumber
{
	const char *name;
	int64		number;
	char		status;
} GroupNumber;

#define SH_PREFIX group_index
#define SH_ELEMENT_TYPE GroupNumber
#define SH_KEY_TYPE const char *
#define SH_KEY name
#define SH_HASH_KEY(index, key) hash_bytes((const unsigned char *) (key), strlen(key))
#define SH_EQUAL(index, a, b) (strcmp(a, b) == 0)
#define SH_SCOPE static inline
#define SH_DECLARE
#define SH_DEFINE
#include "lib/simplehash.h"

/* The name behind the given one, or the first; NULL behind the last. */
static const char *
next_name(const PairTally *tally, const char *name)
{
	const char *next = name ? name + strlen(name) + 1 : tally->names;

	return next < tally->names + tally->name_bytes ? next + 1 : NULL;
}

/* Writes a name; returns the place behind it. */
static char *
put_name(char *at, const char *name)
{
	Size		size = strlen(name) + 1;

	*at = NAME_MARK;
	memcpy(at + 1, name, size);
	return at + 1 + size;
}

/* Lets a name be found as that of the next group. */
static void
index_name(group_index_hash *index, const char *name)
{
	int64		number = index->members;
	bool		found;

	group_index_insert(index, MemoryContextStrdup(index->ctx, name), &found)->number = number;
}

/* What finds the names of a running aggregate. */
static group_index_hash *
index_of(PairTally *tally)
{
	if (tally->index == NULL)
	{
		tally->index = group_index_create(tally->header.eoh_context, 1, NULL);
		for (const char *name = next_name(tally, NULL); name; name = next_name(tally, name))
			index_name(tally->index, name);
	}
	return tally->index;
}

/* A new group of a running aggregate; returns its number. */
static int64
add_group(PairTally *tally, const char *name)
{
	group_index_hash *index = tally->index;
	int64		end = tally->name_bytes;
	Size		larger = end + strlen(name) + 2;

	check_group_count(index->members + 1);
	tally->names = tally->names ? repalloc(tally->names, larger) :
		MemoryContextAlloc(tally->header.eoh_context, larger);
	put_name(tally->names + end, name);
	tally->name_bytes = larger;
	index_name(index, name);
	return index->members - 1;
}

/* Adds an entry to a group, which may be new. */
static void
add_to_group(PairTally *tally, const char *name, int64 key, int64 count)
{
	const GroupNumber *group = group_index_lookup(index_of(tally), name);

	pair_tally_append(tally, (PairEntry) {group ? group->number : add_group(tally, name), key, count});
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(((const GroupNumber *) a)->name, ((const GroupNumber *) b)->name);
}

/* The groups in the order of their names, and their number. */
static GroupNumber *
sorted_groups(const PairTally *tally, int64 *count)
{
	GroupNumber *groups = palloc0(LOGRANK_MAX_GROUPS * sizeof(GroupNumber));

	*count = 0;
	for (const char *name = next_name(tally, NULL); name; name = next_name(tally, name))
	{
		groups[*count].name = name;
		groups[*count].number = *count;
		++*count;
	}
	qsort(groups, *count, sizeof(GroupNumber), compare_names);
	return groups;
}

/* A copy with groups in the order of their names, and entries in none. */
static PairTally *
renumbered(const PairTally *tally)
{
	int64		count;
	GroupNumber *groups = sorted_groups(tally, &count);
	PairTally  *copy = pair_tally_copy(tally);
	char	   *end = copy->names;
	int64		numbers[LOGRANK_MAX_GROUPS];

	for (int64 i = 0; i < count; i++)
	{
		numbers[groups[i].number] = i;
		end = put_name(end, groups[i].name);
	}
	for (int64 i = 0; i < copy->used; i++)
		copy->entries[i].first = numbers[copy->entries[i].first];
	copy->sorted = 0;
	pfree(groups);
	return copy;
}

/* The tally with groups in the order of their names, and entries in theirs. */
static const PairTally *
canonical(const PairTally *tally)
{
	PairTally  *copy = renumbered(tally);

	pair_tally_settle(copy);
	return copy;
}

/* The names that the codec reads. */
static void
read_names(StateCodec *codec, PairTally *tally, int64 groups)
{
	char		name[CODEC_NAME_SIZE];
	char		last[CODEC_NAME_SIZE] = "";
	char	   *end = tally->names = palloc(groups * (CODEC_NAME_SIZE + 1));

	for (int64 group = 0; group < groups && !codec->failed; group++)
	{
		codec_name(codec, "name", name);
		if (codec->failed || (group > 0 && strcmp(last, name) >= 0) ||
			!pg_verifymbstr(name, (int) strlen(name), true))
		{
			codec->failed = true;
			return;
		}
		end = put_name(end, name);
		strcpy(last, name);
	}
	tally->name_bytes = end - tally->names;
}

static struct varlena *
read_state(StateCodec *codec)
{
	int64		groups = 0;
	PairTally	tally = {0};

	if (!survival_groups_header_fields(codec, &tally.missing, &groups, &tally.used))
		return NULL;
	read_names(codec, &tally, groups);
	tally.entries = palloc_extended(tally.used * sizeof(PairEntry), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	survival_groups_entry_fields(codec, groups, tally.entries, tally.used);
	tally.sorted = tally.used;
	return codec->failed ? NULL : pair_tally_flat(&tally);
}

/* Equal states are written alike: their groups and entries in order. */
static void
write_state(StateCodec *codec, struct varlena *state)
{
	const PairTally *tally = canonical(pair_tally_read(PointerGetDatum(state)));
	int64		missing = tally->missing;
	int64		used = tally->used;
	int64		groups = 0;
	char		copy[CODEC_NAME_SIZE];

	for (const char *name = next_name(tally, NULL); name; name = next_name(tally, name))
		groups++;
	survival_groups_header_fields(codec, &missing, &groups, &used);
	for (const char *name = next_name(tally, NULL); name; name = next_name(tally, name))
	{
		strlcpy(copy, name, sizeof(copy));
		codec_name(codec, "name", copy);
	}
	survival_groups_entry_fields(codec, groups, tally->entries, used);
}

static const StateType survival_groups_type = {"survival_groups", read_state, write_state};

STATE_INPUT_OUTPUT(survival_groups)

/* Adds a subject; one whose time, event or group is NULL is missing. */
Datum
survival_groups_accumulate(PG_FUNCTION_ARGS)
{
	PairTally  *tally = pair_tally_start(fcinfo);
	char		name[CODEC_NAME_SIZE];

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
		add_state_count(&tally->missing, 1);
	else
	{
		name_of_text(PG_GETARG_TEXT_PP(3), "group", name);
		add_to_group(tally, name, survival_row_key(PG_GETARG_FLOAT8(1), PG_GETARG_BOOL(2)), 1);
	}
	PG_RETURN_PAIR_TALLY(tally);
}

/* Combine, and transition of rollup: (state, state). */
Datum
survival_groups_combine(PG_FUNCTION_ARGS)
{
	PairTally  *tally;
	const PairTally *added;
	int64		groups = 0;
	const char *names[LOGRANK_MAX_GROUPS];

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	tally = pair_tally_start(fcinfo);
	added = PG_GETARG_PAIR_TALLY(1);
	add_state_count(&tally->missing, added->missing);
	for (const char *name = next_name(added, NULL); name; name = next_name(added, name))
		names[groups++] = name;
	for (int64 i = 0; i < added->used; i++)
		add_to_group(tally, names[added->entries[i].first], added->entries[i].second, added->entries[i].count);
	PG_RETURN_PAIR_TALLY(tally);
}

/* Final of survival_groups and rollup: of no rows, empty. */
Datum
survival_groups_final(PG_FUNCTION_ARGS)
{
	static const PairTally empty;

	PG_RETURN_POINTER(pair_tally_flat(PG_ARGISNULL(0) ? &empty : canonical(PG_GETARG_PAIR_TALLY(0))));
}

/* The entries of a state, by time and group as the test needs them; numbers are those of its groups. */
static LogRankStratum
stratum_of_tally(const PairTally *tally, const int64 *numbers)
{
	LogRankStratum stratum = {allocate_array(tally->used, sizeof(PairEntry)), tally->used};

	pair_tally_total(tally, "survival_groups");
	for (int64 i = 0; i < tally->used; i++)
		stratum.entries[i] = (PairEntry) {tally->entries[i].second, numbers[tally->entries[i].first],
		tally->entries[i].count};
	return stratum;
}

/* Groups are numbered in the order of their names. */
static void
input_of_tally(const PairTally *tally, LogRankInput *input)
{
	int64		count;
	GroupNumber *groups = sorted_groups(tally, &count);
	int64		numbers[LOGRANK_MAX_GROUPS];

	for (int64 i = 0; i < count; i++)
		numbers[groups[i].number] = i;
	input->count = (int) count;
	input->strata = palloc(sizeof(LogRankStratum));
	input->strata[0] = stratum_of_tally(tally, numbers);
	input->strata_count = 1;
}

/* Groups of one name are one group in all strata. */
static void
add_stratum(LogRankInput *input, const PairTally *tally, group_index_hash *index)
{
	int64		numbers[LOGRANK_MAX_GROUPS];
	int64		count = 0;

	for (const char *name = next_name(tally, NULL); name; name = next_name(tally, name))
	{
		if (group_index_lookup(index, name) == NULL)
		{
			check_group_count(index->members + 1);
			index_name(index, name);
		}
		numbers[count++] = group_index_lookup(index, name)->number;
	}
	input->strata[input->strata_count++] = stratum_of_tally(tally, numbers);
	input->count = (int) index->members;
}

/* The test of a state, or of none. */
Datum
logrank_test_of_groups(PG_FUNCTION_ARGS)
{
	LogRankInput input = {0};

	if (!PG_ARGISNULL(0))
		input_of_tally(PG_GETARG_PAIR_TALLY(0), &input);
	return logrank_row(fcinfo, &input);
}

/* The test of an array of states, one per stratum. */
Datum
logrank_test_of_strata(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	group_index_hash *index = group_index_create(CurrentMemoryContext, LOGRANK_MAX_GROUPS, NULL);
	LogRankInput input = {0};
	Datum	   *states;
	bool	   *nulls;
	int			length;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &states, &nulls, &length);
	input.strata = palloc(Max(length, 1) * sizeof(LogRankStratum));
	for (int i = 0; i < length; i++)
		if (!nulls[i])
			add_stratum(&input, pair_tally_read(states[i]), index);
	return logrank_row(fcinfo, &input);
}

/* Where a set-returning call has got to. */
typedef struct GroupRows
{
	int			count;
	int			next;
	const LogRankGroup *groups;
	const GroupNumber *names;
} GroupRows;

static GroupRows *
group_rows_start(FunctionCallInfo fcinfo, FuncCallContext *call)
{
	MemoryContext caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
	GroupRows  *rows = palloc0(sizeof(GroupRows));
	const PairTally *tally = PG_GETARG_PAIR_TALLY(0);
	LogRankInput input = {0};
	int64		names;
	LogRank		test;
	bool		compared;

	input_of_tally(tally, &input);
	rows->count = input.count;
	rows->groups = logrank_groups_of(&input, &test, &compared);
	rows->names = sorted_groups(tally, &names);
	call->tuple_desc = result_descriptor(fcinfo);
	MemoryContextSwitchTo(caller);
	return rows;
}

/* (group, n, events, expected), a row a group. */
Datum
logrank_groups(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	GroupRows  *rows;
	const LogRankGroup *group;
	Figures		row = {0};

	if (SRF_IS_FIRSTCALL())
	{
		call = SRF_FIRSTCALL_INIT();
		call->user_fctx = group_rows_start(fcinfo, call);
	}
	call = SRF_PERCALL_SETUP();
	rows = call->user_fctx;
	if (rows->next == rows->count)
		SRF_RETURN_DONE(call);

	group = &rows->groups[rows->next];
	row.values[row.length++] = PointerGetDatum(cstring_to_text(rows->names[rows->next++].name));
	add_count(&row, (int64) group->subjects);
	add_count(&row, (int64) group->events);
	add_figure(&row, group->expected);
	SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, row.values, row.nulls)));
}
