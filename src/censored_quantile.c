/*-------------------------------------------------------------------------
 *
 * censored_quantile.c
 *	  Quantiles of censored values without a model, and the states
 *	  viral_load_distribution and log_reduction_distribution that keep the values.
 *
 *-------------------------------------------------------------------------
 */
#include "tally_state.h"

#include "utils/float.h"

#include "censored_io.h"
#include "core/turnbull.h"

PG_FUNCTION_INFO_V1(viral_load_distribution_accumulate);
PG_FUNCTION_INFO_V1(log_reduction_distribution_accumulate);
PG_FUNCTION_INFO_V1(viral_load_distribution_quantile);
PG_FUNCTION_INFO_V1(log_reduction_distribution_quantile);

static void
viral_load_fields(StateCodec *codec, TallyEntry *entry)
{
	codec_censored(codec, "value", &viral_load_domain, &entry->key);
	codec_integer(codec, "count", &entry->amount);
}

static void
log_reduction_fields(StateCodec *codec, TallyEntry *entry)
{
	codec_censored(codec, "value", &log_reduction_domain, &entry->key);
	codec_integer(codec, "count", &entry->amount);
}

static bool
entry_is_possible(const TallyEntry *entry)
{
	return count_is_possible(entry->amount);
}

static const TallyKind viral_load_distribution_kind = {
	.type_name = "viral_load_distribution",
	.join = TALLY_ADD,
	.parameter_name = "p",
	.fields = viral_load_fields,
	.is_possible = entry_is_possible
};

static const TallyKind log_reduction_distribution_kind = {
	.type_name = "log_reduction_distribution",
	.join = TALLY_ADD,
	.parameter_name = "p",
	.fields = log_reduction_fields,
	.is_possible = entry_is_possible
};

TALLY_TYPE_FUNCTIONS(viral_load_distribution, &viral_load_distribution_kind);
TALLY_TYPE_FUNCTIONS(log_reduction_distribution, &log_reduction_distribution_kind);

static float8
probability_argument(FunctionCallInfo fcinfo, int argument)
{
	float8		p = PG_ARGISNULL(argument) ? get_float8_nan() : PG_GETARG_FLOAT8(argument);

	if (!(p > 0.0 && p < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the probability of a quantile is not between 0 and 1"),
				 errhint("Write 0.5 for the median.")));
	return p;
}

/* Adds a value; the third argument, if any, is the probability. */
static Datum
tally_censored(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	Tally	   *tally = tally_start(fcinfo);

	if (PG_NARGS() > 2)
		tally_keep_parameter(tally, kind, probability_argument(fcinfo, 2));
	if (PG_ARGISNULL(1))
		tally->missing++;
	else
		tally = tally_append(tally, kind, PG_GETARG_CENSORED(1), 1);
	PG_RETURN_POINTER(tally);
}

Datum
viral_load_distribution_accumulate(PG_FUNCTION_ARGS)
{
	return tally_censored(fcinfo, &viral_load_distribution_kind);
}

Datum
log_reduction_distribution_accumulate(PG_FUNCTION_ARGS)
{
	return tally_censored(fcinfo, &log_reduction_distribution_kind);
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
censored_counts(const Tally *tally)
{
	CensoredCount *values = palloc_extended(Max(tally->used, 1) * sizeof(CensoredCount), MCXT_ALLOC_HUGE);

	for (int64 i = 0; i < tally->used; i++)
		values[i] = (CensoredCount) {censored_limit(tally->entries[i].key), tally->entries[i].amount,
		kind_of(tally->entries[i].key)};
	if (tally->used > 1 && censored_lacks_limit(tally->entries[0].key))
		values[0].value = values[1].value;
	return values;
}

/* The distribution's quantile; an error if the iteration does not settle. */
static CensoredQuantile
fitted_quantile(Tally *tally, const TallyKind *kind, float8 p)
{
	CensoredCount *values;
	TurnbullFit fit;
	size_t		blocks;

	tally = tally_canonical(tally, kind);
	tally_total(tally, kind);
	values = censored_counts(tally);
	blocks = turnbull_block_count(values, tally->used);
	turnbull_fit(values, tally->used,
				 palloc_extended(Max(blocks, 1) * sizeof(TurnbullBlock), MCXT_ALLOC_HUGE),
				 palloc_extended(Max(TURNBULL_WORK_DOUBLES(blocks), 1) * sizeof(double), MCXT_ALLOC_HUGE),
				 &fit);
	if (!fit.converged)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_EXCEPTION),
				 errmsg("the distribution of the censored values was not found"),
				 errdetail("After %d iterations the likelihood was not at its maximum.", fit.iterations),
				 errhint("Round the values to the precision of the assay.")));
	return turnbull_quantile(&fit, values, p);
}

/*
 * The quantile as a value: exact, or on the open side of a limit; NULL where
 * it lies between two limits, or without values.
 */
static Datum
censored_quantile(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	Tally	   *tally;
	float8		p;
	CensoredQuantile quantile;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	tally = PG_GETARG_TALLY(0);
	if (PG_NARGS() == 1 && tally->parameter == TALLY_NO_PARAMETER)
		PG_RETURN_NULL();
	p = PG_NARGS() > 1 ? probability_argument(fcinfo, 1) : tally->parameter;
	quantile = fitted_quantile(tally, kind, p);
	switch (quantile.place)
	{
		case QUANTILE_AT:
			PG_RETURN_CENSORED(censored_pack(quantile.lower, QUALIFIER_EXACT));
		case QUANTILE_BELOW:
			PG_RETURN_CENSORED(quantile.upper == 0.0 && kind == &viral_load_distribution_kind ?
							   QUALIFIER_NOT_DETECTED : censored_pack(quantile.upper, QUALIFIER_BELOW));
		case QUANTILE_ABOVE:
			PG_RETURN_CENSORED(censored_pack(quantile.lower, QUALIFIER_ABOVE));
		default:
			PG_RETURN_NULL();
	}
}

Datum
viral_load_distribution_quantile(PG_FUNCTION_ARGS)
{
	return censored_quantile(fcinfo, &viral_load_distribution_kind);
}

Datum
log_reduction_distribution_quantile(PG_FUNCTION_ARGS)
{
	return censored_quantile(fcinfo, &log_reduction_distribution_kind);
}
