/*-------------------------------------------------------------------------
 *
 * tobit.c
 *	  Linear regression on values that may be censored (Tobit).
 *
 * The parameters are coefficients / sd and 1 / sd, in which the log likelihood
 * is concave (Olsen, Econometrica 1978): Newton steps, halved where they fail
 * to climb, reach its maximum from anywhere if there is one.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/tobit.h"

#include <float.h>
#include <math.h>

#include <Rmath.h>

#include "core/statistics/normal_slope.h"

#define MAX_PARAMETERS (TOBIT_MAX_COEFFICIENTS + 1)
#define MAX_STEPS 100
#define MAX_HALVINGS 60

/* The log likelihood with its gradient and negated second derivatives. */
typedef struct Surface
{
	double		value;
	double		gradient[MAX_PARAMETERS];
	double		curvature[MAX_PARAMETERS][MAX_PARAMETERS];
} Surface;

/*
 * All but the numbers; when reading, false unless the input can hold as many
 * of them as it says.
 */
bool
tobit_header_fields(StateCodec *codec, TobitHeader *header)
{
	codec_integer(codec, "missing", &header->missing);
	codec_integer(codec, "covariates", &header->covariates);
	codec_integer(codec, "censored", &header->n_rows);
	if (codec_reads(codec) &&
		(header->missing < 0 || header->covariates < 0 || header->covariates > TOBIT_MAX_COVARIATES ||
		 header->n_rows < 0 || (header->covariates == 0 && header->n_rows > 0) ||
		 header->n_rows > (int64_t) (codec_remaining(codec) / (8 * (size_t) TOBIT_ROW(header->covariates)))))
		codec->failed = true;
	return !codec->failed;
}

/* Could so many sums have come from rows? */
bool
tobit_sums_are_possible(const double *sums, int64_t covariates)
{
	for (int64_t i = 0; i < TOBIT_SUMS(covariates); i++)
		if (!isfinite(sums[i]))
			return false;
	return sums[0] >= 0.0 && sums[0] <= TOBIT_MAX_EXACT && sums[0] == floor(sums[0]);
}

/* The numbers of a sample of which the header was read. */
void
tobit_number_fields(StateCodec *codec, const TobitHeader *header, double *numbers)
{
	int64_t		sums = TOBIT_SUMS(header->covariates);
	int64_t		width = TOBIT_ROW(header->covariates);

	if (header->covariates == 0)
		return;
	for (int64_t i = 0; i < sums && !codec->failed; i++)
		codec_number(codec, "sum", &numbers[i]);
	for (int64_t i = 0; i < header->n_rows * width && !codec->failed; i++)
	{
		codec_number(codec, i % width == 0 ? "side" : i % width == 1 ? "limit" : "covariate", &numbers[sums + i]);
		if (i % width == 0 && fabs(numbers[sums + i]) != 1.0)
			codec->failed = true;
	}
	if (!tobit_sums_are_possible(numbers, header->covariates))
		codec->failed = true;
}

/* Adds an exact value to the sums. */
void
tobit_add_exact(double *sums, int covariates, const double *x, double value)
{
	int			at = 0;

	for (int i = 0; i < covariates + 2; i++)
	{
		double		a = i == 0 ? 1.0 : i <= covariates ? x[i - 1] : value;

		for (int j = i; j < covariates + 2; j++)
			sums[at++] += a * (j == 0 ? 1.0 : j <= covariates ? x[j - 1] : value);
	}
}

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

static void
add_row(const double *row, int covariates, const double *at, Surface *surface)
{
	double		direction[MAX_PARAMETERS];
	double		z = 0.0;
	double		slope,
				excess;

	direction[0] = -row[0];
	for (int i = 0; i < covariates; i++)
		direction[i + 1] = -row[0] * row[i + 2];
	direction[covariates + 1] = row[0] * row[1];
	for (int i = 0; i < covariates + 2; i++)
		z += direction[i] * at[i];
	normal_slope(z, &slope, &excess);
	surface->value += pnorm(z, 0.0, 1.0, 1, 1);
	for (int i = 0; i < covariates + 2; i++)
	{
		surface->gradient[i] += slope * direction[i];
		for (int j = 0; j < covariates + 2; j++)
			surface->curvature[i][j] += slope * excess * direction[i] * direction[j];
	}
}

static void
surface_at(const TobitData *data, const double *at, InterruptCheck interrupt, Surface *surface)
{
	static const Surface flat;

	*surface = flat;
	add_sums(data, at, surface);
	for (int64_t i = 0; i < data->n_rows; i++)
	{
		check_interrupt_at(interrupt, (size_t) i);
		add_row(data->rows + i * TOBIT_ROW(data->covariates), data->covariates, at, surface);
	}
}

/* Cholesky's factor of a, in its lower half; false if a is singular. */
static bool
factorize(double a[MAX_PARAMETERS][MAX_PARAMETERS], int size)
{
	for (int i = 0; i < size; i++)
		for (int j = 0; j <= i; j++)
		{
			double		sum = a[i][j];

			for (int k = 0; k < j; k++)
				sum -= a[i][k] * a[j][k];
			if (i > j)
				a[i][j] = sum / a[j][j];
			else if (sum > a[i][i] * 1e-13)
				a[i][i] = sqrt(sum);
			else
				return false;
		}
	return true;
}

static void
solve(double a[MAX_PARAMETERS][MAX_PARAMETERS], int size, double *b)
{
	for (int i = 0; i < size; i++)
	{
		for (int k = 0; k < i; k++)
			b[i] -= a[i][k] * b[k];
		b[i] /= a[i][i];
	}
	for (int i = size - 1; i >= 0; i--)
	{
		for (int k = i + 1; k < size; k++)
			b[i] -= a[k][i] * b[k];
		b[i] /= a[i][i];
	}
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
climb(const TobitData *data, double *at, const double *step, double gain, InterruptCheck interrupt, Surface *surface)
{
	int			last = data->covariates + 1;
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
		surface_at(data, tried, interrupt, surface);
		if (surface->value >= before || lost)
		{
			for (int i = 0; i <= last; i++)
				at[i] = tried[i];
			return true;
		}
	}
	return false;
}

/* Back to coefficients and sd, with errors by the delta method. */
static void
report(double factor[MAX_PARAMETERS][MAX_PARAMETERS], int last, const double *at, TobitFit *fit)
{
	fit->sd = 1.0 / at[last];
	for (int i = 0; i < last; i++)
	{
		double		by[MAX_PARAMETERS] = {0.0};
		double		solved[MAX_PARAMETERS] = {0.0};

		fit->coefficient[i] = at[i] / at[last];
		solved[i] = by[i] = fit->sd;
		solved[last] = by[last] = -fit->coefficient[i] * fit->sd;
		solve(factor, last + 1, solved);
		fit->std_error[i] = sqrt(by[i] * solved[i] + by[last] * solved[last]);
	}
}

/*
 * Maximum likelihood under a normal distribution of constant sd about a linear
 * predictor; errors from the observed information, as survreg reports.  False
 * if there is no maximum that the values determine: fewer of them than
 * coefficients, covariates that depend on each other, too many limits.
 */
bool
tobit_fit(const TobitData *data, InterruptCheck interrupt, TobitFit *fit)
{
	int			last = data->covariates + 1;
	double		at[MAX_PARAMETERS];
	Surface		surface;

	if (data->sums[0] + (double) data->n_rows == 0.0)
		return false;
	start(data, at);
	surface_at(data, at, interrupt, &surface);
	for (int count = 0; count < MAX_STEPS; count++)
	{
		double		step[MAX_PARAMETERS];
		double		gain = 0.0;
		double		before = surface.value;

		for (int i = 0; i <= last; i++)
			step[i] = surface.gradient[i];
		if (!factorize(surface.curvature, last + 1))
			return false;
		solve(surface.curvature, last + 1, step);
		for (int i = 0; i <= last; i++)
			gain += step[i] * surface.gradient[i];
		if (gain <= 1e-18 * (1.0 + fabs(before)) || (gain < 1e-10 && count > MAX_STEPS / 2))
		{
			fit->log_likelihood = before;
			report(surface.curvature, last, at, fit);
			return isfinite(fit->sd) && fit->sd > 0.0;
		}
		if (!climb(data, at, step, gain, interrupt, &surface))
		{
			/* What is left is below the likelihood's own rounding. */
			surface_at(data, at, interrupt, &surface);
			fit->log_likelihood = surface.value;
			if (gain > 1e-9 * (1.0 + fabs(before)) || !factorize(surface.curvature, last + 1))
				return false;
			report(surface.curvature, last, at, fit);
			return true;
		}
	}
	return false;
}
