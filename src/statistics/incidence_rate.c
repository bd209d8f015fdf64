/*-------------------------------------------------------------------------
 *
 * incidence_rate.c
 *	  Aggregates of events per person-time: incidence_tally and
 *	  incidence_rate.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/figures.h"

#include "common/int.h"
#include "utils/float.h"

#include "core/statistics/incidence_rate.h"
#include "core/statistics/incidence_tally.h"

typedef struct IncidenceTallyState
{
	StateHeader header;
	IncidenceTally tally;
} IncidenceTallyState;

PG_FUNCTION_INFO_V1(incidence_tally_accumulate);
PG_FUNCTION_INFO_V1(incidence_tally_combine);
PG_FUNCTION_INFO_V1(incidence_tally_final);
PG_FUNCTION_INFO_V1(incidence_rate_final);
PG_FUNCTION_INFO_V1(incidence_rate_of_tally);
PG_FUNCTION_INFO_V1(incidence_tally_of_totals);

static struct varlena *
read_state(StateCodec *codec)
{
	IncidenceTallyState *state = state_allocate(sizeof(IncidenceTallyState));

	incidence_tally_fields(codec, &state->tally);
	if (!incidence_tally_is_possible(&state->tally))
		codec->failed = true;
	return (struct varlena *) state;
}

static void
write_state(StateCodec *codec, struct varlena *state)
{
	incidence_tally_fields(codec, &((IncidenceTallyState *) state)->tally);
}

static const StateType incidence_tally_type = {"incidence_tally", read_state, write_state};

STATE_INPUT_OUTPUT(incidence_tally)

static void
add_events(IncidenceTally *tally, int64 events)
{
	if (events < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("number of events " INT64_FORMAT " is negative", events),
				 errdetail("A number of events is 0 or more."),
				 errhint("Write NULL for a number that is missing.")));
	check_state_count(tally->events, events);
	tally->events += events;
}

static void
add_person_years(IncidenceTally *tally, float8 person_years, float8 remainder)
{
	if (!isfinite(person_years) || person_years < 0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("person-years %s are out of range", float8out_internal(person_years)),
				 errdetail("Person-years are finite and not negative."),
				 errhint("Write NULL for a time that is missing.")));
	incidence_tally_add_time(tally, person_years, remainder);
	if (!isfinite(tally->person_years))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("sum of person-years is out of range"),
				 errdetail("It exceeds the range of double precision."),
				 errhint("Give the times in years.")));
}

/*
 * Transition: (state, events, person_years [, conf_level]); a row of which
 * either is NULL is missing.
 */
Datum
incidence_tally_accumulate(PG_FUNCTION_ARGS)
{
	IncidenceTallyState *state;

	check_aggregate_call(fcinfo);
	state = PG_ARGISNULL(0) ? state_allocate(sizeof(IncidenceTallyState)) :
		(IncidenceTallyState *) PG_GETARG_POINTER(0);
	if (PG_NARGS() > 3)
		keep_conf_level(&state->tally.conf_level, fcinfo, 3);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		add_state_count(&state->tally.missing, 1);
	else
	{
		add_events(&state->tally, PG_GETARG_INT64(1));
		add_person_years(&state->tally, PG_GETARG_FLOAT8(2), 0.0);
	}
	PG_RETURN_POINTER(state);
}

/* Combine, and transition of rollup: (state, state). */
Datum
incidence_tally_combine(PG_FUNCTION_ARGS)
{
	IncidenceTally *tally;
	IncidenceTally *other;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	tally = &((IncidenceTallyState *) PG_GETARG_POINTER(0))->tally;
	other = &((IncidenceTallyState *) PG_GETARG_VARLENA_P(1))->tally;
	check_state_count(tally->missing, other->missing);
	merge_conf_level(&tally->conf_level, other->conf_level);
	tally->missing += other->missing;
	add_events(tally, other->events);
	add_person_years(tally, other->person_years, other->remainder);
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* Final of incidence_tally and rollup: of no rows, the empty tally. */
Datum
incidence_tally_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(state_allocate(sizeof(IncidenceTallyState)));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* (events, person_years, rate, ci_lower, ci_upper); no rate without time. */
static Datum
rate_row(FunctionCallInfo fcinfo, const IncidenceTally *tally, double conf_level)
{
	Figures		row = {0};
	IncidenceRate rate = {NAN, NAN, NAN};

	if (tally->person_years > 0)
		rate = incidence_rate((double) tally->events, tally->person_years, conf_level);
	if (isinf(rate.rate) || isinf(rate.ci_upper))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("incidence rate is out of range"),
				 errdetail(INT64_FORMAT " events in %s person-years exceed the range of double precision.",
						   tally->events, float8out_internal(tally->person_years)),
				 errhint("Give the times in years.")));
	add_count(&row, tally->events);
	add_figure(&row, tally->person_years);
	add_figure(&row, rate.rate);
	add_figure(&row, rate.ci_lower);
	add_figure(&row, rate.ci_upper);
	return figures_row(fcinfo, &row);
}

/* Final of incidence_rate. */
Datum
incidence_rate_final(PG_FUNCTION_ARGS)
{
	IncidenceTally none = {0};
	IncidenceTally *tally = PG_ARGISNULL(0) ? &none :
		&((IncidenceTallyState *) PG_GETARG_VARLENA_P(0))->tally;

	return rate_row(fcinfo, tally, confidence_or_default(tally->conf_level));
}

/* incidence_rate(tally, conf_level) */
Datum
incidence_rate_of_tally(PG_FUNCTION_ARGS)
{
	check_conf_level(PG_GETARG_FLOAT8(1));
	return rate_row(fcinfo, &((IncidenceTallyState *) PG_GETARG_VARLENA_P(0))->tally,
					PG_GETARG_FLOAT8(1));
}

/* The tally of totals that were counted elsewhere. */
Datum
incidence_tally_of_totals(PG_FUNCTION_ARGS)
{
	IncidenceTallyState *state = state_allocate(sizeof(IncidenceTallyState));

	add_events(&state->tally, PG_GETARG_INT64(0));
	add_person_years(&state->tally, PG_GETARG_FLOAT8(1), 0.0);
	PG_RETURN_POINTER(state);
}
