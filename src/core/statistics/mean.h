/*-------------------------------------------------------------------------
 *
 * mean.h
 *	  Mean, standard deviation and t interval; the difference of two means.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MEAN_H
#define MEAN_H

#include <stdint.h>

#include "core/statistics/confidence.h"
#include "core/statistics/two_by_two.h"

/*
 * Count, mean, sum of squared deviations from it, and what the mean lacks for
 * being rounded: without that, the deviations of numbers that are large and
 * close together are lost.
 */
typedef struct Moments
{
	int64_t		n;
	double		mean;
	double		squares;
	double		rest;
} Moments;

typedef enum MeanDifferenceMethod
{
	MEAN_DIFFERENCE_WELCH,
	MEAN_DIFFERENCE_STUDENT
} MeanDifferenceMethod;

typedef struct MeanDifference
{
	double		difference;
	double		std_error;
	double		degrees_of_freedom;
	ConfidenceLimits limits;
	double		p_value;
} MeanDifference;

extern void moments_add(Moments *moments, double value);
extern void moments_combine(Moments *moments, const Moments *other);
extern double moments_sd(const Moments *moments);
extern ConfidenceLimits mean_limits(const Moments *moments, double conf_level);
extern void mean_difference_set_limits(MeanDifference *result, double conf_level);
extern bool mean_difference_method_from_name(const char *name, MeanDifferenceMethod *method);
extern MeanDifference mean_difference(const Moments *treated, const Moments *control, double conf_level,
									  MeanDifferenceMethod method);
extern ComparisonTest mean_noninferiority_test(const MeanDifference *difference, double margin);

#endif							/* MEAN_H */
