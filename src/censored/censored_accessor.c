/*-------------------------------------------------------------------------
 *
 * censored_accessor.c
 *	  What a censored value says of itself.  The functions serve every
 *	  censored type.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "censored/censored_io.h"

PG_FUNCTION_INFO_V1(censored_quantity);
PG_FUNCTION_INFO_V1(censored_qualifier_text);
PG_FUNCTION_INFO_V1(censored_is_censored);
PG_FUNCTION_INFO_V1(viral_load_lower_bound);
PG_FUNCTION_INFO_V1(censored_lower_bound);
PG_FUNCTION_INFO_V1(censored_upper_bound);
PG_FUNCTION_INFO_V1(censored_exact_value);
PG_FUNCTION_INFO_V1(censored_substitute);

/* The number or limit, in the unit of the type; NULL for TND without one. */
Datum
censored_quantity(PG_FUNCTION_ARGS)
{
	CensoredValue value = PG_GETARG_CENSORED(0);

	if (censored_lacks_limit(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(censored_limit(value));
}

/* '=', '<', 'TND' or '>'. */
Datum
censored_qualifier_text(PG_FUNCTION_ARGS)
{
	static const char *const names[] = {"TND", "<", "=", ">"};

	PG_RETURN_TEXT_P(cstring_to_text(names[censored_qualifier(PG_GETARG_CENSORED(0))]));
}

/* Is it anything but an exact number? */
Datum
censored_is_censored(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(!censored_is_exact(PG_GETARG_CENSORED(0)));
}

static Datum
finite_or_null(FunctionCallInfo fcinfo, float8 bound)
{
	if (isinf(bound))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(bound);
}

/* The lower end of the possible values; that of a censored viral load is 0. */
Datum
viral_load_lower_bound(PG_FUNCTION_ARGS)
{
	PG_RETURN_FLOAT8(censored_set(PG_GETARG_CENSORED(0), 0).lower);
}

/* The lower end of the possible values, NULL where there is none. */
Datum
censored_lower_bound(PG_FUNCTION_ARGS)
{
	return finite_or_null(fcinfo, censored_set(PG_GETARG_CENSORED(0), -INFINITY).lower);
}

/* The upper end of the possible values, NULL where there is none or it is unknown. */
Datum
censored_upper_bound(PG_FUNCTION_ARGS)
{
	CensoredValue value = PG_GETARG_CENSORED(0);

	if (censored_lacks_limit(value))
		PG_RETURN_NULL();
	return finite_or_null(fcinfo, censored_set(value, 0).upper);
}

/* The number of an exact value; NULL for a censored one. */
Datum
censored_exact_value(PG_FUNCTION_ARGS)
{
	CensoredValue value = PG_GETARG_CENSORED(0);

	if (!censored_is_exact(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(censored_limit(value));
}

/*
 * A number for a censored value: the limit times the factor where it lies
 * below it, the limit itself where it lies above; exact values as they are.
 * NULL for TND without a limit; 22023 for a factor outside 0 to 1.
 */
Datum
censored_substitute(PG_FUNCTION_ARGS)
{
	CensoredValue value = PG_GETARG_CENSORED(0);
	float8		factor = PG_GETARG_FLOAT8(1);

	if (!(factor >= 0 && factor <= 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("substitution factor %s is not between 0 and 1",
						float8out_internal(factor)),
				 errhint("The usual factors are 1, 0.5 and 0.7071 (one over the square root of two).")));
	if (censored_lacks_limit(value))
		PG_RETURN_NULL();
	if (censored_qualifier(value) < QUALIFIER_EXACT)
		PG_RETURN_FLOAT8(censored_limit(value) * factor);
	PG_RETURN_FLOAT8(censored_limit(value));
}
