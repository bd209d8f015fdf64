/*-------------------------------------------------------------------------
 *
 * censored_sample.c
 *	  Aggregates that keep the values: viral_load_sample, log_reduction_sample,
 *	  median and quantile.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/censored_sample.h"

#include "utils/expandeddatum.h"
#include "utils/float.h"

#include "censored/censored_io.h"
#include "core/statistics/capacity.h"

/*
 * A sample that grows: as an expanded object its array can be enlarged in
 * place, where a flat state would be copied by the executor at each step.
 */
typedef struct GrowingSample
{
	ExpandedObjectHeader header;
	float8		probability;
	int64		n;
	int64		capacity;
	CensoredValue *values;
} GrowingSample;

PG_FUNCTION_INFO_V1(censored_sample_accumulate);
PG_FUNCTION_INFO_V1(censored_sample_combine);
PG_FUNCTION_INFO_V1(censored_sample_final);
PG_FUNCTION_INFO_V1(viral_load_quantile_final);
PG_FUNCTION_INFO_V1(log_reduction_quantile_final);
PG_FUNCTION_INFO_V1(viral_load_quantile_of_sample);
PG_FUNCTION_INFO_V1(log_reduction_quantile_of_sample);

static SampleState *
allocate_state(int64 n)
{
	SampleState *state;

	state = state_allocate(offsetof(SampleState, values) + n * sizeof(CensoredValue));
	state->probability = PROBABILITY_UNSET;
	state->n = n;
	return state;
}

static Size
flat_size(ExpandedObjectHeader *header)
{
	return offsetof(SampleState, values) + ((GrowingSample *) header)->n * sizeof(CensoredValue);
}

static void
flatten(ExpandedObjectHeader *header, void *result, Size size)
{
	GrowingSample *sample = (GrowingSample *) header;
	SampleState *state = result;

	memset(state, 0, offsetof(SampleState, values));
	SET_VARSIZE(state, size);
	state->probability = sample->probability;
	state->n = sample->n;
	memcpy(state->values, sample->values, sample->n * sizeof(CensoredValue));
}

static const ExpandedObjectMethods growing_sample_methods = {flat_size, flatten};

static GrowingSample *
create_growing_sample(MemoryContext aggregate_context)
{
	MemoryContext context = AllocSetContextCreate(aggregate_context, "sample of censored values",
												  ALLOCSET_SMALL_SIZES);
	GrowingSample *sample = MemoryContextAllocZero(context, sizeof(GrowingSample));

	EOH_init_header(&sample->header, &growing_sample_methods, context);
	sample->probability = PROBABILITY_UNSET;
	sample->capacity = LEAST_CAPACITY;
	sample->values = MemoryContextAlloc(context, LEAST_CAPACITY * sizeof(CensoredValue));
	return sample;
}

/* Give the sample room for so many more values. */
static void
make_room(GrowingSample *sample, int64 added)
{
	if (added <= sample->capacity - sample->n)
		return;
	sample->capacity = grown_capacity(sample->capacity, sample->n + added,
									  offsetof(SampleState, values), sizeof(CensoredValue));
	sample->values = repalloc(sample->values, sample->capacity * sizeof(CensoredValue));
}

static struct varlena *
read_state(StateCodec *codec, const CensoredDomain *domain)
{
	double		probability;
	int64		n;
	SampleState *state;

	if (!censored_sample_header(codec, &probability, &n))
		return NULL;
	state = allocate_state(n);
	state->probability = probability;
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

STATE_INPUT_OUTPUT(viral_load_sample)
STATE_INPUT_OUTPUT(log_reduction_sample)

/* 22023 unless it is a probability. */
void
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
merge_probability(GrowingSample *state, double probability)
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
keep_probability(GrowingSample *state, FunctionCallInfo fcinfo, int argument)
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

/* The sample of a transition: a new one, or the one that it returned before. */
static GrowingSample *
growing_argument(FunctionCallInfo fcinfo)
{
	MemoryContext aggregate_context;
	GrowingSample *sample;
	SampleState *state;

	check_aggregate_call(fcinfo);
	if (!PG_ARGISNULL(0) && VARATT_IS_EXTERNAL_EXPANDED(PG_GETARG_POINTER(0)))
		return (GrowingSample *) DatumGetEOHP(PG_GETARG_DATUM(0));
	AggCheckCallContext(fcinfo, &aggregate_context);
	sample = create_growing_sample(aggregate_context);
	if (PG_ARGISNULL(0))
		return sample;
	state = (SampleState *) PG_GETARG_VARLENA_P(0);
	make_room(sample, state->n);
	sample->probability = state->probability;
	sample->n = state->n;
	memcpy(sample->values, state->values, state->n * sizeof(CensoredValue));
	return sample;
}

/* Transition: (state, value [, probability]); NULL values are left out. */
Datum
censored_sample_accumulate(PG_FUNCTION_ARGS)
{
	GrowingSample *sample = growing_argument(fcinfo);

	if (PG_NARGS() > 2)
		keep_probability(sample, fcinfo, 2);
	if (!PG_ARGISNULL(1))
	{
		if (unlikely(sample->n == sample->capacity))
			make_room(sample, 1);
		sample->values[sample->n++] = PG_GETARG_CENSORED(1);
	}
	PG_RETURN_DATUM(EOHPGetRWDatum(&sample->header));
}

/* Combine, and transition of rollup: (state, state) of one type. */
Datum
censored_sample_combine(PG_FUNCTION_ARGS)
{
	GrowingSample *sample;
	SampleState *other;

	if (PG_ARGISNULL(1))
	{
		check_aggregate_call(fcinfo);
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	sample = growing_argument(fcinfo);
	other = (SampleState *) PG_GETARG_VARLENA_P(1);
	make_room(sample, other->n);
	merge_probability(sample, other->probability);
	memcpy(sample->values + sample->n, other->values, other->n * sizeof(CensoredValue));
	sample->n += other->n;
	PG_RETURN_DATUM(EOHPGetRWDatum(&sample->header));
}

/* Final of the samples and rollup: of no rows, the empty sample. */
Datum
censored_sample_final(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(allocate_state(0));
	PG_RETURN_POINTER(PG_GETARG_VARLENA_P(0));
}

static Datum
quantile_of_values(FunctionCallInfo fcinfo, const CensoredValue *values, int64 n,
				   double probability, const CensoredDomain *domain)
{
	CensoredValue *scratch;
	CensoredValue result = 0;
	bool		known;

	if (n == 0)
		PG_RETURN_NULL();
	if (probability == PROBABILITY_UNSET)
		probability = 0.5;
	scratch = palloc_extended(n * sizeof(CensoredValue), MCXT_ALLOC_HUGE);
	known = censored_sample_quantile(values, n, probability, domain, scratch,
									 check_for_interrupts, &result);
	pfree(scratch);
	if (!known)
		PG_RETURN_NULL();
	PG_RETURN_CENSORED(result);
}

/* The quantile at a probability, or at the one that the state brings. */
static Datum
quantile_of(FunctionCallInfo fcinfo, double probability, const CensoredDomain *domain)
{
	SampleState *state;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	if (VARATT_IS_EXTERNAL_EXPANDED(PG_GETARG_POINTER(0)))
	{
		GrowingSample *sample = (GrowingSample *) DatumGetEOHP(PG_GETARG_DATUM(0));

		return quantile_of_values(fcinfo, sample->values, sample->n,
								  probability == PROBABILITY_UNSET ? sample->probability : probability,
								  domain);
	}
	state = (SampleState *) PG_GETARG_VARLENA_P(0);
	return quantile_of_values(fcinfo, state->values, state->n,
							  probability == PROBABILITY_UNSET ? state->probability : probability,
							  domain);
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
