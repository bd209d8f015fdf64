/*
 * survival_groups.c: texts and bytes of survival by groups; the log-rank test.
 */
#include <math.h>

#include "core/statistics/logrank.h"
#include "core/statistics/tally_kind.h"
#include "state_fuzz.h"

#define MAX_TESTED_GROUPS 8

typedef struct Groups
{
	int64_t		missing;
	int64_t		groups;
	int64_t		used;
	char		(*names)[CODEC_NAME_SIZE];
	PairEntry	entries[];
} Groups;

static char names[LOGRANK_MAX_GROUPS][CODEC_NAME_SIZE];

static void *
reader(StateCodec *codec)
{
	int64_t		missing = 0;
	int64_t		groups = 0;
	int64_t		used = 0;
	Groups	   *state;

	if (!survival_groups_header_fields(codec, &missing, &groups, &used))
		return NULL;
	for (int64_t i = 0; i < groups && !codec->failed; i++)
	{
		codec_name(codec, "name", names[i]);
		require(strlen(names[i]) < CODEC_NAME_SIZE);
	}
	state = calloc(1, sizeof(Groups) + (size_t) used * sizeof(PairEntry));
	state->missing = missing;
	state->groups = groups;
	state->used = used;
	state->names = names;
	survival_groups_entry_fields(codec, groups, state->entries, used);
	return state;
}

static void
writer(StateCodec *codec, void *datum)
{
	Groups	   *state = datum;

	survival_groups_header_fields(codec, &state->missing, &state->groups, &state->used);
	for (int64_t i = 0; i < state->groups; i++)
		codec_name(codec, "name", state->names[i]);
	survival_groups_entry_fields(codec, state->groups, state->entries, state->used);
}

/* The number of observations, or -1 where the server refuses it. */
static int64_t
total_of(const Groups *state)
{
	int64_t		total = 0;

	for (int64_t i = 0; i < state->used; i++)
	{
		if (state->entries[i].count > TALLY_MAX_TOTAL - total)
			return -1;
		total += state->entries[i].count;
	}
	return total;
}

static void
check_test(const Groups *state)
{
	PairEntry  *entries = calloc(2 * (size_t) state->used, sizeof(PairEntry));
	LogRankGroup groups[MAX_TESTED_GROUPS];
	double		work[LOGRANK_WORK_DOUBLES(MAX_TESTED_GROUPS)];
	LogRank		test;

	for (int64_t i = 0; i < state->used; i++)
		entries[i] = (PairEntry) {state->entries[i].second, state->entries[i].first, state->entries[i].count};
	pair_sort(entries, (size_t) state->used, entries + state->used, NULL);
	if (logrank_test(&(LogRankStratum) {entries, (size_t) state->used}, 1, groups, (int) state->groups, work, NULL, &test))
		require(test.chi_square >= 0.0 && test.p_value >= 0.0 && test.p_value <= 1.0 &&
				test.degrees_of_freedom > 0 && test.degrees_of_freedom < state->groups);
	free(entries);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Groups	   *state = fuzzed_state(data, size, reader, writer);

	if (state && state->used > 0 && state->groups <= MAX_TESTED_GROUPS && total_of(state) > 0)
		check_test(state);
	free(state);
	return 0;
}
