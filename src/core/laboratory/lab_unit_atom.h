/*-------------------------------------------------------------------------
 *
 * lab_unit_atom.h
 *	  What the units of laboratory results are made of.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LAB_UNIT_ATOM_H
#define LAB_UNIT_ATOM_H

#include <stdbool.h>
#include <stdint.h>

/* What units are made of, in the order in which a kind has them. */
typedef enum UnitBase
{
	BASE_GRAM,
	BASE_GRAM_NITROGEN,			/* of urea: chemistry, not a spelling */
	BASE_MOLE,
	BASE_EQUIVALENT,
	BASE_OSMOLE,
	BASE_UNIT,
	BASE_INTERNATIONAL_UNIT,
	BASE_KATAL,
	BASE_LITRE,
	BASE_METRE,
	BASE_SECOND,
	BASE_MINUTE,
	BASE_HOUR,
	BASE_BODY_SURFACE,
	BASE_HIGH_POWER_FIELD,
	BASE_LOW_POWER_FIELD,
	BASE_PH,
	BASE_PLUS,
	BASES,
	BASE_NONE,					/* things that are counted */
	BASE_COUNT					/* a word for a power of ten, of what is counted in a volume */
} UnitBase;

extern const char *const lab_unit_bases[BASES];

typedef struct UnitAtom
{
	const char *name;			/* in lower case */
	UnitBase	base;
	int8_t		exponent;
	int8_t		power;
	bool		takes_prefix;
} UnitAtom;

typedef struct UnitPrefix
{
	const char *name;
	int			power;
} UnitPrefix;

#define LAB_UNIT_PREFIXES 9

extern const UnitPrefix lab_unit_prefixes[LAB_UNIT_PREFIXES];

extern const UnitAtom *lab_unit_atom(const char *name);
extern const UnitAtom *lab_unit_annotation(const char *name);

#endif							/* LAB_UNIT_ATOM_H */
