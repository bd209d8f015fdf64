/*-------------------------------------------------------------------------
 *
 * determined_span.h
 *	  Newton's steps within the directions that data determine.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DETERMINED_SPAN_H
#define DETERMINED_SPAN_H

#include "core/statistics/recession.h"

/* A matrix over the parameters, or over the coordinates in the span. */
typedef double SpanMatrix[RECESSION_MAX_SIZE][RECESSION_MAX_SIZE];

/* The basis is in units of the scale. */
typedef struct DeterminedSpan
{
	int			size;			/* parameters */
	double		scale[RECESSION_MAX_SIZE];
	RecessionBasis basis;
} DeterminedSpan;

extern void span_add(DeterminedSpan *span, const double *scaled_direction);
extern bool span_determines(const DeterminedSpan *span, int parameter);
extern void span_coordinates(const DeterminedSpan *span, const double *gradient, double *within);
extern void span_solve(const DeterminedSpan *span, SpanMatrix factor, double *within);
extern double span_newton_step(const DeterminedSpan *span, SpanMatrix curvature, const double *gradient,
							   SpanMatrix factor, double *step);

#endif							/* DETERMINED_SPAN_H */
