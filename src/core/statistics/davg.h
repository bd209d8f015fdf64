/*-------------------------------------------------------------------------
 *
 * davg.h
 *	  The time-averaged change from the first record.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DAVG_H
#define DAVG_H

#include <stddef.h>

typedef struct DayValue
{
	double		day;
	double		value;
} DayValue;

extern double davg(const DayValue *records, size_t length);

#endif							/* DAVG_H */
