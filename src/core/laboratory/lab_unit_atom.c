/*-------------------------------------------------------------------------
 *
 * lab_unit_atom.c
 *	  The symbols, words, annotations and prefixes of units.
 *
 *-------------------------------------------------------------------------
 */
#include "core/laboratory/lab_unit_atom.h"

#include <stddef.h>
#include <string.h>

const char *const lab_unit_bases[BASES] = {
	"g", "g{urea_nitrogen}", "mol", "eq", "osm", "U", "[iU]", "kat", "L", "m", "s", "min", "h",
	"{1.73_m2}", "[HPF]", "[LPF]", "[pH]", "{plus}"
};

static const UnitAtom atoms[] = {
	{"g", BASE_GRAM, 1, 0, true}, {"l", BASE_LITRE, 1, 0, true}, {"mol", BASE_MOLE, 1, 0, true},
	{"u", BASE_UNIT, 1, 0, true}, {"iu", BASE_INTERNATIONAL_UNIT, 1, 0, true},
	{"[iu]", BASE_INTERNATIONAL_UNIT, 1, 0, true}, {"ui", BASE_INTERNATIONAL_UNIT, 1, 0, true},
	{"eq", BASE_EQUIVALENT, 1, 0, true}, {"kat", BASE_KATAL, 1, 0, true},
	{"osm", BASE_OSMOLE, 1, 0, true}, {"m", BASE_METRE, 1, 0, true}, {"s", BASE_SECOND, 1, 0, true},
	{"sec", BASE_SECOND, 1, 0, true}, {"gm", BASE_GRAM, 1, 0, false},
	{"gms", BASE_GRAM, 1, 0, false}, {"gram", BASE_GRAM, 1, 0, false},
	{"grams", BASE_GRAM, 1, 0, false}, {"liter", BASE_LITRE, 1, 0, false},
	{"litre", BASE_LITRE, 1, 0, false}, {"unit", BASE_UNIT, 1, 0, false},
	{"units", BASE_UNIT, 1, 0, false}, {"mole", BASE_MOLE, 1, 0, true},
	{"secs", BASE_SECOND, 1, 0, false}, {"second", BASE_SECOND, 1, 0, false},
	{"seconds", BASE_SECOND, 1, 0, false}, {"min", BASE_MINUTE, 1, 0, false},
	{"minute", BASE_MINUTE, 1, 0, false}, {"minutes", BASE_MINUTE, 1, 0, false},
	{"h", BASE_HOUR, 1, 0, false}, {"hr", BASE_HOUR, 1, 0, false}, {"hour", BASE_HOUR, 1, 0, false},
	{"bpm", BASE_MINUTE, -1, 0, false},
	{"cmm", BASE_METRE, 3, -9, false}, {"cumm", BASE_METRE, 3, -9, false},
	{"mmc", BASE_METRE, 3, -9, false}, {"cc", BASE_METRE, 3, -6, false},
	{"ccm", BASE_METRE, 3, -6, false},
	{"hpf", BASE_HIGH_POWER_FIELD, 1, 0, false}, {"[hpf]", BASE_HIGH_POWER_FIELD, 1, 0, false},
	{"lpf", BASE_LOW_POWER_FIELD, 1, 0, false}, {"[lpf]", BASE_LOW_POWER_FIELD, 1, 0, false},
	{"ph", BASE_PH, 1, 0, false}, {"[ph]", BASE_PH, 1, 0, false},
	{"plus", BASE_PLUS, 1, 0, false},
	{"percent", BASE_NONE, 1, -2, false}, {"pct", BASE_NONE, 1, -2, false},
	{"ratio", BASE_NONE, 1, 0, false}, {"[ratio]", BASE_NONE, 1, 0, false},
	{"inr", BASE_NONE, 1, 0, false}, {"#", BASE_NONE, 1, 0, false},
	{"cells", BASE_NONE, 1, 0, false}, {"cell", BASE_NONE, 1, 0, false},
	{"cel", BASE_NONE, 1, 0, false}, {"rbc", BASE_NONE, 1, 0, false},
	{"wbc", BASE_NONE, 1, 0, false}, {"beats", BASE_NONE, 1, 0, false},
	{"beat", BASE_NONE, 1, 0, false}, {"copies", BASE_NONE, 1, 0, false},
	{"copy", BASE_NONE, 1, 0, false}, {"cp", BASE_NONE, 1, 0, false},
	{"cps", BASE_NONE, 1, 0, false}, {"c", BASE_NONE, 1, 0, false},
	{"copias", BASE_NONE, 1, 0, false}, {"kopien", BASE_NONE, 1, 0, false},
	{"k", BASE_COUNT, 1, 3, false}, {"thou", BASE_COUNT, 1, 3, false},
	{"thous", BASE_COUNT, 1, 3, false}, {"thousand", BASE_COUNT, 1, 3, false},
	{"tsd", BASE_COUNT, 1, 3, false}, {"mio", BASE_COUNT, 1, 6, false},
	{"mill", BASE_COUNT, 1, 6, false}, {"million", BASE_COUNT, 1, 6, false},
	{"gi", BASE_COUNT, 1, 9, false}, {"gpt", BASE_COUNT, 1, 9, false},
	{"ti", BASE_COUNT, 1, 12, false}, {"tpt", BASE_COUNT, 1, 12, false}
};

/* Annotations of UCUM that say what is counted, beside the atoms above. */
static const UnitAtom annotations[] = {
	{"urea_nitrogen", BASE_GRAM_NITROGEN, 1, 0, false}, {"bun", BASE_GRAM_NITROGEN, 1, 0, false},
	{"1.73_m2", BASE_BODY_SURFACE, 1, 0, false}, {"1.73m2", BASE_BODY_SURFACE, 1, 0, false}
};

/* A longer one before what it begins with. */
const UnitPrefix lab_unit_prefixes[LAB_UNIT_PREFIXES] = {
	{"mc", -6}, {"k", 3}, {"d", -1}, {"c", -2}, {"m", -3}, {"u", -6}, {"n", -9}, {"p", -12}, {"f", -15}
};

static const UnitAtom *
find_atom(const UnitAtom *list, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].name[0] == name[0] && strcmp(list[i].name, name) == 0)
			return &list[i];
	return NULL;
}

/* The atom of a name in lower case; NULL where there is none. */
const UnitAtom *
lab_unit_atom(const char *name)
{
	return find_atom(atoms, sizeof(atoms) / sizeof(atoms[0]), name);
}

/* The same of what stands in braces alone. */
const UnitAtom *
lab_unit_annotation(const char *name)
{
	return find_atom(annotations, sizeof(annotations) / sizeof(annotations[0]), name);
}
