/*-------------------------------------------------------------------------
 *
 * cox_model.h
 *	  What the parts of a Cox regression share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef COX_MODEL_H
#define COX_MODEL_H

#include "core/statistics/cox.h"
#include "core/statistics/determined_span.h"

/* The log likelihood with its gradient and negated second derivatives. */
typedef struct CoxSurface
{
	double		value;
	double		gradient[RECESSION_MAX_SIZE];
	SpanMatrix	curvature;
} CoxSurface;

/* Sums over subjects of their hazard, and of its products with the covariates. */
typedef struct CoxRiskSums
{
	double		hazard;
	double		x[RECESSION_MAX_SIZE];
	SpanMatrix	xx;
} CoxRiskSums;

typedef struct CoxModel
{
	CoxData    *data;
	InterruptCheck interrupt;
	DeterminedSpan span;		/* standard deviations of the covariates are its scale */
	RecessionProblem problem;	/* in units of these */
	RecessionBasis climbs;		/* directions in which the likelihood climbs for ever */
} CoxModel;

static inline CoxSubject *
cox_subject(const CoxData *data, const CoxStratum *stratum, int64_t i)
{
	return (CoxSubject *) (stratum->subjects + (size_t) i * COX_SUBJECT(data->covariates));
}

/* The subjects of one time in a stratum, events first, and the sums over all at risk and over its events. */
typedef struct CoxRiskTime
{
	const CoxStratum *stratum;
	int64_t		first;
	int64_t		end;
	int64_t		events;
	CoxRiskSums	at_risk;
	CoxRiskSums	tied;
} CoxRiskTime;

typedef void (*CoxTimeVisit) (const CoxModel *model, const CoxRiskTime *time, void *context);

/* Combinations of covariates, and the sums of squares of their score residuals. */
typedef struct CoxResiduals
{
	int			count;
	double		combination[RECESSION_MAX_SIZE][RECESSION_MAX_SIZE];
	double		squares[RECESSION_MAX_SIZE];
} CoxResiduals;

extern void cox_visit_times(const CoxModel *model, const CoxStratum *stratum, CoxTimeVisit visit, void *context);
extern double cox_hazard_of_event(const CoxRiskTime *time, int64_t i, int size, double *mean);
extern void cox_surface_at(const CoxModel *model, const double *at, CoxSurface *surface);
extern void cox_sum_residuals(const CoxModel *model, CoxResiduals *residuals);

#endif							/* COX_MODEL_H */
