/*-------------------------------------------------------------------------
 *
 * interval.h
 *	  A confidence interval.
 *
 *-------------------------------------------------------------------------
 */
#ifndef INTERVAL_H
#define INTERVAL_H

#include <stdbool.h>

typedef struct Interval
{
	double		lower;
	double		upper;
} Interval;

#endif							/* INTERVAL_H */
