/*-------------------------------------------------------------------------
 *
 * lab_unit.h
 *	  The unit of a laboratory result, as laboratories spell it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LAB_UNIT_H
#define LAB_UNIT_H

#include <stdbool.h>
#include <stddef.h>

/* Room for the longest kind of unit, with its terminator. */
#define LAB_UNIT_KIND_SIZE 64

/*
 * A unit is ten to a power of its kind, which is written in UCUM without
 * prefixes: mg/dL is 10^-2 g/L, and K/uL is 10^9 /L.
 */
typedef struct LabUnit
{
	char		kind[LAB_UNIT_KIND_SIZE];
	int			power;
} LabUnit;

extern bool lab_unit_read(const char *text, size_t length, LabUnit *unit);

#endif							/* LAB_UNIT_H */
