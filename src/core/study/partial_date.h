/*-------------------------------------------------------------------------
 *
 * partial_date.h
 *	  Dates of which the day, or the month too, may be unknown.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PARTIAL_DATE_H
#define PARTIAL_DATE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct CalendarDay
{
	int			year;
	int			month;			/* 1 to 12 */
	int			day;			/* 1 to 31 */
} CalendarDay;

/* The days that a partial date can mean. */
typedef struct PartialDate
{
	CalendarDay first;
	CalendarDay last;
} PartialDate;

extern bool partial_date_parse(const char *text, size_t length, PartialDate *date);

#endif							/* PARTIAL_DATE_H */
