/*-------------------------------------------------------------------------
 *
 * censored_tally.c
 *	  Exact sums of the exact values, and how many values were censored at
 *	  which limit.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/censored_tally.h"

#include <math.h>
#include <stdlib.h>

#include "core/statistics/confidence.h"

/* Least bytes that a limit and its count take, in text or in binary. */
#define LEAST_LIMIT_SIZE 16

static int
compare_limits(const void *a, const void *b)
{
	CensoredValue x = ((const LimitCount *) a)->limit;
	CensoredValue y = ((const LimitCount *) b)->limit;

	return (x > y) - (x < y);
}

/* Sort the limits and make each of them stand once. */
void
censored_tally_compact(CensoredTally *tally)
{
	int64_t		kept = 0;

	if (tally->n_sorted == tally->n_limits)
		return;
	qsort(tally->limits, (size_t) tally->n_limits, sizeof(LimitCount), compare_limits);
	for (int64_t i = 1; i < tally->n_limits; i++)
	{
		if (tally->limits[i].limit == tally->limits[kept].limit)
			tally->limits[kept].count += tally->limits[i].count;
		else
			tally->limits[++kept] = tally->limits[i];
	}
	tally->n_limits = tally->n_sorted = kept + 1;
}

static LimitCount *
find_sorted(CensoredTally *tally, CensoredValue limit)
{
	int64_t		low = 0;
	int64_t		high = tally->n_sorted;

	while (low < high)
	{
		int64_t		middle = low + (high - low) / 2;

		if (tally->limits[middle].limit < limit)
			low = middle + 1;
		else
			high = middle;
	}
	return low < tally->n_sorted && tally->limits[low].limit == limit ?
		&tally->limits[low] : NULL;
}

/*
 * Count values at a limit.  False where there is no room for it: the caller
 * compacts, and gives more room if half of it is still taken.
 */
bool
censored_tally_add_limit(CensoredTally *tally, CensoredValue limit, int64_t count)
{
	LimitCount *found;

	/* Most often it is the same limit as the last time. */
	if (tally->n_limits > 0 && tally->limits[tally->n_limits - 1].limit == limit)
		found = &tally->limits[tally->n_limits - 1];
	else
		found = find_sorted(tally, limit);
	if (found)
	{
		found->count += count;
		return true;
	}
	if (tally->n_limits == tally->capacity)
		return false;
	if (tally->n_sorted == tally->n_limits &&
		(tally->n_limits == 0 || tally->limits[tally->n_limits - 1].limit < limit))
		tally->n_sorted++;
	tally->limits[tally->n_limits].limit = limit;
	tally->limits[tally->n_limits].count = count;
	tally->n_limits++;
	return true;
}

/*
 * All fields but the limits themselves; when reading, false unless the input
 * can hold as many limits as it says.
 */
bool
censored_tally_header(StateCodec *codec, CensoredTally *tally)
{
	codec_number(codec, "conf_level", &tally->conf_level);
	codec_integer(codec, "missing", &tally->missing);
	codec_integer(codec, "without_limit", &tally->without_limit);
	codec_integer(codec, "exact", &tally->exact.n);
	codec_words(codec, "sum", tally->exact.sum, 2);
	codec_words(codec, "squares", tally->exact.squares, 3);
	codec_integer(codec, "limits", &tally->n_limits);
	if (codec_reads(codec) &&
		(tally->n_limits < 0 ||
		 tally->n_limits > (int64_t) (codec_remaining(codec) / LEAST_LIMIT_SIZE)))
		codec->failed = true;
	return !codec->failed;
}

/* The limits, of which the header said how many there are. */
void
censored_tally_limits(StateCodec *codec, const CensoredDomain *domain, CensoredTally *tally)
{
	for (int64_t i = 0; i < tally->n_limits && !codec->failed; i++)
	{
		codec_censored(codec, "limit", domain, &tally->limits[i].limit);
		codec_integer(codec, "count", &tally->limits[i].count);
	}
}

/* Censored values, whether their limit is known or not. */
int64_t
censored_tally_censored(const CensoredTally *tally)
{
	int64_t		censored = tally->without_limit;

	for (int64_t i = 0; i < tally->n_limits; i++)
		censored += tally->limits[i].count;
	return censored;
}

/*
 * Could rows have made this tally, and are its limits compact?  Counts stay
 * far from where their sums would overflow.
 */
bool
censored_tally_is_possible(const CensoredTally *tally)
{
	int64_t		room = INT64_MAX / 4;

	if (!confidence_is_possible(tally->conf_level) ||
		tally->missing < 0 || tally->without_limit < 0 || tally->without_limit > room ||
		tally->exact.n > room || !exact_sum_is_possible(&tally->exact))
		return false;
	for (int64_t i = 0; i < tally->n_limits; i++)
	{
		Qualifier	qualifier = censored_qualifier(tally->limits[i].limit);

		if ((qualifier != QUALIFIER_BELOW && qualifier != QUALIFIER_ABOVE) ||
			(i > 0 && tally->limits[i].limit <= tally->limits[i - 1].limit) ||
			tally->limits[i].count < 1 || tally->limits[i].count > room)
			return false;
		room -= tally->limits[i].count;
	}
	return true;
}

/* Values with their limits in place of the censored ones. */
static void
summarise_substituted(const CensoredTally *tally, const CensoredGroup *groups,
					  double conf_level, CensoredSummary *summary)
{
	ExactSum	total = tally->exact;

	for (int64_t i = 0; i < tally->n_limits; i++)
		exact_sum_add_times(&total, groups[i].limit, groups[i].count);
	summary->substituted = exact_sum_moments(&total);
	summary->has_mean = total.n > 0;
	summary->has_sd = total.n > 1;
	if (summary->has_sd)
		summary->limits = mean_limits(&summary->substituted, conf_level);
}

static void
summarise_likelihood(const CensoredTally *tally, const CensoredGroup *groups,
					 double conf_level, InterruptCheck interrupt, CensoredSummary *summary)
{
	Moments		exact = exact_sum_moments(&tally->exact);
	LikelihoodStatus status = censored_normal(&exact, groups, tally->n_limits,
											  conf_level, interrupt, &summary->mle);

	summary->has_mle = status != LIKELIHOOD_NO_MAXIMUM;
	summary->has_mle_limits = status == LIKELIHOOD_MAXIMUM;
}

/*
 * Summarise a tally whose limits are compact.  The values are on the scale of
 * their sums: scale() takes a limit there, and NULL leaves it as it is.
 * groups has room for all limits.  A value without a limit leaves only the
 * counts to be known.
 */
void
censored_tally_summary(const CensoredTally *tally, double conf_level,
					   double (*scale) (double limit),
					   CensoredGroup *groups, InterruptCheck interrupt, CensoredSummary *summary)
{
	memset(summary, 0, sizeof(*summary));
	summary->missing = tally->missing;
	summary->censored = censored_tally_censored(tally);
	summary->n = tally->exact.n + summary->censored;
	if (summary->n == 0 || tally->without_limit > 0)
		return;
	for (int64_t i = 0; i < tally->n_limits; i++)
	{
		double		limit = censored_limit(tally->limits[i].limit);

		groups[i].limit = exact_sum_rounded(scale ? scale(limit) : limit);
		groups[i].below = censored_qualifier(tally->limits[i].limit) == QUALIFIER_BELOW;
		groups[i].count = tally->limits[i].count;
	}
	summarise_substituted(tally, groups, conf_level, summary);
	summarise_likelihood(tally, groups, conf_level, interrupt, summary);
}

/*
 * The difference of two most likely means, each with an error of its own, and
 * its Wald limits: those of a t distribution of infinite degrees of freedom.
 * NAN where a likelihood has no maximum.
 */
MeanDifference
censored_mean_difference(const CensoredSummary *treated, const CensoredSummary *control, double conf_level)
{
	MeanDifference result = {NAN, NAN, NAN, {NAN, NAN}, NAN};

	if (!treated->has_mle || !control->has_mle)
		return result;
	result.difference = treated->mle.mean - control->mle.mean;
	if (!treated->has_mle_limits || !control->has_mle_limits)
		return result;
	result.std_error = hypot(treated->mle.std_error, control->mle.std_error);
	result.degrees_of_freedom = INFINITY;
	mean_difference_set_limits(&result, conf_level);
	return result;
}
