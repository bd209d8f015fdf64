/*-------------------------------------------------------------------------
 *
 * squared_extrapolation.c
 *	  Hastens a fixed-point iteration of probabilities.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/squared_extrapolation.h"

#include <math.h>

/*
 * Extrapolates p0, p1, p2 (three successive steps) into p0: the squared
 * iteration of Varadhan and Roland (2008), step length S3.  A candidate that
 * would go negative keeps a part of its last probability.
 */
void
squared_extrapolation(double *p0, const double *p1, const double *p2, size_t length)
{
	double		r2 = 0.0;
	double		v2 = 0.0;
	double		sum = 0.0;
	double		a;

	for (size_t j = 0; j < length; j++)
	{
		double		r = p1[j] - p0[j];
		double		v = (p2[j] - p1[j]) - r;

		r2 += r * r;
		v2 += v * v;
	}
	a = v2 > 0.0 ? fmax(1.0, sqrt(r2 / v2)) : 1.0;
	for (size_t j = 0; j < length; j++)
	{
		double		r = p1[j] - p0[j];
		double		v = (p2[j] - p1[j]) - r;
		double		p = p0[j] + 2.0 * a * r + a * a * v;

		p0[j] = p > 0.0 ? p : p2[j] * 0.01;
		sum += p0[j];
	}
	for (size_t j = 0; j < length; j++)
		p0[j] /= sum;
}
