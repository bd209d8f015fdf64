/*-------------------------------------------------------------------------
 *
 * turnbull.h
 *	  The distribution of values observed, left- and right-censored.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TURNBULL_H
#define TURNBULL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
typedef struct TurnbullBlock
{
	size_t		first;			/* the observed values in the input; first = end in a gap */
	size_t		end;
	double		lower;			/* the edges: -INFINITY or INFINITY where there is no limit */
	double		upper;
	double		observed;		/* their count */
	double		left_censored;	/* whose limit is the block's upper edge */
	double		right_censored; /* whose limit is the block's lower edge */
	double		probability;
} TurnbullBlock;

typedef struct TurnbullFit
{
	TurnbullBlock *blocks;
	size_t		length;
	double		total;
	bool		converged;
	int			iterations;
	double		kkt_residual;	/* largest violation of optimality, relative */
} TurnbullFit;

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

#define TURNBULL_WORK_DOUBLES(blocks) (6 * (blocks))
extern size_t turnbull_block_count(const CensoredCount *values, size_t length);
extern void turnbull_fit(const CensoredCount *values, size_t length,
						 TurnbullBlock *blocks, double *work, TurnbullFit *fit);
extern CensoredQuantile turnbull_quantile(const TurnbullFit *fit, const CensoredCount *values, double p);

#endif							/* TURNBULL_H */
