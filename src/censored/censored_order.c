/*-------------------------------------------------------------------------
 *
 * censored_order.c
 *	  Identity, total order and hash of the censored types: those of their
 *	  bit patterns.
 *
 * The functions serve every censored type; none can fail, so all are
 * leakproof.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "compat.h"
#include "utils/sortsupport.h"

#include "censored/censored_io.h"

#define CENSORED_ORDER_OPERATOR(name, op) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_BOOL(PG_GETARG_CENSORED(0) op PG_GETARG_CENSORED(1)); \
}

CENSORED_ORDER_OPERATOR(censored_identical, ==)
CENSORED_ORDER_OPERATOR(censored_distinct, !=)
CENSORED_ORDER_OPERATOR(censored_before, <)
CENSORED_ORDER_OPERATOR(censored_before_or_same, <=)
CENSORED_ORDER_OPERATOR(censored_after, >)
CENSORED_ORDER_OPERATOR(censored_after_or_same, >=)

PG_FUNCTION_INFO_V1(censored_cmp);
PG_FUNCTION_INFO_V1(censored_sortsupport);
PG_FUNCTION_INFO_V1(censored_hash);
PG_FUNCTION_INFO_V1(censored_hash_extended);
PG_FUNCTION_INFO_V1(censored_first);
PG_FUNCTION_INFO_V1(censored_last);

/* -1, 0 or 1 in the total order. */
Datum
censored_cmp(PG_FUNCTION_ARGS)
{
	CensoredValue a = PG_GETARG_CENSORED(0);
	CensoredValue b = PG_GETARG_CENSORED(1);

	PG_RETURN_INT32((a > b) - (a < b));
}

/* The patterns sort as signed integers do. */
Datum
censored_sortsupport(PG_FUNCTION_ARGS)
{
	SortSupport sort = (SortSupport) PG_GETARG_POINTER(0);

	sort->comparator = ssup_datum_signed_cmp;
	PG_RETURN_VOID();
}

/* The same on machines of either byte order. */
static uint32
folded_pattern(CensoredValue value)
{
	uint64		pattern = (uint64) value;

	return (uint32) pattern ^ (uint32) (pattern >> 32);
}

Datum
censored_hash(PG_FUNCTION_ARGS)
{
	return hash_uint32(folded_pattern(PG_GETARG_CENSORED(0)));
}

Datum
censored_hash_extended(PG_FUNCTION_ARGS)
{
	return hash_uint32_extended(folded_pattern(PG_GETARG_CENSORED(0)),
								PG_GETARG_INT64(1));
}

/* The lesser of two in the total order, for min(). */
Datum
censored_first(PG_FUNCTION_ARGS)
{
	PG_RETURN_CENSORED(Min(PG_GETARG_CENSORED(0), PG_GETARG_CENSORED(1)));
}

/* The greater of two in the total order, for max(). */
Datum
censored_last(PG_FUNCTION_ARGS)
{
	PG_RETURN_CENSORED(Max(PG_GETARG_CENSORED(0), PG_GETARG_CENSORED(1)));
}
