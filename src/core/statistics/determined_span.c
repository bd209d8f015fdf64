/*-------------------------------------------------------------------------
 *
 * determined_span.c
 *	  Newton's steps within the directions that data determine.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/determined_span.h"

#include <math.h>

#define DETERMINED 1e-7

/* Adds a direction, in units of the scale, that the data determine. */
void
span_add(DeterminedSpan *span, const double *scaled_direction)
{
	basis_add(&span->basis, scaled_direction, DETERMINED);
}

/* Does the span hold a parameter? */
bool
span_determines(const DeterminedSpan *span, int parameter)
{
	double		rest[RECESSION_MAX_SIZE] = {0.0};

	rest[parameter] = 1.0;
	basis_remove(&span->basis, rest);
	return vector_product(rest, rest, span->size) < DETERMINED * DETERMINED;
}

/* Cholesky's factor of a, in its lower half; false if a is singular. */
static bool
factorize(SpanMatrix a, int size)
{
	for (int i = 0; i < size; i++)
		for (int j = 0; j <= i; j++)
		{
			double		sum = a[i][j];

			for (int k = 0; k < j; k++)
				sum -= a[i][k] * a[j][k];
			if (i > j)
				a[i][j] = sum / a[j][j];
			else if (sum > a[i][i] * 1e-13)
				a[i][i] = sqrt(sum);
			else
				return false;
		}
	return true;
}

/* Solves, in place, for coordinates in the span. */
void
span_solve(const DeterminedSpan *span, SpanMatrix factor, double *within)
{
	const int	size = span->basis.length;

	for (int i = 0; i < size; i++)
	{
		for (int k = 0; k < i; k++)
			within[i] -= factor[i][k] * within[k];
		within[i] /= factor[i][i];
	}
	for (int i = size - 1; i >= 0; i--)
	{
		for (int k = i + 1; k < size; k++)
			within[i] -= factor[k][i] * within[k];
		within[i] /= factor[i][i];
	}
}

/* The coordinates of a gradient in the span. */
void
span_coordinates(const DeterminedSpan *span, const double *gradient, double *within)
{
	double		scaled[RECESSION_MAX_SIZE];

	for (int k = 0; k < span->size; k++)
		scaled[k] = gradient[k] / span->scale[k];
	for (int i = 0; i < span->basis.length; i++)
		within[i] = vector_product(span->basis.vector[i], scaled, span->size);
}

/* Cholesky's factor of the curvature in the span; false if it is singular. */
static bool
factorize_within(const DeterminedSpan *span, SpanMatrix curvature, SpanMatrix factor)
{
	SpanMatrix	half;			/* by parameter and coordinate */
	double		column[RECESSION_MAX_SIZE];

	for (int k = 0; k < span->size; k++)
		span_coordinates(span, curvature[k], half[k]);
	for (int i = 0; i < span->basis.length; i++)
	{
		for (int k = 0; k < span->size; k++)
			column[k] = half[k][i];
		span_coordinates(span, column, factor[i]);
	}
	return factorize(factor, span->basis.length);
}

/* Newton's step, and what it gains at least; NAN if there is none. */
double
span_newton_step(const DeterminedSpan *span, SpanMatrix curvature, const double *gradient, SpanMatrix factor,
				 double *step)
{
	double		within[RECESSION_MAX_SIZE];
	double		gain = 0.0;

	if (!factorize_within(span, curvature, factor))
		return NAN;
	span_coordinates(span, gradient, within);
	span_solve(span, factor, within);
	for (int k = 0; k < span->size; k++)
	{
		step[k] = 0.0;
		for (int i = 0; i < span->basis.length; i++)
			step[k] += within[i] * span->basis.vector[i][k] / span->scale[k];
		gain += step[k] * gradient[k];
	}
	return gain;
}
