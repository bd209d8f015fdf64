/*-------------------------------------------------------------------------
 *
 * censored_quantile.c
 *	  Quantiles of censored values without a model, and the states
 *	  viral_load_tally and log_reduction_tally that keep the values.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "compat.h"

#include "censored_io.h"
#include "core/turnbull.h"
#include "tally_state.h"

PG_FUNCTION_INFO_V1(viral_load_tally_transition);
PG_FUNCTION_INFO_V1(log_reduction_tally_transition);
PG_FUNCTION_INFO_V1(viral_load_tally_quantile);
PG_FUNCTION_INFO_V1(log_reduction_tally_quantile);

static void
censored_print_key(int64 key, char *text)
{
	StaticAssertStmt(TALLY_KEY_SIZE >= CENSORED_TEXT_SIZE, "a value must fit a key's text");
	censored_print(key, text);
}

static bool
viral_load_parse_key(const char *text, int64 *key)
{
	return censored_parse(text, &viral_load_domain, key) == PARSE_OK;
}

static bool
viral_load_valid_key(int64 key)
{
	return censored_is_valid(key, &viral_load_domain);
}

static bool
log_reduction_parse_key(const char *text, int64 *key)
{
	return censored_parse(text, &log_reduction_domain, key) == PARSE_OK;
}

static bool
log_reduction_valid_key(int64 key)
{
	return censored_is_valid(key, &log_reduction_domain);
}

static const TallyKind viral_load_tally_kind = {
	.type_name = "viral_load_tally",
	.join = TALLY_ADD,
	.parameter_name = "p",
	.parse_key = viral_load_parse_key,
	.print_key = censored_print_key,
	.valid_key = viral_load_valid_key,
	.key_hint = "Write 'missing=0 <50=3 400=1' for three values below 50 and one of 400."
};

static const TallyKind log_reduction_tally_kind = {
	.type_name = "log_reduction_tally",
	.join = TALLY_ADD,
	.parameter_name = "p",
	.parse_key = log_reduction_parse_key,
	.print_key = censored_print_key,
	.valid_key = log_reduction_valid_key,
	.key_hint = "Write 'missing=0 1.25=3 >2=1' for three falls of 1.25 and one of more than 2."
};

TALLY_TYPE_FUNCTIONS(viral_load_tally, &viral_load_tally_kind)
TALLY_TYPE_FUNCTIONS(log_reduction_tally, &log_reduction_tally_kind)

static float8
checked_probability(FunctionCallInfo fcinfo, int argument)
{
	float8		p = PG_ARGISNULL(argument) ? NAN : PG_GETARG_FLOAT8(argument);

	if (!(p > 0.0 && p < 1.0))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("p must lie between 0 and 1"),
				 errhint("Write 0.5 for the median.")));
	return p;
}

/* Adds a value; the third argument, if any, is the probability. */
static Datum
tally_censored(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	Tally	   *tally = tally_start(fcinfo);

	if (PG_NARGS() > 2)
		tally_set_parameter(tally, kind, checked_probability(fcinfo, 2));
	if (PG_ARGISNULL(1))
		tally->missing++;
	else
		tally = tally_append(tally, kind, PG_GETARG_CENSORED(1), 1);
	PG_RETURN_POINTER(tally);
}

Datum
viral_load_tally_transition(PG_FUNCTION_ARGS)
{
	return tally_censored(fcinfo, &viral_load_tally_kind);
}

Datum
log_reduction_tally_transition(PG_FUNCTION_ARGS)
{
	return tally_censored(fcinfo, &log_reduction_tally_kind);
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

	for (int32 i = 0; i < tally->used; i++)
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
	p = PG_NARGS() > 1 ? checked_probability(fcinfo, 1) : tally->parameter;
	quantile = fitted_quantile(tally, kind, p);
	switch (quantile.place)
	{
		case QUANTILE_AT:
			PG_RETURN_CENSORED(censored_pack(quantile.lower, QUALIFIER_EXACT));
		case QUANTILE_BELOW:
			PG_RETURN_CENSORED(quantile.upper == 0.0 && kind == &viral_load_tally_kind ?
							   QUALIFIER_NOT_DETECTED : censored_pack(quantile.upper, QUALIFIER_BELOW));
		case QUANTILE_ABOVE:
			PG_RETURN_CENSORED(censored_pack(quantile.lower, QUALIFIER_ABOVE));
		default:
			PG_RETURN_NULL();
	}
}

Datum
viral_load_tally_quantile(PG_FUNCTION_ARGS)
{
	return censored_quantile(fcinfo, &viral_load_tally_kind);
}

Datum
log_reduction_tally_quantile(PG_FUNCTION_ARGS)
{
	return censored_quantile(fcinfo, &log_reduction_tally_kind);
}
