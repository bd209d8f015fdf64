/*-------------------------------------------------------------------------
 *
 * cell_text.c
 *	  The cells of a file that are written in another way than PostgreSQL reads:
 *	  dates by a format that somebody named, and numbers with a decimal comma.
 *
 * Nothing is guessed: what does not fit the format is no date.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <string.h>

#include "core/study/cell_text.h"

/* The parts of a date, as a format names them. */
typedef enum DatePart
{
	PART_YEAR,
	PART_MONTH,
	PART_MONTH_NAME,
	PART_DAY,
	PART_NONE
} DatePart;

static const struct
{
	const char *token;
	DatePart	part;
}			tokens[] = {{"YYYY", PART_YEAR}, {"MM", PART_MONTH}, {"MON", PART_MONTH_NAME}, {"DD", PART_DAY}};

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* An ASCII letter as a small one, whatever the locale is. */
static char
small_letter(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c - 'A' + 'a') : c;
}

/* The part that a format goes on with, and the length of its token. */
static DatePart
part_of_format(const char *format, size_t *length)
{
	for (size_t i = 0; i < sizeof(tokens) / sizeof(tokens[0]); i++)
	{
		*length = strlen(tokens[i].token);
		if (strncmp(format, tokens[i].token, *length) == 0)
			return tokens[i].part;
	}
	*length = 1;
	return PART_NONE;
}

/* Does a format have the day, the month and the year once each, and no other letter? */
bool
cell_format_is_date(const char *format)
{
	int			count[PART_NONE + 1] = {0};
	size_t		length;

	for (; *format; format += length)
	{
		DatePart	part = part_of_format(format, &length);

		if (part == PART_NONE && (is_digit(*format) || (small_letter(*format) >= 'a' && small_letter(*format) <= 'z')))
			return false;
		count[part]++;
	}
	return count[PART_YEAR] == 1 && count[PART_DAY] == 1 && count[PART_MONTH] + count[PART_MONTH_NAME] == 1;
}

/* Reads from at least "least" to at most "most" digits; 0 digits read is failure. */
static int
read_digits(const char *cell, int least, int most, int *number)
{
	int			length = 0;

	*number = 0;
	while (length < most && is_digit(cell[length]))
		*number = 10 * *number + (cell[length++] - '0');
	return length < least ? 0 : length;
}

/* Reads the English abbreviation of a month, in any case. */
static int
read_month(const char *cell, int *number)
{
	for (int i = 0; i < 12; i++)
	{
		int			same = 0;

		while (same < 3 && small_letter(cell[same]) == months[3 * i + same])
			same++;
		if (same == 3)
		{
			*number = i + 1;
			return 3;
		}
	}
	return 0;
}

/* Reads one part; where the next follows without a separator, it has all its digits. */
static int
read_part(const char *cell, DatePart part, bool is_followed, int *number)
{
	switch (part)
	{
		case PART_YEAR:
			return read_digits(cell, 4, 4, number);
		case PART_MONTH_NAME:
			return read_month(cell, number);
		default:
			return read_digits(cell, is_followed ? 2 : 1, 2, number);
	}
}

/*
 * A date as a format says it, as yyyy-mm-dd; false if it is not written so.
 * Whether there is such a day is for the type to say.
 */
bool
cell_date(const char *cell, const char *format, char *iso)
{
	int			parts[PART_NONE] = {0};
	size_t		length;

	for (; *format; format += length)
	{
		DatePart	part = part_of_format(format, &length);
		size_t		next_length;
		int			read = 1;

		if (part == PART_NONE && *cell != *format)
			return false;
		if (part != PART_NONE)
			read = read_part(cell, part, part_of_format(format + length, &next_length) != PART_NONE, &parts[part]);
		if (read == 0)
			return false;
		cell += read;
	}
	snprintf(iso, ISO_DATE_SIZE, "%04u-%02u-%02u", (unsigned) parts[PART_YEAR] % 10000,
			 (unsigned) (parts[PART_MONTH] + parts[PART_MONTH_NAME]) % 100, (unsigned) parts[PART_DAY] % 100);
	return *cell == '\0';
}

/* Is a cell yyyy-mm-dd or yyyymmdd, also at midnight, as spreadsheets write it? */
bool
cell_is_iso_date(const char *cell)
{
	char		iso[ISO_DATE_SIZE];
	char		day[ISO_DATE_SIZE];
	size_t		length = strspn(cell, "0123456789-");

	if (length >= ISO_DATE_SIZE)
		return false;
	memcpy(day, cell, length);
	day[length] = '\0';
	if (strlen(day) != (strchr(day, '-') ? 10 : 8) || !cell_date(day, strchr(day, '-') ? "YYYY-MM-DD" : "YYYYMMDD", iso))
		return false;
	cell += length;
	if (*cell == '\0')
		return true;
	if (*cell != ' ' && *cell != 'T')
		return false;
	cell++;
	return strspn(cell, "0:.") == strlen(cell) && (strlen(cell) == 5 || strlen(cell) >= 8) && strncmp(cell, "00:00", 5) == 0;
}

/* What follows in a cell after a form, in which 0 is any digit; NULL if the cell does not begin so. */
static const char *
after_form(const char *cell, const char *form)
{
	for (; *form; form++, cell++)
		if (*form == '0' ? !is_digit(*cell) : *cell != *form)
			return NULL;
	return cell;
}

/* Is a cell a moment of ISO 8601 with an offset from UTC, as yyyy-mm-ddThh:mm:ssZ? */
bool
cell_is_moment(const char *cell)
{
	const char *seconds;

	cell = after_form(cell, "0000-00-00");
	if (cell == NULL || (*cell != 'T' && *cell != ' ') || (cell = after_form(cell + 1, "00:00")) == NULL)
		return false;
	seconds = after_form(cell, ":00");
	if (seconds)
		cell = *seconds == '.' ? seconds + 1 + strspn(seconds + 1, "0123456789") : seconds;
	if (*cell == 'Z')
		return cell[1] == '\0';
	if ((*cell != '+' && *cell != '-') || (cell = after_form(cell + 1, "00")) == NULL)
		return false;
	if (*cell != '\0')
		cell = after_form(*cell == ':' ? cell + 1 : cell, "00");
	return cell && *cell == '\0';
}

/* Is a number one of code, as 0x1F, 0b1 and 1_000 are?  Which of them are read differs by type and major. */
bool
cell_is_of_base(const char *cell)
{
	const char *digits = cell + strspn(cell, " \t\r\n\v\f+-");

	return strchr(cell, '_') != NULL || (digits[0] == '0' && digits[1] != '\0' && strchr("xXoObB", digits[1]) != NULL);
}

/*
 * A number with a decimal comma, with a point in its place; what has no comma
 * stays.  False if there is a point, or several commas: nobody could say which
 * of them separates thousands.
 */
bool
cell_decimal_comma(const char *cell, char *number, size_t size)
{
	char	   *comma;

	if (strlen(cell) >= size || strchr(cell, '.') != NULL)
		return false;
	strcpy(number, cell);
	comma = strchr(number, ',');
	if (comma == NULL)
		return true;
	*comma = '.';
	return strchr(comma, ',') == NULL && comma > number && is_digit(comma[-1]) && is_digit(comma[1]);
}
