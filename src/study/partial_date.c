/*-------------------------------------------------------------------------
 *
 * partial_date.c
 *	  The first and the last day that a date may be of which the day, or the
 *	  month too, is unknown; and an age in years.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/datetime.h"

#include "core/study/partial_date.h"

PG_FUNCTION_INFO_V1(first_possible_day);
PG_FUNCTION_INFO_V1(last_possible_day);
PG_FUNCTION_INFO_V1(completed_years);

static PartialDate
date_of_call(FunctionCallInfo fcinfo)
{
	text	   *given = PG_GETARG_TEXT_PP(0);
	PartialDate date;

	if (!partial_date_parse(VARDATA_ANY(given), VARSIZE_ANY_EXHDR(given), &date))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("invalid partial date: \"%s\"", text_to_cstring(given)),
				 errhint("Write YYYY-MM-DD, or YYYY-MM or YYYY where no more is known.")));
	return date;
}

static DateADT
day_number(CalendarDay day)
{
	return date2j(day.year, day.month, day.day) - POSTGRES_EPOCH_JDATE;
}

/* The first day that a partial date may be; 22007 if the text is none. */
Datum
first_possible_day(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(day_number(date_of_call(fcinfo).first));
}

/* The last day that a partial date may be; 22007 if the text is none. */
Datum
last_possible_day(PG_FUNCTION_ARGS)
{
	PG_RETURN_DATEADT(day_number(date_of_call(fcinfo).last));
}

static int
years_between(DateADT from, DateADT until)
{
	int			year[2];
	int			month[2];
	int			day[2];

	j2date(from + POSTGRES_EPOCH_JDATE, &year[0], &month[0], &day[0]);
	j2date(until + POSTGRES_EPOCH_JDATE, &year[1], &month[1], &day[1]);
	return year[1] - year[0] - (month[1] < month[0] || (month[1] == month[0] && day[1] < day[0]) ? 1 : 0);
}

/* The years that are completed from a day of birth to a day, as age() counts them; NULL of infinity. */
Datum
completed_years(PG_FUNCTION_ARGS)
{
	DateADT		birth = PG_GETARG_DATEADT(0);
	DateADT		day = PG_GETARG_DATEADT(1);

	if (DATE_NOT_FINITE(birth) || DATE_NOT_FINITE(day))
		PG_RETURN_NULL();
	PG_RETURN_INT32(day < birth ? -years_between(day, birth) : years_between(birth, day));
}
