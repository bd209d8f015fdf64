/*-------------------------------------------------------------------------
 *
 * covariates.h
 *	  The covariates and coefficients of a regression.
 *
 *-------------------------------------------------------------------------
 */
#ifndef COVARIATES_H
#define COVARIATES_H

#include "statistics/figures.h"

#include "utils/array.h"

#define MAX_COEFFICIENTS 32

extern void report_covariates(int64 one, int64 other);
extern const double *covariates_of(ArrayType *array, int largest, int64 *count);
extern void add_coefficients(Figures *row, const double *figures, int64 count);

#endif							/* COVARIATES_H */
