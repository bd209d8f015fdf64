/*-------------------------------------------------------------------------
 *
 * partial_date.c
 *	  Read YYYY-MM-DD, YYYY-MM or YYYY, as ISO 8601 writes them.
 *
 *-------------------------------------------------------------------------
 */
#include "core/study/partial_date.h"

static int
days_in_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool		is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && is_leap ? 1 : 0);
}

/* A number of so many digits; -1 where something else stands. */
static int
digits(const char *text, int count)
{
	int			number = 0;

	for (int i = 0; i < count; i++)
	{
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = 10 * number + (text[i] - '0');
	}
	return number;
}

/* The days that a text can mean; false if it is no partial date. */
bool
partial_date_parse(const char *text, size_t length, PartialDate *date)
{
	int			year;
	int			month = 0;
	int			day = 0;

	if (length != 4 && length != 7 && length != 10)
		return false;
	year = digits(text, 4);
	if (year < 1)
		return false;
	if (length >= 7)
	{
		month = digits(text + 5, 2);
		if (text[4] != '-' || month < 1 || month > 12)
			return false;
	}
	if (length == 10)
	{
		day = digits(text + 8, 2);
		if (text[7] != '-' || day < 1 || day > days_in_month(year, month))
			return false;
	}
	date->first.year = date->last.year = year;
	date->first.month = month ? month : 1;
	date->last.month = month ? month : 12;
	date->first.day = day ? day : 1;
	date->last.day = day ? day : days_in_month(year, date->last.month);
	return true;
}
