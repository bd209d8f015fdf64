/*-------------------------------------------------------------------------
 *
 * capacity.h
 *	  How arrays grow.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CAPACITY_H
#define CAPACITY_H

#include <stdint.h>

#define LEAST_CAPACITY 8

/*
 * The items for which an array that has room for so many gets room, so that it
 * holds the needed ones: at least twice as many.  0 where more are needed than
 * the largest array holds.
 */
static inline int64_t
larger_capacity(int64_t capacity, int64_t needed, int64_t largest)
{
	int64_t		larger = capacity > INT64_MAX / 2 ? INT64_MAX : capacity * 2;

	if (needed > largest)
		return 0;
	if (larger < LEAST_CAPACITY)
		larger = LEAST_CAPACITY;
	if (larger < needed)
		larger = needed;
	return larger < largest ? larger : largest;
}

#endif							/* CAPACITY_H */
