/*-------------------------------------------------------------------------
 *
 * logrank.c
 *	  The log-rank test of two or more groups.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/survival_curve.h"

#include <math.h>

#include <Rmath.h>

/* The caller's work area, cut up: one entry per group, and the covariances. */
typedef struct LogRankWork
{
	double	   *at_risk;
	double	   *observed;
	double	   *expected;
	double	   *cursor;			/* index of the group's next time */
	double	   *difference;
	double	   *covariance;		/* count x count */
} LogRankWork;

static void
work_start(LogRankWork *work, double *area, const LogRankGroup *groups, int count)
{
	work->at_risk = area;
	work->observed = area + count;
	work->expected = area + 2 * count;
	work->cursor = area + 3 * count;
	work->difference = area + 4 * count;
	work->covariance = area + 5 * count;
	for (size_t i = 0; i < LOGRANK_WORK_DOUBLES(count); i++)
		area[i] = 0.0;
	for (int g = 0; g < count; g++)
		work->at_risk[g] = (double) survival_total(groups[g].times, groups[g].length);
}

static double
earliest_time(const LogRankWork *work, const LogRankGroup *groups, int count)
{
	double		time = INFINITY;

	for (int g = 0; g < count; g++)
	{
		size_t		next = (size_t) work->cursor[g];

		if (next < groups[g].length && groups[g].times[next].time < time)
			time = groups[g].times[next].time;
	}
	return time;
}

/* Expected events and their hypergeometric covariance at one time. */
static void
add_expected(LogRankWork *work, int count, double events)
{
	double		n = 0.0;
	double		scale;

	for (int g = 0; g < count; g++)
		n += work->at_risk[g];
	scale = n > 1.0 ? events * (n - events) / (n - 1.0) : 0.0;
	for (int g = 0; g < count; g++)
	{
		double		share = work->at_risk[g] / n;

		work->expected[g] += events * share;
		for (int h = 0; h < count; h++)
			work->covariance[g * count + h] +=
				scale * share * ((g == h ? 1.0 : 0.0) - work->at_risk[h] / n);
	}
}

/* Takes every group's table through the given time. */
static void
pass_time(LogRankWork *work, const LogRankGroup *groups, int count, double time)
{
	double		events = 0.0;

	for (int g = 0; g < count; g++)
	{
		size_t		next = (size_t) work->cursor[g];

		if (next < groups[g].length && groups[g].times[next].time == time)
		{
			work->observed[g] += (double) groups[g].times[next].events;
			events += (double) groups[g].times[next].events;
		}
	}
	if (events > 0.0)
		add_expected(work, count, events);
	for (int g = 0; g < count; g++)
	{
		size_t		next = (size_t) work->cursor[g];

		if (next < groups[g].length && groups[g].times[next].time == time)
		{
			work->at_risk[g] -= (double) (groups[g].times[next].events + groups[g].times[next].censored);
			work->cursor[g]++;
		}
	}
}

/*
 * Moves the groups that expected events to the front, all but the first of
 * them, whose difference follows from the others'.  Returns how many.
 */
static int
free_differences(LogRankWork *work, int count)
{
	int			kept = 0;
	int			first = -1;
	double	   *v = work->covariance;

	for (int g = 0; g < count; g++)
	{
		int			column = 0;

		if (work->expected[g] <= 0.0)
			continue;
		if (first < 0)
		{
			first = g;
			continue;
		}
		work->difference[kept] = work->observed[g] - work->expected[g];
		for (int h = first + 1; h < count; h++)
			if (work->expected[h] > 0.0)
				v[kept * count + column++] = v[g * count + h];
		kept++;
	}
	return kept;
}

/*
 * d' V^-1 d by Cholesky's decomposition in place; NAN if V is singular, when
 * nobody was left to compare at the events.
 */
static double
quadratic_form(double *v, double *d, int size, int stride)
{
	double		sum = 0.0;

	for (int i = 0; i < size; i++)
	{
		double		diagonal = v[i * stride + i];
		double		pivot = diagonal;

		for (int j = 0; j < i; j++)
		{
			double		entry = v[i * stride + j];

			for (int k = 0; k < j; k++)
				entry -= v[i * stride + k] * v[j * stride + k];
			entry /= v[j * stride + j];
			v[i * stride + j] = entry;
			pivot -= entry * entry;
			d[i] -= entry * d[j];
		}
		if (!(pivot > diagonal * 1e-12))
			return NAN;
		v[i * stride + i] = sqrt(pivot);
		d[i] /= v[i * stride + i];
		sum += d[i] * d[i];
	}
	return sum;
}

/*
 * The log-rank test that count groups have the same survival, as R's
 * survdiff.  The tables are in ascending order of time; work has
 * LOGRANK_WORK_DOUBLES(count) elements.  Groups that were never at risk at an
 * event do not count.  False if fewer than two are left, or if the events
 * leave nothing to compare.
 */
bool
logrank_test(const LogRankGroup *groups, int count, double *work_area,
			 InterruptCheck interrupt, LogRank *result)
{
	LogRankWork work;
	double		time;
	size_t		steps = 0;

	work_start(&work, work_area, groups, count);
	while (!isinf(time = earliest_time(&work, groups, count)))
	{
		/* Each step takes up to the square of the number of groups. */
		check_interrupt_at(interrupt, count > 16 ? 0 : steps++);
		pass_time(&work, groups, count, time);
	}

	result->degrees_of_freedom = free_differences(&work, count);
	if (result->degrees_of_freedom < 1)
		return false;
	result->chi_square = quadratic_form(work.covariance, work.difference,
										result->degrees_of_freedom, count);
	if (isnan(result->chi_square))
		return false;
	result->p_value = pchisq(result->chi_square, result->degrees_of_freedom, 0, 0);
	return true;
}
