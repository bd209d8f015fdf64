/*-------------------------------------------------------------------------
 *
 * lab_unit.c
 *	  What a laboratory's spelling of a unit says.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/builtins.h"

#include "core/laboratory/lab_unit.h"

PG_FUNCTION_INFO_V1(lab_unit_kind);
PG_FUNCTION_INFO_V1(lab_unit_power);

static bool
unit_of_call(FunctionCallInfo fcinfo, LabUnit *unit)
{
	text	   *spelled = PG_GETARG_TEXT_PP(0);

	return lab_unit_read(VARDATA_ANY(spelled), VARSIZE_ANY_EXHDR(spelled), unit);
}

/* The unit without prefixes and powers of ten, in UCUM; NULL where it is not read. */
Datum
lab_unit_kind(PG_FUNCTION_ARGS)
{
	LabUnit		unit;

	if (!unit_of_call(fcinfo, &unit))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text(unit.kind));
}

/* The power of ten that the unit is of its kind; NULL where it is not read. */
Datum
lab_unit_power(PG_FUNCTION_ARGS)
{
	LabUnit		unit;

	if (!unit_of_call(fcinfo, &unit))
		PG_RETURN_NULL();
	PG_RETURN_INT32(unit.power);
}
