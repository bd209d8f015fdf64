/*-------------------------------------------------------------------------
 *
 * ancova.c
 *	  Analysis of covariance: least-squares means of groups at the overall
 *	  means of the covariates, with one slope a covariate in all groups.
 *
 * The slopes come from the sums of products within groups, by Gauss's
 * elimination in the order of the covariates.  A covariate that the groups and
 * the ones before it determine is left out, as R's lm leaves it out.  Columns
 * are measured from their means, so that a shift changes nothing.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/ancova.h"

#include <float.h>
#include <math.h>

/* What is left of a covariate below this part of its size is nothing; as R's lm. */
#define ALIASED 1e-7

/* So many units in the last place of a column are rounding. */
#define ROUNDING (16.0 * DBL_EPSILON)

static double
square(double x)
{
	return x * x;
}

/* Count and overall means; the products within groups; the least squares of a column that count. */
static void
pool(AncovaFit *fit)
{
	const AncovaData *data = fit->data;
	const int	columns = ANCOVA_COLUMNS(data->covariates);
	double		between[ANCOVA_MAX_COLUMNS] = {0.0};

	for (int64_t g = 0; g < data->count; g++)
	{
		const AncovaGroup *group = ancova_group(data->groups, data->covariates, g);
		const DoubleDouble *products = group->numbers + columns;
		const double n = (double) group->n;
		const DoubleDouble share = dd_divide(dd_of(n), dd_of((double) fit->n + n));

		for (int i = 0; i < columns; i++)
		{
			DoubleDouble step = dd_subtract(group->numbers[i], fit->mean[i]);

			between[i] += square(step.high) * n * ((double) fit->n / ((double) fit->n + n));
			fit->mean[i] = dd_add(fit->mean[i], dd_multiply(step, share));
			for (int j = i; j < columns; j++, products++)
				fit->reduced[i][j] = dd_add(fit->reduced[i][j], *products);
		}
		fit->n += group->n;
	}
	for (int i = 0; i < columns; i++)
		fit->least[i] = fmax(square(ALIASED) * (fit->reduced[i][i].high + between[i]),
							 square(ROUNDING * fit->mean[i].high) * (double) fit->n);
}

/* Eliminates the covariates in their order, but for aliased ones; returns how many. */
static int
eliminate(AncovaFit *fit)
{
	const int	columns = ANCOVA_COLUMNS(fit->data->covariates);
	int			rank = 0;

	for (int i = 0; i < columns - 1; i++)
	{
		const DoubleDouble *row = fit->reduced[i];

		fit->is_aliased[i] = !(row[i].high > fit->least[i]);
		if (fit->is_aliased[i])
			continue;
		rank++;
		for (int j = i + 1; j < columns; j++)
		{
			DoubleDouble part = dd_divide(row[j], row[i]);

			for (int k = j; k < columns; k++)
				fit->reduced[j][k] = dd_subtract(fit->reduced[j][k], dd_multiply(part, row[k]));
		}
	}
	return rank;
}

/* A sum of multiples of the slopes. */
typedef struct Contrast
{
	DoubleDouble value;
	double		factor;			/* of the residual variance in that of the value */
	bool		is_determined;
} Contrast;

static Contrast
contrast_of(const AncovaFit *fit, const DoubleDouble *multiple)
{
	const int	covariates = fit->data->covariates;
	DoubleDouble rest[ANCOVA_MAX_COVARIATES];
	Contrast	contrast = {{0.0, 0.0}, 0.0, true};

	for (int i = 0; i < covariates; i++)
	{
		rest[i] = multiple[i];
		for (int k = 0; k < i; k++)
			if (!fit->is_aliased[k])
				rest[i] = dd_subtract(rest[i], dd_multiply(rest[k], dd_divide(fit->reduced[k][i], fit->reduced[k][k])));
		if (fit->is_aliased[i])
		{
			contrast.is_determined &= square(rest[i].high) * (double) fit->n <= fit->least[i];
			continue;
		}
		contrast.value = dd_add(contrast.value, dd_multiply(rest[i], dd_divide(fit->reduced[i][covariates],
																			   fit->reduced[i][i])));
		contrast.factor += rest[i].high * (rest[i].high / fit->reduced[i][i].high);
	}
	return contrast;
}

/* An aliased covariate has no slope. */
static void
set_coefficients(AncovaFit *fit)
{
	for (int i = 0; i < fit->data->covariates; i++)
	{
		DoubleDouble unit[ANCOVA_MAX_COVARIATES] = {{0.0, 0.0}};
		Contrast	slope;

		unit[i] = dd_of(1.0);
		slope = contrast_of(fit, unit);
		fit->coefficient[i] = fit->is_aliased[i] ? NAN : slope.value.high;
		fit->std_error[i] = fit->is_aliased[i] ? NAN : fit->sd * sqrt(slope.factor);
	}
}

/* Fits the model: an intercept for each group, and a slope for each covariate. */
void
ancova_fit(const AncovaData *data, AncovaFit *fit)
{
	static const AncovaFit empty;
	const int	value = data->covariates;
	double		degrees_of_freedom;
	double		squares;

	*fit = empty;
	fit->data = data;
	pool(fit);
	degrees_of_freedom = (double) (fit->n - data->count - eliminate(fit));
	squares = fit->reduced[value][value].high;
	/* Of the value, only rounding is nothing: a close fit is no perfect one. */
	if (!(squares > square(ROUNDING * fit->mean[value].high) * (double) fit->n))
		squares = 0.0;
	fit->degrees_of_freedom = degrees_of_freedom > 0.0 ? degrees_of_freedom : NAN;
	fit->sd = sqrt(squares / fit->degrees_of_freedom);
	set_coefficients(fit);
}

/* An estimate from means of the value and a step in the covariates; NAN if it is not determined. */
static MeanDifference
estimate(const AncovaFit *fit, DoubleDouble mean, const DoubleDouble *step, double factor_of_means, double conf_level)
{
	MeanDifference result = {NAN, NAN, NAN, {NAN, NAN}, NAN};
	Contrast	adjustment = contrast_of(fit, step);

	if (!adjustment.is_determined)
		return result;
	result.difference = dd_add(mean, adjustment.value).high;
	result.std_error = fit->sd * sqrt(factor_of_means + adjustment.factor);
	result.degrees_of_freedom = fit->degrees_of_freedom;
	mean_difference_set_limits(&result, conf_level);
	return result;
}

/* The least-squares mean of a group, as a difference from 0. */
MeanDifference
ancova_mean(const AncovaFit *fit, const AncovaGroup *group, double conf_level)
{
	DoubleDouble step[ANCOVA_MAX_COLUMNS];

	for (int i = 0; i < fit->data->covariates; i++)
		step[i] = dd_subtract(fit->mean[i], group->numbers[i]);
	return estimate(fit, group->numbers[fit->data->covariates], step, 1.0 / (double) group->n, conf_level);
}

/* The difference of the least-squares means of two groups; of a group with itself, 0. */
MeanDifference
ancova_difference(const AncovaFit *fit, const AncovaGroup *treated, const AncovaGroup *control, double conf_level)
{
	const int	value = fit->data->covariates;
	DoubleDouble step[ANCOVA_MAX_COLUMNS];

	for (int i = 0; i < value; i++)
		step[i] = dd_subtract(control->numbers[i], treated->numbers[i]);
	return estimate(fit, dd_subtract(treated->numbers[value], control->numbers[value]), step,
					treated == control ? 0.0 : 1.0 / (double) treated->n + 1.0 / (double) control->n, conf_level);
}
