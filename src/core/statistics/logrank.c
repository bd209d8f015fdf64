/*-------------------------------------------------------------------------
 *
 * logrank.c
 *	  The log-rank test of two or more groups.
 *
 * The expected events of a group, and the covariances of two groups, are sums
 * over the times of events.  They are also sums over subjects, and over pairs
 * of subjects: what has gathered until the subject leaves, or until the first
 * of the two does.  So every entry costs a step for each group.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/logrank.h"

#include <math.h>

#include <Rmath.h>

#include "core/statistics/network.h"
#include "core/statistics/tally_kind.h"
#include "core/statistics/tie_tolerance.h"

/* What has gathered up to a time: the factors of what is the same for all groups. */
typedef struct Gathered
{
	double		hazard;			/* of expected events */
	double		covariance;		/* of the hypergeometric covariances, negated */
} Gathered;

static double
entry_time(const PairEntry *entry)
{
	return survival_key_time(entry->first);
}

/* R's tolerance for the distinct times of all groups. */
static double
strata_tolerance(const LogRankStratum *strata, int strata_count)
{
	TieTolerance tolerance = {0};

	for (const LogRankStratum *s = strata; s < strata + strata_count; s++)
		for (size_t i = 0; i < s->length; i++)
			if (i == 0 || entry_time(&s->entries[i]) != entry_time(&s->entries[i - 1]))
				tie_tolerance_add(&tolerance, entry_time(&s->entries[i]));
	return tie_tolerance(&tolerance);
}

/* How many of the first entries end at one time. */
static size_t
tied_entries(const PairEntry *entries, size_t length, double tolerance)
{
	size_t		i = 1;

	while (i < length && entry_time(&entries[i]) - entry_time(&entries[i - 1]) <= tolerance)
		i++;
	return i;
}

/* The events of entries of one time, counted in their groups too. */
static double
count_events(const PairEntry *entries, size_t length, LogRankGroup *groups)
{
	double		events = 0.0;

	for (size_t i = 0; i < length; i++)
		if (survival_key_is_event(entries[i].first))
		{
			groups[entries[i].second].events += (double) entries[i].count;
			events += (double) entries[i].count;
		}
	return events;
}

static void
gather(Gathered *gathered, double events, double at_risk)
{
	gathered->hazard += events / at_risk;
	if (at_risk > 1.0)
		gathered->covariance += events * (at_risk - events) / (at_risk - 1.0) / at_risk / at_risk;
}

/* Takes the subjects of an entry out of those at risk. */
static void
leave(const PairEntry *entry, const Gathered *gathered, LogRankGroup *groups, int count, double *at_risk,
	  double *coupling)
{
	double	   *row = coupling + (size_t) entry->second * (size_t) count;
	double		leaving = (double) entry->count;

	at_risk[entry->second] -= leaving;
	groups[entry->second].expected += leaving * gathered->hazard;
	for (int h = 0; h < count; h++)
		row[h] += leaving * gathered->covariance * at_risk[h];
}

/* Counts the subjects of a stratum, who are all at risk in the beginning; returns how many there are. */
static double
count_subjects(const PairEntry *entries, size_t length, LogRankGroup *groups, int count, double *at_risk)
{
	double		subjects = 0.0;

	for (int g = 0; g < count; g++)
		at_risk[g] = 0.0;
	for (size_t i = 0; i < length; i++)
	{
		at_risk[entries[i].second] += (double) entries[i].count;
		groups[entries[i].second].subjects += (double) entries[i].count;
		subjects += (double) entries[i].count;
	}
	return subjects;
}

/* Goes through all times of a stratum. */
static void
pass_times(const PairEntry *entries, size_t length, double tolerance, LogRankGroup *groups, int count,
		   double *at_risk, double *coupling, InterruptCheck interrupt)
{
	Gathered	gathered = {0.0, 0.0};
	double		left = count_subjects(entries, length, groups, count, at_risk);

	for (size_t i = 0; i < length;)
	{
		const size_t end = i + tied_entries(entries + i, length - i, tolerance);

		gather(&gathered, count_events(entries + i, end - i, groups), left);
		for (; i < end; i++)
		{
			/* Each entry takes as many steps as there are groups. */
			check_interrupt_at(interrupt, count > 16 ? i << 6 : i);
			leave(&entries[i], &gathered, groups, count, at_risk, coupling);
			left -= (double) entries[i].count;
		}
	}
}

/*
 * The groups that expected events, as rows of a network: all but the first of
 * them, whose difference follows from the others'.  Two rows are coupled by
 * their covariance, negated; what couples a row with the first is its ground.
 * Returns how many rows there are.
 */
static int
free_differences(const LogRankGroup *groups, int count, double *coupling, double *ground, double *difference)
{
	int			kept[LOGRANK_MAX_GROUPS];
	int			rows = -1;
	int			first = 0;

	for (int g = 0; g < count; g++)
	{
		if (groups[g].expected <= 0.0)
			continue;
		if (rows < 0)
			first = g;
		else
		{
			double	   *row = coupling + (size_t) rows * (size_t) count;
			const double *from = coupling + (size_t) g * (size_t) count;

			ground[rows] = from[first] + coupling[(size_t) first * (size_t) count + (size_t) g];
			for (int i = 0; i < rows; i++)
				row[i] = from[kept[i]] + coupling[(size_t) kept[i] * (size_t) count + (size_t) g];
			kept[rows] = g;
			row[rows] = 0.0;
			difference[rows] = groups[g].events - groups[g].expected;
		}
		rows++;
	}
	return rows > 0 ? rows : 0;
}

/* d' V^-1 d of the network's matrix V; NAN if it is singular: nobody was left to compare. */
static double
quadratic_form(double *coupling, double *ground, const double *difference, double *solution, int rows, int stride,
			   InterruptCheck interrupt)
{
	size_t		row_start[LOGRANK_MAX_GROUPS];
	size_t		row_at[LOGRANK_MAX_GROUPS];
	size_t		column_end[LOGRANK_MAX_GROUPS];
	const NetworkShape shape = {row_start, row_at, column_end};
	double		sum = 0.0;

	for (int i = 0; i < rows; i++)
	{
		row_start[i] = 0;
		row_at[i] = (size_t) i * (size_t) stride;
		column_end[i] = (size_t) rows;
		solution[i] = difference[i];
	}
	if (!network_factorize(&shape, coupling, ground, (size_t) rows, interrupt))
		return NAN;
	network_solve(&shape, coupling, (size_t) rows, solution);
	for (int i = 0; i < rows; i++)
		sum += difference[i] * solution[i];
	return sum;
}

/*
 * The log-rank test that count groups have the same survival in each stratum,
 * as R's survdiff.  work has LOGRANK_WORK_DOUBLES(count) elements.  Groups that
 * were never at risk at an event do not count.  False if fewer than two are
 * left, or if the events leave nothing to compare.
 */
bool
logrank_test(const LogRankStratum *strata, int strata_count, LogRankGroup *groups, int count,
			 double *work, InterruptCheck interrupt, LogRank *result)
{
	double		tolerance = strata_tolerance(strata, strata_count);
	double	   *at_risk = work;
	double	   *ground = work + count;
	double	   *difference = work + 2 * (size_t) count;
	double	   *solution = work + 3 * (size_t) count;
	double	   *coupling = work + 4 * (size_t) count;

	for (size_t i = 0; i < LOGRANK_WORK_DOUBLES(count); i++)
		work[i] = 0.0;
	for (int g = 0; g < count; g++)
		groups[g] = (LogRankGroup) {0.0, 0.0, 0.0};
	for (const LogRankStratum *s = strata; s < strata + strata_count; s++)
		pass_times(s->entries, s->length, tolerance, groups, count, at_risk, coupling, interrupt);
	result->degrees_of_freedom = free_differences(groups, count, coupling, ground, difference);
	if (result->degrees_of_freedom < 1)
		return false;
	result->chi_square = quadratic_form(coupling, ground, difference, solution, result->degrees_of_freedom, count,
										interrupt);
	if (isnan(result->chi_square))
		return false;
	result->p_value = pchisq(result->chi_square, result->degrees_of_freedom, 0, 0);
	return true;
}
