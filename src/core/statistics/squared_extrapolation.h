/*-------------------------------------------------------------------------
 *
 * squared_extrapolation.h
 *	  Hastens a fixed-point iteration of probabilities.
 *
 *-------------------------------------------------------------------------
 */
#ifndef VIROTRIAL_CORE_SQUARED_EXTRAPOLATION_H
#define VIROTRIAL_CORE_SQUARED_EXTRAPOLATION_H

#include <stddef.h>

extern void squared_extrapolation(double *p0, const double *p1, const double *p2, size_t length);

#endif							/* VIROTRIAL_CORE_SQUARED_EXTRAPOLATION_H */
