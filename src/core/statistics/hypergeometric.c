/*-------------------------------------------------------------------------
 *
 * hypergeometric.c
 *	  How many of those who responded were treated, given the odds ratio.
 *
 * The probabilities of two neighbours have a simple ratio, which falls.  So
 * sums begin at the likeliest number and end where nothing is added any more:
 * they take some standard deviations of steps, not as many as there are numbers.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/hypergeometric.h"

#include <math.h>

#include <Rmath.h>

double
fewest_treated_responders(const TwoByTwo *table)
{
	return fmax(0, table->treated_responders + table->control_responders - table->control);
}

double
most_treated_responders(const TwoByTwo *table)
{
	return fmin(table->treated, table->treated_responders + table->control_responders);
}

/* Probability of x treated responders over that of x - 1, at an odds ratio of 1. */
static double
neighbour_ratio(const TwoByTwo *table, double x)
{
	const double responders = table->treated_responders + table->control_responders;

	return (table->treated - x + 1) / x * ((responders - x + 1) / (table->control - responders + x));
}

/* The last number whose probability is at least `least` times its predecessor's. */
static double
last_rising(const TwoByTwo *table, double least)
{
	double		low = fewest_treated_responders(table);
	double		high = most_treated_responders(table);

	while (low < high)
	{
		const double middle = low + ceil((high - low) / 2);

		if (neighbour_ratio(table, middle) >= least)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

/* Where a walk over the numbers stands. */
typedef struct Walk
{
	const TwoByTwo *table;
	double		odds_ratio;
	double		x;
	double		probability;	/* in units of that at the start */
	size_t		steps;
	InterruptCheck interrupt;
} Walk;

static void
step_up(Walk *walk)
{
	check_interrupt_at(walk->interrupt, ++walk->steps);
	walk->x++;
	walk->probability *= neighbour_ratio(walk->table, walk->x) * walk->odds_ratio;
}

static void
step_down(Walk *walk)
{
	check_interrupt_at(walk->interrupt, ++walk->steps);
	walk->probability /= neighbour_ratio(walk->table, walk->x) * walk->odds_ratio;
	walk->x--;
}

static void
count_number(Hypergeometric *sums, const Walk *walk)
{
	const double excess = walk->x - walk->table->treated_responders;

	if (excess < 0)
		sums->below += walk->probability;
	else if (excess > 0)
		sums->above += walk->probability;
	else
		sums->equal += walk->probability;
	sums->mean_excess += walk->probability * excess;
}

/* The distribution with a logarithm of the odds ratio; of any table with responders or without. */
Hypergeometric
hypergeometric(const TwoByTwo *table, double log_odds_ratio, InterruptCheck interrupt)
{
	const double likeliest = last_rising(table, exp(-log_odds_ratio));
	const Walk	start = {table, exp(log_odds_ratio), likeliest, 1, 0, interrupt};
	Hypergeometric sums = {0, 0, 0, 0};
	Walk		walk = start;
	double		total;

	count_number(&sums, &walk);
	while (walk.x < most_treated_responders(table) && walk.probability > 1e-20)
	{
		step_up(&walk);
		count_number(&sums, &walk);
	}
	walk = start;
	while (walk.x > fewest_treated_responders(table) && walk.probability > 1e-20)
	{
		step_down(&walk);
		count_number(&sums, &walk);
	}
	total = sums.below + sums.equal + sums.above;
	return (Hypergeometric)
	{
		sums.below / total, sums.equal / total, sums.above / total, sums.mean_excess / total
	};
}

/* The sum of probabilities from a number on, upwards or downwards, where they fall. */
static double
tail_from(const Walk *start, void (*step) (Walk *walk), double end)
{
	Walk		walk = *start;
	double		sum = walk.probability;

	while (walk.x != end && walk.probability > sum * 1e-20)
	{
		step(&walk);
		sum += walk.probability;
	}
	return sum;
}

static double
probability_of(const TwoByTwo *table, double x)
{
	return dhyper(x, table->treated, table->control, table->treated_responders + table->control_responders, 0);
}

/*
 * The first number beyond the likeliest one, seen from the observed number, that
 * is not likelier than that; NAN if all are.  R's tolerance for equality.
 */
static double
other_side(const TwoByTwo *table, double likeliest, double end)
{
	const double bar = probability_of(table, table->treated_responders) * (1 + 1e-7);
	const double direction = end > likeliest ? 1 : -1;
	double		near = 0;
	double		far = fabs(end - likeliest);

	if (end == likeliest || probability_of(table, end) > bar)
		return NAN;
	while (near < far)
	{
		const double middle = near + floor((far - near) / 2);

		if (probability_of(table, likeliest + direction * middle) <= bar)
			far = middle;
		else
			near = middle + 1;
	}
	return likeliest + direction * far;
}

/* At an odds ratio of 1, the probability of the numbers that are not likelier than the observed one. */
double
hypergeometric_not_likelier(const TwoByTwo *table, InterruptCheck interrupt)
{
	const double observed = table->treated_responders;
	const double likeliest = last_rising(table, 1);
	const double fewest = fewest_treated_responders(table);
	const double most = most_treated_responders(table);
	const bool	is_above = observed > likeliest;
	const double other = other_side(table, likeliest, is_above ? fewest : most);
	Walk		walk = {table, 1, observed, probability_of(table, observed), 0, interrupt};
	double		sum;

	if (probability_of(table, likeliest) <= walk.probability * (1 + 1e-7))
		return 1;
	sum = is_above ? tail_from(&walk, step_up, most) : tail_from(&walk, step_down, fewest);
	if (isnan(other))
		return sum;
	walk.x = other;
	walk.probability = probability_of(table, other);
	return sum + (is_above ? tail_from(&walk, step_down, fewest) : tail_from(&walk, step_up, most));
}
