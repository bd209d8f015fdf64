/*
 * Any bytes are a partial date or are refused; the days it can mean are days of
 * the calendar, in order, and the whole of the month or year that is given.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <stdint.h>

#include "core/study/partial_date.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* The text of a day, or of its month or year, as given by length. */
static bool
says(CalendarDay day, const char *text, size_t length)
{
	char		whole[32];

	snprintf(whole, sizeof(whole), "%04d-%02d-%02d", day.year, day.month, day.day);
	return length <= 10 && memcmp(whole, text, length) == 0;
}

static void
check_day(CalendarDay day)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool		leaps = (day.year % 4 == 0 && day.year % 100 != 0) || day.year % 400 == 0;

	must(day.year >= 1 && day.year <= 9999);
	must(day.month >= 1 && day.month <= 12);
	must(day.day >= 1 && day.day <= days[day.month - 1] + (day.month == 2 && leaps));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char	   *text = malloc(size > 0 ? size : 1);
	PartialDate date;

	must(text != NULL);
	/* Exactly as long as it is said to be, so that a byte too far is seen. */
	memcpy(text, data, size);
	if (partial_date_parse(text, size, &date))
	{
		must(size == 4 || size == 7 || size == 10);
		check_day(date.first);
		check_day(date.last);
		must(says(date.first, text, size) && says(date.last, text, size));
		must(size == 10 || date.first.day == 1);
		must(size != 4 || (date.first.month == 1 && date.last.month == 12));
		must(size != 10 || date.first.day == date.last.day);
	}
	free(text);
	return 0;
}
