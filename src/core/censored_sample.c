/*-------------------------------------------------------------------------
 *
 * censored_sample.c
 *	  Quantiles of censored values: what their possible values allow.
 *
 * With every value at its lowest, a quantile is at its lowest, and with every
 * value at its highest at its highest.  In both cases it interpolates order
 * statistics of the packed values, which sort by limit and have '<x' just
 * before x and '>x' just behind it; what has no bound sorts at the far end.
 *
 *-------------------------------------------------------------------------
 */
#include "core/censored_sample.h"

#include "core/selection.h"

#define UNBOUNDED_BELOW INT64_MIN
#define UNBOUNDED_ABOVE INT64_MAX

/* Two neighbouring order statistics and the weight of the second. */
typedef struct Neighbours
{
	CensoredValue first;
	CensoredValue second;
	double		weight;
} Neighbours;

/* An end of the set of quantiles. */
typedef struct End
{
	double		value;
	bool		open;			/* a limit, which no value attains, is a part of it */
	bool		without_limit;	/* nothing but TND below an unknown limit */
} End;

/* The packed value as it sorts when all are at their lowest, or highest. */
static inline CensoredValue
at_lowest(CensoredValue value)
{
	return censored_qualifier(value) < QUALIFIER_EXACT ? UNBOUNDED_BELOW : value;
}

static inline CensoredValue
at_highest(CensoredValue value)
{
	switch (censored_qualifier(value))
	{
		case QUALIFIER_ABOVE:
			return UNBOUNDED_ABOVE;
		case QUALIFIER_NOT_DETECTED:
			return censored_lacks_limit(value) ? UNBOUNDED_BELOW :
				value - QUALIFIER_NOT_DETECTED + QUALIFIER_BELOW;
		default:
			return value;
	}
}

/* R's type 7: the value at (n - 1) p, counted from 0. */
static Neighbours
neighbours_at(CensoredValue *scratch, size_t n, double p)
{
	double		position = (double) (n - 1) * p;
	size_t		k = (size_t) position;
	Neighbours	neighbours;

	if (k > n - 1)
		k = n - 1;
	neighbours.weight = position - (double) k;
	neighbours.first = neighbours.second = select_smallest(scratch, n, k);
	if (neighbours.weight > 0 && k + 1 < n)
		neighbours.second = smallest_of(scratch + k + 1, n - k - 1);
	return neighbours;
}

/* The number that a packed value stands for at this end. */
static double
end_number(CensoredValue value, double floor)
{
	if (value == UNBOUNDED_BELOW)
		return floor;
	if (value == UNBOUNDED_ABOVE)
		return INFINITY;
	return censored_limit(value);
}

static bool
is_limit(CensoredValue value)
{
	return value != UNBOUNDED_BELOW && value != UNBOUNDED_ABOVE &&
		!censored_is_exact(value);
}

/* floor is what a value without a bound below stands for at this end. */
static End
end_of(Neighbours neighbours, double floor)
{
	double		first = end_number(neighbours.first, floor);
	double		second = end_number(neighbours.second, floor);
	End			end = {first, is_limit(neighbours.first), neighbours.first == UNBOUNDED_BELOW};

	if (neighbours.weight > 0 && neighbours.first != neighbours.second)
	{
		end.value = isinf(first) ? first : isinf(second) ? second :
			(1 - neighbours.weight) * first + neighbours.weight * second;
		end.open = end.open || is_limit(neighbours.second);
		end.without_limit = false;
	}
	return end;
}

/* The value whose possible values are those from one end to the other. */
static bool
value_between(End lowest, End highest, double floor, CensoredValue *result)
{
	if (lowest.value == floor && highest.without_limit)
		*result = QUALIFIER_NOT_DETECTED;
	else if (lowest.value == floor && isfinite(highest.value) && highest.open)
		*result = censored_pack(highest.value, QUALIFIER_BELOW);
	else if (isfinite(lowest.value) && lowest.open && isinf(highest.value))
		*result = censored_pack(lowest.value, QUALIFIER_ABOVE);
	else if (lowest.value == highest.value && !lowest.open && !highest.open)
		*result = censored_pack(lowest.value, QUALIFIER_EXACT);
	else
		return false;
	return true;
}

/*
 * The quantile of n > 0 values at p from 0 to 1, as the set of quantiles that
 * the censored values allow.  False where no value can write that set.
 * scratch has room for n values.
 */
bool
censored_sample_quantile(const CensoredValue *values, size_t n, double p,
						 double floor, CensoredValue *scratch, CensoredValue *result)
{
	End			lowest;
	End			highest;
	bool		any_censored = false;

	for (size_t i = 0; i < n; i++)
	{
		scratch[i] = at_lowest(values[i]);
		any_censored = any_censored || !censored_is_exact(values[i]);
	}
	lowest = end_of(neighbours_at(scratch, n, p), floor);
	highest = lowest;
	if (any_censored)
	{
		for (size_t i = 0; i < n; i++)
			scratch[i] = at_highest(values[i]);
		highest = end_of(neighbours_at(scratch, n, p), 0);
	}
	return value_between(lowest, highest, floor, result);
}
