/*-------------------------------------------------------------------------
 *
 * lab_unit.c
 *	  Read the unit of a laboratory result.
 *
 * The grammar is UCUM's for what is in use: components joined by "." and "/",
 * each a power of ten, or a symbol with prefix and exponent.  To it come the
 * spellings of laboratories: words, x10^9, 10E9, K, cu mm, mg%, any case
 * where it can mean one thing only.  What is outside it is not read.
 *
 *-------------------------------------------------------------------------
 */
#include "core/laboratory/lab_unit.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/laboratory/lab_text.h"
#include "core/laboratory/lab_unit_atom.h"

#define WORD_SIZE 24
#define LARGEST_POWER 30
#define LARGEST_EXPONENT 9

/* A unit as it is read. */
typedef struct UnitReader
{
	const char *at;
	int			sign;			/* of the component: 1, or -1 after a stroke */
	int			exponents[BASES];
	int			power;
	bool		has_symbol;		/* there is more than numbers */
	bool		is_count;		/* a word for a power of ten stands in it */
	bool		is_million;		/* an M does */
	bool		joins;			/* a symbol may follow after a blank */
} UnitReader;

static void
skip_blank(UnitReader *reader)
{
	if (*reader->at == ' ')
		reader->at++;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return lab_lower(c) >= 'a' && lab_lower(c) <= 'z';
}

/* An exponent of one or two digits, with a sign; false where there is none. */
static bool
read_exponent(UnitReader *reader, int *exponent)
{
	const char *at = reader->at;
	bool		negative = *at == '-';

	if (*at == '-' || *at == '+')
		at++;
	if (!is_digit(*at))
		return false;
	*exponent = *at++ - '0';
	if (is_digit(*at))
		*exponent = *exponent * 10 + (*at++ - '0');
	if (is_digit(*at))
		return false;
	if (negative)
		*exponent = -*exponent;
	reader->at = at;
	return true;
}

/* A power of ten: 1, 100, 10*3, 10^3, 10**3, 10E3, 1E3, 10(3). */
static bool
read_number(UnitReader *reader)
{
	const char *at = reader->at;
	int			power = 0;
	bool		closes = false;

	if (*at++ != '1')
		return false;
	for (; *at == '0'; at++)
		power++;
	reader->at = at;
	if (is_digit(*at) || power > LARGEST_POWER)
		return false;
	if ((power == 1 && *at && strchr("*^(", *at)) ||
		(power <= 1 && lab_lower(*at) == 'e' && (is_digit(at[1]) || at[1] == '-')))
	{
		closes = *at == '(';
		reader->at += at[0] == '*' && at[1] == '*' ? 2 : 1;
		if (!read_exponent(reader, &power))
			return false;
		if (closes && *reader->at++ != ')')
			return false;
	}
	reader->power += reader->sign * power;
	reader->joins = true;
	return true;
}

/* A component that is an atom with a prefix, to an exponent. */
static bool
add_atom(UnitReader *reader, const UnitAtom *atom, int prefix, int exponent)
{
	reader->has_symbol = true;
	reader->joins = atom->base == BASE_COUNT;
	if (atom->base == BASE_COUNT)
		reader->is_count = true;
	else if (atom->base < BASES)
		reader->exponents[atom->base] += reader->sign * exponent * atom->exponent;
	reader->power += reader->sign * exponent * (atom->power + prefix);
	return abs(exponent) <= LARGEST_EXPONENT;
}

/* The letters and brackets of a symbol; false where there are none, or too many. */
static bool
read_word(UnitReader *reader, char *word, bool *has_lower)
{
	size_t		used = 0;

	*has_lower = false;
	for (; is_letter(*reader->at) || (*reader->at && strchr("[]#", *reader->at)); reader->at++)
	{
		if (used + 1 >= WORD_SIZE)
			return false;
		*has_lower = *has_lower || (*reader->at >= 'a' && *reader->at <= 'z');
		word[used++] = lab_lower(*reader->at);
	}
	word[used] = '\0';
	return used > 0;
}

/*
 * The atom of a symbol, and the power of its prefix.  A prefix is in lower
 * case, or all of the symbol is in upper case: Mg is none of a result's.
 */
static const UnitAtom *
atom_of_word(const char *spelled, const char *word, bool has_lower, int *prefix)
{
	const UnitAtom *atom = lab_unit_atom(word);

	*prefix = 0;
	for (size_t i = 0; atom == NULL && i < LAB_UNIT_PREFIXES; i++)
	{
		size_t		size = strlen(lab_unit_prefixes[i].name);

		if (strncmp(word, lab_unit_prefixes[i].name, size) != 0)
			continue;
		atom = lab_unit_atom(word + size);
		if (atom && !atom->takes_prefix)
			atom = NULL;
		*prefix = lab_unit_prefixes[i].power;
		/* MU may be a million units */
		if (atom && spelled[0] != word[0] &&
			(has_lower || (word[0] == 'm' && (atom->base == BASE_UNIT || atom->base == BASE_INTERNATIONAL_UNIT))))
			return NULL;
	}
	return atom;
}

/* One letter that is another thing in upper case: G/L, T/L and M/uL. */
static bool
read_capital(UnitReader *reader)
{
	static const UnitAtom giga = {"G", BASE_COUNT, 1, 9, false};
	static const UnitAtom tera = {"T", BASE_COUNT, 1, 12, false};
	static const UnitAtom million = {"M", BASE_COUNT, 1, 6, false};
	const UnitAtom *atom = NULL;

	if (reader->sign < 0 || is_letter(reader->at[1]))
		return false;
	if (strcmp(reader->at, "G/L") == 0 || strcmp(reader->at, "G/l") == 0)
		atom = &giga;
	else if (strcmp(reader->at, "T/L") == 0 || strcmp(reader->at, "T/l") == 0)
		atom = &tera;
	else if (reader->at[0] == 'M')
	{
		atom = &million;
		reader->is_million = true;
	}
	if (atom == NULL)
		return false;
	reader->at++;
	return add_atom(reader, atom, 0, 1);
}

/* What a word of braces says: nothing more, or which substance it is. */
static bool
read_annotation(UnitReader *reader)
{
	char		word[WORD_SIZE];
	size_t		used = 0;
	const UnitAtom *atom;

	for (reader->at++; *reader->at && *reader->at != '}'; reader->at++)
	{
		if (used + 1 >= WORD_SIZE)
			return false;
		word[used++] = lab_lower(*reader->at);
	}
	word[used] = '\0';
	if (*reader->at++ != '}')
		return false;
	atom = lab_unit_annotation(word);
	if (atom == NULL)
		atom = lab_unit_atom(word);
	if (atom == NULL)
		return false;
	/* the gram before it is one of nitrogen */
	if (atom->base == BASE_GRAM_NITROGEN && (reader->exponents[BASE_GRAM] -= reader->sign) != 0)
		return false;
	if (atom->base < BASES && atom->base != BASE_GRAM_NITROGEN && atom->base != BASE_BODY_SURFACE &&
		atom->base != BASE_PLUS)
		return false;
	return add_atom(reader, atom, 0, 1);
}

/* The symbol of a component; "cu" before it makes it a cube. */
static const UnitAtom *
read_atom(UnitReader *reader, int *prefix, bool *is_cubic)
{
	const char *spelled = reader->at;
	char		word[WORD_SIZE];
	bool		has_lower;
	const UnitAtom *atom;

	if (!read_word(reader, word, &has_lower))
		return NULL;
	*is_cubic = strcmp(word, "cu") == 0 || strcmp(word, "cubic") == 0;
	if (*is_cubic)
	{
		if (*reader->at == '.')
			reader->at++;
		skip_blank(reader);
		spelled = reader->at;
		if (!read_word(reader, word, &has_lower))
			return NULL;
	}
	atom = atom_of_word(spelled, word, has_lower, prefix);
	return atom && *is_cubic && atom->base != BASE_METRE ? NULL : atom;
}

/* The exponent of a symbol: mm3, mm^3, L-1. */
static bool
read_atom_exponent(UnitReader *reader, const UnitAtom *atom, int *exponent)
{
	if (*reader->at == '^' || *reader->at == '*')
		reader->at += reader->at[0] == '*' && reader->at[1] == '*' ? 2 : 1;
	else if (!is_digit(*reader->at) && *reader->at != '-')
		return true;
	return atom->base < BASES && atom->exponent == 1 && *exponent == 1 && read_exponent(reader, exponent);
}

/* A symbol with its exponent, and the per cent of mg%: in 100 mL. */
static bool
read_symbol(UnitReader *reader)
{
	int			prefix;
	bool		is_cubic;
	const UnitAtom *atom = read_atom(reader, &prefix, &is_cubic);
	int			exponent = is_cubic ? 3 : 1;

	if (atom == NULL || !read_atom_exponent(reader, atom, &exponent) ||
		!add_atom(reader, atom, prefix, exponent))
		return false;
	if (atom->base != BASE_GRAM || reader->sign < 0)
		return true;
	if (strncmp(reader->at, " %", 2) == 0)
		reader->at++;
	if (*reader->at == '%')
	{
		reader->at++;
		reader->exponents[BASE_LITRE]--;
		reader->power++;
	}
	return true;
}

/* The surface of a body to which a clearance is related. */
static bool
read_body_surface(UnitReader *reader)
{
	static const char *const spellings[] = {"1.73_m2", "1.73m^2", "1.73 m^2", "1.73m2", "1.73 m2", "1.73 sq m"};

	for (size_t i = 0; reader->sign < 0 && i < sizeof(spellings) / sizeof(spellings[0]); i++)
	{
		size_t		size = strlen(spellings[i]);

		if (strncmp(reader->at, spellings[i], size) != 0 || is_digit(reader->at[size]))
			continue;
		reader->at += size;
		reader->exponents[BASE_BODY_SURFACE]--;
		reader->has_symbol = true;
		reader->joins = false;
		return true;
	}
	return false;
}

static bool
read_component(UnitReader *reader)
{
	if (strncmp(reader->at, "1.73", 4) == 0)
		return read_body_surface(reader);
	if (is_digit(*reader->at))
		return read_number(reader);
	if (*reader->at == '%')
	{
		reader->at++;
		reader->power -= 2 * reader->sign;
		reader->has_symbol = true;
		reader->joins = false;
		return true;
	}
	if (*reader->at == '{')
		return read_annotation(reader);
	if (lab_lower(*reader->at) == 'e' && is_digit(reader->at[1]))
	{
		int			power;

		reader->at++;
		reader->joins = true;
		if (!read_exponent(reader, &power))
			return false;
		reader->power += reader->sign * power;
		return true;
	}
	return read_capital(reader) || read_symbol(reader);
}

/* What joins the next component; false at an end, or where nothing does. */
static bool
read_operator(UnitReader *reader)
{
	bool		blank = *reader->at == ' ';

	skip_blank(reader);
	if (*reader->at == '/' || *reader->at == '.')
		reader->sign = *reader->at++ == '/' ? -1 : 1;
	else if (blank && strncmp(reader->at, "per ", 4) == 0)
	{
		reader->at += 3;
		reader->sign = -1;
	}
	else
		/* 10^3 cells, 100 mL; and mg{urea_nitrogen} */
		return *reader->at == '{' || (reader->joins && is_letter(*reader->at));
	skip_blank(reader);
	return true;
}

static bool
read_components(UnitReader *reader)
{
	const char *start = reader->at;

	if (*start && strchr("xX*", *start) && (start[1] == '1' || strncmp(start + 1, " 1", 2) == 0))
		reader->at += start[1] == ' ' ? 2 : 1;
	if (*reader->at == '/')
	{
		reader->at++;
		reader->sign = -1;
		skip_blank(reader);
	}
	do
	{
		if (!read_component(reader))
			return false;
	} while (read_operator(reader));
	return *reader->at == '\0' && abs(reader->power) <= LARGEST_POWER;
}

/* Cubes of lengths are volumes: a cubic metre has a thousand litres. */
static void
fold_volumes(UnitReader *reader)
{
	int			cubes = reader->exponents[BASE_METRE] / 3;

	if (reader->exponents[BASE_METRE] % 3 != 0)
		return;
	reader->exponents[BASE_METRE] = 0;
	reader->exponents[BASE_LITRE] += cubes;
	reader->power += 3 * cubes;
}

static bool
append(char *kind, size_t *used, const char *separator, const char *name, int exponent)
{
	int			added = snprintf(kind + *used, LAB_UNIT_KIND_SIZE - *used,
								 exponent == 1 ? "%s%s" : "%s%s%d", separator, name, exponent);

	*used += (size_t) added;
	return *used < LAB_UNIT_KIND_SIZE;
}

/* The kind in UCUM: what is multiplied, then what is divided by. */
static bool
print_kind(const UnitReader *reader, char *kind)
{
	size_t		used = 0;

	kind[0] = '\0';
	for (int i = 0; i < BASES; i++)
		if (abs(reader->exponents[i]) > (strchr(lab_unit_bases[i], '{') ? 1 : LARGEST_EXPONENT))
			return false;
	if (reader->exponents[BASE_GRAM] != 0 && reader->exponents[BASE_GRAM_NITROGEN] != 0)
		return false;
	for (int i = 0; i < BASES; i++)
		if (reader->exponents[i] > 0 &&
			!append(kind, &used, used ? "." : "", lab_unit_bases[i], reader->exponents[i]))
			return false;
	for (int i = 0; i < BASES; i++)
		if (reader->exponents[i] < 0 &&
			!append(kind, &used, "/", lab_unit_bases[i], -reader->exponents[i]))
			return false;
	return used > 0 || append(kind, &used, "", "1", 1);
}

/*
 * The unit of a text in UTF-8.  An empty text is a kind of its own, of results
 * without a unit.  False where the text is outside the grammar.
 */
bool
lab_unit_read(const char *text, size_t length, LabUnit *unit)
{
	char		plain[LAB_TEXT_SIZE];
	UnitReader	reader = {.at = plain, .sign = 1};

	unit->kind[0] = '\0';
	unit->power = 0;
	if (!lab_plain_text(text, length, plain))
		return false;
	if (plain[0] == '\0')
		return true;
	if (!read_components(&reader))
		return false;
	/* a number alone is no unit, but for 1 */
	if (!reader.has_symbol && strcmp(plain, "1") != 0)
		return false;
	fold_volumes(&reader);
	if (!print_kind(&reader, unit->kind))
		return false;
	unit->power = reader.power;
	if (reader.is_million && unit->power != 12)
		return false;
	return !reader.is_count || strcmp(unit->kind, "/L") == 0;
}
