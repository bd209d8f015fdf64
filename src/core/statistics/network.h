/*-------------------------------------------------------------------------
 *
 * network.h
 *	  Equations of a network: of what couples its rows with each other, and
 *	  with the ground.
 *
 *-------------------------------------------------------------------------
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "core/statistics/interrupt.h"

/*
 * Row k of a matrix begins with column row_start[k] and ends on the diagonal;
 * its entries lie from row_at[k] on.  Rows from column_end[k] on do not reach
 * column k.
 */
typedef struct NetworkShape
{
	size_t	   *row_start;
	size_t	   *row_at;
	size_t	   *column_end;
} NetworkShape;

extern bool network_factorize(const NetworkShape *shape, double *factor, double *ground, size_t rows,
							  InterruptCheck interrupt);
extern void network_solve(const NetworkShape *shape, const double *factor, size_t rows, double *x);

#endif							/* NETWORK_H */
