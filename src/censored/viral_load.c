/*-------------------------------------------------------------------------
 *
 * viral_load.c
 *	  The type viral_load: HIV-1 RNA in copies/mL, exact or censored.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "censored/censored_comparison.h"

PG_FUNCTION_INFO_V1(viral_load_in);
PG_FUNCTION_INFO_V1(viral_load_out);
PG_FUNCTION_INFO_V1(viral_load_recv);
PG_FUNCTION_INFO_V1(viral_load_send);
PG_FUNCTION_INFO_V1(viral_load_from_float8);
PG_FUNCTION_INFO_V1(viral_load_from_parts);
PG_FUNCTION_INFO_V1(viral_load_log10_copies);
PG_FUNCTION_INFO_V1(viral_load_is_detected);
PG_FUNCTION_INFO_V1(viral_load_complete);

CENSORED_COMPARISONS(viral_load, 0.0)

Datum
viral_load_in(PG_FUNCTION_ARGS)
{
	return censored_in(fcinfo, &viral_load_domain);
}

Datum
viral_load_out(PG_FUNCTION_ARGS)
{
	return censored_out(fcinfo);
}

Datum
viral_load_recv(PG_FUNCTION_ARGS)
{
	return censored_recv(fcinfo, &viral_load_domain);
}

Datum
viral_load_send(PG_FUNCTION_ARGS)
{
	return censored_send(fcinfo);
}

/* An exact viral load of so many copies/mL; 22003 outside the range. */
Datum
viral_load_from_float8(PG_FUNCTION_ARGS)
{
	PG_RETURN_CENSORED(censored_from_float8(PG_GETARG_FLOAT8(0), QUALIFIER_EXACT,
											&viral_load_domain));
}

/* A viral load of a number or limit in copies/mL and a qualifier. */
Datum
viral_load_from_parts(PG_FUNCTION_ARGS)
{
	return censored_from_parts(fcinfo, &viral_load_domain);
}

/* log10 copies/mL of an exact viral load; NULL for a censored one. */
Datum
viral_load_log10_copies(PG_FUNCTION_ARGS)
{
	CensoredValue value = PG_GETARG_CENSORED(0);

	if (!censored_is_exact(value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(log10(censored_limit(value)));
}

/*
 * Was the target seen?  A result below the limit of quantification does not
 * say.
 */
Datum
viral_load_is_detected(PG_FUNCTION_ARGS)
{
	switch (censored_qualifier(PG_GETARG_CENSORED(0)))
	{
		case QUALIFIER_NOT_DETECTED:
			PG_RETURN_BOOL(false);
		case QUALIFIER_BELOW:
			PG_RETURN_NULL();
		default:
			PG_RETURN_BOOL(true);
	}
}

/* TND without a limit gets the given one, in copies/mL; others stay. */
Datum
viral_load_complete(PG_FUNCTION_ARGS)
{
	CensoredValue value = PG_GETARG_CENSORED(0);

	if (censored_lacks_limit(value))
		value = censored_from_float8(PG_GETARG_FLOAT8(1), QUALIFIER_NOT_DETECTED,
									 &viral_load_domain);
	PG_RETURN_CENSORED(value);
}
