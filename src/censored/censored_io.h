/*-------------------------------------------------------------------------
 *
 * censored_io.h
 *	  Text, binary and numeric input and output of the censored types.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_IO_H
#define CENSORED_IO_H

#include "core/censored/censored_value.h"

#define PG_GETARG_CENSORED(n) ((CensoredValue) PG_GETARG_INT64(n))
#define PG_RETURN_CENSORED(x) PG_RETURN_INT64((int64) (x))
#define CensoredGetDatum(x) Int64GetDatum((int64) (x))
#define DatumGetCensored(x) ((CensoredValue) DatumGetInt64(x))

extern Datum censored_in(FunctionCallInfo fcinfo, const CensoredDomain *domain);
extern Datum censored_out(FunctionCallInfo fcinfo);
extern Datum censored_recv(FunctionCallInfo fcinfo, const CensoredDomain *domain);
extern Datum censored_send(FunctionCallInfo fcinfo);
extern CensoredValue censored_from_float8(float8 number, Qualifier qualifier,
										  const CensoredDomain *domain);
extern Datum censored_from_parts(FunctionCallInfo fcinfo, const CensoredDomain *domain);

/* By these a column is known to be of the extension's own type. */
extern PGDLLEXPORT Datum viral_load_in(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum log_reduction_in(PG_FUNCTION_ARGS);
extern PGDLLEXPORT Datum lab_value_in(PG_FUNCTION_ARGS);

#endif							/* CENSORED_IO_H */
