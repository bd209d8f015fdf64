/*-------------------------------------------------------------------------
 *
 * exact_sum.h
 *	  Sums of numbers and of their squares that do not depend on the order.
 *
 * A number of magnitude below 128 becomes a whole multiple of 2^-56; the sum
 * and the sum of squares of those are exact.  So parallel, windowed and
 * rolled-up aggregates give the same bits.  The multiple differs from the
 * number by at most 2^-57, less than a double's own error from 1/16 upwards.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EXACT_SUM_H
#define EXACT_SUM_H

#include <math.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/statistics/mean.h"

#ifndef __SIZEOF_INT128__
#error "exact sums need a compiler with 128-bit integers"
#endif

/* Numbers must be of a magnitude below this. */
#define EXACT_SUM_BOUND 128.0
#define EXACT_SUM_SCALE 0x1p56

typedef __int128 int128_t;
typedef unsigned __int128 uint128_t;

/* Two's complement sum; sum of squares in three words, lowest first. */
typedef struct ExactSum
{
	int64_t		n;
	uint64_t	sum[2];
	uint64_t	squares[3];
} ExactSum;

static inline void
exact_sum_add_scaled(ExactSum *total, int64_t scaled)
{
	uint128_t	sum = ((uint128_t) total->sum[1] << 64 | total->sum[0]) +
		(uint128_t) (int128_t) scaled;
	uint128_t	square = (uint128_t) ((int128_t) scaled * scaled);
	uint128_t	squares = ((uint128_t) total->squares[1] << 64 | total->squares[0]) + square;

	total->n++;
	total->sum[0] = (uint64_t) sum;
	total->sum[1] = (uint64_t) (sum >> 64);
	total->squares[0] = (uint64_t) squares;
	total->squares[1] = (uint64_t) (squares >> 64);
	total->squares[2] += squares < square;
}

/* Take in a number of a magnitude below EXACT_SUM_BOUND. */
static inline void
exact_sum_add(ExactSum *total, double value)
{
	exact_sum_add_scaled(total, (int64_t) llrint(value * EXACT_SUM_SCALE));
}

/* What a number is in the sums. */
static inline double
exact_sum_rounded(double value)
{
	return (double) llrint(value * EXACT_SUM_SCALE) / EXACT_SUM_SCALE;
}

extern void exact_sum_add_times(ExactSum *total, double value, int64_t times);
extern void exact_sum_combine(ExactSum *total, const ExactSum *other);
extern Moments exact_sum_moments(const ExactSum *total);
extern bool exact_sum_is_possible(const ExactSum *total);

#endif							/* EXACT_SUM_H */
