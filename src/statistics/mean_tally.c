/*-------------------------------------------------------------------------
 *
 * mean_tally.c
 *	  Aggregates of means with t limits: mean_tally and mean_ci; the difference
 *	  of two means.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/figures.h"

#include "executor/executor.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "core/statistics/mean_tally.h"

typedef struct MeanTallyState
{
	StateHeader header;
	MeanTally	tally;
} MeanTallyState;

PG_FUNCTION_INFO_V1(mean_tally_accumulate);
PG_FUNCTION_INFO_V1(mean_tally_combine);
PG_FUNCTION_INFO_V1(mean_tally_final);
PG_FUNCTION_INFO_V1(mean_ci_final);
PG_FUNCTION_INFO_V1(mean_ci_of_tally);
PG_FUNCTION_INFO_V1(mean_difference_of_tallies);
PG_FUNCTION_INFO_V1(noninferiority_test_of_difference);

static struct varlena *
read_state(StateCodec *codec)
{
	MeanTallyState *state = state_allocate(sizeof(MeanTallyState));

	mean_tally_fields(codec, &state->tally);
	if (!mean_tally_is_possible(&state->tally))
		codec->failed = true;
	return (struct varlena *) state;
}

static void
write_state(StateCodec *codec, struct varlena *state)
{
	mean_tally_fields(codec, &((MeanTallyState *) state)->tally);
}

static const StateType mean_tally_type = {"mean_tally", read_state, write_state};

STATE_INPUT_OUTPUT(mean_tally)

static void
check_moments(const Moments *moments)
{
	if (!isfinite(moments->mean) || !isfinite(moments->squares))
		float_overflow_error();
}

/* Transition: (state, number [, conf_level]); NULL is missing. */
Datum
mean_tally_accumulate(PG_FUNCTION_ARGS)
{
	MeanTallyState *state;
	double		number;

	check_aggregate_call(fcinfo);
	state = PG_ARGISNULL(0) ? state_allocate(sizeof(MeanTallyState)) :
		(MeanTallyState *) PG_GETARG_POINTER(0);
	if (PG_NARGS() > 2)
		keep_conf_level(&state->tally.conf_level, fcinfo, 2);
	if (PG_ARGISNULL(1))
	{
		add_state_count(&state->tally.missing, 1);
		PG_RETURN_POINTER(state);
	}
	number = PG_GETARG_FLOAT8(1);
	if (!isfinite(number))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("a mean of %s has no limits", float8out_internal(number)),
				 errhint("Write NULL for a value that is missing.")));
	check_state_count(state->tally.moments.n, 1);
	moments_add(&state->tally.moments, number);
	check_moments(&state->tally.moments);
	PG_RETURN_POINTER(state);
}

/* Combine, and transition of rollup: (state, state). */
Datum
mean_tally_combine(PG_FUNCTION_ARGS)
{
	MeanTallyState *state;
	MeanTallyState *other;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	state = (MeanTallyState *) PG_GETARG_POINTER(0);
	other = (MeanTallyState *) PG_GETARG_VARLENA_P(1);
	check_state_count(state->tally.moments.n, other->tally.moments.n);
	check_state_count(state->tally.missing, other->tally.missing);
	merge_conf_level(&state->tally.conf_level, other->tally.conf_level);
	moments_combine(&state->tally.moments, &other->tally.moments);
	check_moments(&state->tally.moments);
	state->tally.missing += other->tally.missing;
	PG_RETURN_POINTER(state);
}

/* Final of mean_tally and rollup: of no rows, the empty tally. */
Datum
mean_tally_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(state_allocate(sizeof(MeanTallyState)));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* (n, missing, mean, sd, ci_lower, ci_upper) */
static Datum
mean_row(FunctionCallInfo fcinfo, const MeanTally *tally, double conf_level)
{
	Datum		values[6];
	bool		nulls[6] = {false, false, true, true, true, true};
	ConfidenceLimits	limits;

	values[0] = Int64GetDatum(tally->moments.n);
	values[1] = Int64GetDatum(tally->missing);
	if (tally->moments.n > 0)
	{
		values[2] = Float8GetDatum(tally->moments.mean);
		nulls[2] = false;
	}
	if (tally->moments.n > 1)
	{
		limits = mean_limits(&tally->moments, conf_level);
		values[3] = Float8GetDatum(moments_sd(&tally->moments));
		values[4] = Float8GetDatum(limits.lower);
		values[5] = Float8GetDatum(limits.upper);
		nulls[3] = nulls[4] = nulls[5] = false;
	}
	return result_row(fcinfo, values, nulls);
}

static MeanTally
tally_argument(FunctionCallInfo fcinfo)
{
	MeanTally	none = {{0}};

	return PG_ARGISNULL(0) ? none : ((MeanTallyState *) PG_GETARG_VARLENA_P(0))->tally;
}

/* Final of mean_ci. */
Datum
mean_ci_final(PG_FUNCTION_ARGS)
{
	MeanTally	tally = tally_argument(fcinfo);

	return mean_row(fcinfo, &tally, confidence_or_default(tally.conf_level));
}

/* mean_ci(tally, conf_level) */
Datum
mean_ci_of_tally(PG_FUNCTION_ARGS)
{
	MeanTally	tally = tally_argument(fcinfo);

	check_conf_level(PG_GETARG_FLOAT8(1));
	return mean_row(fcinfo, &tally, PG_GETARG_FLOAT8(1));
}

/* mean_difference(treated, control, conf_level, method) */
Datum
mean_difference_of_tallies(PG_FUNCTION_ARGS)
{
	const Moments *treated = &((MeanTallyState *) PG_GETARG_VARLENA_P(0))->tally.moments;
	const Moments *control = &((MeanTallyState *) PG_GETARG_VARLENA_P(1))->tally.moments;
	double		conf_level = PG_GETARG_FLOAT8(2);
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(3));
	MeanDifferenceMethod method = MEAN_DIFFERENCE_WELCH;
	MeanDifference result;

	check_conf_level(conf_level);
	if (!mean_difference_method_from_name(name, &method))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown method \"%s\" for the difference of two means", name),
				 errhint("The methods are 'welch' and 'student'.")));
	result = mean_difference(treated, control, conf_level, method);
	return mean_difference_row(fcinfo, treated->n, control->n, &result);
}

/* A column of a row; NAN if it is NULL. */
static double
figure_of(HeapTupleHeader row, const char *column)
{
	bool		is_null;
	Datum		value = GetAttributeByName(row, column, &is_null);

	return is_null ? NAN : DatumGetFloat8(value);
}

/* noninferiority_test(difference, margin): (statistic, p_value) */
Datum
noninferiority_test_of_difference(PG_FUNCTION_ARGS)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
	double		margin = PG_GETARG_FLOAT8(1);
	MeanDifference difference = {
		.difference = figure_of(row, "difference"),.std_error = figure_of(row, "std_error"),
		.degrees_of_freedom = figure_of(row, "degrees_of_freedom")
	};
	ComparisonTest test;
	Figures		result = {0};

	if (!isfinite(margin))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("margin of a difference of means is not finite"),
				 errhint("Write -50 for a treatment whose mean may be 50 lower.")));
	test = mean_noninferiority_test(&difference, margin);
	add_figure(&result, test.statistic);
	add_figure(&result, test.p_value);
	return figures_row(fcinfo, &result);
}
