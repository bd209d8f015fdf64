/*-------------------------------------------------------------------------
 *
 * log_reduction.c
 *	  The type log_reduction: the fall of a viral load in log10 units, exact
 *	  or bounded on one side.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "censored/censored_comparison.h"

PG_FUNCTION_INFO_V1(log_reduction_in);
PG_FUNCTION_INFO_V1(log_reduction_out);
PG_FUNCTION_INFO_V1(log_reduction_recv);
PG_FUNCTION_INFO_V1(log_reduction_send);
PG_FUNCTION_INFO_V1(log_reduction_from_float8);
PG_FUNCTION_INFO_V1(log_reduction_from_viral_loads);

CENSORED_COMPARISONS(log_reduction, -INFINITY)

Datum
log_reduction_in(PG_FUNCTION_ARGS)
{
	return censored_in(fcinfo, &log_reduction_domain);
}

Datum
log_reduction_out(PG_FUNCTION_ARGS)
{
	return censored_out(fcinfo);
}

Datum
log_reduction_recv(PG_FUNCTION_ARGS)
{
	return censored_recv(fcinfo, &log_reduction_domain);
}

Datum
log_reduction_send(PG_FUNCTION_ARGS)
{
	return censored_send(fcinfo);
}

/* An exact fall of so many log10 units; 22003 outside the range. */
Datum
log_reduction_from_float8(PG_FUNCTION_ARGS)
{
	PG_RETURN_CENSORED(censored_from_float8(PG_GETARG_FLOAT8(0), QUALIFIER_EXACT,
											&log_reduction_domain));
}

/*
 * The fall from a baseline to a current viral load, log10(baseline / current);
 * NULL where nothing bounds it on either side.
 */
Datum
log_reduction_from_viral_loads(PG_FUNCTION_ARGS)
{
	CensoredValue reduction;

	if (!log_reduction_of(PG_GETARG_CENSORED(0), PG_GETARG_CENSORED(1), &reduction))
		PG_RETURN_NULL();
	PG_RETURN_CENSORED(reduction);
}
