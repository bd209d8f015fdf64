/*-------------------------------------------------------------------------
 *
 * cox_likelihood.c
 *	  The partial likelihood of a Cox regression, with its slopes.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/cox_model.h"

#include <math.h>

/* Sets the logarithms of all hazards, the largest of a stratum at 0. */
static void
cox_set_hazards(const CoxModel *model, const CoxStratum *stratum, const double *at)
{
	double		largest = -INFINITY;

	for (int64_t i = 0; i < stratum->length; i++)
	{
		CoxSubject *subject = cox_subject(model->data, stratum, i);

		subject->log_hazard = vector_product(subject->x, at, model->span.size);
		largest = fmax(largest, subject->log_hazard);
	}
	for (int64_t i = 0; i < stratum->length; i++)
		cox_subject(model->data, stratum, i)->log_hazard -= largest;
}

static void
add_to_risk(CoxRiskSums *sums, const CoxSubject *subject, int size)
{
	double		hazard = exp(subject->log_hazard);

	sums->hazard += hazard;
	for (int k = 0; k < size; k++)
	{
		sums->x[k] += hazard * subject->x[k];
		for (int j = 0; j <= k; j++)
			sums->xx[k][j] += hazard * subject->x[k] * subject->x[j];
	}
}

/* Takes in the subjects of the time before those of *time. */
static void
take_time(const CoxModel *model, CoxRiskTime *time)
{
	static const CoxRiskSums none;
	double		last = cox_subject(model->data, time->stratum, time->first - 1)->time;

	time->end = time->first;
	time->events = 0;
	time->tied = none;
	for (; time->first > 0; time->first--)
	{
		const CoxSubject *subject = cox_subject(model->data, time->stratum, time->first - 1);

		if (subject->time != last)
			break;
		if (!subject->event && subject->is_left_out)
			continue;
		add_to_risk(&time->at_risk, subject, model->span.size);
		if (!subject->event)
			continue;
		add_to_risk(&time->tied, subject, model->span.size);
		time->events++;
	}
}

/* Goes through the times of a stratum, the last first. */
void
cox_visit_times(const CoxModel *model, const CoxStratum *stratum, CoxTimeVisit visit, void *context)
{
	static const CoxRiskSums none;
	CoxRiskTime	time = {.stratum = stratum, .first = stratum->length};

	while (time.first > 0)
	{
		check_interrupt_at(model->interrupt, (size_t) time.first);
		take_time(model, &time);
		visit(model, &time, context);
		/* The event before this time is ahead of its first, and of all who were at risk here. */
		if (time.events > 0 && cox_subject(model->data, stratum, time.first)->is_left_out)
			time.at_risk = none;
	}
}

/* The i-th event of a time leaves the others at risk in part: the hazard then, and the mean covariates. */
double
cox_hazard_of_event(const CoxRiskTime *time, int64_t i, int size, double *mean)
{
	double		part = (double) i / (double) time->events;
	double		hazard = time->at_risk.hazard - part * time->tied.hazard;

	for (int k = 0; k < size; k++)
		mean[k] = (time->at_risk.x[k] - part * time->tied.x[k]) / hazard;
	return hazard;
}

static void
add_time_to_surface(const CoxModel *model, const CoxRiskTime *time, void *context)
{
	CoxSurface *surface = context;
	const int	size = model->span.size;

	for (int64_t i = 0; i < time->events; i++)
	{
		const CoxSubject *subject = cox_subject(model->data, time->stratum, time->first + i);
		double		part = (double) i / (double) time->events;
		double		mean[RECESSION_MAX_SIZE];
		double		hazard = cox_hazard_of_event(time, i, size, mean);

		surface->value += subject->log_hazard - log(hazard);
		for (int k = 0; k < size; k++)
		{
			surface->gradient[k] += subject->x[k] - mean[k];
			for (int j = 0; j <= k; j++)
				surface->curvature[k][j] += (time->at_risk.xx[k][j] - part * time->tied.xx[k][j]) / hazard -
					mean[k] * mean[j];
		}
	}
}

void
cox_surface_at(const CoxModel *model, const double *at, CoxSurface *surface)
{
	static const CoxSurface flat;

	*surface = flat;
	for (int s = 0; s < model->data->strata_count; s++)
	{
		cox_set_hazards(model, &model->data->strata[s], at);
		cox_visit_times(model, &model->data->strata[s], add_time_to_surface, surface);
	}
	for (int k = 0; k < model->span.size; k++)
		for (int j = 0; j < k; j++)
			surface->curvature[j][k] = surface->curvature[k][j];
}
