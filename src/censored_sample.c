/*-------------------------------------------------------------------------
 *
 * censored_sample.c
 *	  Aggregates that keep the values: viral_load_sample, log_reduction_sample,
 *	  median and quantile.
 *
 *-------------------------------------------------------------------------
 */
#include "aggregate.h"

#include "utils/float.h"

#include "censored_io.h"
#include "core/censored_sample.h"

/* A probability below 0 stands for none chosen. */
typedef struct SampleState
{
	StateHeader header;
	float8		probability;
	int64		n;
	int64		capacity;
	CensoredValue values[FLEXIBLE_ARRAY_MEMBER];
} SampleState;

#define FIRST_CAPACITY 8

PG_FUNCTION_INFO_V1(viral_load_sample_in);
PG_FUNCTION_INFO_V1(log_reduction_sample_in);
PG_FUNCTION_INFO_V1(viral_load_sample_out);
PG_FUNCTION_INFO_V1(log_reduction_sample_out);
PG_FUNCTION_INFO_V1(viral_load_sample_recv);
PG_FUNCTION_INFO_V1(log_reduction_sample_recv);
PG_FUNCTION_INFO_V1(viral_load_sample_send);
PG_FUNCTION_INFO_V1(log_reduction_sample_send);
PG_FUNCTION_INFO_V1(censored_sample_accumulate);
PG_FUNCTION_INFO_V1(censored_sample_combine);
PG_FUNCTION_INFO_V1(censored_sample_final);
PG_FUNCTION_INFO_V1(viral_load_quantile_final);
PG_FUNCTION_INFO_V1(log_reduction_quantile_final);
PG_FUNCTION_INFO_V1(viral_load_quantile_of_sample);
PG_FUNCTION_INFO_V1(log_reduction_quantile_of_sample);

static SampleState *
allocate_state(int64 capacity)
{
	SampleState *state;

	/* A last doubling may stop short of the largest allocation. */
	if (capacity > (int64) ((MaxAllocSize - sizeof(SampleState)) / sizeof(CensoredValue)))
		capacity = (MaxAllocSize - sizeof(SampleState)) / sizeof(CensoredValue);
	state = state_allocate(offsetof(SampleState, values) + capacity * sizeof(CensoredValue));
	state->probability = PROBABILITY_UNSET;
	state->capacity = capacity;
	return state;
}

/* The state with room for so many more values. */
static SampleState *
make_room(SampleState *state, int64 added)
{
	SampleState *larger;

	if (added <= state->capacity - state->n)
		return state;
	larger = allocate_state(Max(state->n + added, Max(state->n * 2, FIRST_CAPACITY)));
	if (added > larger->capacity - state->n)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many values in a group for a quantile"),
				 errdetail("A group can hold %lld.", (long long) larger->capacity),
				 errhint("Group the rows, or take the mean of their logarithms.")));
	larger->probability = state->probability;
	larger->n = state->n;
	memcpy(larger->values, state->values, state->n * sizeof(CensoredValue));
	return larger;
}

static struct varlena *
read_state(StateCodec *codec, const CensoredDomain *domain)
{
	double		probability;
	int64		n;
	SampleState *state;

	if (!censored_sample_header(codec, &probability, &n))
		return NULL;
	state = make_room(allocate_state(0), n);
	state->probability = probability;
	state->n = n;
	censored_sample_values(codec, domain, state->values, n);
	return (struct varlena *) state;
}

static void
write_state(StateCodec *codec, struct varlena *datum, const CensoredDomain *domain)
{
	SampleState *state = (SampleState *) datum;

	censored_sample_header(codec, &state->probability, &state->n);
	censored_sample_values(codec, domain, state->values, state->n);
}

static struct varlena *
read_viral_load_sample(StateCodec *codec)
{
	return read_state(codec, &viral_load_domain);
}

static void
write_viral_load_sample(StateCodec *codec, struct varlena *state)
{
	write_state(codec, state, &viral_load_domain);
}

static struct varlena *
read_log_reduction_sample(StateCodec *codec)
{
	return read_state(codec, &log_reduction_domain);
}

static void
write_log_reduction_sample(StateCodec *codec, struct varlena *state)
{
	write_state(codec, state, &log_reduction_domain);
}

static const StateType viral_load_sample_type = {
	"viral_load_sample", read_viral_load_sample, write_viral_load_sample
};

static const StateType log_reduction_sample_type = {
	"log_reduction_sample", read_log_reduction_sample, write_log_reduction_sample
};

Datum
viral_load_sample_in(PG_FUNCTION_ARGS)
{
	return state_in(fcinfo, &viral_load_sample_type);
}

Datum
log_reduction_sample_in(PG_FUNCTION_ARGS)
{
	return state_in(fcinfo, &log_reduction_sample_type);
}

Datum
viral_load_sample_out(PG_FUNCTION_ARGS)
{
	return state_out(fcinfo, &viral_load_sample_type);
}

Datum
log_reduction_sample_out(PG_FUNCTION_ARGS)
{
	return state_out(fcinfo, &log_reduction_sample_type);
}

Datum
viral_load_sample_recv(PG_FUNCTION_ARGS)
{
	return state_recv(fcinfo, &viral_load_sample_type);
}

Datum
log_reduction_sample_recv(PG_FUNCTION_ARGS)
{
	return state_recv(fcinfo, &log_reduction_sample_type);
}

Datum
viral_load_sample_send(PG_FUNCTION_ARGS)
{
	return state_send(fcinfo, &viral_load_sample_type);
}

Datum
log_reduction_sample_send(PG_FUNCTION_ARGS)
{
	return state_send(fcinfo, &log_reduction_sample_type);
}

static void
check_probability(double probability)
{
	if (!(probability >= 0 && probability <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("probability %s of a quantile is not between 0 and 1",
						float8out_internal(probability)),
				 errhint("Write 0.25 for the lower quartile.")));
}

/* Two states that chose a probability must have chosen the same. */
static void
merge_probability(SampleState *state, double probability)
{
	if (state->probability == PROBABILITY_UNSET)
		state->probability = probability;
	else if (probability != PROBABILITY_UNSET && probability != state->probability)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("probability of a quantile differs within a group"),
				 errdetail("It is %s and %s.", float8out_internal(state->probability),
						   float8out_internal(probability)),
				 errhint("Use one probability for all rows of a group.")));
}

static void
keep_probability(SampleState *state, FunctionCallInfo fcinfo, int argument)
{
	float8		probability;

	if (PG_ARGISNULL(argument))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("probability of a quantile is null"),
				 errhint("Write 0.25 for the lower quartile.")));
	probability = PG_GETARG_FLOAT8(argument);
	if (probability == state->probability && probability != PROBABILITY_UNSET)
		return;
	check_probability(probability);
	merge_probability(state, probability);
}

/* Transition: (state, value [, probability]); NULL values are left out. */
Datum
censored_sample_accumulate(PG_FUNCTION_ARGS)
{
	SampleState *state;

	check_aggregate_call(fcinfo);
	state = PG_ARGISNULL(0) ? allocate_state(FIRST_CAPACITY) :
		(SampleState *) PG_GETARG_POINTER(0);
	if (PG_NARGS() > 2)
		keep_probability(state, fcinfo, 2);
	if (PG_ARGISNULL(1))
		PG_RETURN_POINTER(state);
	if (unlikely(state->n == state->capacity))
		state = make_room(state, 1);
	state->values[state->n++] = PG_GETARG_CENSORED(1);
	PG_RETURN_POINTER(state);
}

/* Combine, and transition of rollup: (state, state) of one type. */
Datum
censored_sample_combine(PG_FUNCTION_ARGS)
{
	SampleState *state;
	SampleState *other;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(PG_DETOAST_DATUM_COPY(PG_GETARG_DATUM(1)));
	other = (SampleState *) PG_GETARG_VARLENA_P(1);
	state = make_room((SampleState *) PG_GETARG_POINTER(0), other->n);
	merge_probability(state, other->probability);
	memcpy(state->values + state->n, other->values, other->n * sizeof(CensoredValue));
	state->n += other->n;
	PG_RETURN_POINTER(state);
}

/* Final of the samples and rollup: of no rows, the empty sample. */
Datum
censored_sample_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(allocate_state(0));
	PG_RETURN_DATUM(PG_GETARG_DATUM(0));
}

static Datum
quantile_of(FunctionCallInfo fcinfo, double probability, const CensoredDomain *domain)
{
	SampleState *state;
	CensoredValue *scratch;
	CensoredValue result = 0;
	bool		known;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	state = (SampleState *) PG_GETARG_VARLENA_P(0);
	if (state->n == 0)
		PG_RETURN_NULL();
	if (probability == PROBABILITY_UNSET)
		probability = state->probability == PROBABILITY_UNSET ? 0.5 : state->probability;
	scratch = palloc_extended(state->n * sizeof(CensoredValue), MCXT_ALLOC_HUGE);
	known = censored_sample_quantile(state->values, state->n, probability, domain,
									 scratch, &result);
	pfree(scratch);
	if (!known)
		PG_RETURN_NULL();
	PG_RETURN_CENSORED(result);
}

/* Final of median and quantile of viral loads. */
Datum
viral_load_quantile_final(PG_FUNCTION_ARGS)
{
	return quantile_of(fcinfo, PROBABILITY_UNSET, &viral_load_domain);
}

/* Final of median and quantile of log reductions. */
Datum
log_reduction_quantile_final(PG_FUNCTION_ARGS)
{
	return quantile_of(fcinfo, PROBABILITY_UNSET, &log_reduction_domain);
}

/* quantile(sample, probability) */
Datum
viral_load_quantile_of_sample(PG_FUNCTION_ARGS)
{
	check_probability(PG_GETARG_FLOAT8(1));
	return quantile_of(fcinfo, PG_GETARG_FLOAT8(1), &viral_load_domain);
}

/* quantile(sample, probability) */
Datum
log_reduction_quantile_of_sample(PG_FUNCTION_ARGS)
{
	check_probability(PG_GETARG_FLOAT8(1));
	return quantile_of(fcinfo, PG_GETARG_FLOAT8(1), &log_reduction_domain);
}
