/*-------------------------------------------------------------------------
 *
 * turnbull.c
 *	  The distribution of values observed, left- and right-censored.
 *
 *-------------------------------------------------------------------------
 */
#include "core/turnbull.h"

#include <float.h>
#include <math.h>

#define MAX_CYCLES 20000
#define KKT_TOLERANCE 1e-11
#define KKT_ACCEPTABLE 1e-7

/* Does value belong to the next block rather than to this one? */
static bool
starts_block(CensoredKind previous, CensoredKind kind)
{
	return (kind == RIGHT_CENSORED && previous != RIGHT_CENSORED) ||
		(kind == OBSERVED && previous == LEFT_CENSORED);
}

/* How many blocks the values make; 0 without values. */
size_t
turnbull_block_count(const CensoredCount *values, size_t length)
{
	size_t		count = length > 0 ? 1 : 0;

	for (size_t i = 1; i < length; i++)
		if (starts_block(values[i - 1].kind, values[i].kind))
			count++;
	return count;
}

static void
add_to_block(TurnbullBlock *block, const CensoredCount *value, size_t i)
{
	switch (value->kind)
	{
		case LEFT_CENSORED:
			block->left_censored += (double) value->count;
			if (isinf(block->upper))
				block->upper = value->value;
			break;
		case OBSERVED:
			if (block->end == block->first)
				block->first = i;
			block->end = i + 1;
			block->observed += (double) value->count;
			break;
		case RIGHT_CENSORED:
			block->right_censored += (double) value->count;
			block->lower = value->value;
			break;
	}
}

static void
make_blocks(const CensoredCount *values, size_t length, TurnbullFit *fit)
{
	static const TurnbullBlock empty = {.lower = -INFINITY, .upper = INFINITY};

	fit->length = 0;
	fit->total = 0.0;
	for (size_t i = 0; i < length; i++)
	{
		if (i == 0 || starts_block(values[i - 1].kind, values[i].kind))
			fit->blocks[fit->length++] = empty;
		add_to_block(&fit->blocks[fit->length - 1], &values[i], i);
		fit->total += (double) values[i].count;
	}
}

/*
 * The product-limit estimate: from below when nothing is left-censored, and
 * from above when nothing is right-censored.
 */
static void
product_limit(TurnbullFit *fit, bool from_below)
{
	double		at_risk = fit->total;
	double		rest = 1.0;

	for (size_t i = 0; i < fit->length; i++)
	{
		TurnbullBlock *block = &fit->blocks[from_below ? i : fit->length - 1 - i];

		/* Who is censored on this side of the block cannot lie in it. */
		at_risk -= from_below ? block->right_censored : block->left_censored;
		if (i == fit->length - 1)
			block->probability = rest;
		else
		{
			block->probability = rest * (block->observed / at_risk);
			rest *= (at_risk - block->observed) / at_risk;
		}
		at_risk -= block->observed;
	}
}

/* What one self-consistency step needs and finds. */
typedef struct Step
{
	double		log_likelihood; /* of the probabilities that went in */
	double		residual;
} Step;

/*
 * One step of self-consistency: every censored value is shared among the
 * blocks that it may lie in, in proportion to their probabilities.  Blocks
 * with the same neighbours on all sides share all terms, so that cumulative
 * sums from both ends do for any number of limits.  scratch has 2 * length
 * elements.  The residual is the largest excess of a block's gradient over
 * its value at the maximum (Karush-Kuhn-Tucker).
 */
static Step
self_consistency(const TurnbullFit *fit, const double *p, double *next, double *scratch)
{
	const size_t length = fit->length;
	double	   *above = scratch;
	double	   *share = scratch + length;
	double		sum = 0.0;
	double		covering = 0.0;
	Step		step = {0.0, -INFINITY};

	for (size_t j = length; j-- > 0;)
		above[j] = sum += p[j];
	sum = 0.0;
	for (size_t j = 0; j < length; j++)
	{
		const TurnbullBlock *block = &fit->blocks[j];

		sum += p[j];
		if (block->right_censored > 0.0)
		{
			covering += block->right_censored / above[j];
			step.log_likelihood += block->right_censored * log(above[j]);
		}
		share[j] = covering;
		above[j] = sum;			/* from here on the sum from below */
	}
	covering = 0.0;
	for (size_t j = length; j-- > 0;)
	{
		const TurnbullBlock *block = &fit->blocks[j];
		double		gradient;

		if (block->left_censored > 0.0)
		{
			covering += block->left_censored / above[j];
			step.log_likelihood += block->left_censored * log(above[j]);
		}
		if (block->observed > 0.0)
			step.log_likelihood += block->observed * log(p[j]);
		next[j] = (block->observed + p[j] * (share[j] + covering)) / fit->total;
		gradient = block->observed > 0.0 ? next[j] / p[j] : (share[j] + covering) / fit->total;
		step.residual = fmax(step.residual, gradient - 1.0);
	}
	return step;
}

/*
 * Extrapolates p0, p1, p2 (three successive steps) into p0: the squared
 * iteration of Varadhan and Roland (2008), step length S3.  A block that
 * would go negative keeps a part of its last probability.
 */
static void
extrapolate(double *p0, const double *p1, const double *p2, size_t length)
{
	double		r2 = 0.0;
	double		v2 = 0.0;
	double		sum = 0.0;
	double		a;

	for (size_t j = 0; j < length; j++)
	{
		double		r = p1[j] - p0[j];
		double		v = (p2[j] - p1[j]) - r;

		r2 += r * r;
		v2 += v * v;
	}
	a = v2 > 0.0 ? sqrt(r2 / v2) : 1.0;
	if (a < 1.0)
		a = 1.0;
	for (size_t j = 0; j < length; j++)
	{
		double		r = p1[j] - p0[j];
		double		v = (p2[j] - p1[j]) - r;
		double		p = p0[j] + 2.0 * a * r + a * a * v;

		p0[j] = p > 0.0 ? p : p2[j] * 0.01;
		sum += p0[j];
	}
	for (size_t j = 0; j < length; j++)
		p0[j] /= sum;
}

/* Values censored on both sides: Turnbull's estimator, work of 6 * length. */
static void
iterate(TurnbullFit *fit, double *work)
{
	const size_t length = fit->length;
	double	   *p0 = work;
	double	   *p1 = work + length;
	double	   *p2 = work + 2 * length;
	double	   *best = work + 3 * length;
	double	   *scratch = work + 4 * length;
	double		best_likelihood = -INFINITY;
	Step		step;

	for (size_t j = 0; j < length; j++)
		p0[j] = (fit->blocks[j].observed + 1.0) / (fit->total + (double) length);
	for (int cycle = 0; cycle < MAX_CYCLES; cycle++)
	{
		step = self_consistency(fit, p0, p1, scratch);
		if (step.log_likelihood < best_likelihood - fabs(best_likelihood) * 1e-12)
		{
			/* The extrapolation went too far: back to what it started from. */
			for (size_t j = 0; j < length; j++)
				p0[j] = best[j];
			step = self_consistency(fit, p0, p1, scratch);
		}
		fit->iterations = cycle + 1;
		fit->kkt_residual = step.residual;
		if (step.residual <= KKT_TOLERANCE)
			break;
		step = self_consistency(fit, p1, p2, scratch);
		best_likelihood = step.log_likelihood;
		for (size_t j = 0; j < length; j++)
			best[j] = p2[j];
		extrapolate(p0, p1, p2, length);
	}
	for (size_t j = 0; j < length; j++)
		fit->blocks[j].probability = p1[j];
	fit->converged = fit->kkt_residual <= KKT_ACCEPTABLE;
}

/*
 * Fits the distribution of values observed, left- and right-censored, without
 * a model: Kaplan-Meier's estimate when the censoring is on one side, and
 * otherwise Turnbull's (1974) self-consistent one, which is the maximum of the
 * likelihood.  blocks has turnbull_block_count() elements, work
 * TURNBULL_WORK_DOUBLES() of that.  Within a block the probability is shared
 * by the observed values in proportion to their counts.
 */
void
turnbull_fit(const CensoredCount *values, size_t length,
			 TurnbullBlock *blocks, double *work, TurnbullFit *fit)
{
	bool		left = false;
	bool		right = false;

	fit->blocks = blocks;
	fit->converged = true;
	fit->iterations = 0;
	fit->kkt_residual = 0.0;
	make_blocks(values, length, fit);
	for (size_t j = 0; j < fit->length; j++)
	{
		left = left || blocks[j].left_censored > 0.0;
		right = right || blocks[j].right_censored > 0.0;
	}
	if (left && right)
		iterate(fit, work);
	else
		product_limit(fit, !left);
}

static CensoredQuantile
observed_quantile(double value)
{
	CensoredQuantile result = {QUANTILE_AT, value, value};

	return result;
}

static CensoredQuantile
gap_quantile(const TurnbullBlock *gap)
{
	CensoredQuantile result = {QUANTILE_BETWEEN, gap->lower, gap->upper};

	if (isinf(gap->lower))
		result.place = QUANTILE_BELOW;
	else if (isinf(gap->upper))
		result.place = QUANTILE_ABOVE;
	return result;
}

/* The middle between an observed value and the next, if that is observed too. */
static CensoredQuantile
middle_quantile(const TurnbullFit *fit, const CensoredCount *values, size_t block, size_t i)
{
	size_t		next = i + 1;

	if (next == fit->blocks[block].end)
	{
		do
			block++;
		while (block < fit->length && fit->blocks[block].probability <= sqrt(DBL_EPSILON));
		if (block == fit->length || fit->blocks[block].observed == 0.0)
			return observed_quantile(values[i].value);
		next = fit->blocks[block].first;
	}
	return observed_quantile(values[i].value / 2.0 + values[next].value / 2.0);
}

/*
 * The smallest place where the distribution function reaches p, 0 < p < 1.
 * If it stays at p up to the next observed value, the middle of the two, as
 * survfit takes it.
 */
CensoredQuantile
turnbull_quantile(const TurnbullFit *fit, const CensoredCount *values, double p)
{
	const double tolerance = sqrt(DBL_EPSILON);
	double		below = 0.0;
	CensoredQuantile none = {QUANTILE_NONE, NAN, NAN};

	for (size_t j = 0; j < fit->length; j++)
	{
		const TurnbullBlock *block = &fit->blocks[j];
		double		counted = 0.0;

		if (below + block->probability < p - tolerance && j < fit->length - 1)
		{
			below += block->probability;
			continue;
		}
		if (block->observed == 0.0)
			return gap_quantile(block);
		for (size_t i = block->first; i < block->end; i++)
		{
			double		reached;

			counted += (double) values[i].count;
			reached = below + block->probability * (counted / block->observed);
			if (fabs(reached - p) < tolerance)
				return middle_quantile(fit, values, j, i);
			if (reached > p)
				return observed_quantile(values[i].value);
		}
		below += block->probability;
	}
	return none;
}
