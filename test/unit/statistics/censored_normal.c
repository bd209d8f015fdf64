/*
 * censored_normal.c: the estimate is where the likelihood, written out here
 * with the error function, has its top; and where it has none, that is said.
 */
#include "core/statistics/censored_normal.h"

#include "random.h"

#define MAX_VALUES 60
#define MAX_GROUPS 8

typedef struct Data
{
	int			n;
	double		values[MAX_VALUES];
	int			n_groups;
	CensoredGroup groups[MAX_GROUPS];
} Data;

static double
log_likelihood(const Data *data, double mean, double sd)
{
	double		sum = 0;

	for (int i = 0; i < data->n; i++)
	{
		double		z = (data->values[i] - mean) / sd;

		sum -= z * z / 2 + log(sd);
	}
	for (int i = 0; i < data->n_groups; i++)
	{
		double		z = (data->groups[i].limit - mean) / sd;

		sum += (double) data->groups[i].count *
			log(erfc((data->groups[i].below ? -z : z) / sqrt(2)) / 2);
	}
	return sum;
}

static LikelihoodStatus
estimate(const Data *data, NormalEstimate *result)
{
	Moments		exact = {0};

	for (int i = 0; i < data->n; i++)
		moments_add(&exact, data->values[i]);
	return censored_normal(&exact, data->groups, data->n_groups, 0.95, NULL, result);
}

static Data
random_data(void)
{
	Data		data = {0};
	double		mean = (random_uniform() - 0.5) * 20;
	double		sd = random_magnitude(0.05, 5);

	data.n = 2 + (int) random_below(MAX_VALUES - 2);
	for (int i = 0; i < data.n; i++)
		data.values[i] = mean + sd * (random_uniform() + random_uniform() +
									  random_uniform() - 1.5) * 2;
	data.n_groups = (int) random_below(MAX_GROUPS + 1);
	for (int i = 0; i < data.n_groups; i++)
	{
		data.groups[i].below = random_below(2);
		data.groups[i].limit = mean + sd * (random_uniform() - 0.5) * 6;
		data.groups[i].count = 1 + (int64_t) random_below(20);
	}
	return data;
}

/* Does every step away from the estimate go down? */
static bool
is_top(const Data *data, const NormalEstimate *at)
{
	double		top = log_likelihood(data, at->mean, at->sd);

	for (int direction = 0; direction < 16; direction++)
	{
		double		angle = direction * acos(-1) / 8;
		double		mean = at->mean + 1e-3 * at->sd * cos(angle);
		double		sd = at->sd * exp(1e-3 * sin(angle));

		if (log_likelihood(data, mean, sd) >= top)
			return false;
	}
	return true;
}

/* Standard error of the mean from the curvature, by finite differences. */
static double
standard_error(const Data *data, double mean, double sd)
{
	double		h = 1e-3 * sd;
	double		top = log_likelihood(data, mean, sd);
	double		mm = (log_likelihood(data, mean + h, sd) - 2 * top +
					  log_likelihood(data, mean - h, sd)) / (h * h);
	double		ss = (log_likelihood(data, mean, sd + h) - 2 * top +
					  log_likelihood(data, mean, sd - h)) / (h * h);
	double		ms = (log_likelihood(data, mean + h, sd + h) -
					  log_likelihood(data, mean + h, sd - h) -
					  log_likelihood(data, mean - h, sd + h) +
					  log_likelihood(data, mean - h, sd - h)) / (4 * h * h);

	return sqrt(-ss / (mm * ss - ms * ms));
}

static void
test_random_data(void)
{
	int			not_top = 0;
	int			wrong_limits = 0;

	for (int i = 0; i < 3000; i++)
	{
		Data		data = random_data();
		NormalEstimate result;
		double		half;

		if (estimate(&data, &result) != LIKELIHOOD_MAXIMUM || !(result.sd > 0))
		{
			not_top++;
			continue;
		}
		not_top += !is_top(&data, &result);
		half = 1.959963984540054 * standard_error(&data, result.mean, result.sd);
		wrong_limits += fabs(result.limits.upper - result.mean - half) > 1e-4 * half ||
			fabs(result.mean - result.limits.lower - half) > 1e-4 * half;
	}
	is_int(not_top, 0, "the likelihood falls in all directions from the estimate");
	is_int(wrong_limits, 0, "limits come from the curvature of the likelihood");
}

/* Without censored values the estimate has a closed form. */
static void
test_closed_form(void)
{
	Data		data = {4, {1, 2, 4, 5}, 0, {{0, false, 0}}};
	NormalEstimate result;

	is_int(estimate(&data, &result), LIKELIHOOD_MAXIMUM, "exact values have a maximum");
	is_double(result.mean, 3, 1e-15, "at their mean");
	is_double(result.sd, sqrt(2.5), 1e-15, "and their standard deviation with n");
	is_double(result.limits.lower, 3 - 1.959963984540054 * sqrt(2.5) / 2, 1e-14,
			  "and limits of the normal quantile");
}

/* Values that mirror each other have their middle as mean. */
static void
test_symmetry(void)
{
	Data		mirrored = {2, {-0.5, 0.5}, 2, {{-1, true, 5}, {1, false, 5}}};
	NormalEstimate result;

	is_int(estimate(&mirrored, &result), LIKELIHOOD_MAXIMUM, "mirrored values have a maximum");
	is_double(result.mean, 0, 1e-12, "in their middle");
}

/* Of a standard normal, 841345 in a million lie below 1, and as many above -1. */
static void
test_limits_alone(void)
{
	Data		limits = {0, {0}, 4, {
		{1, true, 841345}, {1, false, 158655}, {-1, true, 158655}, {-1, false, 841345}
	}};
	NormalEstimate result;

	is_int(estimate(&limits, &result), LIKELIHOOD_MAXIMUM,
		   "limits that cross can have a maximum without an exact value");
	is_double(result.mean, 0, 1e-6, "the mean that their shares have");
	is_double(result.sd, 1, 1e-5, "and the spread");
}

/* Limits that say next to nothing, however often. */
static void
test_far_limits(void)
{
	Data		data = {3, {0.1, 0.2, 0.4}, 2, {{1e3, true, 500000}, {-1e3, false, 7}}};
	NormalEstimate result;
	NormalEstimate alone;
	Data		exact = {3, {0.1, 0.2, 0.4}, 0, {{0, false, 0}}};

	estimate(&exact, &alone);
	is_int(estimate(&data, &result), LIKELIHOOD_MAXIMUM, "limits far away leave a maximum");
	is_double(result.mean, alone.mean, 1e-9, "which they do not move");
	is_double(result.sd, alone.sd, 1e-9, "nor spread");
}

static void
test_no_maximum(void)
{
	Data		one_side = {0, {0}, 2, {{1.7, true, 3}, {2.6, true, 1}}};
	Data		other_side = {0, {0}, 1, {{5, false, 1}}};
	Data		point_between = {0, {0}, 2, {{1, false, 4}, {2, true, 4}}};
	Data		spread = {0, {0}, 2, {{-1, true, 4}, {1, false, 4}}};
	NormalEstimate result = {42, 43, {44, 45}};

	is_int(estimate(&one_side, &result), LIKELIHOOD_NO_MAXIMUM, "all below limits: none");
	is_int(estimate(&other_side, &result), LIKELIHOOD_NO_MAXIMUM, "all above a limit: none");
	is_int(estimate(&point_between, &result), LIKELIHOOD_NO_MAXIMUM,
		   "a point that satisfies all limits: none");
	is_int(estimate(&spread, &result), LIKELIHOOD_NO_MAXIMUM,
		   "half below -1 and half above 1: the more spread, the better");
	ok(result.mean == 42 && result.sd == 43, "and then nothing is set");
}

static void
test_points(void)
{
	Data		one = {1, {1.7}, 0, {{0, false, 0}}};
	Data		equal = {3, {1.7, 1.7, 1.7}, 1, {{2, true, 5}}};
	Data		tie = {1, {1.7}, 1, {{1.7, true, 4}}};
	Data		ties = {2, {1.7, 1.7}, 2, {{1.7, true, 4}, {1.7, false, 4}}};
	Data		beyond = {2, {1.7, 1.7}, 1, {{1.5, true, 5}}};
	const Data *points[] = {&one, &equal, &tie, &ties};
	NormalEstimate result;

	for (int i = 0; i < 4; i++)
		ok(estimate(points[i], &result) == LIKELIHOOD_POINT && result.mean == 1.7 &&
		   result.sd == 0, "equal values that every limit allows are a point, without spread");
	ok(estimate(&beyond, &result) == LIKELIHOOD_MAXIMUM && result.sd > 0 &&
	   is_top(&beyond, &result), "equal values that a limit denies have a spread");
}

int
main(void)
{
	test_random_data();
	test_closed_form();
	test_symmetry();
	test_limits_alone();
	test_far_limits();
	test_no_maximum();
	test_points();
	return done_testing();
}
