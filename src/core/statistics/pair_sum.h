/*-------------------------------------------------------------------------
 *
 * pair_sum.h
 *	  Order statistics of the sums of pairs of observations.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PAIR_SUM_H
#define PAIR_SUM_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/statistics/interrupt.h"

/* A distinct finite value and how often it was seen. */
typedef struct ValueCount
{
	double		value;
	int64_t		count;
} ValueCount;

/* More observations than this have more pairs than 64 bits count. */
#define PAIR_SUM_MAX_OBSERVATIONS INT64_C(3000000000)

/* Larger values have sums that overflow. */
#define PAIR_SUM_MAX_MAGNITUDE (DBL_MAX / 2)

/* So many counts are remembered from one search to the next. */
#define MAX_PROBES 64

/* How many pairs were counted up to a double. */
typedef struct Probe
{
	int64_t		at;
	uint64_t	pairs;
} Probe;

/*
 * The values, distinct and ascending, and what the searches for their pairs'
 * sums have learnt.  a and b are the same array if the pairs are of one sample.
 */
typedef struct PairSums
{
	const ValueCount *a;
	size_t		a_length;
	const ValueCount *b;
	size_t		b_length;
	uint64_t	b_total;
	uint64_t	pairs;
	InterruptCheck interrupt;
	Probe		probes[MAX_PROBES];
	int			probe_count;
} PairSums;

extern int64_t value_count_total(const ValueCount *values, size_t length);
extern PairSums pair_sums_of_one(const ValueCount *values, size_t length, InterruptCheck interrupt);
extern PairSums pair_sums_of_two(const ValueCount *a, size_t a_length, const ValueCount *b, size_t b_length,
								 InterruptCheck interrupt);
extern double select_pair_sum(PairSums *sums, uint64_t k);
extern double median_pair_sum(PairSums *sums);

#endif							/* PAIR_SUM_H */
