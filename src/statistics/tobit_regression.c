/*-------------------------------------------------------------------------
 *
 * tobit_regression.c
 *	  Regression of censored values on covariates: tobit_sample and
 *	  tobit_regression.
 *
 * A state keeps the sums of products of the exact values and a row for each
 * censored one.  Values are log reductions, or viral loads in log10 copies/mL.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/covariates.h"

#include "censored/censored_io.h"
#include "core/statistics/tobit.h"

typedef struct TobitState
{
	StateHeader header;
	int64		covariates;		/* 0 too as long as there is no value */
	int64		missing;
	int64		n_rows;
	int64		capacity;		/* in rows */
	double		numbers[FLEXIBLE_ARRAY_MEMBER]; /* sums, then rows */
} TobitState;

#define STATE_SIZE(covariates, capacity) \
	(offsetof(TobitState, numbers) + \
	 (TOBIT_SUMS(covariates) + (capacity) * TOBIT_ROW(covariates)) * sizeof(double))

PG_FUNCTION_INFO_V1(tobit_sample_of_viral_load);
PG_FUNCTION_INFO_V1(tobit_sample_of_log_reduction);
PG_FUNCTION_INFO_V1(tobit_sample_combine);
PG_FUNCTION_INFO_V1(tobit_sample_final);
PG_FUNCTION_INFO_V1(tobit_regression_of_sample);

static TobitState *
allocate_state(int64 covariates, int64 capacity)
{
	TobitState *state = state_allocate(STATE_SIZE(covariates, capacity));

	state->covariates = covariates;
	state->capacity = capacity;
	return state;
}

/* Without a value, the number of covariates is still open. */
static bool
is_empty(const TobitState *state)
{
	return state->numbers[0] == 0.0 && state->n_rows == 0;
}

static double *
row_of(TobitState *state, int64 row)
{
	return state->numbers + TOBIT_SUMS(state->covariates) + row * TOBIT_ROW(state->covariates);
}

/* The state with room for so many more rows, of so many covariates. */
static TobitState *
make_room(TobitState *state, int64 covariates, int64 added)
{
	TobitState *larger;

	if (state->covariates == covariates && added <= state->capacity - state->n_rows)
		return state;
	larger = allocate_state(covariates,
							grown_capacity(state->capacity, state->n_rows + added, STATE_SIZE(covariates, 0),
										   TOBIT_ROW(covariates) * sizeof(double)));
	larger->missing = state->missing;
	larger->n_rows = state->n_rows;
	if (state->covariates == covariates)
		memcpy(larger->numbers, state->numbers,
			   (char *) row_of(state, state->n_rows) - (char *) state->numbers);
	return larger;
}

static struct varlena *
read_state(StateCodec *codec)
{
	TobitHeader header = {0};
	TobitState *state;

	if (!tobit_header_fields(codec, &header))
		return NULL;
	state = allocate_state(header.covariates, header.n_rows);
	state->missing = header.missing;
	state->n_rows = header.n_rows;
	tobit_number_fields(codec, &header, state->numbers);
	return (struct varlena *) state;
}

static void
write_state(StateCodec *codec, struct varlena *datum)
{
	TobitState *state = (TobitState *) datum;
	TobitHeader header = {state->missing, state->covariates, state->n_rows};

	tobit_header_fields(codec, &header);
	tobit_number_fields(codec, &header, state->numbers);
}

static const StateType tobit_sample_type = {"tobit_sample", read_state, write_state};

STATE_INPUT_OUTPUT(tobit_sample)

static void
check_sums(const TobitState *state)
{
	if (!tobit_sums_are_possible(state->numbers, state->covariates))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sums of a regression are out of range"),
				 errhint("Measure the covariates in larger units.")));
}

static TobitState *
add_value(TobitState *state, Qualifier qualifier, double value, const double *x, int64 covariates)
{
	double	   *row;

	if (!is_empty(state) && state->covariates != covariates)
		report_covariates(state->covariates, covariates);
	state = make_room(state, covariates, qualifier == QUALIFIER_EXACT ? 0 : 1);
	if (qualifier == QUALIFIER_EXACT)
	{
		tobit_add_exact(state->numbers, (int) covariates, x, value);
		check_sums(state);
		return state;
	}
	row = row_of(state, state->n_rows++);
	row[0] = qualifier == QUALIFIER_ABOVE ? -1.0 : 1.0;
	row[1] = value;
	memcpy(row + 2, x, covariates * sizeof(double));
	return state;
}

/* Transition: a NULL value, and one with a NULL covariate, is missing. */
static Datum
accumulate(FunctionCallInfo fcinfo, double (*scale) (double))
{
	TobitState *state;
	const double *x = NULL;
	int64		covariates = 0;
	CensoredValue value;

	check_aggregate_call(fcinfo);
	state = PG_ARGISNULL(0) ? allocate_state(0, 0) : (TobitState *) PG_GETARG_POINTER(0);
	if (!PG_ARGISNULL(2))
		x = covariates_of(PG_GETARG_ARRAYTYPE_P(2), TOBIT_MAX_COVARIATES, &covariates);
	if (PG_ARGISNULL(1) || x == NULL || (scale && censored_lacks_limit(PG_GETARG_CENSORED(1))))
	{
		add_state_count(&state->missing, 1);
		PG_RETURN_POINTER(state);
	}
	value = PG_GETARG_CENSORED(1);
	PG_RETURN_POINTER(add_value(state, censored_qualifier(value),
								scale ? scale(censored_limit(value)) : censored_limit(value),
								x, covariates));
}

Datum
tobit_sample_of_viral_load(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, log10);
}

Datum
tobit_sample_of_log_reduction(PG_FUNCTION_ARGS)
{
	return accumulate(fcinfo, NULL);
}

/* Combine, and transition of rollup: (state, state). */
Datum
tobit_sample_combine(PG_FUNCTION_ARGS)
{
	TobitState *state;
	TobitState *other;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	state = (TobitState *) PG_GETARG_POINTER(0);
	other = (TobitState *) PG_GETARG_VARLENA_P(1);
	check_state_count(state->missing, other->missing);
	if (!is_empty(other))
	{
		if (!is_empty(state) && state->covariates != other->covariates)
			report_covariates(state->covariates, other->covariates);
		state = make_room(state, other->covariates, other->n_rows);
		for (int i = 0; i < TOBIT_SUMS(other->covariates); i++)
			state->numbers[i] += other->numbers[i];
		check_sums(state);
		memcpy(row_of(state, state->n_rows), row_of(other, 0),
			   other->n_rows * TOBIT_ROW(other->covariates) * sizeof(double));
		state->n_rows += other->n_rows;
	}
	state->missing += other->missing;
	PG_RETURN_POINTER(state);
}

/* Final of tobit_sample and rollup: of no rows, the empty sample. */
Datum
tobit_sample_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(allocate_state(0, 0));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/*
 * (n, missing, censored, coefficients, std_errors, sd, log_likelihood): the
 * last four are NULL where the likelihood has no maximum, and so are the
 * coefficients and errors that it does not determine.
 */
Datum
tobit_regression_of_sample(PG_FUNCTION_ARGS)
{
	TobitState *state = PG_ARGISNULL(0) ? allocate_state(0, 0) : (TobitState *) PG_GETARG_VARLENA_P(0);
	TobitData	data = {(int) state->covariates, state->numbers, row_of(state, 0), state->n_rows};
	Figures		row = {0};
	TobitFit	fit;

	add_count(&row, (int64) state->numbers[0] + state->n_rows);
	add_count(&row, state->missing);
	add_count(&row, state->n_rows);
	if (tobit_fit(&data, check_for_interrupts, &fit))
	{
		add_coefficients(&row, fit.coefficient, state->covariates + 1);
		add_coefficients(&row, fit.std_error, state->covariates + 1);
		add_figure(&row, fit.sd);
		add_figure(&row, fit.log_likelihood);
	}
	else
		for (int i = 0; i < 4; i++)
			add_null(&row);
	return figures_row(fcinfo, &row);
}
