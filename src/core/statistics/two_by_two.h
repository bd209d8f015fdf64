/*-------------------------------------------------------------------------
 *
 * two_by_two.h
 *	  Responders of a treated and a control group, in one table or in strata.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TWO_BY_TWO_H
#define TWO_BY_TWO_H

#include <stdbool.h>
#include <stddef.h>

#include "core/statistics/confidence.h"
#include "core/statistics/interrupt.h"

/* Whole numbers; a group may be empty. */
typedef struct TwoByTwo
{
	double		treated_responders;
	double		treated;
	double		control_responders;
	double		control;
} TwoByTwo;

/* The strata of a comparison, one after the other. */
typedef struct TwoByTwoStrata
{
	const TwoByTwo *tables;
	size_t		count;
} TwoByTwoStrata;

/* NAN is not defined; an infinite limit is none. */
typedef struct ComparisonEstimate
{
	double		estimate;
	ConfidenceLimits limits;
} ComparisonEstimate;

typedef struct ComparisonTest
{
	double		statistic;
	double		p_value;
} ComparisonTest;

/* Both groups have somebody: only such a table compares anything. */
static inline bool
two_by_two_compares(const TwoByTwo *table)
{
	return table->treated > 0 && table->control > 0;
}

static inline double
two_by_two_total(const TwoByTwo *table)
{
	return table->treated + table->control;
}

static inline double
treated_rate(const TwoByTwo *table)
{
	return table->treated_responders / table->treated;
}

static inline double
control_rate(const TwoByTwo *table)
{
	return table->control_responders / table->control;
}

/* Mantel and Haenszel's weight of a stratum. */
static inline double
mantel_haenszel_weight(const TwoByTwo *table)
{
	return table->treated * table->control / two_by_two_total(table);
}

#endif							/* TWO_BY_TWO_H */
