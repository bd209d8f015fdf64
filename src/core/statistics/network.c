/*-------------------------------------------------------------------------
 *
 * network.c
 *	  Equations of a network: of what couples its rows with each other, and
 *	  with the ground.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/network.h"

#include <math.h>

/* The sum of products, in four parts that a processor adds up at once. */
static double
product(const double *a, const double *b, size_t length)
{
	double		sum[4] = {0.0, 0.0, 0.0, 0.0};
	size_t		i = 0;

	for (; i + 4 <= length; i += 4)
		for (int part = 0; part < 4; part++)
			sum[part] += a[i + part] * b[i + part];
	for (; i < length; i++)
		sum[0] += a[i] * b[i];
	return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

/*
 * Column k of the factors, from the columns before it.  The matrix is that of
 * a network: off the diagonal it has couplings, negated, and on it their sums
 * with what couples a row to the ground.  Keeping the latter instead of the
 * diagonal makes every operation an addition of positive numbers, so that
 * couplings of any size cancel nothing (Grassmann, Taksar and Heyman 1985).
 */
static bool
factorize_column(const NetworkShape *shape, double *factor, double *ground, size_t rows, size_t k)
{
	const size_t start = shape->row_start[k];
	double	   *row = factor + shape->row_at[k];
	double		sum = ground[k] += product(row, ground + start, k - start);
	double		pivot;

	for (size_t i = k + 1; i < shape->column_end[k] && i < rows; i++)
	{
		const size_t other_start = shape->row_start[i];
		const size_t from = other_start > start ? other_start : start;
		double	   *other = factor + shape->row_at[i];

		if (other_start <= k)
			sum += other[k - other_start] += product(row + (from - start), other + (from - other_start), k - from);
	}
	if (!(sum > 0.0) || isinf(sum))
		return false;
	row[k - start] = pivot = sqrt(sum);
	ground[k] /= pivot;
	for (size_t i = k + 1; i < shape->column_end[k] && i < rows; i++)
		if (shape->row_start[i] <= k)
			factor[shape->row_at[i] + (k - shape->row_start[i])] /= pivot;
	return true;
}

/* Cholesky's factors in place; false if the matrix is singular. */
bool
network_factorize(const NetworkShape *shape, double *factor, double *ground, size_t rows,
				  InterruptCheck interrupt)
{
	for (size_t k = 0; k < rows; k++)
	{
		if (shape->column_end[k] - k > 64)
			check_interrupt(interrupt);
		else
			check_interrupt_at(interrupt, k);
		if (!factorize_column(shape, factor, ground, rows, k))
			return false;
	}
	return true;
}

/* Solves in place with the factors. */
void
network_solve(const NetworkShape *shape, const double *factor, size_t rows, double *x)
{
	for (size_t i = 0; i < rows; i++)
	{
		const size_t start = shape->row_start[i];
		const double *row = factor + shape->row_at[i];

		x[i] = (x[i] + product(row, x + start, i - start)) / row[i - start];
	}
	for (size_t i = rows; i-- > 0;)
	{
		const size_t start = shape->row_start[i];
		const double *row = factor + shape->row_at[i];

		x[i] /= row[i - start];
		for (size_t k = start; k < i; k++)
			x[k] += row[k - start] * x[i];
	}
}
