/*-------------------------------------------------------------------------
 *
 * survival_curve.h
 *	  Kaplan-Meier survival curves.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SURVIVAL_CURVE_H
#define SURVIVAL_CURVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/statistics/interrupt.h"

/* What happened at one distinct time. */
typedef struct SurvivalTime
{
	double		time;
	int64_t		events;
	int64_t		censored;
} SurvivalTime;

/* One step of the curve; NAN stands for a figure that is not defined. */
typedef struct SurvivalStep
{
	double		time;
	int64_t		at_risk;
	int64_t		events;
	int64_t		censored;
	double		survival;
	double		std_error;
	double		ci_lower;
	double		ci_upper;
} SurvivalStep;

typedef struct SurvivalWalk
{
	int64_t		at_risk;
	double		survival;
	double		hazard_variance;	/* Greenwood's sum */
	double		z;
} SurvivalWalk;

typedef struct MedianSurvival
{
	double		median;
	double		ci_lower;
	double		ci_upper;
} MedianSurvival;

extern size_t survival_unite_ties(SurvivalTime *times, size_t length);
extern int64_t survival_total(const SurvivalTime *times, size_t length);
extern void survival_walk_start(SurvivalWalk *walk, int64_t total, double conf_level);
extern void survival_walk_next(SurvivalWalk *walk, const SurvivalTime *time, SurvivalStep *step);
extern double survival_at(const SurvivalTime *times, size_t length, double t, InterruptCheck interrupt);
extern MedianSurvival median_survival(const SurvivalTime *times, size_t length, double conf_level,
									  InterruptCheck interrupt);

#endif							/* SURVIVAL_CURVE_H */
