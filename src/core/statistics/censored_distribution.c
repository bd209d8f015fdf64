/*-------------------------------------------------------------------------
 *
 * censored_distribution.c
 *	  The distribution of values observed, left- and right-censored.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/censored_distribution.h"

#include <float.h>
#include <math.h>

/* Does value belong to the next block rather than to this one? */
static bool
starts_block(CensoredKind previous, CensoredKind kind)
{
	return (kind == RIGHT_CENSORED && previous != RIGHT_CENSORED) ||
		(kind == OBSERVED && previous == LEFT_CENSORED);
}

/* How many blocks the values make; 0 without values. */
size_t
censored_block_count(const CensoredCount *values, size_t length)
{
	size_t		count = length > 0 ? 1 : 0;

	for (size_t i = 1; i < length; i++)
		if (starts_block(values[i - 1].kind, values[i].kind))
			count++;
	return count;
}

static void
add_to_block(CensoredBlock *block, const CensoredCount *value, size_t i)
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
make_blocks(const CensoredCount *values, size_t length, CensoredDistribution *fit)
{
	static const CensoredBlock empty = {.lower = -INFINITY, .upper = INFINITY};

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
product_limit(CensoredDistribution *fit, bool from_below)
{
	double		at_risk = fit->total;
	double		rest = 1.0;

	for (size_t i = 0; i < fit->length; i++)
	{
		CensoredBlock *block = &fit->blocks[from_below ? i : fit->length - 1 - i];

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

/*
 * The blocks as candidates, and the values as ranges of them; ranges has
 * CENSORED_DISTRIBUTION_RANGES() elements.
 */
static void
make_problem(const CensoredDistribution *fit, TurnbullRange *ranges, TurnbullProblem *problem)
{
	size_t		count = 0;

	for (size_t j = 0; j < fit->length; j++)
	{
		const CensoredBlock *block = &fit->blocks[j];

		if (block->observed > 0.0)
			ranges[count++] = (TurnbullRange) {j, j, block->observed};
		if (block->left_censored > 0.0)
			ranges[count++] = (TurnbullRange) {0, j, block->left_censored};
		if (block->right_censored > 0.0)
			ranges[count++] = (TurnbullRange) {j, fit->length - 1, block->right_censored};
	}
	*problem = (TurnbullProblem) {fit->length, ranges, count, fit->total};
}

/*
 * Starts the distribution of values observed, left- and right-censored: blocks
 * has censored_block_count() elements.  True if a problem of Turnbull's is
 * left to solve, for which ranges has CENSORED_DISTRIBUTION_RANGES() of that;
 * else, when the censoring is on one side, the distribution is Kaplan-Meier's
 * estimate and done.
 */
bool
censored_distribution_start(const CensoredCount *values, size_t length, CensoredBlock *blocks,
							TurnbullRange *ranges, CensoredDistribution *fit, TurnbullProblem *problem)
{
	bool		left = false;
	bool		right = false;

	fit->blocks = blocks;
	make_blocks(values, length, fit);
	for (size_t j = 0; j < fit->length; j++)
	{
		left = left || blocks[j].left_censored > 0.0;
		right = right || blocks[j].right_censored > 0.0;
	}
	if (left && right)
		make_problem(fit, ranges, problem);
	else
		product_limit(fit, !left);
	return left && right;
}

/*
 * Takes over the solution of the problem.  Within a block the probability is
 * shared by the observed values in proportion to their counts.
 */
void
censored_distribution_finish(CensoredDistribution *fit, const double *probability)
{
	for (size_t j = 0; j < fit->length; j++)
		fit->blocks[j].probability = probability[j];
}

static CensoredQuantile
observed_quantile(double value)
{
	CensoredQuantile result = {QUANTILE_AT, value, value};

	return result;
}

static CensoredQuantile
gap_quantile(const CensoredBlock *gap)
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
middle_quantile(const CensoredDistribution *fit, const CensoredCount *values, size_t block, size_t i)
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
censored_distribution_quantile(const CensoredDistribution *fit, const CensoredCount *values, double p)
{
	const double tolerance = sqrt(DBL_EPSILON);
	double		below = 0.0;
	CensoredQuantile none = {QUANTILE_NONE, NAN, NAN};

	for (size_t j = 0; j < fit->length; j++)
	{
		const CensoredBlock *block = &fit->blocks[j];
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
