/*-------------------------------------------------------------------------
 *
 * interval_curve.c
 *	  Survival curves of times of which only the bounds are known.
 *
 * Probability can only lie in the intersections of intervals that no bound
 * divides (Peto 1973): a lower bound followed by an upper one.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/interval_curve.h"

#include <math.h>

#include "core/statistics/double_order.h"
#include "core/statistics/tie_tolerance.h"

/* Least bytes that an interval takes, in text or in binary. */
#define LEAST_ENTRY_SIZE 20

#define HAS_LOWER 1
#define HAS_UPPER 2

/* At one value: an exact time begins, intervals end, intervals begin above it. */
#define PLACE_EXACT 0
#define PLACE_UPPER 1
#define PLACE_LOWER 2

/*
 * All but the intervals; when reading, false unless the input can hold as many
 * of them as it says.
 */
bool
interval_header_fields(StateCodec *codec, int64_t *missing, int64_t *length)
{
	codec_integer(codec, "missing", missing);
	codec_integer(codec, "intervals", length);
	if (codec_reads(codec) &&
		(*missing < 0 || *length < 0 || *length > (int64_t) (codec_remaining(codec) / LEAST_ENTRY_SIZE)))
		codec->failed = true;
	return !codec->failed;
}

/* A bound of which its presence is known; 0 stands for one that is infinite. */
static void
bound_field(StateCodec *codec, const char *name, bool present, double infinite, int64_t *rank)
{
	double		value = codec_reads(codec) || !present ? 0.0 : rank_to_double(*rank);

	codec_number(codec, name, &value);
	if (!present && value != 0.0)
		codec->failed = true;
	*rank = double_to_rank(present ? value : infinite);
}

static bool
is_possible(const PairEntry *entry)
{
	return entry->count > 0 && entry->first <= entry->second;
}

/* The intervals, of which the header said how many there are, in their order. */
void
interval_entry_fields(StateCodec *codec, PairEntry *entries, int64_t length)
{
	for (int64_t i = 0; i < length && !codec->failed; i++)
	{
		PairEntry  *entry = &entries[i];
		int64_t		bounds = 0;

		if (!codec_reads(codec))
			bounds = (isinf(rank_to_double(entry->first)) ? 0 : HAS_LOWER) |
				(isinf(rank_to_double(entry->second)) ? 0 : HAS_UPPER);
		codec_integer(codec, "bounds", &bounds);
		if (bounds <= 0 || bounds > (HAS_LOWER | HAS_UPPER))
			codec->failed = true;
		bound_field(codec, "lower", bounds & HAS_LOWER, -INFINITY, &entry->first);
		bound_field(codec, "upper", bounds & HAS_UPPER, INFINITY, &entry->second);
		codec_integer(codec, "count", &entry->count);
		if (codec_reads(codec) &&
			(!is_possible(entry) || (i > 0 && !pair_precedes(&entry[-1], entry))))
			codec->failed = true;
	}
}

/* R's tolerance for the distinct finite bounds, which are in order. */
static double
bounds_tolerance(const PairEntry *bounds, size_t length)
{
	TieTolerance tolerance = {0};

	for (size_t i = 0; i < length; i++)
	{
		double		bound = rank_to_double(bounds[i].first);

		if (!isinf(bound) && (i == 0 || bounds[i].first != bounds[i - 1].first))
			tie_tolerance_add(&tolerance, bound);
	}
	return tie_tolerance(&tolerance);
}

/*
 * Gives tied bounds of distinct intervals the value of the first of them, in
 * place; bounds of one interval that are tied make it a known time.  work and
 * scratch have 2 * length elements.  Returns how many intervals are left.
 */
size_t
interval_unite_ties(PairEntry *entries, size_t length, PairEntry *work, PairEntry *scratch, InterruptCheck interrupt)
{
	double		tolerance;
	double		previous = -INFINITY;
	int64_t		first = 0;

	for (size_t i = 0; i < length; i++)
	{
		work[2 * i] = (PairEntry) {entries[i].first, (int64_t) (2 * i), 1};
		work[2 * i + 1] = (PairEntry) {entries[i].second, (int64_t) (2 * i + 1), 1};
	}
	pair_sort(work, 2 * length, scratch, interrupt);
	tolerance = bounds_tolerance(work, 2 * length);
	for (size_t i = 0; i < 2 * length; i++)
	{
		PairEntry  *entry = &entries[work[i].second / 2];
		double		bound = rank_to_double(work[i].first);

		if (!(bound - previous <= tolerance))
			first = work[i].first;
		previous = bound;
		if (work[i].second % 2 == 0)
			entry->first = first;
		else
			entry->second = first;
	}
	return pair_settle(entries, 0, length, scratch, interrupt);
}

/*
 * The candidates of distinct intervals in their order; returns how many there
 * are.  work and scratch have 2 * length elements, candidates has length.
 */
size_t
interval_candidates(const PairEntry *entries, size_t length, PairEntry *work, PairEntry *scratch,
					CandidateInterval *candidates, InterruptCheck interrupt)
{
	size_t		count = 0;

	for (size_t i = 0; i < length; i++)
	{
		bool		exact = entries[i].first == entries[i].second;

		work[2 * i] = (PairEntry) {entries[i].first, exact ? PLACE_EXACT : PLACE_LOWER, 1};
		work[2 * i + 1] = (PairEntry) {entries[i].second, PLACE_UPPER, 1};
	}
	pair_sort(work, 2 * length, scratch, interrupt);
	for (size_t i = 1; i < 2 * length; i++)
		if (work[i].second == PLACE_UPPER && work[i - 1].second != PLACE_UPPER)
			candidates[count++] = (CandidateInterval) {rank_to_double(work[i - 1].first), rank_to_double(work[i].first)};
	return count;
}

/* The first candidate that does not lie wholly at or below a lower bound. */
static size_t
first_above(const CandidateInterval *candidates, size_t count, double lower, bool exact)
{
	size_t		low = 0;
	size_t		high = count;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;
		bool		below = exact ? candidates[middle].upper < lower :
			candidates[middle].lower < lower || candidates[middle].upper <= lower;

		if (below)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* How many candidates do not reach above an upper bound. */
static size_t
count_up_to(const CandidateInterval *candidates, size_t count, double upper)
{
	size_t		low = 0;
	size_t		high = count;

	while (low < high)
	{
		size_t		middle = low + (high - low) / 2;

		if (candidates[middle].upper <= upper)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The intervals as ranges of candidates; ranges has length elements. */
void
interval_problem(const PairEntry *entries, size_t length,
				 const CandidateInterval *candidates, size_t candidate_count,
				 TurnbullRange *ranges, TurnbullProblem *problem)
{
	double		total = 0.0;

	for (size_t i = 0; i < length; i++)
	{
		double		lower = rank_to_double(entries[i].first);
		double		upper = rank_to_double(entries[i].second);

		ranges[i].first = first_above(candidates, candidate_count, lower, lower == upper);
		ranges[i].last = count_up_to(candidates, candidate_count, upper) - 1;
		ranges[i].count = (double) entries[i].count;
		total += ranges[i].count;
	}
	*problem = (TurnbullProblem) {candidate_count, ranges, length, total};
}

/* The candidate at which the distribution function reaches p; length is not 0. */
size_t
interval_quantile(const double *probability, size_t length, double p)
{
	double		sum = 0.0;

	for (size_t j = 0; j + 1 < length; j++)
	{
		sum += probability[j];
		if (sum >= p - 1e-9)
			return j;
	}
	return length - 1;
}
