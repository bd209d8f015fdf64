/*-------------------------------------------------------------------------
 *
 * censored_tally.c
 *	  Aggregates of censored values: viral_load_tally, log_reduction_tally
 *	  and the summaries of them.
 *
 * Exact values go into sums that do not depend on the order of rows, censored
 * ones are counted by limit; the likelihood is left to the final function.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/figures.h"

#include "censored/censored_io.h"
#include "core/statistics/capacity.h"
#include "core/statistics/censored_tally.h"

typedef struct CensoredTallyState
{
	StateHeader header;
	CensoredTally tally;
} CensoredTallyState;

#define STATE_SIZE(capacity) (offsetof(CensoredTallyState, tally) + censored_tally_size(capacity))

PG_FUNCTION_INFO_V1(viral_load_tally_accumulate);
PG_FUNCTION_INFO_V1(log_reduction_tally_accumulate);
PG_FUNCTION_INFO_V1(censored_tally_combine);
PG_FUNCTION_INFO_V1(censored_tally_final);
PG_FUNCTION_INFO_V1(viral_load_summary_final);
PG_FUNCTION_INFO_V1(log_reduction_summary_final);
PG_FUNCTION_INFO_V1(viral_load_summary_of_tally);
PG_FUNCTION_INFO_V1(log_reduction_summary_of_tally);
PG_FUNCTION_INFO_V1(mean_difference_of_viral_loads);
PG_FUNCTION_INFO_V1(mean_difference_of_log_reductions);

static CensoredTallyState *
allocate_state(int64 capacity)
{
	CensoredTallyState *state;

	state = state_allocate(STATE_SIZE(capacity));
	state->tally.capacity = capacity;
	return state;
}

/* A copy with other room. */
static CensoredTallyState *
copy_state(const CensoredTallyState *state, int64 capacity)
{
	CensoredTallyState *copy = allocate_state(capacity);

	memcpy(&copy->tally, &state->tally, censored_tally_size(state->tally.n_limits));
	copy->tally.capacity = capacity;
	return copy;
}

static struct varlena *
read_state(StateCodec *codec, const CensoredDomain *domain)
{
	CensoredTally header = {0};
	CensoredTallyState *state;

	if (!censored_tally_header(codec, &header))
		return NULL;
	state = allocate_state(header.n_limits);
	memcpy(&state->tally, &header, offsetof(CensoredTally, limits));
	state->tally.capacity = state->tally.n_sorted = header.n_limits;
	censored_tally_limits(codec, domain, &state->tally);
	if (!codec->failed && !censored_tally_is_possible(&state->tally))
		codec->failed = true;
	return (struct varlena *) state;
}

/* Equal tallies are written alike: their limits in order. */
static void
write_state(StateCodec *codec, struct varlena *datum, const CensoredDomain *domain)
{
	CensoredTallyState *state = copy_state((CensoredTallyState *) datum,
										   ((CensoredTallyState *) datum)->tally.n_limits);

	censored_tally_compact(&state->tally);
	censored_tally_header(codec, &state->tally);
	censored_tally_limits(codec, domain, &state->tally);
	pfree(state);
}

static struct varlena *
read_viral_load_tally(StateCodec *codec)
{
	return read_state(codec, &viral_load_domain);
}

static void
write_viral_load_tally(StateCodec *codec, struct varlena *state)
{
	write_state(codec, state, &viral_load_domain);
}

static struct varlena *
read_log_reduction_tally(StateCodec *codec)
{
	return read_state(codec, &log_reduction_domain);
}

static void
write_log_reduction_tally(StateCodec *codec, struct varlena *state)
{
	write_state(codec, state, &log_reduction_domain);
}

static const StateType viral_load_tally_type = {
	"viral_load_tally", read_viral_load_tally, write_viral_load_tally
};

static const StateType log_reduction_tally_type = {
	"log_reduction_tally", read_log_reduction_tally, write_log_reduction_tally
};

STATE_INPUT_OUTPUT(viral_load_tally)
STATE_INPUT_OUTPUT(log_reduction_tally)

/* Count values at a limit, with more room where it is needed. */
static CensoredTallyState *
add_limit(CensoredTallyState *state, CensoredValue limit, int64 count)
{
	if (censored_tally_add_limit(&state->tally, limit, count))
		return state;
	censored_tally_compact(&state->tally);
	if (state->tally.n_limits >= state->tally.capacity / 2)
		state = copy_state(state, grown_capacity(state->tally.capacity, state->tally.n_limits + 1,
												 STATE_SIZE(0), sizeof(LimitCount)));
	censored_tally_add_limit(&state->tally, limit, count);
	return state;
}

/* The state of a row, with what the row says apart from its value. */
static CensoredTallyState *
transition_state(FunctionCallInfo fcinfo)
{
	CensoredTallyState *state;

	check_aggregate_call(fcinfo);
	state = PG_ARGISNULL(0) ? allocate_state(LEAST_CAPACITY) :
		(CensoredTallyState *) PG_GETARG_POINTER(0);
	if (PG_NARGS() > 2)
		keep_conf_level(&state->tally.conf_level, fcinfo, 2);
	if (PG_ARGISNULL(1))
		add_state_count(&state->tally.missing, 1);
	/* Input has room for a quarter of all counts. */
	check_state_count(state->tally.exact.n, PG_INT64_MAX - PG_INT64_MAX / 4 + 1);
	check_state_count(state->tally.without_limit, PG_INT64_MAX - PG_INT64_MAX / 4 + 1);
	return state;
}

/* Transition: (state, viral_load [, conf_level]), on the scale of log10. */
Datum
viral_load_tally_accumulate(PG_FUNCTION_ARGS)
{
	CensoredTallyState *state = transition_state(fcinfo);
	CensoredValue value;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	value = PG_GETARG_CENSORED(1);
	if (censored_is_exact(value))
		exact_sum_add(&state->tally.exact, log10(censored_limit(value)));
	else if (censored_lacks_limit(value))
		state->tally.without_limit++;
	else if (censored_qualifier(value) == QUALIFIER_NOT_DETECTED)
		state = add_limit(state, censored_pack(censored_limit(value), QUALIFIER_BELOW), 1);
	else
		state = add_limit(state, value, 1);
	PG_RETURN_POINTER(state);
}

/* Transition: (state, log_reduction [, conf_level]). */
Datum
log_reduction_tally_accumulate(PG_FUNCTION_ARGS)
{
	CensoredTallyState *state = transition_state(fcinfo);
	CensoredValue value;

	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	value = PG_GETARG_CENSORED(1);
	if (censored_is_exact(value))
		exact_sum_add(&state->tally.exact, censored_limit(value));
	else
		state = add_limit(state, value, 1);
	PG_RETURN_POINTER(state);
}

static void
check_counts(const CensoredTally *tally, const CensoredTally *other)
{
	int64		n = tally->exact.n + censored_tally_censored(tally);
	int64		other_n = other->exact.n + censored_tally_censored(other);

	check_state_count(tally->missing, other->missing);
	/* An exact sum, and input, have room for a quarter of all counts. */
	check_state_count(n, PG_INT64_MAX - PG_INT64_MAX / 4);
	check_state_count(n + (PG_INT64_MAX - PG_INT64_MAX / 4), other_n);
}

/* Combine, and transition of rollup: (state, state) of one type. */
Datum
censored_tally_combine(PG_FUNCTION_ARGS)
{
	CensoredTallyState *state;
	CensoredTallyState *other;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	state = (CensoredTallyState *) PG_GETARG_POINTER(0);
	other = (CensoredTallyState *) PG_GETARG_VARLENA_P(1);
	check_counts(&state->tally, &other->tally);
	merge_conf_level(&state->tally.conf_level, other->tally.conf_level);
	state->tally.missing += other->tally.missing;
	state->tally.without_limit += other->tally.without_limit;
	exact_sum_combine(&state->tally.exact, &other->tally.exact);
	for (int64 i = 0; i < other->tally.n_limits; i++)
		state = add_limit(state, other->tally.limits[i].limit, other->tally.limits[i].count);
	PG_RETURN_POINTER(state);
}

/* Final of the tallies and rollup: of no rows, the empty tally. */
Datum
censored_tally_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(allocate_state(0));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

/* Fields 3 to 6: mean, sd and limits by substitution. */
static void
set_substituted(const CensoredSummary *summary, Datum *values, bool *nulls)
{
	nulls[3] = !summary->has_mean;
	nulls[4] = nulls[5] = nulls[6] = !summary->has_sd;
	if (summary->has_mean)
		values[3] = Float8GetDatum(summary->substituted.mean);
	if (summary->has_sd)
	{
		values[4] = Float8GetDatum(moments_sd(&summary->substituted));
		values[5] = Float8GetDatum(summary->limits.lower);
		values[6] = Float8GetDatum(summary->limits.upper);
	}
}

/* Fields 7 to 10: mean, sd and limits by maximum likelihood. */
static void
set_likelihood(const CensoredSummary *summary, Datum *values, bool *nulls)
{
	nulls[7] = nulls[8] = !summary->has_mle;
	nulls[9] = nulls[10] = !summary->has_mle_limits;
	if (summary->has_mle)
	{
		values[7] = Float8GetDatum(summary->mle.mean);
		values[8] = Float8GetDatum(summary->mle.sd);
	}
	if (summary->has_mle_limits)
	{
		values[9] = Float8GetDatum(summary->mle.limits.lower);
		values[10] = Float8GetDatum(summary->mle.limits.upper);
	}
}

/* Fields 11 and 12 of viral loads: the means as copies/mL. */
static void
set_geometric_means(const CensoredSummary *summary, Datum *values, bool *nulls)
{
	nulls[11] = !summary->has_mean;
	nulls[12] = !summary->has_mle;
	if (summary->has_mean)
		values[11] = Float8GetDatum(pow(10, summary->substituted.mean));
	if (summary->has_mle)
		values[12] = Float8GetDatum(pow(10, summary->mle.mean));
}

/* The summary of a state; a level that is not set is the state's own. */
static CensoredSummary
summary_of(const CensoredTallyState *given, double conf_level, double (*scale) (double))
{
	CensoredTallyState *state = copy_state(given, given->tally.n_limits);
	CensoredGroup *groups = palloc_extended(sizeof(CensoredGroup) * (state->tally.n_limits + 1), MCXT_ALLOC_HUGE);
	CensoredSummary summary;

	censored_tally_compact(&state->tally);
	if (conf_level == CONFIDENCE_UNSET)
		conf_level = confidence_or_default(state->tally.conf_level);
	censored_tally_summary(&state->tally, conf_level, scale, groups, check_for_interrupts, &summary);
	pfree(groups);
	pfree(state);
	return summary;
}

static Datum
summary_row(FunctionCallInfo fcinfo, double conf_level, double (*scale) (double))
{
	CensoredSummary summary = summary_of(PG_ARGISNULL(0) ? allocate_state(0) :
										 (CensoredTallyState *) PG_GETARG_VARLENA_P(0), conf_level, scale);
	Datum		values[13];
	bool		nulls[13] = {false};

	values[0] = Int64GetDatum(summary.n);
	values[1] = Int64GetDatum(summary.missing);
	values[2] = Int64GetDatum(summary.censored);
	set_substituted(&summary, values, nulls);
	set_likelihood(&summary, values, nulls);
	if (scale)
		set_geometric_means(&summary, values, nulls);
	return result_row(fcinfo, values, nulls);
}

/* mean_difference(treated, control, conf_level) of two tallies */
static Datum
difference_row(FunctionCallInfo fcinfo, double (*scale) (double))
{
	double		conf_level = PG_GETARG_FLOAT8(2);
	CensoredSummary treated;
	CensoredSummary control;
	MeanDifference difference;

	check_conf_level(conf_level);
	treated = summary_of((CensoredTallyState *) PG_GETARG_VARLENA_P(0), conf_level, scale);
	control = summary_of((CensoredTallyState *) PG_GETARG_VARLENA_P(1), conf_level, scale);
	difference = censored_mean_difference(&treated, &control, conf_level);
	return mean_difference_row(fcinfo, treated.n, control.n, &difference);
}

/* Final of viral_load_summary. */
Datum
viral_load_summary_final(PG_FUNCTION_ARGS)
{
	return summary_row(fcinfo, CONFIDENCE_UNSET, log10);
}

/* Final of log_reduction_summary. */
Datum
log_reduction_summary_final(PG_FUNCTION_ARGS)
{
	return summary_row(fcinfo, CONFIDENCE_UNSET, NULL);
}

/* viral_load_summary(tally, conf_level) */
Datum
viral_load_summary_of_tally(PG_FUNCTION_ARGS)
{
	check_conf_level(PG_GETARG_FLOAT8(1));
	return summary_row(fcinfo, PG_GETARG_FLOAT8(1), log10);
}

/* log_reduction_summary(tally, conf_level) */
Datum
log_reduction_summary_of_tally(PG_FUNCTION_ARGS)
{
	check_conf_level(PG_GETARG_FLOAT8(1));
	return summary_row(fcinfo, PG_GETARG_FLOAT8(1), NULL);
}

Datum
mean_difference_of_viral_loads(PG_FUNCTION_ARGS)
{
	return difference_row(fcinfo, log10);
}

Datum
mean_difference_of_log_reductions(PG_FUNCTION_ARGS)
{
	return difference_row(fcinfo, NULL);
}
