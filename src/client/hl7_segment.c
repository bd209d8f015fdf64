/*-------------------------------------------------------------------------
 *
 * hl7_segment.c
 *	  The parts of a segment of HL7 version 2: fields, repetitions, components, and
 *	  the escape sequences in them.
 *
 *-------------------------------------------------------------------------
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "client/hl7_segment.h"

/* Reads the delimiters behind the name of a header segment; are they such? */
bool
hl7_read_delimiters(Hl7Delimiters *delimiters, const char *header)
{
	const char *given = header + 3;
	size_t		length = strlen(header) < 3 ? 0 : strcspn(given + (*given != '\0'), (char[]) {*given, '\0'});

	*delimiters = (Hl7Delimiters) {.field = '|', .component = '^', .repetition = '~', .escape = '\\', .subcomponent = '&'};
	if (length < 2 || !ispunct((unsigned char) *given))
		return false;
	*delimiters = (Hl7Delimiters) {.field = given[0], .component = given[1], .repetition = given[2],
		.escape = length > 2 ? given[3] : '\0', .subcomponent = length > 3 ? given[4] : '\0'};
	for (size_t i = 1; i <= length; i++)
		if (!ispunct((unsigned char) given[i]) || memchr(given, given[i], i))
			return false;
	return true;
}

/* Part number N of a text, from 1; empty where there are fewer. */
Hl7Part
hl7_part(Hl7Part whole, char delimiter, int number)
{
	const char *end = whole.start + whole.length;
	const char *start = whole.start;
	const char *stop;

	for (; number > 1; number--)
	{
		start = delimiter ? memchr(start, delimiter, (size_t) (end - start)) : NULL;
		if (start == NULL)
			return (Hl7Part) {.start = end};
		start++;
	}
	stop = delimiter ? memchr(start, delimiter, (size_t) (end - start)) : NULL;
	return (Hl7Part) {.start = start, .length = (size_t) ((stop ? stop : end) - start)};
}

/* How many parts a text has; none if it is empty. */
int
hl7_count(Hl7Part whole, char delimiter)
{
	int			count = whole.length > 0;

	for (size_t i = 0; delimiter && i < whole.length; i++)
		count += whole.start[i] == delimiter;
	return count;
}

/* Field number N of a segment; that of a header counts its delimiter as the first. */
Hl7Part
hl7_field(const Hl7Delimiters *delimiters, const char *segment, int number)
{
	bool		is_header = strncmp(segment, "MSH", 3) == 0 || strncmp(segment, "BHS", 3) == 0 || strncmp(segment, "FHS", 3) == 0;

	return hl7_part((Hl7Part) {.start = segment, .length = strlen(segment)}, delimiters->field, is_header ? number : number + 1);
}

/* A byte in hexadecimal that is a letter of ASCII, or white; '\0' for another. */
static char
hexadecimal(const char *digits)
{
	static const char known[] = "0123456789ABCDEF";
	const char *high = digits[0] ? strchr(known, toupper((unsigned char) digits[0])) : NULL;
	const char *low = high && digits[1] ? strchr(known, toupper((unsigned char) digits[1])) : NULL;
	int			byte = low ? (int) (16 * (high - known) + (low - known)) : 0;

	return (byte >= 0x20 && byte < 0x7F) || byte == '\t' || byte == '\n' || byte == '\r' ? (char) byte : '\0';
}

/* Adds a text of hexadecimal digits; does it mean one? */
static bool
add_hexadecimal(Hl7Part digits, Text *text)
{
	size_t		before = text->length;

	for (size_t i = 0; i < digits.length; i += 2)
	{
		char		byte = i + 1 < digits.length ? hexadecimal(digits.start + i) : '\0';

		if (byte == '\0')
		{
			text->length = before;
			text_add(text, "", 0);
			return false;
		}
		text_add(text, &byte, 1);
	}
	return digits.length > 0;
}

/* Adds what an escape sequence means; is it one that is known? */
static bool
add_escaped(const Hl7Delimiters *delimiters, Hl7Part sequence, Text *text)
{
	const char *start = sequence.start;
	const char	letters[] = "FSRET";
	const char	meant[] = {delimiters->field, delimiters->component, delimiters->repetition, delimiters->escape, delimiters->subcomponent};
	const char *letter = sequence.length == 1 ? memchr(letters, *start, sizeof(meant)) : NULL;

	if (letter && meant[letter - letters])
		text_add(text, &meant[letter - letters], 1);
	else if (sequence.length > 1 && *start == 'X')
		return add_hexadecimal((Hl7Part) {.start = start + 1, .length = sequence.length - 1}, text);
	else if (sequence.length == 3 && memcmp(start, ".br", 3) == 0)
		text_put(text, "\n");
	/* where a text is highlighted means nothing */
	else
		return sequence.length == 1 && (*start == 'H' || *start == 'N');
	return true;
}

/* Adds a part as text: its escape sequences replaced, and nothing for "", which takes a value back. */
void
hl7_text(const Hl7Delimiters *delimiters, Hl7Part part, Text *text)
{
	const char *end = part.start + part.length;

	if (part.length == 2 && memcmp(part.start, "\"\"", 2) == 0)
		return;
	for (const char *at = part.start; at < end; at++)
	{
		const char *stop = *at == delimiters->escape && delimiters->escape && at + 1 < end ?
			memchr(at + 1, delimiters->escape, (size_t) (end - at - 1)) : NULL;

		if (stop && add_escaped(delimiters, (Hl7Part) {.start = at + 1, .length = (size_t) (stop - at - 1)}, text))
			at = stop;
		else
			text_add(text, at, 1);
	}
}

/* Is a part this text? */
bool
hl7_is(Hl7Part part, const char *text)
{
	return part.length == strlen(text) && memcmp(part.start, text, part.length) == 0;
}

/* A component of the first repetition of a field. */
Hl7Part
hl7_component(const Hl7Delimiters *delimiters, Hl7Part field, int number)
{
	return hl7_part(hl7_part(field, delimiters->repetition, 1), delimiters->component, number);
}

/* A structured number without its carets, unless it is a range or a ratio. */
void
hl7_number(const Hl7Delimiters *delimiters, Hl7Part value, Text *text)
{
	Hl7Part		comparator = hl7_component(delimiters, value, 1);

	for (int i = 1; i <= 4; i++)
	{
		Hl7Part		part = hl7_component(delimiters, value, i);

		if (i > 2 && part.length > 0)
			text_put(text, "^");
		if (i != 1 || !hl7_is(comparator, "="))
			hl7_text(delimiters, part, text);
	}
}

/* A text may have several lines, as repetitions. */
void
hl7_lines(const Hl7Delimiters *delimiters, Hl7Part value, Text *text)
{
	for (int i = 1; i <= hl7_count(value, delimiters->repetition); i++)
	{
		if (i > 1)
			text_put(text, "\n");
		hl7_text(delimiters, hl7_part(value, delimiters->repetition, i), text);
	}
}

/* What HL7 calls the encodings of table 0211, as iconv does; a name that is not in it is tried as it is. */
const char *
hl7_encoding(Hl7Part name, char *given, size_t size)
{
	static const char *const known[][2] = {
		{"", "UTF-8"}, {"ASCII", "ASCII"}, {"UNICODE", "UTF-8"}, {"UNICODE UTF-8", "UTF-8"}, {"8859/1", "ISO-8859-1"},
		{"8859/2", "ISO-8859-2"}, {"8859/3", "ISO-8859-3"}, {"8859/4", "ISO-8859-4"}, {"8859/5", "ISO-8859-5"},
		{"8859/6", "ISO-8859-6"}, {"8859/7", "ISO-8859-7"}, {"8859/8", "ISO-8859-8"}, {"8859/9", "ISO-8859-9"},
		{"8859/15", "ISO-8859-15"}, {"GB 18030-2000", "GB18030"}, {"KS X 1001", "EUC-KR"}, {"BIG-5", "BIG5"}
	};

	for (size_t i = 0; i < lengthof(known); i++)
		if (hl7_is(name, known[i][0]))
			return known[i][1];
	snprintf(given, size, "%.*s", (int) name.length, name.start);
	return given;
}
