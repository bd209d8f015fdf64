/*-------------------------------------------------------------------------
 *
 * response_tally.c
 *	  Aggregates of responders: response_tally, response_rate and
 *	  response_rate_ncf.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/aggregate.h"

#include "utils/builtins.h"

#include "core/statistics/proportion.h"
#include "core/statistics/response_tally.h"

typedef struct ResponseTallyState
{
	StateHeader header;
	ResponseTally tally;
} ResponseTallyState;

PG_FUNCTION_INFO_V1(response_tally_accumulate);
PG_FUNCTION_INFO_V1(response_tally_combine);
PG_FUNCTION_INFO_V1(response_tally_final);
PG_FUNCTION_INFO_V1(response_rate_final);
PG_FUNCTION_INFO_V1(response_rate_ncf_final);
PG_FUNCTION_INFO_V1(response_rate_of_tally);
PG_FUNCTION_INFO_V1(response_tally_of_counts);

static struct varlena *
read_state(StateCodec *codec)
{
	ResponseTallyState *state = state_allocate(sizeof(ResponseTallyState));

	response_tally_fields(codec, &state->tally);
	if (!response_tally_is_possible(&state->tally))
		codec->failed = true;
	return (struct varlena *) state;
}

static void
write_state(StateCodec *codec, struct varlena *state)
{
	response_tally_fields(codec, &((ResponseTallyState *) state)->tally);
}

static const StateType response_tally_type = {"response_tally", read_state, write_state};

STATE_INPUT_OUTPUT(response_tally)

/* Transition: (state, response [, conf_level]); a NULL response is missing. */
Datum
response_tally_accumulate(PG_FUNCTION_ARGS)
{
	ResponseTallyState *state;

	check_aggregate_call(fcinfo);
	state = PG_ARGISNULL(0) ? state_allocate(sizeof(ResponseTallyState)) :
		(ResponseTallyState *) PG_GETARG_POINTER(0);
	if (PG_NARGS() > 2)
		keep_conf_level(&state->tally.conf_level, fcinfo, 2);
	if (PG_ARGISNULL(1))
		add_state_count(&state->tally.missing, 1);
	else
	{
		add_state_count(&state->tally.evaluable, 1);
		state->tally.responders += PG_GETARG_BOOL(1);
	}
	PG_RETURN_POINTER(state);
}

/* Combine, and transition of rollup: (state, state). */
Datum
response_tally_combine(PG_FUNCTION_ARGS)
{
	ResponseTallyState *state;
	ResponseTallyState *other;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	state = (ResponseTallyState *) PG_GETARG_POINTER(0);
	other = (ResponseTallyState *) PG_GETARG_VARLENA_P(1);
	check_state_count(state->tally.evaluable, other->tally.evaluable);
	check_state_count(state->tally.missing, other->tally.missing);
	merge_conf_level(&state->tally.conf_level, other->tally.conf_level);
	state->tally.responders += other->tally.responders;
	state->tally.evaluable += other->tally.evaluable;
	state->tally.missing += other->tally.missing;
	PG_RETURN_POINTER(state);
}

/* Final of response_tally and rollup: of no rows, the empty tally. */
Datum
response_tally_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(state_allocate(sizeof(ResponseTallyState)));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* (responders, evaluable, missing, rate, ci_lower, ci_upper) */
static Datum
rate_row(FunctionCallInfo fcinfo, const ResponseTally *tally, int64 evaluable,
		 double conf_level, ProportionMethod method)
{
	Datum		values[6];
	bool		nulls[6] = {false};
	ConfidenceLimits	limits;

	values[0] = Int64GetDatum(tally->responders);
	values[1] = Int64GetDatum(evaluable);
	values[2] = Int64GetDatum(tally->missing);
	if (evaluable == 0)
		nulls[3] = nulls[4] = nulls[5] = true;
	else
	{
		limits = proportion_limits((double) tally->responders, (double) evaluable,
								   conf_level, method);
		values[3] = Float8GetDatum((double) tally->responders / (double) evaluable);
		values[4] = Float8GetDatum(limits.lower);
		values[5] = Float8GetDatum(limits.upper);
	}
	return result_row(fcinfo, values, nulls);
}

static ResponseTally
tally_argument(FunctionCallInfo fcinfo)
{
	ResponseTally none = {0};

	return PG_ARGISNULL(0) ? none : ((ResponseTallyState *) PG_GETARG_VARLENA_P(0))->tally;
}

/* Final of response_rate: Clopper-Pearson limits, missing values left out. */
Datum
response_rate_final(PG_FUNCTION_ARGS)
{
	ResponseTally tally = tally_argument(fcinfo);

	return rate_row(fcinfo, &tally, tally.evaluable,
					confidence_or_default(tally.conf_level), PROPORTION_EXACT);
}

/* Final of response_rate_ncf: missing values count as not responding. */
Datum
response_rate_ncf_final(PG_FUNCTION_ARGS)
{
	ResponseTally tally = tally_argument(fcinfo);

	check_state_count(tally.evaluable, tally.missing);
	return rate_row(fcinfo, &tally, tally.evaluable + tally.missing,
					confidence_or_default(tally.conf_level), PROPORTION_EXACT);
}

/* response_rate(tally, conf_level, method) */
Datum
response_rate_of_tally(PG_FUNCTION_ARGS)
{
	ResponseTally tally = tally_argument(fcinfo);
	double		conf_level = PG_GETARG_FLOAT8(1);
	char	   *name = text_to_cstring(PG_GETARG_TEXT_PP(2));
	ProportionMethod method;

	check_conf_level(conf_level);
	if (!proportion_method_from_name(name, &method))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown method \"%s\" for the limits of a proportion", name),
				 errhint("The methods are 'exact', 'wilson', 'jeffreys' and 'mid-p'.")));
	return rate_row(fcinfo, &tally, tally.evaluable, conf_level, method);
}

/* response_tally(responders, evaluable, missing); 22023 if they cannot be counts of rows. */
Datum
response_tally_of_counts(PG_FUNCTION_ARGS)
{
	ResponseTallyState *state = state_allocate(sizeof(ResponseTallyState));

	state->tally.responders = PG_GETARG_INT64(0);
	state->tally.evaluable = PG_GETARG_INT64(1);
	state->tally.missing = PG_GETARG_INT64(2);
	if (!response_tally_is_possible(&state->tally))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("these are not counts of responders, evaluable and missing rows"),
				 errdetail("Responders: " INT64_FORMAT ", evaluable: " INT64_FORMAT ", missing: " INT64_FORMAT ".",
						   state->tally.responders, state->tally.evaluable, state->tally.missing),
				 errhint("Responders are among the evaluable, and no count is negative.")));
	PG_RETURN_POINTER(state);
}
