/*-------------------------------------------------------------------------
 *
 * ancova.c
 *	  Analysis of covariance: the state ancova_sample, least-squares means and
 *	  their differences.
 *
 * The groups of a state are in the order of their names.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/covariates.h"

#include "access/htup_details.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "core/statistics/ancova.h"

typedef struct AncovaState
{
	StateHeader header;
	int64		covariates;		/* 0 too as long as there is no group */
	int64		missing;
	int64		used;
	char		groups[FLEXIBLE_ARRAY_MEMBER];
} AncovaState;

#define STATE_SIZE(covariates, capacity) \
	(offsetof(AncovaState, groups) + (capacity) * ANCOVA_GROUP(covariates))
#define PG_GETARG_ANCOVA(n) ((AncovaState *) PG_GETARG_VARLENA_P(n))

PG_FUNCTION_INFO_V1(ancova_sample_accumulate);
PG_FUNCTION_INFO_V1(ancova_sample_combine);
PG_FUNCTION_INFO_V1(ancova_sample_final);
PG_FUNCTION_INFO_V1(ancova_of_sample);
PG_FUNCTION_INFO_V1(ancova_difference_of_sample);
PG_FUNCTION_INFO_V1(least_squares_means);

static AncovaState *
allocate_state(int64 covariates, int64 capacity)
{
	AncovaState *state = state_allocate(STATE_SIZE(covariates, capacity));

	state->covariates = covariates;
	return state;
}

static AncovaGroup *
group_at(const AncovaState *state, int64 i)
{
	return ancova_group(state->groups, state->covariates, i);
}

/* A copy with room for so many groups of so many covariates. */
static AncovaState *
resized(const AncovaState *state, int64 covariates, int64 capacity)
{
	AncovaState *copy = allocate_state(covariates, capacity);

	copy->missing = state->missing;
	copy->used = state->used;
	memcpy(copy->groups, state->groups, state->used * ANCOVA_GROUP(covariates));
	return copy;
}

/* The place of the first group that is not before the name. */
static int64
place_of(const AncovaState *state, const char *name)
{
	int64		low = 0;
	int64		high = state->used;

	while (low < high)
	{
		int64		middle = (low + high) / 2;

		if (strcmp(group_at(state, middle)->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The group of a name; NULL if there is none. */
static AncovaGroup *
find_group(const AncovaState *state, const char *name)
{
	int64		place = place_of(state, name);

	return place < state->used && strcmp(group_at(state, place)->name, name) == 0 ? group_at(state, place) : NULL;
}

/* Room for one more group; a state that grows moves to the caller's memory. */
static AncovaState *
make_room(AncovaState *state, int64 covariates)
{
	int64		capacity = (VARSIZE(state) - STATE_SIZE(covariates, 0)) / ANCOVA_GROUP(covariates);

	if (state->used >= ANCOVA_MAX_GROUPS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many groups for an analysis of covariance"),
				 errdetail("At most %d can be compared.", ANCOVA_MAX_GROUPS),
				 errhint("Group by treatment, not by subject.")));
	if (state->used < capacity && state->covariates == covariates)
		return state;
	return resized(state, covariates, Max(1, 2 * state->used));
}

/* The group of a name, which may be new and without a row. */
static AncovaGroup *
group_of(AncovaState **state, const char *name, int64 covariates)
{
	AncovaGroup *group;
	int64		place;

	if ((*state)->used > 0 && (*state)->covariates != covariates)
		report_covariates((*state)->covariates, covariates);
	group = find_group(*state, name);
	if (group)
		return group;
	*state = make_room(*state, covariates);
	place = place_of(*state, name);
	group = group_at(*state, place);
	memmove((char *) group + ANCOVA_GROUP(covariates), group, ((*state)->used - place) * ANCOVA_GROUP(covariates));
	memset(group, 0, ANCOVA_GROUP(covariates));
	strcpy(group->name, name);
	(*state)->used++;
	return group;
}

static struct varlena *
read_state(StateCodec *codec)
{
	AncovaHeader header = {0};
	AncovaState *state;

	if (!ancova_header_fields(codec, &header))
		return NULL;
	state = allocate_state(header.covariates, header.groups);
	state->missing = header.missing;
	for (; state->used < header.groups && !codec->failed; state->used++)
	{
		AncovaGroup *group = group_at(state, state->used);

		ancova_group_fields(codec, group, header.covariates);
		if ((state->used > 0 && strcmp(group_at(state, state->used - 1)->name, group->name) >= 0) ||
			!pg_verifymbstr(group->name, (int) strlen(group->name), true))
			codec->failed = true;
	}
	return (struct varlena *) state;
}

static void
write_state(StateCodec *codec, struct varlena *datum)
{
	AncovaState *state = (AncovaState *) datum;
	AncovaHeader header = {state->missing, state->used > 0 ? state->covariates : 0, state->used};

	ancova_header_fields(codec, &header);
	for (int64 i = 0; i < state->used; i++)
		ancova_group_fields(codec, group_at(state, i), state->covariates);
}

static const StateType ancova_sample_type = {"ancova_sample", read_state, write_state};

STATE_INPUT_OUTPUT(ancova_sample)

static void
require_range(bool is_in_range)
{
	if (!is_in_range)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sums of an analysis of covariance are out of range"),
				 errhint("Measure the value and the covariates in larger units.")));
}

/* Transition: (state, value, group, covariates); a row with a NULL is missing. */
Datum
ancova_sample_accumulate(PG_FUNCTION_ARGS)
{
	AncovaState *state;
	const double *x = NULL;
	int64		covariates = 0;
	char		name[CODEC_NAME_SIZE];

	check_aggregate_call(fcinfo);
	state = PG_ARGISNULL(0) ? allocate_state(0, 0) : (AncovaState *) PG_GETARG_POINTER(0);
	if (!PG_ARGISNULL(3))
		x = covariates_of(PG_GETARG_ARRAYTYPE_P(3), ANCOVA_MAX_COVARIATES, &covariates);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || x == NULL)
	{
		add_state_count(&state->missing, 1);
		PG_RETURN_POINTER(state);
	}
	if (!isfinite(PG_GETARG_FLOAT8(1)))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value %s is not finite", float8out_internal(PG_GETARG_FLOAT8(1))),
				 errhint("Write NULL for a value that is missing.")));
	name_of_text(PG_GETARG_TEXT_PP(2), "group", name);
	require_range(ancova_add(group_of(&state, name, covariates), (int) covariates, x, PG_GETARG_FLOAT8(1)));
	PG_RETURN_POINTER(state);
}

/* Combine, and transition of rollup: (state, state). */
Datum
ancova_sample_combine(PG_FUNCTION_ARGS)
{
	AncovaState *first;
	AncovaState *state;
	AncovaState *added;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	first = state = (AncovaState *) PG_GETARG_POINTER(0);
	added = PG_GETARG_ANCOVA(1);
	add_state_count(&state->missing, added->missing);
	for (int64 i = 0; i < added->used; i++)
	{
		const AncovaGroup *other = group_at(added, i);
		AncovaState *before = state;
		AncovaGroup *group = group_of(&state, other->name, added->covariates);

		/* The executor frees the state that it gave, and knows of no other. */
		if (state != before && before != first)
			pfree(before);
		require_range(ancova_combine(group, other, (int) state->covariates));
	}
	PG_RETURN_POINTER(state);
}

/* Final of ancova_sample and rollup: of no rows, empty; without spare room. */
Datum
ancova_sample_final(PG_FUNCTION_ARGS)
{
	AncovaState *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(allocate_state(0, 0));
	state = PG_GETARG_ANCOVA(0);
	if (VARSIZE(state) > STATE_SIZE(state->covariates, state->used))
		state = resized(state, state->covariates, state->used);
	PG_RETURN_POINTER(state);
}

static AncovaFit *
fit_of_state(const AncovaState *state)
{
	AncovaData *data = palloc(sizeof(AncovaData));
	AncovaFit  *fit = palloc(sizeof(AncovaFit));

	*data = (AncovaData) {(int) state->covariates, state->groups, state->used};
	ancova_fit(data, fit);
	return fit;
}

/* (n, missing, groups, coefficients, std_errors, degrees_of_freedom, sd) */
Datum
ancova_of_sample(PG_FUNCTION_ARGS)
{
	AncovaState *state = PG_GETARG_ANCOVA(0);
	AncovaFit  *fit = fit_of_state(state);
	Figures		row = {0};

	add_count(&row, fit->n);
	add_count(&row, state->missing);
	add_count(&row, state->used);
	add_coefficients(&row, fit->coefficient, state->covariates);
	add_coefficients(&row, fit->std_error, state->covariates);
	add_figure(&row, fit->degrees_of_freedom);
	add_figure(&row, fit->sd);
	return figures_row(fcinfo, &row);
}

static const AncovaGroup *
group_argument(const AncovaState *state, text *argument)
{
	char		name[CODEC_NAME_SIZE];

	name_of_text(argument, "group", name);
	return find_group(state, name);
}

/* mean_difference(sample, treated, control, conf_level); a group may be without rows. */
Datum
ancova_difference_of_sample(PG_FUNCTION_ARGS)
{
	AncovaState *state = PG_GETARG_ANCOVA(0);
	const AncovaGroup *treated = group_argument(state, PG_GETARG_TEXT_PP(1));
	const AncovaGroup *control = group_argument(state, PG_GETARG_TEXT_PP(2));
	double		conf_level = PG_GETARG_FLOAT8(3);
	MeanDifference difference = {NAN, NAN, NAN, {NAN, NAN}, NAN};

	check_conf_level(conf_level);
	if (treated && control)
		difference = ancova_difference(fit_of_state(state), treated, control, conf_level);
	return mean_difference_row(fcinfo, treated ? treated->n : 0, control ? control->n : 0, &difference);
}

/* Where a set-returning call has got to. */
typedef struct MeanRows
{
	const AncovaState *state;
	const AncovaFit *fit;
	double		conf_level;
	int64		next;
} MeanRows;

static MeanRows *
mean_rows_start(FunctionCallInfo fcinfo, FuncCallContext *call)
{
	MemoryContext caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
	MeanRows   *rows = palloc0(sizeof(MeanRows));

	check_conf_level(PG_GETARG_FLOAT8(1));
	rows->state = (AncovaState *) PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(0));
	rows->fit = fit_of_state(rows->state);
	rows->conf_level = PG_GETARG_FLOAT8(1);
	call->tuple_desc = result_descriptor(fcinfo);
	MemoryContextSwitchTo(caller);
	return rows;
}

/* (group, n, mean, least_squares_mean, std_error, ci_lower, ci_upper), a row a group. */
Datum
least_squares_means(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	MeanRows   *rows;
	const AncovaGroup *group;
	MeanDifference mean;
	Figures		row = {0};

	if (SRF_IS_FIRSTCALL())
	{
		call = SRF_FIRSTCALL_INIT();
		call->user_fctx = mean_rows_start(fcinfo, call);
	}
	call = SRF_PERCALL_SETUP();
	rows = call->user_fctx;
	if (rows->next == rows->state->used)
		SRF_RETURN_DONE(call);

	group = group_at(rows->state, rows->next++);
	mean = ancova_mean(rows->fit, group, rows->conf_level);
	row.values[row.length++] = PointerGetDatum(cstring_to_text(group->name));
	add_count(&row, group->n);
	add_figure(&row, group->numbers[rows->state->covariates].high);
	add_figure(&row, mean.difference);
	add_figure(&row, mean.std_error);
	add_figure(&row, mean.limits.lower);
	add_figure(&row, mean.limits.upper);
	SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, row.values, row.nulls)));
}
