/*-------------------------------------------------------------------------
 *
 * survival_curve.c
 *	  Survival curves: the state survival_curve and what is read from it.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/survival_curve.h"

#include "access/htup_details.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "statistics/figures.h"

PG_FUNCTION_INFO_V1(survival_curve_accumulate);
PG_FUNCTION_INFO_V1(survival_curve_rows);
PG_FUNCTION_INFO_V1(survival_at_time);
PG_FUNCTION_INFO_V1(median_survival_time);
PG_FUNCTION_INFO_V1(median_survival_time_ci);

TALLY_TYPE_FUNCTIONS(survival_curve, &survival_curve_kind);

/* The key of a row; 22003 for a time that none can survive to. */
int64
survival_row_key(float8 time, bool event)
{
	if (!isfinite(time) || time < 0.0)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("survival time %s is out of range", float8out_internal(time)),
				 errdetail("A survival time is finite and not negative."),
				 errhint("Count the time from the start of follow-up to the event or the last contact.")));
	return survival_key(time, event);
}

/* Adds a subject; one whose time or event is NULL is missing. */
Datum
survival_curve_accumulate(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_start(fcinfo);

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		add_state_count(&tally->missing, 1);
	else
		tally = tally_append(tally, &survival_curve_kind,
							 survival_row_key(PG_GETARG_FLOAT8(1), PG_GETARG_BOOL(2)), 1);
	PG_RETURN_POINTER(tally);
}

/* The table of distinct times of a state in canonical order. */
static SurvivalTime *
survival_times(Tally *tally, size_t *length)
{
	SurvivalTime *times;

	tally = tally_canonical(tally, &survival_curve_kind);
	tally_total(tally, &survival_curve_kind);
	CHECK_FOR_INTERRUPTS();
	times = palloc_extended(Max(tally->used, 1) * sizeof(SurvivalTime), MCXT_ALLOC_HUGE);
	*length = survival_table(tally->entries, tally->used, times);
	return times;
}

/* Where a set-returning call has got to. */
typedef struct SurvivalRows
{
	SurvivalTime *times;
	size_t		length;
	size_t		next;
	SurvivalWalk walk;
} SurvivalRows;

static SurvivalRows *
survival_rows_start(FunctionCallInfo fcinfo)
{
	SurvivalRows *rows = palloc(sizeof(SurvivalRows));
	float8		conf_level = PG_GETARG_FLOAT8(1);

	check_conf_level(conf_level);
	rows->times = survival_times(PG_GETARG_TALLY(0), &rows->length);
	rows->next = 0;
	survival_walk_start(&rows->walk, survival_total(rows->times, rows->length), conf_level);
	return rows;
}

/* The curve, one row per distinct time. */
Datum
survival_curve_rows(PG_FUNCTION_ARGS)
{
	FuncCallContext *call;
	SurvivalRows *rows;
	SurvivalStep step;
	Figures		row = {0};

	if (SRF_IS_FIRSTCALL())
	{
		MemoryContext caller;

		call = SRF_FIRSTCALL_INIT();
		caller = MemoryContextSwitchTo(call->multi_call_memory_ctx);
		call->user_fctx = survival_rows_start(fcinfo);
		call->tuple_desc = result_descriptor(fcinfo);
		MemoryContextSwitchTo(caller);
	}
	call = SRF_PERCALL_SETUP();
	rows = call->user_fctx;
	if (rows->next == rows->length)
		SRF_RETURN_DONE(call);

	survival_walk_next(&rows->walk, &rows->times[rows->next++], &step);
	add_figure(&row, step.time);
	add_count(&row, step.at_risk);
	add_count(&row, step.events);
	add_count(&row, step.censored);
	add_figure(&row, step.survival);
	add_figure(&row, step.std_error);
	add_figure(&row, step.ci_lower);
	add_figure(&row, step.ci_upper);
	SRF_RETURN_NEXT(call, HeapTupleGetDatum(heap_form_tuple(call->tuple_desc, row.values, row.nulls)));
}

/* The probability of surviving beyond a time; NULL where it is not known. */
Datum
survival_at_time(PG_FUNCTION_ARGS)
{
	size_t		length;
	SurvivalTime *times = survival_times(PG_GETARG_TALLY(0), &length);
	float8		time = PG_GETARG_FLOAT8(1);
	float8		survival;

	if (isnan(time))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("time must be a number"),
				 errdetail("The time is NaN."),
				 errhint("Give a time in the unit of the curve, or NULL.")));
	survival = survival_at(times, length, time, check_for_interrupts);
	if (isnan(survival))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(survival);
}

static MedianSurvival
state_median(FunctionCallInfo fcinfo, float8 conf_level)
{
	size_t		length;
	SurvivalTime *times = survival_times(PG_GETARG_TALLY(0), &length);

	return median_survival(times, length, conf_level, check_for_interrupts);
}

/* The median survival time; NULL where the curve does not come down to it. */
Datum
median_survival_time(PG_FUNCTION_ARGS)
{
	MedianSurvival result = state_median(fcinfo, CONFIDENCE_DEFAULT);

	if (isnan(result.median))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(result.median);
}

/* The median survival time with its limits. */
Datum
median_survival_time_ci(PG_FUNCTION_ARGS)
{
	Figures		row = {0};
	MedianSurvival result;

	check_conf_level(PG_GETARG_FLOAT8(1));
	result = state_median(fcinfo, PG_GETARG_FLOAT8(1));
	add_figure(&row, result.median);
	add_figure(&row, result.ci_lower);
	add_figure(&row, result.ci_upper);
	return figures_row(fcinfo, &row);
}
