/*-------------------------------------------------------------------------
 *
 * censored_quantile.c
 *	  Quantiles of censored values: those of the distribution that makes the
 *	  values most likely, without a model of its form.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/censored_sample.h"

#include "miscadmin.h"

#include "censored/censored_io.h"
#include "core/statistics/censored_distribution.h"
#include "core/statistics/tally.h"
#include "statistics/turnbull.h"

PG_FUNCTION_INFO_V1(viral_load_censored_quantile_final);
PG_FUNCTION_INFO_V1(log_reduction_censored_quantile_final);
PG_FUNCTION_INFO_V1(viral_load_censored_quantile_of_sample);
PG_FUNCTION_INFO_V1(log_reduction_censored_quantile_of_sample);

/* The distinct values of a sample in their order, with counts. */
static TallyEntry *
distinct_values(const SampleState *sample, size_t *length)
{
	TallyEntry *entries = allocate_array(sample->n, sizeof(TallyEntry));
	TallyEntry *scratch = allocate_array(sample->n, sizeof(TallyEntry));

	CHECK_FOR_INTERRUPTS();
	for (int64 i = 0; i < sample->n; i++)
		entries[i] = (TallyEntry) {sample->values[i], 1};
	tally_sort(entries, sample->n, scratch, check_for_interrupts);
	*length = tally_unite(entries, sample->n, TALLY_ADD);
	pfree(scratch);
	return entries;
}

static CensoredKind
kind_of(CensoredValue value)
{
	switch (censored_qualifier(value))
	{
		case QUALIFIER_EXACT:
			return OBSERVED;
		case QUALIFIER_ABOVE:
			return RIGHT_CENSORED;
		default:
			return LEFT_CENSORED;
	}
}

/*
 * The values as the estimator takes them.  TND below an unknown limit is
 * known to lie below whatever else was seen.
 */
static CensoredCount *
censored_counts(const SampleState *sample, size_t *length)
{
	TallyEntry *entries = distinct_values(sample, length);
	CensoredCount *values = allocate_array(*length, sizeof(CensoredCount));

	for (size_t i = 0; i < *length; i++)
		values[i] = (CensoredCount) {censored_limit(entries[i].key), entries[i].amount,
		kind_of(entries[i].key)};
	if (*length > 1 && censored_lacks_limit(entries[0].key))
		values[0].value = values[1].value;
	pfree(entries);
	return values;
}

/* The distribution's quantile. */
static CensoredQuantile
fitted_quantile(const SampleState *sample, double probability)
{
	size_t		length;
	CensoredCount *values = censored_counts(sample, &length);
	size_t		count = censored_block_count(values, length);
	CensoredBlock *blocks = allocate_array(count, sizeof(CensoredBlock));
	TurnbullRange *ranges = allocate_array(CENSORED_DISTRIBUTION_RANGES(count), sizeof(TurnbullRange));
	CensoredDistribution fit;
	TurnbullProblem problem;
	CensoredQuantile quantile;

	if (censored_distribution_start(values, length, blocks, ranges, &fit, &problem))
		censored_distribution_finish(&fit, turnbull_probabilities(&problem));
	quantile = censored_distribution_quantile(&fit, values, probability);
	pfree(ranges);
	pfree(blocks);
	pfree(values);
	return quantile;
}

/*
 * The quantile as a value: exact, or on the open side of a limit.  NULL where
 * it lies between two limits, or between values where the domain has none, and
 * without values.
 */
static Datum
censored_quantile(const SampleState *sample, double probability, const CensoredDomain *domain, bool *isnull)
{
	CensoredQuantile quantile = fitted_quantile(sample, probability);
	CensoredValue value;

	*isnull = false;
	switch (quantile.place)
	{
		case QUANTILE_AT:
			*isnull = censored_from_number(quantile.lower, QUALIFIER_EXACT, domain, &value) != PARSE_OK;
			return *isnull ? (Datum) 0 : CensoredGetDatum(value);
		case QUANTILE_ABOVE:
			return CensoredGetDatum(censored_pack(quantile.lower, QUALIFIER_ABOVE));
		case QUANTILE_BELOW:
			/* Nothing but TND without a limit was seen. */
			if (sample->n > 0 && quantile.upper == 0.0 && censored_lacks_limit(sample->values[0]))
				return CensoredGetDatum(QUALIFIER_NOT_DETECTED);
			return CensoredGetDatum(censored_pack(quantile.upper, QUALIFIER_BELOW));
		default:
			*isnull = true;
			return (Datum) 0;
	}
}

/* Final of censored_quantile: the probability is in the state. */
static Datum
quantile_final(FunctionCallInfo fcinfo, const CensoredDomain *domain)
{
	const SampleState *sample;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	sample = (SampleState *) PG_GETARG_VARLENA_P(0);
	return censored_quantile(sample, sample->probability == PROBABILITY_UNSET ? 0.5 : sample->probability,
							 domain, &fcinfo->isnull);
}

Datum
viral_load_censored_quantile_final(PG_FUNCTION_ARGS)
{
	return quantile_final(fcinfo, &viral_load_domain);
}

Datum
log_reduction_censored_quantile_final(PG_FUNCTION_ARGS)
{
	return quantile_final(fcinfo, &log_reduction_domain);
}

/* censored_quantile(sample, probability) */
static Datum
quantile_of_sample(FunctionCallInfo fcinfo, const CensoredDomain *domain)
{
	check_probability(PG_GETARG_FLOAT8(1));
	return censored_quantile((SampleState *) PG_GETARG_VARLENA_P(0), PG_GETARG_FLOAT8(1),
							 domain, &fcinfo->isnull);
}

Datum
viral_load_censored_quantile_of_sample(PG_FUNCTION_ARGS)
{
	return quantile_of_sample(fcinfo, &viral_load_domain);
}

Datum
log_reduction_censored_quantile_of_sample(PG_FUNCTION_ARGS)
{
	return quantile_of_sample(fcinfo, &log_reduction_domain);
}
