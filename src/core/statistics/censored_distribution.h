/*-------------------------------------------------------------------------
 *
 * censored_distribution.h
 *	  The distribution of values observed, left- and right-censored.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_DISTRIBUTION_H
#define CENSORED_DISTRIBUTION_H

#include <stdint.h>

#include "core/statistics/turnbull.h"

/* What is known of a value. */
typedef enum CensoredKind
{
	LEFT_CENSORED = -1,			/* lies below the limit */
	OBSERVED = 0,
	RIGHT_CENSORED = 1			/* lies above the limit */
} CensoredKind;

/* Distinct values, in ascending order of value and then of kind. */
typedef struct CensoredCount
{
	double		value;
	int64_t		count;
	CensoredKind kind;
} CensoredCount;

/*
 * A stretch of the line that no limit cuts: one or more observed values with
 * the censored ones that end or start at its edges; or a gap without observed
 * values in which probability may lie.
 */
typedef struct CensoredBlock
{
	size_t		first;			/* the observed values in the input; first = end in a gap */
	size_t		end;
	double		lower;			/* the edges: -INFINITY or INFINITY where there is no limit */
	double		upper;
	double		observed;		/* their count */
	double		left_censored;	/* whose limit is the block's upper edge */
	double		right_censored; /* whose limit is the block's lower edge */
	double		probability;
} CensoredBlock;

typedef struct CensoredDistribution
{
	CensoredBlock *blocks;
	size_t		length;
	double		total;
} CensoredDistribution;

/* Where a quantile lies. */
typedef enum QuantilePlace
{
	QUANTILE_AT,				/* is lower = upper */
	QUANTILE_BELOW,				/* somewhere below upper */
	QUANTILE_ABOVE,				/* somewhere above lower */
	QUANTILE_BETWEEN,			/* somewhere between lower and upper */
	QUANTILE_NONE				/* of no values */
} QuantilePlace;

typedef struct CensoredQuantile
{
	QuantilePlace place;
	double		lower;
	double		upper;
} CensoredQuantile;

/* Of so many blocks. */
#define CENSORED_DISTRIBUTION_RANGES(blocks) (3 * (blocks))

extern size_t censored_block_count(const CensoredCount *values, size_t length);
extern bool censored_distribution_start(const CensoredCount *values, size_t length, CensoredBlock *blocks,
										TurnbullRange *ranges, CensoredDistribution *fit,
										TurnbullProblem *problem);
extern void censored_distribution_finish(CensoredDistribution *fit, const double *probability);
extern CensoredQuantile censored_distribution_quantile(const CensoredDistribution *fit,
													   const CensoredCount *values, double p);

#endif							/* CENSORED_DISTRIBUTION_H */
