/*-------------------------------------------------------------------------
 *
 * mean.c
 *	  Mean, standard deviation and t interval; the difference of two means.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/mean.h"

#include <math.h>

#include <Rmath.h>

#include "core/statistics/method_name.h"

/* Move the mean, keeping what rounding takes from it (Dekker's sum). */
static void
move_mean(Moments *moments, double step)
{
	double		mean = moments->mean;
	double		part = moments->rest + step;
	double		sum = mean + part;

	moments->rest = fabs(mean) >= fabs(part) ? part - (sum - mean) : mean - (sum - part);
	moments->mean = sum;
}

/* Take in a value: Welford, Technometrics 1962. */
void
moments_add(Moments *moments, double value)
{
	double		deviation = (value - moments->mean) - moments->rest;

	moments->n++;
	move_mean(moments, deviation / (double) moments->n);
	moments->squares += deviation * ((value - moments->mean) - moments->rest);
}

/* Take in the moments of other values: Chan, Golub and LeVeque, 1979. */
void
moments_combine(Moments *moments, const Moments *other)
{
	double		n = (double) moments->n + (double) other->n;
	double		difference = (other->mean - moments->mean) + (other->rest - moments->rest);

	if (other->n == 0)
		return;
	if (moments->n == 0)
	{
		*moments = *other;
		return;
	}
	moments->squares += other->squares +
		difference * difference * ((double) moments->n * ((double) other->n / n));
	move_mean(moments, difference * ((double) other->n / n));
	moments->n += other->n;
}

/* Standard deviation with n - 1, of two values or more. */
double
moments_sd(const Moments *moments)
{
	return sqrt(moments->squares / (double) (moments->n - 1));
}

/* Two-sided t interval of the mean, of two values or more. */
ConfidenceLimits
mean_limits(const Moments *moments, double conf_level)
{
	double		degrees = (double) (moments->n - 1);
	double		half = qt((1 - conf_level) / 2, degrees, 0, 0) *
		moments_sd(moments) / sqrt((double) moments->n);
	ConfidenceLimits	limits = {moments->mean - half, moments->mean + half};

	return limits;
}

bool
mean_difference_method_from_name(const char *name, MeanDifferenceMethod *method)
{
	static const char *const names[] = {"welch", "student", NULL};
	const int	found = method_of_name(names, name);

	if (found >= 0)
		*method = (MeanDifferenceMethod) found;
	return found >= 0;
}

static double
variance(const Moments *moments)
{
	return moments->n > 1 ? moments->squares / (double) (moments->n - 1) : NAN;
}

/* Each group with a variance of its own; Welch, Biometrika 1947; 34:28. */
static void
welch_error(const Moments *treated, const Moments *control, MeanDifference *result)
{
	const double x = variance(treated) / (double) treated->n;
	const double y = variance(control) / (double) control->n;
	const double share = x / (x + y);

	result->std_error = sqrt(x + y);
	/* By shares, so that variances of any size have a square. */
	result->degrees_of_freedom = 1 / (share * share / (double) (treated->n - 1) +
									  (1 - share) * (1 - share) / (double) (control->n - 1));
}

/* Both groups with one variance. */
static void
student_error(const Moments *treated, const Moments *control, MeanDifference *result)
{
	const double n = (double) treated->n;
	const double m = (double) control->n;

	result->degrees_of_freedom = n + m - 2;
	result->std_error = sqrt((treated->squares + control->squares) / (n + m - 2) * (1 / n + 1 / m));
}

/*
 * The t interval of a difference, and its two-sided probability if there is no
 * difference.  There is none of them without any spread.
 */
void
mean_difference_set_limits(MeanDifference *result, double conf_level)
{
	double		half;

	if (!(result->std_error > 0))
	{
		result->degrees_of_freedom = NAN;
		return;
	}
	half = qt((1 - conf_level) / 2, result->degrees_of_freedom, 0, 0) * result->std_error;
	result->limits = (ConfidenceLimits)
	{
		result->difference - half, result->difference + half
	};
	result->p_value = 2 * pt(-fabs(result->difference / result->std_error), result->degrees_of_freedom, 1, 0);
}

/*
 * The mean of the treated less that of the controls, its t interval and the
 * two-sided probability that it is 0, as R's t.test.  NAN where a group has no
 * value, or too few for the method; there is no test without any spread.
 */
MeanDifference
mean_difference(const Moments *treated, const Moments *control, double conf_level, MeanDifferenceMethod method)
{
	MeanDifference result = {NAN, NAN, NAN, {NAN, NAN}, NAN};

	if (treated->n == 0 || control->n == 0)
		return result;
	result.difference = (treated->mean - control->mean) + (treated->rest - control->rest);
	if (method == MEAN_DIFFERENCE_WELCH)
		welch_error(treated, control, &result);
	else if (treated->n + control->n > 2)
		student_error(treated, control, &result);
	mean_difference_set_limits(&result, conf_level);
	return result;
}

/* The t statistic of a difference above a margin, and its one-sided probability; NAN without limits. */
ComparisonTest
mean_noninferiority_test(const MeanDifference *difference, double margin)
{
	ComparisonTest test = {NAN, NAN};

	if (!(difference->std_error > 0) || !(difference->degrees_of_freedom > 0))
		return test;
	test.statistic = (difference->difference - margin) / difference->std_error;
	test.p_value = pt(test.statistic, difference->degrees_of_freedom, 0, 0);
	return test;
}
