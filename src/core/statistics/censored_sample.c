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
#include "core/statistics/censored_sample.h"

#include "core/statistics/selection.h"

/* Least bytes that a value takes, in text or in binary. */
#define LEAST_VALUE_SIZE 7

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
	bool		vague;			/* TND below an unknown limit, and a number */
} End;

/*
 * All but the values; when reading, false unless the input can hold as many
 * values as it says.
 */
bool
censored_sample_header(StateCodec *codec, double *probability, int64_t *n)
{
	codec_number(codec, "probability", probability);
	codec_integer(codec, "n", n);
	if (codec_reads(codec) &&
		(!(*probability == PROBABILITY_UNSET || (*probability >= 0 && *probability <= 1)) ||
		 *n < 0 || *n > (int64_t) (codec_remaining(codec) / LEAST_VALUE_SIZE)))
		codec->failed = true;
	return !codec->failed;
}

/* The values, of which the header said how many there are. */
void
censored_sample_values(StateCodec *codec, const CensoredDomain *domain,
					   CensoredValue *values, int64_t n)
{
	for (int64_t i = 0; i < n && !codec->failed; i++)
		codec_censored(codec, "value", domain, &values[i]);
}

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

static inline CensoredValue
at_end(CensoredValue value, bool highest)
{
	return highest ? at_highest(value) : at_lowest(value);
}

/* Values that share a bucket agree in sign, exponent and six bits more. */
#define BUCKETS 65536

static inline size_t
bucket_of(CensoredValue value)
{
	return (size_t) (((uint64_t) value ^ (UINT64_C(1) << 63)) >> 48);
}

/*
 * The bucket of the k-th smallest, and how many values lie in those before it.
 * counts has room for one number a bucket.
 */
static size_t
bucket_of_rank(const CensoredValue *values, size_t n, bool highest, size_t k,
			   int64_t *counts, size_t *before)
{
	size_t		bucket = 0;

	memset(counts, 0, BUCKETS * sizeof(counts[0]));
	*before = 0;
	for (size_t i = 0; i < n; i++)
		counts[bucket_of(at_end(values[i], highest))]++;
	while (*before + (size_t) counts[bucket] <= k)
		*before += (size_t) counts[bucket++];
	return bucket;
}

/* The smallest value of a bucket beyond the given one; there is one. */
static CensoredValue
smallest_beyond(const CensoredValue *values, size_t n, bool highest, size_t bucket)
{
	CensoredValue smallest = UNBOUNDED_ABOVE;

	for (size_t i = 0; i < n; i++)
	{
		CensoredValue value = at_end(values[i], highest);

		if (value < smallest && bucket_of(value) > bucket)
			smallest = value;
	}
	return smallest;
}

/*
 * The k-th smallest value at one end, counted from 0, and the one after it.
 * Many values are first narrowed down to a bucket.
 */
static void
neighbours_of_rank(const CensoredValue *values, size_t n, bool highest, size_t k,
				   CensoredValue *scratch, Neighbours *neighbours)
{
	size_t		before = 0;
	size_t		kept = 0;
	bool		narrow = n >= BUCKETS;
	size_t		bucket = narrow ? bucket_of_rank(values, n, highest, k, scratch, &before) : 0;

	for (size_t i = 0; i < n; i++)
	{
		CensoredValue value = at_end(values[i], highest);

		scratch[kept] = value;
		kept += !narrow || bucket_of(value) == bucket;
	}
	neighbours->first = neighbours->second = select_smallest(scratch, kept, k - before);
	if (k - before + 1 < kept)
		neighbours->second = smallest_of(scratch + (k - before + 1), kept - (k - before + 1));
	else if (k + 1 < n)
		neighbours->second = smallest_beyond(values, n, highest, bucket);
}

/*
 * R's type 7: the value at (n - 1) p, counted from 0.  Rounding in that product
 * brings in no neighbour, which can be a limit.
 */
static Neighbours
neighbours_at(const CensoredValue *values, size_t n, bool highest, double p,
			  CensoredValue *scratch)
{
	double		position = (double) (n - 1) * p;
	double		whole = nearbyint(position);
	Neighbours	neighbours;
	size_t		k;

	if (fabs(position - whole) <= 4 * DBL_EPSILON * whole)
		position = whole;
	k = (size_t) position;

	if (k > n - 1)
		k = n - 1;
	neighbours.weight = position - (double) k;
	neighbours_of_rank(values, n, highest, k, scratch, &neighbours);
	return neighbours;
}

/*
 * Do values keep to their side of these two, wherever in their sets they are?
 * Then the two are the same at either end.
 */
static bool
are_settled(Neighbours neighbours, const CensoredValue *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
	{
		Qualifier	qualifier = censored_qualifier(values[i]);

		if ((qualifier == QUALIFIER_ABOVE && values[i] <= neighbours.second) ||
			(qualifier < QUALIFIER_EXACT && at_highest(values[i]) > neighbours.first))
			return false;
	}
	return censored_is_exact(neighbours.first) && censored_is_exact(neighbours.second);
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
	End			end = {first, is_limit(neighbours.first), neighbours.first == UNBOUNDED_BELOW, false};

	if (neighbours.weight > 0 && neighbours.first != neighbours.second)
	{
		end.value = isinf(first) ? first : isinf(second) ? second :
			(1 - neighbours.weight) * first + neighbours.weight * second;
		end.open = end.open || is_limit(neighbours.second);
		end.vague = end.without_limit && isfinite(second) && !is_limit(neighbours.second);
		end.without_limit = false;
	}
	return end;
}

/*
 * The value whose possible values are those from one end to the other.  A
 * number between two values can be too small for the type.
 */
static bool
value_between(End lowest, End highest, const CensoredDomain *domain, CensoredValue *result)
{
	double		floor = domain->floor;
	Qualifier	qualifier;

	if (highest.vague)
		return false;
	if (lowest.value == floor && highest.without_limit)
	{
		*result = QUALIFIER_NOT_DETECTED;
		return true;
	}
	if (lowest.value == floor && isfinite(highest.value) && highest.open)
		qualifier = QUALIFIER_BELOW;
	else if (isfinite(lowest.value) && lowest.open && isinf(highest.value))
		qualifier = QUALIFIER_ABOVE;
	else if (lowest.value == highest.value && !lowest.open && !highest.open)
		qualifier = QUALIFIER_EXACT;
	else
		return false;
	return censored_from_number(qualifier == QUALIFIER_ABOVE ? lowest.value : highest.value,
								qualifier, domain, result) == PARSE_OK;
}

/*
 * The quantile of n > 0 values at p from 0 to 1, as the set of quantiles that
 * the censored values allow.  False where no value can write that set.
 * scratch has room for n values.
 */
bool
censored_sample_quantile(const CensoredValue *values, size_t n, double p,
						 const CensoredDomain *domain, CensoredValue *scratch,
						 InterruptCheck interrupt, CensoredValue *result)
{
	Neighbours	neighbours = neighbours_at(values, n, false, p, scratch);
	End			lowest = end_of(neighbours, domain->floor);
	End			highest = lowest;

	check_interrupt(interrupt);
	if (!are_settled(neighbours, values, n))
		highest = end_of(neighbours_at(values, n, true, p, scratch), 0);
	return value_between(lowest, highest, domain, result);
}
