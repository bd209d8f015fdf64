/*-------------------------------------------------------------------------
 *
 * recession.h
 *	  In which directions a likelihood of censored values climbs for ever.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RECESSION_H
#define RECESSION_H

#include <stdbool.h>

#define RECESSION_MAX_SIZE 22

/* Orthonormal vectors. */
typedef struct RecessionBasis
{
	int			size;			/* of a vector */
	int			length;			/* how many there are */
	double		vector[RECESSION_MAX_SIZE + 1][RECESSION_MAX_SIZE];
} RecessionBasis;

/* What calls back with every vector of a problem, of any length but 0. */
typedef void (*RecessionVisit) (void *context, const double *vector);
typedef void (*RecessionVectors) (const void *problem, RecessionVisit visit, void *context);

/* Vectors a, of which a direction d needs a * d >= 0; d is orthogonal to fixed. */
typedef struct RecessionProblem
{
	RecessionVectors vectors;
	const void *problem;
	RecessionBasis fixed;
} RecessionProblem;

extern double vector_product(const double *a, const double *b, int size);
extern void basis_remove(const RecessionBasis *basis, double *v);
extern bool basis_add(RecessionBasis *basis, const double *v, double tolerance);
extern bool recession_is_strict(const RecessionBasis *found, const RecessionBasis *fixed, const double *vector);
extern bool recession_directions(const RecessionProblem *problem, RecessionBasis *found);

#endif							/* RECESSION_H */
