#include "core/study/partial_date.h"

#include <stdio.h>
#include <string.h>

#include "tap.h"

/* The days that a text can mean, or "none"; read from memory of just its size. */
static const char *
days_of(const char *text)
{
	static char days[64];
	char		exact[16];
	PartialDate date;
	size_t		length = strlen(text);

	memcpy(exact, text, length);
	if (!partial_date_parse(exact, length, &date))
		return "none";
	snprintf(days, sizeof(days), "%04d-%02d-%02d %04d-%02d-%02d", date.first.year, date.first.month, date.first.day,
			 date.last.year, date.last.month, date.last.day);
	return days;
}

int
main(void)
{
	is_string(days_of("2008-03-14"), "2008-03-14 2008-03-14", "a day");
	is_string(days_of("2008-04"), "2008-04-01 2008-04-30", "a month");
	is_string(days_of("2008"), "2008-01-01 2008-12-31", "a year");
	is_string(days_of("2008-02"), "2008-02-01 2008-02-29", "a leap year");
	is_string(days_of("1900-02"), "1900-02-01 1900-02-28", "a century without");
	is_string(days_of("2000-02"), "2000-02-01 2000-02-29", "a century with");
	is_string(days_of("9999-12-31"), "9999-12-31 9999-12-31", "the last day");
	is_string(days_of("2007-02-29"), "none", "a day that was not");
	is_string(days_of("0000"), "none", "no year");
	is_string(days_of("2008-13"), "none", "no month");
	is_string(days_of("2008-00"), "none", "nor that");
	is_string(days_of("2008-01-32"), "none", "no day");
	is_string(days_of("2008-01-00"), "none", "nor that");
	is_string(days_of("2008/01"), "none", "another separator");
	is_string(days_of("2008-01/02"), "none", "another second one");
	is_string(days_of("2008-0a"), "none", "a letter");
	is_string(days_of("20080102"), "none", "no separators");
	is_string(days_of(""), "none", "nothing");
	return done_testing();
}
