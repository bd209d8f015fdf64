/*-------------------------------------------------------------------------
 *
 * davg.c
 *	  The time-averaged change from the first record.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/davg.h"

#include <math.h>

/*
 * The time-averaged change from the first record: the area under the values
 * by trapezoids over the time observed, less the first value.  Days are
 * distinct and ascending.  NAN with fewer than two records.
 */
double
davg(const DayValue *records, size_t length)
{
	double		area = 0.0;

	if (length < 2)
		return NAN;
	/* The change, not the value, is integrated: it loses no digits to the level. */
	for (size_t i = 1; i < length; i++)
		area += (records[i].day - records[i - 1].day) *
			((records[i - 1].value - records[0].value) + (records[i].value - records[0].value)) / 2.0;
	return area / (records[length - 1].day - records[0].day);
}
