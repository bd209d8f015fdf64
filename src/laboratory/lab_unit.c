/*-------------------------------------------------------------------------
 *
 * lab_unit.c
 *	  What a laboratory's spelling of a unit says.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "common/hashfn.h"
#include "utils/builtins.h"

#include "core/laboratory/lab_unit.h"

PG_FUNCTION_INFO_V1(lab_unit_kind);
PG_FUNCTION_INFO_V1(lab_unit_power);

#define KNOWN_UNITS 64
#define KNOWN_LENGTH 16

typedef struct KnownUnit
{
	size_t		length;			/* of the spelling; 0 for none */
	char		spelled[KNOWN_LENGTH];
	bool		is_read;
	LabUnit		unit;
} KnownUnit;

/*
 * Reads the unit of a call.  Those of many rows are few: from the second row on
 * what has been read is kept, as long as the statement runs.
 */
static bool
unit_of_call(FunctionCallInfo fcinfo, LabUnit *unit)
{
	static KnownUnit first_row;
	FmgrInfo   *function = fcinfo->flinfo;
	text	   *argument = PG_GETARG_TEXT_PP(0);
	const char *spelled = VARDATA_ANY(argument);
	size_t		length = VARSIZE_ANY_EXHDR(argument);
	KnownUnit  *known;

	if (function->fn_extra == NULL || length == 0 || length > KNOWN_LENGTH)
	{
		if (function->fn_extra == NULL)
			function->fn_extra = &first_row;
		return lab_unit_read(spelled, length, unit);
	}
	if (function->fn_extra == &first_row)
		function->fn_extra = MemoryContextAllocZero(function->fn_mcxt, sizeof(KnownUnit) * KNOWN_UNITS);
	known = (KnownUnit *) function->fn_extra + hash_bytes((const unsigned char *) spelled, length) % KNOWN_UNITS;
	if (known->length != length || memcmp(known->spelled, spelled, length) != 0)
	{
		known->length = length;
		memcpy(known->spelled, spelled, length);
		known->is_read = lab_unit_read(spelled, length, &known->unit);
	}
	*unit = known->unit;
	return known->is_read;
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
