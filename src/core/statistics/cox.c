/*-------------------------------------------------------------------------
 *
 * cox.c
 *	  Proportional hazards regression (Cox), ties as Efron has them.
 *
 * The partial likelihood is concave: Newton steps, halved where they fail to
 * climb, reach its maximum if there is one.  It climbs for ever in a direction
 * in which each event has at least the hazard of all who are at risk.  It is
 * enough to compare neighbours, each with one rival: an event with the event
 * before it, and who is censored with the last event until then.  Subjects that
 * lose against their rival for ever are left out, with all whom they beat, and
 * the rest is fitted in the directions that it determines.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/cox_model.h"

#include <math.h>
#include <stdlib.h>

#include "core/statistics/tie_tolerance.h"

_Static_assert(COX_MAX_COVARIATES <= RECESSION_MAX_SIZE, "a direction has room for all covariates");

#define MAX_STEPS 100
#define MAX_HALVINGS 60

/* Ascending times; of one time the events first. */
static int
compare_subjects(const void *a, const void *b)
{
	const CoxSubject *s = a;
	const CoxSubject *t = b;

	if (s->time != t->time)
		return s->time < t->time ? -1 : 1;
	return (int) (t->event - s->event);
}

/* Times that R takes for ties become one time. */
static void
unite_ties(CoxModel *model)
{
	CoxData    *data = model->data;
	TieTolerance tolerance = {0};
	double		limit;

	for (int s = 0; s < data->strata_count; s++)
	{
		CoxStratum *stratum = &data->strata[s];

		qsort(stratum->subjects, (size_t) stratum->length, COX_SUBJECT(data->covariates), compare_subjects);
		for (int64_t i = 0; i < stratum->length; i++)
			if (i == 0 || cox_subject(data, stratum, i)->time != cox_subject(data, stratum, i - 1)->time)
				tie_tolerance_add(&tolerance, cox_subject(data, stratum, i)->time);
	}
	limit = tie_tolerance(&tolerance);
	for (int s = 0; s < data->strata_count; s++)
	{
		CoxStratum *stratum = &data->strata[s];
		double		last = -INFINITY;

		for (int64_t i = 0; i < stratum->length; i++)
		{
			CoxSubject *subject = cox_subject(data, stratum, i);
			double		time = subject->time;

			if (i > 0 && time - last <= limit)
				subject->time = cox_subject(data, stratum, i - 1)->time;
			last = time;
		}
		qsort(stratum->subjects, (size_t) stratum->length, COX_SUBJECT(data->covariates), compare_subjects);
	}
}

/* Takes the mean of each covariate off, and finds its standard deviation. */
static void
center_covariates(CoxModel *model)
{
	CoxData    *data = model->data;

	for (int k = 0; k < data->covariates; k++)
	{
		double		count = 0.0;
		double		mean = 0.0;
		double		squares = 0.0;

		for (int s = 0; s < data->strata_count; s++)
			for (int64_t i = 0; i < data->strata[s].length; i++)
			{
				double		x = cox_subject(data, &data->strata[s], i)->x[k];
				double		off = x - mean;

				mean += off / ++count;
				squares += off * (x - mean);
			}
		for (int s = 0; s < data->strata_count; s++)
			for (int64_t i = 0; i < data->strata[s].length; i++)
				cox_subject(data, &data->strata[s], i)->x[k] -= mean;
		model->span.scale[k] = squares > 0.0 && isfinite(squares) ? sqrt(squares / count) : 1.0;
	}
}

/* Finds the rivals, and counts the events. */
static int64_t
find_rivals(CoxModel *model)
{
	CoxData    *data = model->data;
	int64_t		events = 0;

	for (int s = 0; s < data->strata_count; s++)
	{
		CoxStratum *stratum = &data->strata[s];
		int64_t		last_event = -1;

		for (int64_t i = 0; i < stratum->length; i++)
		{
			CoxSubject *subject = cox_subject(data, stratum, i);

			subject->rival = last_event;
			subject->is_left_out = 0;
			if (!subject->event)
				continue;
			last_event = i;
			events++;
		}
	}
	return events;
}

/* By how much a subject's rival is ahead of it, in units of the scale. */
static void
lead_of_rival(const CoxModel *model, const CoxStratum *stratum, const CoxSubject *subject, double *lead)
{
	const CoxSubject *rival = cox_subject(model->data, stratum, subject->rival);

	for (int k = 0; k < model->span.size; k++)
		lead[k] = (rival->x[k] - subject->x[k]) / model->span.scale[k];
}

/* Of events at one time, none may be ahead. */
static bool
is_tied_with_rival(const CoxModel *model, const CoxStratum *stratum, const CoxSubject *subject)
{
	return subject->event && cox_subject(model->data, stratum, subject->rival)->time == subject->time;
}

static void
visit_leads(const void *problem, RecessionVisit visit, void *context)
{
	const CoxModel *model = problem;

	for (int s = 0; s < model->data->strata_count; s++)
		for (int64_t i = 0; i < model->data->strata[s].length; i++)
		{
			const CoxStratum *stratum = &model->data->strata[s];
			const CoxSubject *subject = cox_subject(model->data, stratum, i);
			double		lead[RECESSION_MAX_SIZE];

			check_interrupt_at(model->interrupt, (size_t) i);
			if (subject->rival < 0)
				continue;
			lead_of_rival(model, stratum, subject, lead);
			visit(context, lead);
			if (!is_tied_with_rival(model, stratum, subject))
				continue;
			for (int k = 0; k < model->span.size; k++)
				lead[k] = -lead[k];
			visit(context, lead);
		}
}

/* Finds out what the data determine; false if that is not found. */
static bool
explore(CoxModel *model)
{
	model->problem.vectors = visit_leads;
	model->problem.problem = model;
	model->problem.fixed.size = model->span.size;
	if (!recession_directions(&model->problem, &model->climbs))
		return false;
	model->span.basis = model->problem.fixed;
	for (int s = 0; s < model->data->strata_count; s++)
		for (int64_t i = 0; i < model->data->strata[s].length; i++)
		{
			const CoxStratum *stratum = &model->data->strata[s];
			CoxSubject *subject = cox_subject(model->data, stratum, i);
			double		lead[RECESSION_MAX_SIZE];

			if (subject->rival < 0)
				continue;
			lead_of_rival(model, stratum, subject, lead);
			subject->is_left_out = recession_is_strict(&model->climbs, &model->problem.fixed, lead);
			if (!subject->is_left_out)
				span_add(&model->span, lead);
		}
	return true;
}

/* Takes a step that climbs; false if none does. */
static bool
climb(const CoxModel *model, double *at, const double *step, double gain, CoxSurface *surface)
{
	double		before = surface->value;
	double		tried[RECESSION_MAX_SIZE];
	double		length = 1.0;
	bool		lost = gain < 1e-12 * (1.0 + fabs(before));

	for (int halving = 0; halving < MAX_HALVINGS; halving++, length /= 2.0)
	{
		for (int k = 0; k < model->span.size; k++)
			tried[k] = at[k] + length * step[k];
		cox_surface_at(model, tried, surface);
		if (isfinite(surface->value) && (surface->value >= before || lost))
		{
			for (int k = 0; k < model->span.size; k++)
				at[k] = tried[k];
			return true;
		}
	}
	return false;
}

/*
 * Coefficients, and errors from the observed information and from the
 * residuals; NAN for what is not determined.  There are no robust errors where
 * the likelihood climbs for ever.
 */
static void
report(const CoxModel *model, SpanMatrix factor, const double *at, CoxFit *fit)
{
	const DeterminedSpan *span = &model->span;
	CoxResiduals residuals = {.count = span->size};
	CoxSurface	surface;

	for (int k = 0; k < span->size; k++)
	{
		double		by[RECESSION_MAX_SIZE] = {0.0};
		double		within[RECESSION_MAX_SIZE];
		double		solved[RECESSION_MAX_SIZE];

		if (!span_determines(span, k))
			continue;
		by[k] = 1.0;
		span_coordinates(span, by, within);
		span_coordinates(span, by, solved);
		span_solve(span, factor, solved);
		fit->coefficient[k] = at[k];
		fit->std_error[k] = sqrt(vector_product(within, solved, span->basis.length));
		for (int j = 0; j < span->size; j++)
			for (int i = 0; i < span->basis.length; i++)
				residuals.combination[k][j] += solved[i] * span->basis.vector[i][j] / span->scale[j];
	}
	if (model->climbs.length > 0)
		return;
	cox_surface_at(model, at, &surface);
	cox_sum_residuals(model, &residuals);
	for (int k = 0; k < span->size; k++)
		if (!isnan(fit->coefficient[k]))
			fit->robust_error[k] = sqrt(residuals.squares[k]);
}

/* The maximum in the span; false if Newton's steps do not arrive there. */
static bool
find_maximum(const CoxModel *model, CoxFit *fit)
{
	double		at[RECESSION_MAX_SIZE] = {0.0};
	SpanMatrix	factor;
	CoxSurface	surface;

	cox_surface_at(model, at, &surface);
	for (int count = 0; count < MAX_STEPS; count++)
	{
		double		step[RECESSION_MAX_SIZE];
		double		before = surface.value;
		double		gain = span_newton_step(&model->span, surface.curvature, surface.gradient, factor, step);

		if (isnan(gain))
			return false;
		fit->log_likelihood = before;
		if (gain <= 1e-18 * (1.0 + fabs(before)) || !climb(model, at, step, gain, &surface))
		{
			report(model, factor, at, fit);
			/* What is left is below the likelihood's own rounding. */
			return gain <= 1e-9 * (1.0 + fabs(before));
		}
	}
	return false;
}

/*
 * Maximum of the partial likelihood with Efron's approximation for ties, in
 * strata of which each has its own baseline hazard, as R's coxph.  Subjects are
 * put in order, and lose the means of their covariates.  Coefficients that the
 * data do not determine, or that grow for ever with the likelihood, are NAN.
 * False if the maximum is not found.
 */
bool
cox_fit(CoxData *data, InterruptCheck interrupt, CoxFit *fit)
{
	static const double nothing[RECESSION_MAX_SIZE];
	CoxModel		model = {.data = data, .interrupt = interrupt, .span.size = data->covariates};
	CoxSurface	surface;

	for (int k = 0; k < data->covariates; k++)
		fit->coefficient[k] = fit->std_error[k] = fit->robust_error[k] = NAN;
	unite_ties(&model);
	center_covariates(&model);
	fit->events = find_rivals(&model);
	cox_surface_at(&model, nothing, &surface);
	fit->null_log_likelihood = surface.value;
	return explore(&model) && find_maximum(&model, fit);
}
