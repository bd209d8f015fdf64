/*-------------------------------------------------------------------------
 *
 * cox_residual.c
 *	  Score residuals of a Cox regression, of which robust errors are made (Lin
 *	  and Wei, J Am Stat Assoc 1989).
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/cox_model.h"

#include <math.h>

/* The baseline hazard of times, and its products with the mean covariates at risk. */
typedef struct Baseline
{
	double		hazard;
	double		x[RECESSION_MAX_SIZE];
} Baseline;

/* Sums over all times of a stratum and over those after one. */
typedef struct Sums
{
	Baseline	all;
	Baseline	later;
	CoxResiduals *residuals;
} Sums;

/* Of a time; for its own events, who are at risk in part, as theirs is true. */
static Baseline
baseline_of_time(const CoxRiskTime *time, int size, bool is_own)
{
	Baseline	baseline = {0.0, {0.0}};

	for (int64_t i = 0; i < time->events; i++)
	{
		double		mean[RECESSION_MAX_SIZE];
		double		weight = is_own ? 1.0 - (double) i / (double) time->events : 1.0;
		double		hazard = weight / cox_hazard_of_event(time, i, size, mean);

		baseline.hazard += hazard;
		for (int k = 0; k < size; k++)
			baseline.x[k] += hazard * mean[k];
	}
	return baseline;
}

static void
add_baseline(Baseline *sum, const Baseline *added, double sign)
{
	sum->hazard += sign * added->hazard;
	for (int k = 0; k < RECESSION_MAX_SIZE; k++)
		sum->x[k] += sign * added->x[k];
}

static void
add_time_to_baseline(const CoxModel *model, const CoxRiskTime *time, void *context)
{
	Baseline	here = baseline_of_time(time, model->span.size, false);

	add_baseline(&((Sums *) context)->all, &here, 1.0);
}

/* The mean of the covariates that the events of a time are compared with. */
static void
mean_of_events(const CoxRiskTime *time, int size, double *mean)
{
	for (int k = 0; k < size; k++)
		mean[k] = 0.0;
	for (int64_t i = 0; i < time->events; i++)
	{
		double		part[RECESSION_MAX_SIZE];

		cox_hazard_of_event(time, i, size, part);
		for (int k = 0; k < size; k++)
			mean[k] += part[k] / (double) time->events;
	}
}

/* The squares of the residuals of a time's subjects, in each combination. */
static void
add_time_to_squares(const CoxModel *model, const CoxRiskTime *time, void *context)
{
	Sums	   *sums = context;
	CoxResiduals *residuals = sums->residuals;
	const int	size = model->span.size;
	Baseline	here = baseline_of_time(time, size, false);
	Baseline	own = baseline_of_time(time, size, true);
	Baseline	until = sums->all;
	double		mean[RECESSION_MAX_SIZE];

	add_baseline(&until, &sums->later, -1.0);
	add_baseline(&own, &until, 1.0);
	add_baseline(&own, &here, -1.0);
	add_baseline(&sums->later, &here, 1.0);
	mean_of_events(time, size, mean);
	for (int64_t i = time->first; i < time->end; i++)
	{
		const CoxSubject *subject = cox_subject(model->data, time->stratum, i);
		const Baseline *baseline = subject->event ? &own : &until;
		double		residual[RECESSION_MAX_SIZE];

		for (int k = 0; k < size; k++)
			residual[k] = (subject->event ? subject->x[k] - mean[k] : 0.0) -
				exp(subject->log_hazard) * (subject->x[k] * baseline->hazard - baseline->x[k]);
		for (int c = 0; c < residuals->count; c++)
		{
			double		sum = vector_product(residuals->combination[c], residual, size);

			residuals->squares[c] += sum * sum;
		}
	}
}

/* Sums the squares of all subjects' residuals, at the hazards of the last likelihood. */
void
cox_sum_residuals(const CoxModel *model, CoxResiduals *residuals)
{
	for (int s = 0; s < model->data->strata_count; s++)
	{
		Sums		sums = {.residuals = residuals};

		cox_visit_times(model, &model->data->strata[s], add_time_to_baseline, &sums);
		cox_visit_times(model, &model->data->strata[s], add_time_to_squares, &sums);
	}
}
