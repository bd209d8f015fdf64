/*-------------------------------------------------------------------------
 *
 * lab_text.c
 *	  Make a laboratory's text plain, and read its signs and numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "core/laboratory/lab_text.h"

#include <stdlib.h>

/* A sign in UTF-8, and what stands for it in plain text. */
typedef struct PlainSign
{
	const char *sign;
	const char *plain;
} PlainSign;

static const PlainSign plain_signs[] = {
	{"\xC2\xA0", " "}, {"\xE2\x80\xAF", " "}, {"\xE2\x80\x89", " "}, {"\xE2\x80\x87", " "},
	{"\xE3\x80\x80", " "}, {"\xEF\xBB\xBF", " "}, {"\xE2\x80\x8B", ""},
	{"\xE2\x89\xA4", "<="}, {"\xE2\x89\xA5", ">="}, {"\xE2\xA9\xBD", "<="}, {"\xE2\xA9\xBE", ">="},
	{"\xE2\x89\xA6", "<="}, {"\xE2\x89\xA7", ">="}, {"\xC3\x97", "x"}, {"\xC2\xB7", "."},
	{"\xE2\x88\x92", "-"}, {"\xC2\xB5", "u"}, {"\xCE\xBC", "u"}, {"\xE2\x80\x99", "'"},
	{"\xE2\x81\xB0", "^0"}, {"\xC2\xB9", "^1"}, {"\xC2\xB2", "^2"}, {"\xC2\xB3", "^3"},
	{"\xE2\x81\xB4", "^4"}, {"\xE2\x81\xB5", "^5"}, {"\xE2\x81\xB6", "^6"}, {"\xE2\x81\xB7", "^7"},
	{"\xE2\x81\xB8", "^8"}, {"\xE2\x81\xB9", "^9"}, {"\xE2\x81\xBB", "^-"}
};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter_or_digit(char c)
{
	return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_power(const char *plain)
{
	return plain[0] == '^' && plain[1] != '\0';
}

/*
 * The next sign of a text in plain form; returns how many bytes it took.  A
 * raised digit that follows nothing to raise stays as it is.
 */
static size_t
plain_sign(const char *text, size_t length, bool raises, const char **plain, char *single)
{
	const unsigned char *bytes = (const unsigned char *) text;

	*plain = single;
	single[0] = text[0];
	single[1] = '\0';
	if (bytes[0] < 0x80)
	{
		if (strchr("\t\n\r\f\v", text[0]))
			single[0] = ' ';
		return 1;
	}
	for (size_t i = 0; i < sizeof(plain_signs) / sizeof(plain_signs[0]); i++)
	{
		size_t		size = strlen(plain_signs[i].sign);

		if (size <= length && memcmp(text, plain_signs[i].sign, size) == 0)
		{
			*plain = is_power(plain_signs[i].plain) && !raises ? plain_signs[i].sign : plain_signs[i].plain;
			return size;
		}
	}
	/* full-width forms of ASCII */
	if (length >= 3 && bytes[0] == 0xEF && (bytes[1] == 0xBC || bytes[1] == 0xBD))
	{
		int			code = ((bytes[1] & 0x3F) << 6 | (bytes[2] & 0x3F)) - 0xF00 + 0x20;

		if (code > 0x20 && code < 0x7F)
		{
			single[0] = (char) code;
			return 3;
		}
	}
	return 1;
}

/*
 * Write a text's plain form, of LAB_TEXT_SIZE bytes: signs in ASCII, single
 * blanks, none at the ends.  False for a text that is too long or has a NUL.
 */
bool
lab_plain_text(const char *text, size_t length, char *plain)
{
	size_t		used = 0;
	bool		in_power = false;

	for (size_t at = 0; at < length;)
	{
		const char *sign;
		char		single[2];
		bool		raises = in_power || (used > 0 && is_letter_or_digit(plain[used - 1]));

		if (text[at] == '\0')
			return false;
		at += plain_sign(text + at, length - at, raises, &sign, single);
		/* a power of several digits is one power */
		if (is_power(sign) && in_power)
			sign++;
		else
			in_power = is_power(sign);
		for (; *sign; sign++)
		{
			if (*sign == ' ' && (used == 0 || plain[used - 1] == ' '))
				continue;
			if (used + 1 >= LAB_TEXT_SIZE)
				return false;
			plain[used++] = *sign;
		}
	}
	if (used > 0 && plain[used - 1] == ' ')
		used--;
	plain[used] = '\0';
	return true;
}

/* The comparators, longer ones before what they begin with. */
static const struct
{
	const char *text;
	LabComparator comparator;
} comparators[] = {
	{"<=", LAB_AT_MOST_SIGN}, {"=<", LAB_AT_MOST_SIGN}, {">=", LAB_AT_LEAST_SIGN},
	{"=>", LAB_AT_LEAST_SIGN}, {"<", LAB_LESS}, {">", LAB_GREATER}, {"=", LAB_EQUAL}
};

/* A comparator or none, with the separator of HL7's structured numbers after it. */
const char *
lab_comparator(const char *text, LabComparator *comparator)
{
	*comparator = LAB_NO_COMPARATOR;
	for (size_t i = 0; i < sizeof(comparators) / sizeof(comparators[0]); i++)
	{
		size_t		size = strlen(comparators[i].text);

		if (strncmp(text, comparators[i].text, size) != 0)
			continue;
		*comparator = comparators[i].comparator;
		text += size;
		break;
	}
	if (*text == '^')
		text++;
	return *text == ' ' ? text + 1 : text;
}

/* The digits and separators at the start of a number. */
typedef struct Separated
{
	const char *end;
	int			commas;
	int			points;
	int			others;			/* blanks and apostrophes */
	char		last;			/* the last comma or point */
	int			after_last;		/* digits after it */
	int			before_first;	/* digits before the first separator */
	bool		groups;			/* all after the first, up to a decimal mark, have three digits */
} Separated;

static Separated
scan_separated(const char *text)
{
	Separated	found = {text, 0, 0, 0, 0, 0, 0, true};
	int			digits = 0;
	bool		any = false;

	for (;; text++)
	{
		bool		group = *text && strchr(" '", *text) && is_digit(text[1]) && is_digit(text[2]) &&
			is_digit(text[3]) && !is_digit(text[4]);

		if (is_digit(*text))
		{
			digits++;
			continue;
		}
		if (!((*text == ',' || *text == '.') && is_digit(text[1])) && !group)
			break;
		if (!any)
			found.before_first = digits;
		else if (digits != 3)
			found.groups = false;
		any = true;
		found.commas += *text == ',';
		found.points += *text == '.';
		found.others += group;
		if (!group)
			found.last = *text;
		digits = 0;
	}
	if (!any)
		found.before_first = digits;
	found.after_last = digits;
	found.end = text;
	return found;
}

/* Which of a number's separators marks its decimals: 0 for none, '?' for either, '!' for neither. */
static char
decimal_mark(const char *text, const Separated *found, const LabNumberRule *rule)
{
	int			marks = found->last == ',' ? found->commas : found->points;
	bool		three = found->after_last == 3 && found->before_first <= 3 && text[0] != '0';

	if (found->others > 0 && (found->before_first > 3 || found->before_first == 0))
		return '!';
	if (found->last == 0)
		return found->groups && (found->others == 0 || found->after_last == 3) ? 0 : '!';
	if (!found->groups)
		return '!';
	if (found->commas > 0 && found->points > 0)
	{
		if (marks != 1 || found->before_first > 3 || found->others > 0)
			return '!';
		return rule->decimal_mark && rule->decimal_mark != found->last ? '!' : found->last;
	}
	if (marks > 1)
		return three && rule->decimal_mark != found->last && found->others == 0 ? 0 : '!';
	/* blanks and commas may both group thousands */
	if (found->others > 0 && three && !rule->decimal_mark && !rule->is_log10)
		return '?';
	if (found->others > 0 || !three || rule->is_log10)
		return rule->decimal_mark && rule->decimal_mark != found->last ? '!' : found->last;
	if (rule->decimal_mark)
		return rule->decimal_mark == found->last ? found->last : 0;
	if (!rule->is_viral_load)
		return found->last == '.' ? '.' : '?';
	/* no assay reports thousandths of a copy, but a log10 may have three decimals */
	return found->last == ',' && strtod(text, NULL) >= 13 ? 0 : '?';
}

/* A power of ten after a number: e5, x10^5, x 10*5, *10e5; none is 0. */
static const char *
scan_power(const char *text, int *power)
{
	const char *at = text;
	char	   *end;

	*power = 0;
	if (*at == ' ')
		at++;
	if (*at == 'x' || *at == 'X' || (*at == '*' && at[1] != '*'))
	{
		at++;
		if (*at == ' ')
			at++;
		if (strncmp(at, "10", 2) != 0 || !at[2] || !strchr("^*eE", at[2]))
			return text;
		at += 3;
	}
	else if (at == text && (*at == 'e' || *at == 'E'))
		at++;
	else
		return text;
	if (!(is_digit(*at) || ((*at == '-' || *at == '+') && is_digit(at[1]))))
		return text;
	*power = (int) strtol(at, &end, 10);
	/* 10^9/L is a unit */
	if (*power > 99 || *power < -99 || *end == '/')
	{
		*power = 0;
		return text;
	}
	return end;
}

/*
 * Read a number without a sign: what stands before *end.  Its separators are
 * understood only where they can mean one thing.
 */
LabNumberStatus
lab_number(const char *text, const LabNumberRule *rule, double *number, const char **end)
{
	Separated	found = scan_separated(text);
	char		decimal[LAB_TEXT_SIZE + 16];
	size_t		used = 0;
	int			power;
	char		mark;

	*end = found.end;
	if (!is_digit(text[0]))
		return LAB_NO_NUMBER;
	mark = decimal_mark(text, &found, rule);
	if (mark == '?' || mark == '!')
		return mark == '?' ? LAB_AMBIGUOUS : LAB_BAD_GROUPS;
	for (const char *at = text; at < found.end; at++)
	{
		bool		is_last = mark && *at == mark && found.end - at - 1 == found.after_last;

		if (is_digit(*at))
			decimal[used++] = *at;
		else if (is_last)
			decimal[used++] = '.';
	}
	*end = scan_power(found.end, &power);
	if (power != 0)
	{
		int			magnitude = abs(power);

		decimal[used++] = 'e';
		decimal[used++] = power < 0 ? '-' : '+';
		decimal[used++] = (char) ('0' + magnitude / 10);
		decimal[used++] = (char) ('0' + magnitude % 10);
	}
	decimal[used] = '\0';
	*number = strtod(decimal, NULL);
	return LAB_NUMBER_READ;
}
