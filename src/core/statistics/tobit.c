/*-------------------------------------------------------------------------
 *
 * tobit.c
 *	  Linear regression on values that may be censored (Tobit).
 *
 * The parameters are coefficients / sd and 1 / sd, in which the log likelihood
 * is concave (Olsen, Econometrica 1978): Newton steps, halved where they fail
 * to climb, reach its maximum from anywhere if there is one.  Where the
 * likelihood climbs for ever, what tends to certainty is left out, and the rest
 * is fitted in the directions that it determines.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/tobit.h"

#include <float.h>
#include <math.h>

#include <Rmath.h>

#include "core/statistics/determined_span.h"
#include "core/statistics/normal_slope.h"

#define MAX_PARAMETERS (TOBIT_MAX_COEFFICIENTS + 1)
_Static_assert(MAX_PARAMETERS <= RECESSION_MAX_SIZE, "a direction has room for all parameters");

#define MAX_STEPS 100
#define MAX_HALVINGS 60

/* Sums of products that leave less than this of a column determine nothing of it. */
#define SUMS_TOLERANCE 1e-13

/* The log likelihood with its gradient and negated second derivatives. */
typedef struct Surface
{
	double		value;
	double		gradient[MAX_PARAMETERS];
	SpanMatrix	curvature;
} Surface;

/*
 * The exact values' part.  Seen as regression of 0 on (-x, value), the sums
 * are its curvature, but for signs and the logarithm of the rate.
 */
static void
add_sums(const TobitData *data, const double *at, Surface *surface)
{
	int			last = data->covariates + 1;
	double		n = data->sums[0];
	double		squares = 0.0;
	int			next = 0;

	if (n == 0.0)
		return;
	for (int i = 0; i <= last; i++)
		for (int j = i; j <= last; j++)
		{
			double		sum = data->sums[next++] * (i < last && j == last ? -1.0 : 1.0);

			surface->curvature[i][j] += sum;
			surface->gradient[i] -= sum * at[j];
			squares += sum * at[i] * at[j];
			if (i == j)
				continue;
			surface->curvature[j][i] += sum;
			surface->gradient[j] -= sum * at[i];
			squares += sum * at[i] * at[j];
		}
	surface->value += n * (log(at[last]) - M_LN_SQRT_2PI) - squares / 2.0;
	surface->gradient[last] += n / at[last];
	surface->curvature[last][last] += n / (at[last] * at[last]);
}

/* Where the parameters have to go to make a censored value more likely. */
static void
row_direction(const double *row, int covariates, double *direction)
{
	direction[0] = -row[0];
	for (int i = 0; i < covariates; i++)
		direction[i + 1] = -row[0] * row[i + 2];
	direction[covariates + 1] = row[0] * row[1];
}

static void
add_row(const double *direction, int covariates, const double *at, Surface *surface)
{
	double		z = vector_product(direction, at, covariates + 2);
	double		slope,
				excess;

	normal_slope(z, &slope, &excess);
	surface->value += pnorm(z, 0.0, 1.0, 1, 1);
	for (int i = 0; i < covariates + 2; i++)
	{
		surface->gradient[i] += slope * direction[i];
		for (int j = 0; j < covariates + 2; j++)
			surface->curvature[i][j] += slope * excess * direction[i] * direction[j];
	}
}

/* The data, what makes them comparable, and what they determine. */
typedef struct Space
{
	const TobitData *data;
	InterruptCheck interrupt;
	DeterminedSpan span;		/* what the values that no climb makes certain determine; root mean squares are its scale */
	RecessionProblem problem;	/* in units of these */
	RecessionBasis climbs;		/* directions in which the likelihood climbs for ever */
} Space;

static void
scaled_direction(const Space *space, const double *row, double *scaled)
{
	row_direction(row, space->data->covariates, scaled);
	for (int k = 0; k < space->span.size; k++)
		scaled[k] /= space->span.scale[k];
}

/* The censored values, and that the standard deviation is not negative. */
static void
visit_directions(const void *problem, RecessionVisit visit, void *context)
{
	const Space *space = problem;
	double		direction[MAX_PARAMETERS] = {0.0};

	direction[space->span.size - 1] = 1.0;
	visit(context, direction);
	for (int64_t i = 0; i < space->data->n_rows; i++)
	{
		check_interrupt_at(space->interrupt, (size_t) i);
		scaled_direction(space, space->data->rows + i * TOBIT_ROW(space->data->covariates), direction);
		visit(context, direction);
	}
}

static bool
is_certain(const Space *space, const double *row)
{
	double		direction[MAX_PARAMETERS];

	if (space->climbs.length == 0)
		return false;
	scaled_direction(space, row, direction);
	return recession_is_strict(&space->climbs, &space->problem.fixed, direction);
}

static void
surface_at(const Space *space, const double *at, Surface *surface)
{
	static const Surface flat;
	const TobitData *data = space->data;

	*surface = flat;
	add_sums(data, at, surface);
	for (int64_t i = 0; i < data->n_rows; i++)
	{
		const double *row = data->rows + i * TOBIT_ROW(data->covariates);
		double		direction[MAX_PARAMETERS];

		check_interrupt_at(space->interrupt, (size_t) i);
		if (is_certain(space, row))
			continue;
		row_direction(row, data->covariates, direction);
		add_row(direction, data->covariates, at, surface);
	}
}

/* The diagonal of the sums, and the squares of the censored values' directions. */
static void
set_scale(Space *space)
{
	const TobitData *data = space->data;
	int			at = 0;

	for (int k = 0; k < space->span.size; at += space->span.size - k++)
	{
		double		squares = data->sums[at];

		for (int64_t i = 0; i < data->n_rows; i++)
		{
			const double *row = data->rows + i * TOBIT_ROW(data->covariates);
			double		x = k == 0 ? 1.0 : k == space->span.size - 1 ? row[1] : row[k + 1];

			squares += x * x;
		}
		space->span.scale[k] = squares > 0.0 ? sqrt(squares / (data->sums[0] + (double) data->n_rows)) : 1.0;
	}
}

/* What the exact values hold fast: the span of their sums of products. */
static void
set_fixed(Space *space)
{
	RecessionBasis *fixed = &space->problem.fixed;
	const int	last = space->span.size - 1;
	double		product[MAX_PARAMETERS][MAX_PARAMETERS];
	int			at = 0;

	fixed->size = space->span.size;
	fixed->length = 0;
	for (int i = 0; i <= last; i++)
		for (int j = i; j <= last; j++)
			product[i][j] = product[j][i] = space->data->sums[at++] / (space->span.scale[i] * space->span.scale[j]) *
				(i < last && j == last ? -1.0 : 1.0);
	for (int i = 0; i <= last; i++)
		basis_add(fixed, product[i], SUMS_TOLERANCE);
}

static void
add_to_span(void *context, const double *direction)
{
	Space	   *space = context;

	if (!recession_is_strict(&space->climbs, &space->problem.fixed, direction))
		span_add(&space->span, direction);
}

/* Finds out what the data determine; false if they leave the standard deviation open. */
static bool
explore(Space *space)
{
	double		direction[MAX_PARAMETERS];

	set_scale(space);
	set_fixed(space);
	space->problem.vectors = visit_directions;
	space->problem.problem = space;
	if (!recession_directions(&space->problem, &space->climbs))
		return false;
	space->span.basis = space->problem.fixed;
	for (int64_t i = 0; i < space->data->n_rows; i++)
	{
		scaled_direction(space, space->data->rows + i * TOBIT_ROW(space->data->covariates), direction);
		add_to_span(space, direction);
	}
	return span_determines(&space->span, space->span.size - 1);
}

/* A start whose units are those of the data: the limits' and values' spread. */
static void
start(const TobitData *data, double *at)
{
	int			last = data->covariates + 1;
	int			sums = TOBIT_SUMS(data->covariates);
	double		n = data->sums[0] + (double) data->n_rows;
	double		sum = data->sums[last];
	double		squares = data->sums[sums - 1];
	double		variance;

	for (int64_t i = 0; i < data->n_rows; i++)
	{
		double		limit = data->rows[i * TOBIT_ROW(data->covariates) + 1];

		sum += limit;
		squares += limit * limit;
	}
	variance = squares / n - (sum / n) * (sum / n);
	for (int i = 0; i <= last; i++)
		at[i] = 0.0;
	at[last] = variance > 0.0 ? 1.0 / sqrt(variance) : 1.0;
	at[0] = sum / n * at[last];
}

/*
 * Takes a step that climbs; false if none does.  A full step whose gain is
 * lost in the rounding of the likelihood counts as one.
 */
static bool
climb(const Space *space, double *at, const double *step, double gain, Surface *surface)
{
	int			last = space->span.size - 1;
	double		before = surface->value;
	double		tried[MAX_PARAMETERS];
	double		length = 1.0;
	bool		lost = gain < 1e-12 * (1.0 + fabs(before));

	for (int halving = 0; halving < MAX_HALVINGS; halving++, length /= 2.0)
	{
		for (int i = 0; i <= last; i++)
			tried[i] = at[i] + length * step[i];
		if (tried[last] <= 0.0)
			continue;
		surface_at(space, tried, surface);
		if (surface->value >= before || lost)
		{
			for (int i = 0; i <= last; i++)
				at[i] = tried[i];
			return true;
		}
	}
	return false;
}

/*
 * Back to coefficients and sd, with errors by the delta method; NAN for a
 * coefficient that is not determined.
 */
static void
report(const Space *space, SpanMatrix factor, const double *at, TobitFit *fit)
{
	const int	last = space->span.size - 1;

	fit->sd = 1.0 / at[last];
	for (int i = 0; i < last; i++)
	{
		double		by[MAX_PARAMETERS] = {0.0};
		double		within[MAX_PARAMETERS];
		double		solved[MAX_PARAMETERS];

		fit->coefficient[i] = fit->std_error[i] = NAN;
		if (!span_determines(&space->span, i))
			continue;
		fit->coefficient[i] = at[i] / at[last];
		by[i] = fit->sd;
		by[last] = -fit->coefficient[i] * fit->sd;
		span_coordinates(&space->span, by, within);
		span_coordinates(&space->span, by, solved);
		span_solve(&space->span, factor, solved);
		fit->std_error[i] = sqrt(vector_product(within, solved, space->span.basis.length));
	}
}

/* The maximum in the span; false if Newton's steps do not arrive there. */
static bool
find_maximum(const Space *space, TobitFit *fit)
{
	double		at[MAX_PARAMETERS];
	SpanMatrix	factor;
	Surface		surface;

	start(space->data, at);
	surface_at(space, at, &surface);
	for (int count = 0; count < MAX_STEPS; count++)
	{
		double		step[MAX_PARAMETERS];
		double		before = surface.value;
		double		gain = span_newton_step(&space->span, surface.curvature, surface.gradient, factor, step);

		if (isnan(gain))
			return false;
		fit->log_likelihood = before;
		if (gain <= 1e-18 * (1.0 + fabs(before)) || (gain < 1e-10 && count > MAX_STEPS / 2))
		{
			report(space, factor, at, fit);
			return isfinite(fit->sd) && fit->sd > 0.0;
		}
		if (!climb(space, at, step, gain, &surface))
		{
			/* What is left is below the likelihood's own rounding. */
			if (gain > 1e-9 * (1.0 + fabs(before)))
				return false;
			report(space, factor, at, fit);
			return true;
		}
	}
	return false;
}

/*
 * Maximum likelihood under a normal distribution of constant sd about a linear
 * predictor; errors from the observed information, as survreg reports.
 * Coefficients that the values do not determine, or that grow for ever with
 * the likelihood, are NAN.  False if that holds for the sd.
 */
bool
tobit_fit(const TobitData *data, InterruptCheck interrupt, TobitFit *fit)
{
	Space		space = {.data = data, .interrupt = interrupt, .span.size = data->covariates + 2};

	if (data->sums[0] + (double) data->n_rows == 0.0 || !explore(&space))
		return false;
	return find_maximum(&space, fit);
}
