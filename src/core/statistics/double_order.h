/*-------------------------------------------------------------------------
 *
 * double_order.h
 *	  Doubles as integers that sort in the same order.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DOUBLE_ORDER_H
#define DOUBLE_ORDER_H

#include <stdint.h>
#include <string.h>

/* The place of x among the doubles; both zeroes are 0.  x is not NaN. */
static inline int64_t
double_to_rank(double x)
{
	int64_t		bits;

	memcpy(&bits, &x, sizeof(bits));
	return bits < 0 ? INT64_MIN - bits : bits;
}

static inline double
rank_to_double(int64_t rank)
{
	int64_t		bits = rank < 0 ? INT64_MIN - rank : rank;
	double		x;

	memcpy(&x, &bits, sizeof(x));
	return x;
}

#endif							/* DOUBLE_ORDER_H */
