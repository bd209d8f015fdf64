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

#include "censored/censored_comparison.h"
#include "core/censored/decimal_scale.h"

PG_FUNCTION_INFO_V1(lab_value_in);
PG_FUNCTION_INFO_V1(lab_value_out);
PG_FUNCTION_INFO_V1(lab_value_recv);
PG_FUNCTION_INFO_V1(lab_value_send);
PG_FUNCTION_INFO_V1(lab_value_from_float8);
PG_FUNCTION_INFO_V1(lab_value_from_parts);
PG_FUNCTION_INFO_V1(lab_value_times);
PG_FUNCTION_INFO_V1(lab_value_per);
PG_FUNCTION_INFO_V1(lab_value_converted);
PG_FUNCTION_INFO_V1(number_converted);

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

static Datum
scaled_value(CensoredValue value, int power, float8 multiplier, float8 divisor)
{
	CensoredValue scaled = 0;

	if (censored_scale(value, power, multiplier, divisor, &lab_value_domain, &scaled) != PARSE_OK)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value is out of range for type %s", lab_value_domain.type_name),
				 errdetail("The number %s times %s is not a value of the type.",
						   float8out_internal(censored_limit(value)),
						   float8out_internal(decimal_ratio(1, power, multiplier, divisor))),
				 errhint("Factors between units are finite and not zero.")));
	PG_RETURN_CENSORED(scaled);
}

/* The value times a factor; 22003 outside the range of the type. */
Datum
lab_value_times(PG_FUNCTION_ARGS)
{
	return scaled_value(PG_GETARG_CENSORED(0), 0, PG_GETARG_FLOAT8(1), 1);
}

static void
refuse_divisor(void)
{
	ereport(ERROR,
			(errcode(ERRCODE_DIVISION_BY_ZERO),
			 errmsg("division by zero"),
			 errhint("Factors between units are finite and not zero.")));
}

/* The value over a factor; 22012 for zero, 22003 outside the range of the type. */
Datum
lab_value_per(PG_FUNCTION_ARGS)
{
	float8		divisor = PG_GETARG_FLOAT8(1);

	if (divisor == 0)
		refuse_divisor();
	return scaled_value(PG_GETARG_CENSORED(0), 0, 1, divisor);
}

/* The value in another unit: times ten to a power and a multiplier, and over a divisor. */
Datum
lab_value_converted(PG_FUNCTION_ARGS)
{
	float8		divisor = PG_GETARG_FLOAT8(3);

	if (divisor == 0)
		refuse_divisor();
	return scaled_value(PG_GETARG_CENSORED(0), PG_GETARG_INT32(1), PG_GETARG_FLOAT8(2), divisor);
}

/* The same of a number, such as a limit of normal. */
Datum
number_converted(PG_FUNCTION_ARGS)
{
	float8		divisor = PG_GETARG_FLOAT8(3);

	if (divisor == 0)
		refuse_divisor();
	PG_RETURN_FLOAT8(decimal_ratio(PG_GETARG_FLOAT8(0), PG_GETARG_INT32(1), PG_GETARG_FLOAT8(2), divisor));
}
