/*-------------------------------------------------------------------------
 *
 * ancova_sample.c
 *	  What an analysis of covariance keeps of a group: means, and sums of
 *	  products of deviations from them.
 *
 * Solving with sums of products takes twice the digits that it takes with the
 * rows themselves, and so they have twice the digits.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/ancova.h"

#include <math.h>

/* What precedes the groups; what cannot be is a failure. */
bool
ancova_header_fields(StateCodec *codec, AncovaHeader *header)
{
	codec_integer(codec, "missing", &header->missing);
	codec_integer(codec, "covariates", &header->covariates);
	codec_integer(codec, "groups", &header->groups);
	if (codec_reads(codec) &&
		(header->missing < 0 || header->covariates < 0 || header->covariates > ANCOVA_MAX_COVARIATES ||
		 header->groups < 0 || header->groups > ANCOVA_MAX_GROUPS || (header->groups == 0 && header->covariates > 0)))
		codec->failed = true;
	return !codec->failed;
}

static void
number_fields(StateCodec *codec, const char *name, DoubleDouble *number)
{
	codec_number(codec, name, &number->high);
	codec_number(codec, "rest", &number->low);
	if (number->high + number->low != number->high)
		codec->failed = true;
}

/* Squares of smaller deviations may be 0 where their products with others are not. */
#define LEAST_DEVIATION 1e-150

/* Could deviations of so many rows have made these sums of products? */
static bool
products_are_possible(const DoubleDouble *products, int columns, int64_t n)
{
	double		size[ANCOVA_MAX_COLUMNS];
	int			at = 0;

	for (int i = 0; i < columns; at += columns - i++)
	{
		if (products[at].high < 0.0)
			return false;
		size[i] = sqrt(products[at].high) + LEAST_DEVIATION;
	}
	at = 0;
	for (int i = 0; i < columns; i++)
		for (int j = i; j < columns; j++, at++)
			if (fabs(products[at].high) > (n == 1 ? 0.0 : size[i] * size[j] * (1.0 + 1e-12)))
				return false;
	return true;
}

/* A group has a row, or none would have made it. */
void
ancova_group_fields(StateCodec *codec, AncovaGroup *group, int64_t covariates)
{
	const int	columns = (int) ANCOVA_COLUMNS(covariates);

	codec_name(codec, "group", group->name);
	codec_integer(codec, "n", &group->n);
	for (int i = 0; i < ANCOVA_NUMBERS(covariates) && !codec->failed; i++)
		number_fields(codec, i < columns ? "mean" : "products", &group->numbers[i]);
	if (group->n < 1 || group->n > ANCOVA_MAX_ROWS ||
		!products_are_possible(group->numbers + columns, columns, group->n))
		codec->failed = true;
}

/* Is the group still in range?  Sums of two columns are finite, if those of each are. */
static bool
is_in_range(const AncovaGroup *group, int columns)
{
	const DoubleDouble *products = group->numbers + columns;

	if (group->n > ANCOVA_MAX_ROWS)
		return false;
	for (int i = 0; i < columns; products += columns - i++)
		if (!isfinite(products->high) || !isfinite(products->low))
			return false;
	return true;
}

/*
 * Moves the means by a share of the step, and adds the products of the step with
 * what is left of it: those of the rows that were there, and of the ones that come.
 */
static void
move(AncovaGroup *group, int columns, const DoubleDouble *step, DoubleDouble share)
{
	DoubleDouble *products = group->numbers + columns;
	DoubleDouble weight = dd_multiply(share, dd_of((double) group->n));

	for (int i = 0; i < columns; i++)
	{
		DoubleDouble weighted = dd_multiply(step[i], weight);

		group->numbers[i] = dd_add(group->numbers[i], dd_multiply(step[i], share));
		for (int j = i; j < columns; j++, products++)
			*products = dd_add(*products, dd_multiply(weighted, step[j]));
	}
}

/* Takes in a row: Welford, Technometrics 1962.  False if that is too much. */
bool
ancova_add(AncovaGroup *group, int covariates, const double *x, double value)
{
	const int	columns = ANCOVA_COLUMNS(covariates);
	DoubleDouble step[ANCOVA_MAX_COLUMNS];

	for (int i = 0; i < columns; i++)
		step[i] = dd_subtract(dd_of(i < covariates ? x[i] : value), group->numbers[i]);
	move(group, columns, step, dd_divide(dd_of(1.0), dd_of((double) group->n + 1.0)));
	group->n++;
	return is_in_range(group, columns);
}

/* Takes in another group: Chan, Golub and LeVeque, 1979.  False if that is too much. */
bool
ancova_combine(AncovaGroup *group, const AncovaGroup *other, int covariates)
{
	const int	columns = ANCOVA_COLUMNS(covariates);
	DoubleDouble step[ANCOVA_MAX_COLUMNS];

	for (int i = 0; i < columns; i++)
		step[i] = dd_subtract(other->numbers[i], group->numbers[i]);
	for (int i = columns; i < ANCOVA_NUMBERS(covariates); i++)
		group->numbers[i] = dd_add(group->numbers[i], other->numbers[i]);
	move(group, columns, step, dd_divide(dd_of((double) other->n), dd_of((double) (group->n + other->n))));
	group->n += other->n;
	return is_in_range(group, columns);
}
