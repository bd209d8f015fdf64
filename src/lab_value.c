/*-------------------------------------------------------------------------
 *
 * lab_value.c
 *	  The type lab_value: the number of a laboratory result, exact or bounded
 *	  on one side, in a unit that stands beside it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "censored_comparison.h"

PG_FUNCTION_INFO_V1(lab_value_in);
PG_FUNCTION_INFO_V1(lab_value_out);
PG_FUNCTION_INFO_V1(lab_value_recv);
PG_FUNCTION_INFO_V1(lab_value_send);
PG_FUNCTION_INFO_V1(lab_value_from_float8);
PG_FUNCTION_INFO_V1(lab_value_from_parts);
PG_FUNCTION_INFO_V1(lab_value_times);

CENSORED_COMPARISONS(lab_value, -INFINITY)

Datum
lab_value_in(PG_FUNCTION_ARGS)
{
	return censored_in(fcinfo, &lab_value_domain);
}

Datum
lab_value_out(PG_FUNCTION_ARGS)
{
	return censored_out(fcinfo);
}

Datum
lab_value_recv(PG_FUNCTION_ARGS)
{
	return censored_recv(fcinfo, &lab_value_domain);
}

Datum
lab_value_send(PG_FUNCTION_ARGS)
{
	return censored_send(fcinfo);
}

/* An exact value; 22003 outside the range. */
Datum
lab_value_from_float8(PG_FUNCTION_ARGS)
{
	PG_RETURN_CENSORED(censored_from_float8(PG_GETARG_FLOAT8(0), QUALIFIER_EXACT,
											&lab_value_domain));
}

/* A value of a number or limit and a qualifier. */
Datum
lab_value_from_parts(PG_FUNCTION_ARGS)
{
	return censored_from_parts(fcinfo, &lab_value_domain);
}

/* The value times a factor; 22003 outside the range of the type. */
Datum
lab_value_times(PG_FUNCTION_ARGS)
{
	CensoredValue value = PG_GETARG_CENSORED(0);
	float8		factor = PG_GETARG_FLOAT8(1);
	CensoredValue product = 0;

	if (censored_multiply(value, factor, &lab_value_domain, &product) != PARSE_OK)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("the product is out of range for type %s", lab_value_domain.type_name),
				 errdetail("The number %s times %s is not a value of the type.",
						   float8out_internal(censored_limit(value)),
						   float8out_internal(factor)),
				 errhint("Factors between units are finite and not zero.")));
	PG_RETURN_CENSORED(product);
}
