/*-------------------------------------------------------------------------
 *
 * survival_groups.c
 *	  Survival by groups: the state survival_groups, and the log-rank test
 *	  over rows.
 *
 * The names of the groups precede the entries, in the order in which they
 * came, each with a byte before it and a zero byte behind it; zero bytes fill
 * up the last word.  In a state that is stored or sent they are in order.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/logrank.h"
#include "statistics/survival_curve.h"

#include "access/htup_details.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "statistics/figures.h"
#include "statistics/pair_state.h"

#define NAME_MARK '='

PG_FUNCTION_INFO_V1(survival_groups_accumulate);
PG_FUNCTION_INFO_V1(survival_groups_combine);
PG_FUNCTION_INFO_V1(survival_groups_final);
PG_FUNCTION_INFO_V1(logrank_test_of_groups);
PG_FUNCTION_INFO_V1(logrank_groups);

/* The name behind the given one, or the first; NULL behind the last. */
static const char *
next_name(const PairTally *tally, const char *name)
{
	const char *mark = name ? name + strlen(name) + 1 : tally->data;

	return mark < tally->data + tally->name_bytes && *mark == NAME_MARK ? mark + 1 : NULL;
}

/* The number of a group, or that of the groups if it is not one of them. */
static int64
find_group(const PairTally *tally, const char *name, size_t size, bool *found)
{
	int64		group = 0;

	*found = false;
	for (const char *other = next_name(tally, NULL); other; other = next_name(tally, other), group++)
		if (strncmp(other, name, size) == 0 && other[size] == '\0')
		{
			*found = true;
			break;
		}
	return group;
}

/* The tally with one more group, in a new place. */
static PairTally *
add_group(const PairTally *tally, int64 groups, const char *name, size_t size)
{
	int64		end = tally->name_bytes;
	PairTally  *larger;

	if (groups >= LOGRANK_MAX_GROUPS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many groups for a log-rank test"),
				 errdetail("At most %d can be compared.", LOGRANK_MAX_GROUPS),
				 errhint("Compare the arms of a trial, not its subjects.")));
	if (size >= CODEC_NAME_SIZE)
		ereport(ERROR,
				(errcode(ERRCODE_STRING_DATA_RIGHT_TRUNCATION),
				 errmsg("name of a group is too long"),
				 errdetail("It has %zu bytes, and at most %d are possible.", size, CODEC_NAME_SIZE - 1)));
	while (end > 1 && tally->data[end - 1] == '\0' && tally->data[end - 2] == '\0')
		end--;
	/* A name that is empty ends in the zero byte behind its mark. */
	larger = pair_tally_resized(tally, tally->used, MAXALIGN(end + size + 2));
	larger->data[end] = NAME_MARK;
	memcpy(larger->data + end + 1, name, size);
	return larger;
}

/* Adds an entry to a group, which may be new. */
static PairTally *
add_to_group(PairTally *tally, const char *name, size_t size, int64 key, int64 count)
{
	bool		found;
	int64		group = find_group(tally, name, size, &found);
	PairTally  *larger = found ? tally : add_group(tally, group, name, size);
	PairTally  *grown = pair_tally_append(larger, (PairEntry) {group, key, count});

	if (grown != larger && larger != tally)
		pfree(larger);
	return grown;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *) a, *(const char *const *) b);
}

/* The names in order, and their number. */
static const char **
sorted_names(const PairTally *tally, int64 *count)
{
	const char **names = palloc(LOGRANK_MAX_GROUPS * sizeof(char *));

	*count = 0;
	for (const char *name = next_name(tally, NULL); name; name = next_name(tally, name))
		names[(*count)++] = name;
	qsort(names, *count, sizeof(char *), compare_names);
	return names;
}

/* A copy with groups in the order of their names, and entries in none. */
static PairTally *
renumbered(const PairTally *tally)
{
	int64		count;
	const char **names = sorted_names(tally, &count);
	PairTally  *copy = pair_tally_resized(tally, tally->used, tally->name_bytes);
	char	   *end = copy->data;
	int64		numbers[LOGRANK_MAX_GROUPS];

	memset(copy->data, 0, copy->name_bytes);
	for (int64 i = 0; i < count; i++)
	{
		bool		found;

		numbers[find_group(tally, names[i], strlen(names[i]), &found)] = i;
		*end = NAME_MARK;
		strcpy(end + 1, names[i]);
		end += strlen(names[i]) + 2;
	}
	for (int64 i = 0; i < copy->used; i++)
		PAIR_TALLY_ENTRIES(copy)[i].first = numbers[PAIR_TALLY_ENTRIES(copy)[i].first];
	copy->sorted = 0;
	pfree(names);
	return copy;
}

/* A copy with groups in the order of their names, and entries in theirs. */
static PairTally *
canonical(const PairTally *tally)
{
	return pair_tally_canonical(renumbered(tally));
}

/* The names that the codec reads, in a tally without entries; NULL if it fails. */
static PairTally *
read_names(StateCodec *codec, int64 groups)
{
	PairTally  *tally = pair_tally_allocate(0, 0);
	char		name[CODEC_NAME_SIZE];
	char		last[CODEC_NAME_SIZE] = "";

	for (int64 group = 0; group < groups; group++)
	{
		codec_name(codec, "name", name);
		if (codec->failed || (group > 0 && strcmp(last, name) >= 0) ||
			!pg_verifymbstr(name, (int) strlen(name), true))
		{
			codec->failed = true;
			return NULL;
		}
		tally = add_group(tally, group, name, strlen(name));
		strcpy(last, name);
	}
	return tally;
}

static struct varlena *
read_state(StateCodec *codec)
{
	int64		missing = 0;
	int64		groups = 0;
	int64		used = 0;
	PairTally  *tally;

	if (!survival_groups_header_fields(codec, &missing, &groups, &used) ||
		(tally = read_names(codec, groups)) == NULL)
		return NULL;
	tally = pair_tally_resized(tally, used, tally->name_bytes);
	tally->missing = missing;
	tally->used = used;
	survival_groups_entry_fields(codec, groups, PAIR_TALLY_ENTRIES(tally), used);
	if (codec->failed)
		return NULL;
	tally->sorted = used;
	return (struct varlena *) pair_tally_canonical(tally);
}

/* Equal states are written alike: their groups and entries in order. */
static void
write_state(StateCodec *codec, struct varlena *state)
{
	PairTally  *tally = canonical((PairTally *) state);
	int64		groups = 0;
	char		copy[CODEC_NAME_SIZE];

	for (const char *name = next_name(tally, NULL); name; name = next_name(tally, name))
		groups++;
	survival_groups_header_fields(codec, &tally->missing, &groups, &tally->used);
	for (const char *name = next_name(tally, NULL); name; name = next_name(tally, name))
	{
		strlcpy(copy, name, sizeof(copy));
		codec_name(codec, "name", copy);
	}
	survival_groups_entry_fields(codec, groups, PAIR_TALLY_ENTRIES(tally), tally->used);
}

static const StateType survival_groups_type = {"survival_groups", read_state, write_state};

STATE_INPUT_OUTPUT(survival_groups)

/* Adds a subject; one whose time, event or group is NULL is missing. */
Datum
survival_groups_accumulate(PG_FUNCTION_ARGS)
{
	PairTally  *tally = pair_tally_start(fcinfo);
	text	   *group;

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || PG_ARGISNULL(3))
	{
		add_state_count(&tally->missing, 1);
		PG_RETURN_POINTER(tally);
	}
	group = PG_GETARG_TEXT_PP(3);
	PG_RETURN_POINTER(add_to_group(tally, VARDATA_ANY(group), VARSIZE_ANY_EXHDR(group),
								   survival_row_key(PG_GETARG_FLOAT8(1), PG_GETARG_BOOL(2)), 1));
}

/* Combine, and transition of rollup: (state, state). */
Datum
survival_groups_combine(PG_FUNCTION_ARGS)
{
	PairTally  *first;
	PairTally  *tally;
	PairTally  *added;
	int64		groups = 0;
	const char *names[LOGRANK_MAX_GROUPS];

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	first = tally = (PairTally *) PG_GETARG_POINTER(0);
	added = PG_GETARG_PAIR_TALLY(1);
	check_state_count(tally->missing, added->missing);
	tally->missing += added->missing;
	for (const char *name = next_name(added, NULL); name; name = next_name(added, name))
		names[groups++] = name;
	for (int64 i = 0; i < added->used; i++)
	{
		PairEntry	entry = PAIR_TALLY_ENTRIES(added)[i];
		PairTally  *grown = add_to_group(tally, names[entry.first], strlen(names[entry.first]),
										 entry.second, entry.count);

		/* The executor frees the state that it gave, and knows of no other. */
		if (grown != tally && tally != first)
			pfree(tally);
		tally = grown;
	}
	PG_RETURN_POINTER(tally);
}

/* Final of survival_groups and rollup: of no rows, empty. */
Datum
survival_groups_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(pair_tally_allocate(0, 0));
	PG_RETURN_POINTER(canonical(PG_GETARG_PAIR_TALLY(0)));
}

/* The entries of a state, by time and group as the test needs them. */
static void
input_of_tally(const PairTally *state, LogRankInput *input)
{
	PairTally  *tally = renumbered(state);
	const char *name = NULL;

	pair_tally_total(tally, "survival_groups");
	while ((name = next_name(tally, name)) != NULL)
		input->count++;
	input->entries = PAIR_TALLY_ENTRIES(tally);
	input->length = tally->used;
	for (int64 i = 0; i < tally->used; i++)
	{
		const PairEntry entry = input->entries[i];

		input->entries[i] = (PairEntry) {entry.second, entry.first, entry.count};
	}
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

/* Where a set-returning call has got to. */
typedef struct GroupRows
{
	int			count;
	int			next;
	const LogRankGroup *groups;
	const char **names;
} GroupRows;

static GroupRows *
group_rows_start(FunctionCallInfo fcinfo, FuncCallContext *call)
{
	MemoryContext caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
	GroupRows  *rows = palloc0(sizeof(GroupRows));
	PairTally  *tally = PG_GETARG_PAIR_TALLY(0);
	LogRankInput input = {0};
	int64		names;
	LogRank		test;
	bool		compared;

	input_of_tally(tally, &input);
	rows->count = input.count;
	rows->groups = logrank_groups_of(&input, &test, &compared);
	rows->names = sorted_names(tally, &names);
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
	row.values[row.length++] = PointerGetDatum(cstring_to_text(rows->names[rows->next++]));
	add_count(&row, (int64) group->subjects);
	add_count(&row, (int64) group->events);
	add_figure(&row, group->expected);
	SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, row.values, row.nulls)));
}
