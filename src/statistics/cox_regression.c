/*-------------------------------------------------------------------------
 *
 * cox_regression.c
 *	  Proportional hazards regression: cox_sample and cox_regression.
 *
 * A state keeps a row for each subject: time, event, covariates.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/covariates.h"

#include "core/statistics/cox.h"
#include "statistics/survival_curve.h"

typedef struct CoxState
{
	StateHeader header;
	int64		covariates;		/* 0 too as long as there is no subject */
	int64		missing;
	int64		n_rows;
	int64		capacity;		/* in rows */
	double		rows[FLEXIBLE_ARRAY_MEMBER];
} CoxState;

#define ROW_SIZE(covariates) (COX_ROW(covariates) * sizeof(double))

PG_FUNCTION_INFO_V1(cox_sample_accumulate);
PG_FUNCTION_INFO_V1(cox_sample_combine);
PG_FUNCTION_INFO_V1(cox_sample_final);
PG_FUNCTION_INFO_V1(cox_regression_of_sample);
PG_FUNCTION_INFO_V1(cox_regression_of_strata);

static CoxState *
allocate_state(int64 covariates, int64 capacity)
{
	CoxState   *state = state_allocate(offsetof(CoxState, rows) + capacity * ROW_SIZE(covariates));

	state->covariates = covariates;
	state->capacity = capacity;
	return state;
}

static double *
row_of(CoxState *state, int64 row)
{
	return state->rows + row * COX_ROW(state->covariates);
}

/* The state with room for so many more rows, of so many covariates. */
static CoxState *
make_room(CoxState *state, int64 covariates, int64 added)
{
	CoxState   *larger;

	if (state->n_rows > 0 && state->covariates != covariates)
		report_covariates(state->covariates, covariates);
	if (state->covariates == covariates && added <= state->capacity - state->n_rows)
		return state;
	larger = allocate_state(covariates, grown_capacity(state->capacity, state->n_rows + added,
													   offsetof(CoxState, rows), ROW_SIZE(covariates)));
	larger->missing = state->missing;
	larger->n_rows = state->n_rows;
	memcpy(larger->rows, state->rows, state->n_rows * ROW_SIZE(covariates));
	return larger;
}

static struct varlena *
read_state(StateCodec *codec)
{
	CoxHeader	header = {0};
	CoxState   *state;

	if (!cox_header_fields(codec, &header))
		return NULL;
	state = allocate_state(header.covariates, header.n_rows);
	state->missing = header.missing;
	state->n_rows = header.n_rows;
	cox_row_fields(codec, &header, state->rows);
	return (struct varlena *) state;
}

static void
write_state(StateCodec *codec, struct varlena *datum)
{
	CoxState   *state = (CoxState *) datum;
	CoxHeader	header = {state->missing, state->n_rows > 0 ? state->covariates : 0, state->n_rows};

	cox_header_fields(codec, &header);
	cox_row_fields(codec, &header, state->rows);
}

static const StateType cox_sample_type = {"cox_sample", read_state, write_state};

STATE_INPUT_OUTPUT(cox_sample)

/* Transition: (state, time, event, covariates); a subject with a NULL is missing. */
Datum
cox_sample_accumulate(PG_FUNCTION_ARGS)
{
	CoxState   *state;
	const double *x = NULL;
	int64		covariates = 0;
	double	   *row;

	check_aggregate_call(fcinfo);
	state = PG_ARGISNULL(0) ? allocate_state(0, 0) : (CoxState *) PG_GETARG_POINTER(0);
	if (!PG_ARGISNULL(3))
		x = covariates_of(PG_GETARG_ARRAYTYPE_P(3), COX_MAX_COVARIATES, &covariates);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || x == NULL)
	{
		add_state_count(&state->missing, 1);
		PG_RETURN_POINTER(state);
	}
	survival_row_key(PG_GETARG_FLOAT8(1), PG_GETARG_BOOL(2));
	state = make_room(state, covariates, 1);
	row = row_of(state, state->n_rows++);
	row[0] = PG_GETARG_FLOAT8(1);
	row[1] = PG_GETARG_BOOL(2) ? 1.0 : 0.0;
	memcpy(row + 2, x, covariates * sizeof(double));
	PG_RETURN_POINTER(state);
}

/* Combine, and transition of rollup: (state, state). */
Datum
cox_sample_combine(PG_FUNCTION_ARGS)
{
	CoxState   *state;
	CoxState   *other;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	state = (CoxState *) PG_GETARG_POINTER(0);
	other = (CoxState *) PG_GETARG_VARLENA_P(1);
	add_state_count(&state->missing, other->missing);
	if (other->n_rows > 0)
	{
		state = make_room(state, other->covariates, other->n_rows);
		memcpy(row_of(state, state->n_rows), other->rows, other->n_rows * ROW_SIZE(other->covariates));
		state->n_rows += other->n_rows;
	}
	PG_RETURN_POINTER(state);
}

/* Final of cox_sample and rollup: of no rows, the empty sample. */
Datum
cox_sample_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(allocate_state(0, 0));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* The subjects of a state, as a fit puts them in order. */
static CoxStratum
stratum_of_state(CoxState *state)
{
	Size		size = COX_SUBJECT(state->covariates);
	CoxStratum	stratum = {palloc_extended(Max(state->n_rows, 1) * size, MCXT_ALLOC_HUGE), state->n_rows};

	for (int64 i = 0; i < state->n_rows; i++)
	{
		CoxSubject *subject = (CoxSubject *) (stratum.subjects + i * size);
		const double *row = row_of(state, i);

		*subject = (CoxSubject) {.time = row[0],.event = row[1] != 0.0,.rival = -1};
		memcpy(subject->x, row + 2, state->covariates * sizeof(double));
	}
	return stratum;
}

/*
 * (n, missing, events, coefficients, std_errors, robust_std_errors,
 * null_log_likelihood, log_likelihood): all but the counts are NULL without a
 * subject, and an element is that the data do not determine.
 */
static Datum
regression_row(FunctionCallInfo fcinfo, CoxData *data, int64 missing)
{
	int64		n = 0;
	CoxFit		fit = {0};
	Figures		row = {0};
	bool		is_found = data->strata_count > 0 && cox_fit(data, check_for_interrupts, &fit);

	for (int s = 0; s < data->strata_count; s++)
		n += data->strata[s].length;
	add_count(&row, n);
	add_count(&row, missing);
	add_count(&row, fit.events);
	if (is_found)
	{
		add_coefficients(&row, fit.coefficient, data->covariates);
		add_coefficients(&row, fit.std_error, data->covariates);
		add_coefficients(&row, fit.robust_error, data->covariates);
		add_figure(&row, fit.null_log_likelihood);
		add_figure(&row, fit.log_likelihood);
	}
	else
		for (int i = 0; i < 5; i++)
			add_null(&row);
	return figures_row(fcinfo, &row);
}

/* Adds a state as a stratum, unless it has no subject. */
static void
add_stratum(CoxData *data, CoxState *state, int64 *missing)
{
	add_state_count(missing, state->missing);
	if (state->n_rows == 0)
		return;
	if (data->strata_count > 0 && data->covariates != state->covariates)
		report_covariates(data->covariates, state->covariates);
	data->covariates = (int) state->covariates;
	data->strata[data->strata_count++] = stratum_of_state(state);
}

/* The regression of a state, or of none. */
Datum
cox_regression_of_sample(PG_FUNCTION_ARGS)
{
	CoxStratum	stratum;
	CoxData		data = {.strata = &stratum};
	int64		missing = 0;

	if (!PG_ARGISNULL(0))
		add_stratum(&data, (CoxState *) PG_GETARG_VARLENA_P(0), &missing);
	return regression_row(fcinfo, &data, missing);
}

/* The regression of an array of states, one per stratum. */
Datum
cox_regression_of_strata(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	CoxData		data = {0};
	int64		missing = 0;
	Datum	   *states;
	bool	   *nulls;
	int			length;

	deconstruct_array(array, ARR_ELEMTYPE(array), -1, false, TYPALIGN_DOUBLE, &states, &nulls, &length);
	data.strata = palloc(Max(length, 1) * sizeof(CoxStratum));
	for (int i = 0; i < length; i++)
		if (!nulls[i])
			add_stratum(&data, (CoxState *) PG_DETOAST_DATUM(states[i]), &missing);
	return regression_row(fcinfo, &data, missing);
}
