/*-------------------------------------------------------------------------
 *
 * lab_reading.c
 *	  Read what a laboratory reported.
 *
 * The grammar: a word; or an optional word, a comparator, a number, a unit,
 * and a word or flags.  What is outside it is unread, and never guessed.
 *
 *-------------------------------------------------------------------------
 */
#include "core/laboratory/lab_reading.h"

#include <stdlib.h>

#include "core/laboratory/lab_unit.h"
#include "core/laboratory/lab_word.h"

/* A bare number up to here may be a log10. */
#define LARGEST_LOG10 12

typedef enum ViralLoadUnit
{
	UNIT_UNKNOWN,
	UNIT_COPIES,
	UNIT_IU,
	UNIT_LOG_COPIES,
	UNIT_LOG_IU
} ViralLoadUnit;

/* A text as it is taken apart. */
typedef struct LabParts
{
	const char *at;
	LabState	word;			/* LAB_UNREAD where there is none */
	LabComparator comparator;
	ViralLoadUnit column_unit;	/* what the caller says of the unit */
} LabParts;

static void
unread(LabReading *reading, const char *reason)
{
	reading->state = LAB_UNREAD;
	reading->has_value = false;
	reading->reason = reason;
}

/* Take what is counted out of a unit's name: copies are of RNA. */
static void
remove_virus(char *name)
{
	static const char *const names[] = {"hiv 1 rna", "hiv1 rna", "hiv1rna", "hiv rna", "rna"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
	{
		char	   *found = strstr(name, names[i]);

		if (found == NULL)
			continue;
		memmove(found, found + strlen(names[i]), strlen(found + strlen(names[i])) + 1);
		return;
	}
}

/* The unit of a viral load: copies or international units in a millilitre, or their log10. */
static ViralLoadUnit
viral_load_unit(const char *text, size_t length)
{
	char		name[32];
	size_t		used = 0;
	const char *base = name;
	bool		is_log;
	LabUnit		unit;

	/* brackets are written in many ways: log10(copies/mL), {Log_copies}/mL */
	for (size_t i = 0; i < length; i++)
	{
		if (strchr("{}[]()", text[i]))
			continue;
		if (used + 1 >= sizeof(name))
			return UNIT_UNKNOWN;
		name[used++] = strchr("_-.", text[i]) ? ' ' : lab_lower(text[i]);
	}
	name[used] = '\0';
	remove_virus(name);
	is_log = strncmp(name, "log", 3) == 0;
	if (is_log)
	{
		base += 3;
		base += *base == ' ';
		base += strncmp(base, "10", 2) == 0 ? 2 : 0;
		base += *base == ' ';
		if (*base == '\0' || strcmp(base, "10") == 0)
			return UNIT_LOG_COPIES;
	}
	if (!lab_unit_read(base, strlen(base), &unit) || unit.power != 3 || strstr(base, "cel"))
		return UNIT_UNKNOWN;
	if (strcmp(unit.kind, "/L") == 0)
		return is_log ? UNIT_LOG_COPIES : UNIT_COPIES;
	if (strcmp(unit.kind, "[iU]/L") == 0)
		return is_log ? UNIT_LOG_IU : UNIT_IU;
	return UNIT_UNKNOWN;
}

static bool
known_unit(const LabReader *reader, const char *text, size_t length)
{
	LabUnit		unit;

	return reader->is_viral_load ? viral_load_unit(text, length) != UNIT_UNKNOWN :
		length > 0 && lab_unit_read(text, length, &unit);
}

static bool
find_word(const LabReader *reader, const char *text, size_t length, LabState *state)
{
	bool		found;

	while (length > 0 && strchr(" :,;()", text[0]))
		text++, length--;
	while (length > 0 && strchr(" :,;()", text[length - 1]))
		length--;
	*state = lab_word_state(text, length, reader->words, reader->word_count, &found);
	if (!found)
		*state = lab_word_state(text, length, lab_words, lab_word_count, &found);
	return found;
}

/* A flag of a laboratory: high, low, abnormal, or a mark. */
static bool
is_flag(const char *text, size_t length)
{
	static const char *const flags[] = {"H", "L", "HH", "LL", "A", "AA", "*", "**", "!", "(H)", "(L)", "(HH)", "(LL)", "(A)"};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		if (strlen(flags[i]) == length && memcmp(flags[i], text, length) == 0)
			return true;
	return false;
}

static void
set_text(char *target, const char *text, size_t length)
{
	memcpy(target, text, length);
	target[length] = '\0';
}

/*
 * What follows the number: a unit, and a word or a flag after it.  False where
 * it is something else.
 */
static bool
read_rest(const LabReader *reader, const char *rest, LabParts *parts, LabReading *reading)
{
	size_t		length = strlen(rest);
	const char *last = strrchr(rest, ' ');
	const char *flag = last ? last + 1 : rest;
	LabState	word;

	if (is_flag(flag, strlen(flag)))
	{
		set_text(reading->ignored, flag, strlen(flag));
		length = last ? (size_t) (last - rest) : 0;
	}
	if (length == 0)
		return true;
	if (known_unit(reader, rest, length))
	{
		set_text(reading->unit, rest, length);
		return true;
	}
	for (size_t split = 0; split < length; split++)
	{
		const char *after = rest + split + (split > 0);
		size_t		after_length = length - (size_t) (after - rest);

		if (split > 0 && (rest[split] != ' ' || !known_unit(reader, rest, split)))
			continue;
		if (parts->word != LAB_UNREAD || !find_word(reader, after, after_length, &word) ||
			(word != LAB_DETECTED && word != LAB_NOT_DETECTED))
			continue;
		parts->word = word;
		set_text(reading->unit, rest, split);
		return true;
	}
	return false;
}

/* A word and a comparator as the state that they make together, or unread. */
static LabState
state_of_parts(const LabParts *parts)
{
	static const LabState alone[] = {
		[LAB_NO_COMPARATOR] = LAB_EXACT, [LAB_EQUAL] = LAB_EXACT, [LAB_LESS] = LAB_BELOW,
		[LAB_GREATER] = LAB_ABOVE, [LAB_AT_MOST_SIGN] = LAB_AT_MOST, [LAB_AT_LEAST_SIGN] = LAB_AT_LEAST
	};

	switch (parts->word)
	{
		case LAB_UNREAD:
			return alone[parts->comparator];
		case LAB_DETECTED:
			return parts->comparator == LAB_LESS ? LAB_DETECTED_BELOW : alone[parts->comparator];
		case LAB_NOT_DETECTED:
			return parts->comparator == LAB_LESS ? LAB_NOT_DETECTED : LAB_UNREAD;
		case LAB_BELOW:
			return parts->comparator == LAB_LESS || parts->comparator == LAB_NO_COMPARATOR ? LAB_BELOW : LAB_UNREAD;
		case LAB_ABOVE:
			return parts->comparator == LAB_GREATER || parts->comparator == LAB_NO_COMPARATOR ? LAB_ABOVE : LAB_UNREAD;
		default:
			return LAB_UNREAD;
	}
}

/* Pack a number in the unit of the type, or say why it cannot be. */
static void
pack(const LabReader *reader, LabReading *reading, double number)
{
	Qualifier	qualifier = QUALIFIER_EXACT;

	switch (reading->state)
	{
		case LAB_AT_MOST:
		case LAB_AT_LEAST:
			reading->reason = "the type has no limit that is itself a possible value";
			return;
		case LAB_NOT_DETECTED:
			qualifier = reader->domain->has_not_detected ? QUALIFIER_NOT_DETECTED : QUALIFIER_BELOW;
			break;
		case LAB_BELOW:
		case LAB_DETECTED_BELOW:
			qualifier = QUALIFIER_BELOW;
			break;
		case LAB_ABOVE:
			qualifier = QUALIFIER_ABOVE;
			break;
		default:
			break;
	}
	if (qualifier != QUALIFIER_ABOVE && number < reader->lower_limit)
	{
		reading->state = LAB_OUTSIDE_LIMITS;
		reading->reason = "it is less than the lower limit of the assay";
	}
	else if (number > reader->upper_limit && (qualifier == QUALIFIER_EXACT || qualifier == QUALIFIER_ABOVE))
	{
		reading->state = LAB_OUTSIDE_LIMITS;
		reading->reason = "it is more than the upper limit of the assay";
	}
	else if (censored_from_number(number, qualifier, reader->domain, &reading->value) == PARSE_OK)
		reading->has_value = true;
	else
		unread(reading, "the type has no such number");
}

/* How far a log10 may be from what it was rounded from: it has one decimal, or two. */
double
lab_log10_rounding(double log)
{
	return fabs(log * 10 - round(log * 10)) < 1e-9 ? 0.05 : 0.005;
}

/*
 * A limit of the assay that rounds to this log10, or ten to its power.  What is
 * below or above a rounded limit is so of the one that it was rounded from: the
 * value claims no more than that.
 */
static double
number_of_log10(const LabReader *reader, LabState state, double log, double factor)
{
	double		half = lab_log10_rounding(log);
	double		moved = state == LAB_EXACT ? 0 : state == LAB_ABOVE ? -half : half;

	if (fabs(log10(reader->lower_limit * factor) - log) < 0.0051)
		return reader->lower_limit;
	if (fabs(log10(reader->upper_limit * factor) - log) < 0.0051)
		return reader->upper_limit;
	return pow(10, log + moved) / factor;
}

static void
convert_viral_load(const LabReader *reader, ViralLoadUnit given, LabReading *reading)
{
	static const char *const names[] = {
		"", "copies/mL", "IU/mL", "log10 copies/mL", "log10 IU/mL"
	};
	ViralLoadUnit unit = viral_load_unit(reading->unit, strlen(reading->unit));
	bool		is_iu;
	bool		is_log;

	if (reader->unit && reader->unit[0] && given == UNIT_UNKNOWN)
	{
		unread(reading, "the unit is not one of viral loads");
		return;
	}
	if (unit != UNIT_UNKNOWN && given != UNIT_UNKNOWN && unit != given)
	{
		unread(reading, "the text has another unit than its column");
		return;
	}
	unit = unit != UNIT_UNKNOWN ? unit : given;
	is_iu = unit == UNIT_IU || unit == UNIT_LOG_IU;
	is_log = unit == UNIT_LOG_COPIES || unit == UNIT_LOG_IU;
	strcpy(reading->unit, names[unit]);
	if (unit == UNIT_UNKNOWN && reading->number > 0 && reading->number <= LARGEST_LOG10)
	{
		reading->state = LAB_POSSIBLY_LOG10;
		reading->reason = "a number as small as this may be a log10: name its unit";
	}
	else if (is_log && reading->number > LARGEST_LOG10)
		unread(reading, "no viral load has such a log10");
	else if (is_iu && !(reader->iu_per_copy > 0))
	{
		reading->state = LAB_UNCONVERTED;
		reading->reason = "the assay's IU per copy are needed";
	}
	else if (is_log)
	{
		reading->reason = "it is computed from a rounded log10";
		pack(reader, reading, number_of_log10(reader, reading->state, reading->number, is_iu ? reader->iu_per_copy : 1));
	}
	else
		pack(reader, reading, is_iu ? reading->number / reader->iu_per_copy : reading->number);
}

/* Are two spellings of one unit? */
static bool
same_unit(const char *a, const char *b)
{
	LabUnit		first;
	LabUnit		second;

	return strcmp(a, b) == 0 ||
		(lab_unit_read(a, strlen(a), &first) && lab_unit_read(b, strlen(b), &second) &&
		 first.power == second.power && strcmp(first.kind, second.kind) == 0);
}

static void
convert_lab_value(const LabReader *reader, LabReading *reading)
{
	LabUnit		unit;

	if (reader->unit && !lab_unit_read(reader->unit, strlen(reader->unit), &unit))
		unread(reading, "the unit is none that laboratories use");
	else if (reading->unit[0] && reader->unit && reader->unit[0] && !same_unit(reading->unit, reader->unit))
		unread(reading, "the text has another unit than its column");
	else
	{
		if (!reading->unit[0] && reader->unit && strlen(reader->unit) < LAB_TEXT_SIZE)
			strcpy(reading->unit, reader->unit);
		pack(reader, reading, reading->number);
	}
}

/* A text that is a word: a limit may be the assay's. */
static void
read_word(const LabReader *reader, LabState word, LabReading *reading)
{
	reading->state = word;
	reading->reason = NULL;
	if (word == LAB_NOT_DETECTED && reader->domain->has_not_detected && !(reader->lower_limit > 0))
	{
		reading->value = QUALIFIER_NOT_DETECTED;
		reading->has_value = true;
	}
	else if ((word == LAB_NOT_DETECTED || word == LAB_BELOW) && !isnan(reader->lower_limit))
		pack(reader, reading, reader->lower_limit);
	else if (word == LAB_ABOVE && !isnan(reader->upper_limit))
		pack(reader, reading, reader->upper_limit);
	else if (word == LAB_NOT_DETECTED || word == LAB_BELOW || word == LAB_ABOVE)
		reading->reason = "the limit is not known";
	else
		reading->reason = word == LAB_DETECTED ? "no number was reported" : "it is not a result";
}

/* The number of a text, signs and separators understood; false where it is none. */
static bool
read_number(const LabReader *reader, LabParts *parts, LabReading *reading)
{
	LabNumberRule rule = {reader->decimal_mark, reader->is_viral_load,
		parts->column_unit == UNIT_LOG_COPIES || parts->column_unit == UNIT_LOG_IU};
	bool		negative = *parts->at == '-';
	const char *rest;
	LabNumberStatus status;

	if (*parts->at == '-' || *parts->at == '+')
		parts->at++;
	rule.is_log10 = rule.is_log10 || strstr(parts->at, "log") != NULL || strstr(parts->at, "Log") != NULL ||
		strstr(parts->at, "LOG") != NULL;
	status = lab_number(parts->at, &rule, &reading->number, &rest);
	if (status == LAB_NUMBER_READ && negative)
		reading->number = -reading->number;
	if (status == LAB_AMBIGUOUS)
		unread(reading, "a separator may mark thousands or decimals: name the decimal mark");
	else if (status == LAB_BAD_GROUPS)
		unread(reading, "its separators mark neither thousands nor decimals");
	else if (status == LAB_NO_NUMBER)
		unread(reading, "a number was expected");
	else if (negative && reader->is_viral_load)
		unread(reading, "a viral load is never negative");
	else if (!read_rest(reader, *rest == ' ' ? rest + 1 : rest, parts, reading))
		unread(reading, "what follows the number is neither a unit nor a known word");
	else
		return true;
	reading->number = status == LAB_NUMBER_READ ? reading->number : NAN;
	return false;
}

/*
 * How long the word before the number is, SIZE_MAX where none is known.  A word
 * may itself have digits and signs, such as HIV-1 DETECTED.
 */
static size_t
word_before_number(const LabReader *reader, const char *plain, LabState *word)
{
	static const char starts[] = "<>=+-0123456789";
	size_t		length = strcspn(plain, starts);

	while (length > 0 && !find_word(reader, plain, length, word))
	{
		if (plain[length] == '\0')
			return SIZE_MAX;
		length += 1 + strcspn(plain + length + 1, starts);
	}
	return length;
}

/* The text as a value, or as one of the states, with the reason. */
void
lab_read(const LabReader *reader, const char *text, size_t length, LabReading *reading)
{
	char		plain[LAB_TEXT_SIZE];
	LabParts	parts = {plain, LAB_UNREAD, LAB_NO_COMPARATOR, UNIT_UNKNOWN};
	LabState	word;
	size_t		before;

	reading->has_value = false;
	reading->number = NAN;
	reading->reason = NULL;
	reading->unit[0] = reading->ignored[0] = '\0';
	if (!lab_plain_text(text, length, plain))
	{
		unread(reading, "it is too long");
		return;
	}
	if (plain[0] == '\0')
	{
		read_word(reader, LAB_MISSING, reading);
		return;
	}
	if (find_word(reader, plain, strlen(plain), &word))
	{
		read_word(reader, word, reading);
		return;
	}
	/* HL7 writes ^50 for a number without a comparator */
	before = plain[0] == '^' ? 0 : word_before_number(reader, plain, &parts.word);
	if (before == SIZE_MAX)
	{
		unread(reading, strcmp(plain, "ND") == 0 || strcmp(plain, "nd") == 0 ?
			   "ND is not detected for some laboratories, and not done for others: name it in the dictionary" :
			   "it is no known word");
		return;
	}
	/* not detected (<20) */
	if (before > 0 && plain[before - 1] == '(' && plain[strlen(plain) - 1] == ')')
		plain[strlen(plain) - 1] = '\0';
	parts.at = lab_comparator(plain + before, &parts.comparator);
	if (reader->unit)
		parts.column_unit = viral_load_unit(reader->unit, strlen(reader->unit));
	if (!read_number(reader, &parts, reading))
		return;
	reading->state = state_of_parts(&parts);
	if (reading->state == LAB_UNREAD)
		unread(reading, "its word and its sign contradict each other");
	else if (reader->is_viral_load)
		convert_viral_load(reader, parts.column_unit, reading);
	else
		convert_lab_value(reader, reading);
}
