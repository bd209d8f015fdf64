/*-------------------------------------------------------------------------
 *
 * interval_curve.c
 *	  Survival curves of interval-censored times: the state
 *	  interval_censored_curve and what is read from it.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/pair_state.h"

#include "access/htup_details.h"
#include "utils/float.h"

#include "statistics/censored_sample.h"
#include "core/statistics/double_order.h"
#include "core/statistics/interval_curve.h"
#include "core/statistics/tie_tolerance.h"
#include "statistics/figures.h"
#include "statistics/turnbull.h"

PG_FUNCTION_INFO_V1(interval_censored_curve_accumulate);
PG_FUNCTION_INFO_V1(interval_censored_curve_combine);
PG_FUNCTION_INFO_V1(interval_censored_curve_final);
PG_FUNCTION_INFO_V1(interval_censored_curve_rows);
PG_FUNCTION_INFO_V1(interval_censored_quantile);

static struct varlena *
read_state(StateCodec *codec)
{
	int64		missing = 0;
	int64		length = 0;
	PairTally	tally = {0};

	if (!interval_header_fields(codec, &missing, &length))
		return NULL;
	tally.missing = missing;
	tally.used = tally.sorted = length;
	tally.entries = palloc_extended(length * sizeof(PairEntry), MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	interval_entry_fields(codec, tally.entries, length);
	return pair_tally_flat(&tally);
}

static void
write_state(StateCodec *codec, struct varlena *state)
{
	const PairTally *tally = pair_tally_settled(pair_tally_read(PointerGetDatum(state)));
	int64		missing = tally->missing;
	int64		length = tally->used;

	interval_header_fields(codec, &missing, &length);
	interval_entry_fields(codec, tally->entries, length);
}

static const StateType interval_censored_curve_type = {"interval_censored_curve", read_state, write_state};

STATE_INPUT_OUTPUT(interval_censored_curve)

/* A bound of a row; one that is NULL or infinite is infinite. */
static float8
bound_argument(FunctionCallInfo fcinfo, int argument, float8 infinite)
{
	float8		bound = PG_ARGISNULL(argument) ? infinite : PG_GETARG_FLOAT8(argument);

	if (isnan(bound) || bound == -infinite)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("bound %s of an interval is out of range", float8out_internal(bound)),
				 errhint("Write NULL for a bound that is not known.")));
	return bound;
}

/*
 * Adds a subject whose time lies above the lower and not above the upper
 * bound; one of whom neither is known is missing.
 */
Datum
interval_censored_curve_accumulate(PG_FUNCTION_ARGS)
{
	PairTally  *tally = pair_tally_start(fcinfo);
	float8		lower = bound_argument(fcinfo, 1, -get_float8_infinity());
	float8		upper = bound_argument(fcinfo, 2, get_float8_infinity());

	/* What was calculated may differ in the last bits from a time that it is. */
	if (lower > upper && lower - upper <= tie_tolerance(&(TieTolerance) {2.0, fabs(lower) / 2.0 + fabs(upper) / 2.0}))
		lower = upper;
	if (lower > upper)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("lower bound of an interval is above its upper bound"),
				 errdetail("They are %s and %s.", float8out_internal(lower), float8out_internal(upper)),
				 errhint("Give the last time before the event, and the first time after it.")));
	if (isinf(lower) && isinf(upper))
		add_state_count(&tally->missing, 1);
	else
		pair_tally_append(tally, (PairEntry) {double_to_rank(lower), double_to_rank(upper), 1});
	PG_RETURN_PAIR_TALLY(tally);
}

/* Combine, and transition of rollup: (state, state). */
Datum
interval_censored_curve_combine(PG_FUNCTION_ARGS)
{
	PairTally  *tally;
	const PairTally *added;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	tally = pair_tally_start(fcinfo);
	added = PG_GETARG_PAIR_TALLY(1);
	add_state_count(&tally->missing, added->missing);
	for (int64 i = 0; i < added->used; i++)
		pair_tally_append(tally, added->entries[i]);
	PG_RETURN_PAIR_TALLY(tally);
}

/* Final of interval_censored_curve and rollup: of no rows, empty. */
Datum
interval_censored_curve_final(PG_FUNCTION_ARGS)
{
	static const PairTally empty;

	PG_RETURN_POINTER(pair_tally_flat(PG_ARGISNULL(0) ? &empty : pair_tally_settled(PG_GETARG_PAIR_TALLY(0))));
}

/* The distribution of a curve. */
typedef struct IntervalFit
{
	size_t		length;
	size_t		next;			/* where a set-returning call has got to */
	double		survival;
	CandidateInterval *candidates;
	double	   *probability;
} IntervalFit;

static void
fit_intervals(const PairTally *state, IntervalFit *fit)
{
	const PairTally *tally = pair_tally_settled(state);
	PairEntry  *entries;
	PairEntry  *work;
	PairEntry  *scratch;
	TurnbullRange *ranges;
	TurnbullProblem problem;
	size_t		length;

	pair_tally_total(tally, "interval_censored_curve");
	check_range_count(tally->used);
	entries = allocate_array(tally->used, sizeof(PairEntry));
	work = allocate_array(4 * tally->used, sizeof(PairEntry));
	scratch = work + 2 * tally->used;
	ranges = allocate_array(tally->used, sizeof(TurnbullRange));
	memcpy(entries, tally->entries, tally->used * sizeof(PairEntry));
	length = interval_unite_ties(entries, tally->used, work, scratch, check_for_interrupts);
	memset(fit, 0, sizeof(*fit));
	fit->survival = 1.0;
	fit->candidates = allocate_array(length, sizeof(CandidateInterval));
	fit->length = interval_candidates(entries, length, work, scratch, fit->candidates, check_for_interrupts);
	interval_problem(entries, length, fit->candidates, fit->length, ranges, &problem);
	if (fit->length > 0)
		fit->probability = turnbull_probabilities(&problem);
	pfree(ranges);
	pfree(work);
	pfree(entries);
}

static IntervalFit *
rows_start(FunctionCallInfo fcinfo, FuncCallContext *call)
{
	MemoryContext caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
	IntervalFit *fit = palloc(sizeof(IntervalFit));

	fit_intervals(PG_GETARG_PAIR_TALLY(0), fit);
	call->tuple_desc = result_descriptor(fcinfo);
	MemoryContextSwitchTo(caller);
	return fit;
}

static void
add_bounds(Figures *row, const CandidateInterval *interval)
{
	add_figure(row, isinf(interval->lower) ? NAN : interval->lower);
	add_figure(row, isinf(interval->upper) ? NAN : interval->upper);
}

/* (lower, upper, probability, survival), a row an interval that has any probability. */
Datum
interval_censored_curve_rows(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	IntervalFit *fit;
	Figures		row = {0};

	if (SRF_IS_FIRSTCALL())
	{
		call = SRF_FIRSTCALL_INIT();
		call->user_fctx = rows_start(fcinfo, call);
	}
	call = SRF_PERCALL_SETUP();
	fit = call->user_fctx;
	while (fit->next < fit->length && fit->probability[fit->next] < TURNBULL_NO_PROBABILITY)
		fit->next++;
	if (fit->next == fit->length)
		SRF_RETURN_DONE(call);

	fit->survival = fit->next == fit->length - 1 ? 0.0 :
		Max(fit->survival - fit->probability[fit->next], 0.0);
	add_bounds(&row, &fit->candidates[fit->next]);
	add_figure(&row, fit->probability[fit->next]);
	add_figure(&row, fit->survival);
	fit->next++;
	SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, row.values, row.nulls)));
}

/* (lower, upper) of the interval in which the quantile lies. */
Datum
interval_censored_quantile(PG_FUNCTION_ARGS)
{
	IntervalFit fit;
	Figures		row = {0};
	static const CandidateInterval unknown = {-INFINITY, INFINITY};

	check_probability(PG_GETARG_FLOAT8(1));
	fit_intervals(PG_GETARG_PAIR_TALLY(0), &fit);
	add_bounds(&row, fit.length == 0 ? &unknown :
			   &fit.candidates[interval_quantile(fit.probability, fit.length, PG_GETARG_FLOAT8(1))]);
	return figures_row(fcinfo, &row);
}
