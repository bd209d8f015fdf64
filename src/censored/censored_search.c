/*-------------------------------------------------------------------------
 *
 * censored_search.c
 *	  The range of the total order in which a three-valued comparison can be
 *	  true, for index conditions and selectivity.
 *
 * Rows for which "column < x" is true have a limit of at most x.  The total
 * order sorts by limit, so they are a part of a range of it, and the rest of
 * the range is sifted out by the operator itself.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "utils/float.h"

#include "censored/censored_search.h"

PG_FUNCTION_INFO_V1(viral_load_search_key);
PG_FUNCTION_INFO_V1(log_reduction_search_key);
PG_FUNCTION_INFO_V1(lab_value_search_key);

/*
 * The exact value at a number, or as near to it as a pattern can be: the key
 * of a range that goes up from it, or down.  TND without a limit sorts at
 * zero, and is at least zero.
 */
static CensoredValue
search_key(float8 number, bool from_key_up)
{
	float8		magnitude = fabs(number);

	if (isnan(number))
		number = magnitude = CENSORED_MAX_MAGNITUDE;
	if (magnitude > CENSORED_MAX_MAGNITUDE)
		magnitude = CENSORED_MAX_MAGNITUDE;
	if (magnitude < CENSORED_MIN_MAGNITUDE)
		magnitude = 0;
	if (magnitude == 0 && from_key_up)
		return QUALIFIER_NOT_DETECTED;
	return censored_pack(number < 0 ? -magnitude : magnitude, QUALIFIER_EXACT);
}

StrategyNumber
commuted_strategy(StrategyNumber strategy)
{
	return BTMaxStrategyNumber + 1 - strategy;
}

/*
 * The possible values of what a column is compared with, which is of the
 * column's type or a float8.  Only viral_load has values that end at zero;
 * for the range, it does not matter where they end.
 */
ValueSet
censored_operand(Oid column_type, Oid operand_type, Datum operand)
{
	if (operand_type == FLOAT8OID)
		return number_set(DatumGetFloat8(operand));
	return censored_set(DatumGetCensored(operand), -INFINITY);
}

/*
 * Where "column <comparison> operand" can be true.  False if the range cannot
 * be bounded.
 */
bool
censored_search(StrategyNumber comparison, ValueSet operand, CensoredSearch *search)
{
	bool		ascending = (comparison == BTLessStrategyNumber ||
							 comparison == BTLessEqualStrategyNumber);
	bool		open = ascending ? operand.lower_open : operand.upper_open;
	float8		bound = ascending ? operand.lower : operand.upper;

	if (isinf(bound) || fabs(bound) > CENSORED_MAX_MAGNITUDE ||
		(bound != 0 && fabs(bound) < CENSORED_MIN_MAGNITUDE))
		return false;
	search->key = search_key(bound, !ascending);
	search->strategy = comparison;
	/* A value at an open end of the operand is beyond all that it can be. */
	if (open && comparison == BTLessStrategyNumber)
		search->strategy = BTLessEqualStrategyNumber;
	if (open && comparison == BTGreaterStrategyNumber)
		search->strategy = BTGreaterEqualStrategyNumber;
	return true;
}

/*
 * The value of a domain next to a number: the key of a range that includes it.
 * What lies below the domain, or has no sign in it, has the first value.
 */
static Datum
nearest_key(const CensoredDomain *domain, float8 number)
{
	if (fabs(number) < domain->smallest || (number < 0 && !domain->is_signed))
		return CensoredGetDatum(censored_pack(0, domain->is_signed ? QUALIFIER_EXACT : QUALIFIER_NOT_DETECTED));
	if (number < -domain->largest)
		return CensoredGetDatum(censored_pack(-domain->largest, QUALIFIER_BELOW));
	if (number <= domain->largest)
		return CensoredGetDatum(censored_pack(number, QUALIFIER_EXACT));
	return CensoredGetDatum(censored_pack(domain->largest, QUALIFIER_ABOVE));
}

/* The key as SQL, for operands that are known only when the plan runs. */
Datum
viral_load_search_key(PG_FUNCTION_ARGS)
{
	return nearest_key(&viral_load_domain, PG_GETARG_FLOAT8(0));
}

Datum
log_reduction_search_key(PG_FUNCTION_ARGS)
{
	return nearest_key(&log_reduction_domain, PG_GETARG_FLOAT8(0));
}

Datum
lab_value_search_key(PG_FUNCTION_ARGS)
{
	return nearest_key(&lab_value_domain, PG_GETARG_FLOAT8(0));
}
