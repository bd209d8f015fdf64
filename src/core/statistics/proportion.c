/*-------------------------------------------------------------------------
 *
 * proportion.c
 *	  Confidence limits of a proportion.
 *
 * Of one trial at least; the numbers are whole.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/proportion.h"

#include <math.h>

#include <Rmath.h>

#include "core/statistics/decreasing_root.h"
#include "core/statistics/method_name.h"

/* From this shape on, libRmath's beta quantile is not exact, or not a number. */
#define NORMAL_SHAPE 1e12

/*
 * A quantile of Beta(a, b).  Of large shapes, that of a normal distribution
 * with Cornish and Fisher's term for the skewness: what it leaves out is below
 * 1e-16 of the quantile.
 */
static double
beta_quantile(double tail, double a, double b, bool lower)
{
	double		n = a + b;
	double		mean = a / n;
	double		z;

	if (a < NORMAL_SHAPE)
		return qbeta(tail, a, b, lower, 0);
	if (a > b)
		return 1 - beta_quantile(tail, b, a, !lower);
	z = qnorm(tail, 0, 1, lower, 0);
	return mean + z * sqrt(mean * (b / n) / (n + 1)) + (b - a) / n * (z * z - 1) / (3 * n);
}

bool
proportion_method_from_name(const char *name, ProportionMethod *method)
{
	static const char *const names[] = {"exact", "wilson", "jeffreys", "mid-p", NULL};
	const int	found = method_of_name(names, name);

	if (found >= 0)
		*method = (ProportionMethod) found;
	return found >= 0;
}

/* Clopper and Pearson: Beta(x, n - x + 1) and Beta(x + 1, n - x). */
static ConfidenceLimits
exact_limits(double x, double n, double tail)
{
	ConfidenceLimits	limits = {0, 1};

	if (x > 0)
		limits.lower = beta_quantile(tail, x, n - x + 1, true);
	if (x < n)
		limits.upper = beta_quantile(tail, x + 1, n - x, false);
	return limits;
}

/* Jeffreys: Beta(x + 1/2, n - x + 1/2), whose ends are 0 and 1 at x = 0 and n. */
static ConfidenceLimits
jeffreys_limits(double x, double n, double tail)
{
	ConfidenceLimits	limits = {0, 1};

	if (x > 0)
		limits.lower = beta_quantile(tail, x + 0.5, n - x + 0.5, true);
	if (x < n)
		limits.upper = beta_quantile(tail, x + 0.5, n - x + 0.5, false);
	return limits;
}

/* Wilson: the score test inverted. */
static ConfidenceLimits
wilson_limits(double x, double n, double tail)
{
	double		z = qnorm(tail, 0, 1, 0, 0);
	double		p = x / n;
	double		centre = p + z * z / (2 * n);
	double		half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n));
	double		scale = 1 + z * z / n;
	ConfidenceLimits	limits = {0, 1};

	if (x > 0)
		limits.lower = (centre - half) / scale;
	if (x < n)
		limits.upper = (centre + half) / scale;
	return limits;
}

/* The probability of what lies beyond x on one side, with half of x itself. */
static double
mid_p(double p, double x, double n, bool above)
{
	double		beyond = above ? pbinom(x, n, p, 0, 0) : pbinom(x - 1, n, p, 1, 0);

	return beyond + dbinom(x, n, p, 0) / 2;
}

/* A tail of the distribution that shall have a probability. */
typedef struct MidPTail
{
	double		x;
	double		n;
	double		tail;
	bool		above;
} MidPTail;

/* How far the tail is from its probability: above x it grows with p. */
static double
mid_p_balance(double p, const void *context)
{
	const MidPTail *wanted = context;
	const double excess = mid_p(p, wanted->x, wanted->n, wanted->above) - wanted->tail;

	return wanted->above ? -excess : excess;
}

static double
mid_p_root(double x, double n, double tail, bool above)
{
	const MidPTail wanted = {x, n, tail, above};

	return decreasing_root(mid_p_balance, &wanted, 0, 1);
}

static ConfidenceLimits
mid_p_limits(double x, double n, double tail)
{
	ConfidenceLimits limits = {0, 1};

	/* Of so many, the distributions differ by less than a double can tell. */
	if (x >= NORMAL_SHAPE && n - x >= NORMAL_SHAPE)
		return jeffreys_limits(x, n, tail);
	if (x >= NORMAL_SHAPE)
	{
		ConfidenceLimits others = mid_p_limits(n - x, n, tail);

		return (ConfidenceLimits) {1 - others.upper, 1 - others.lower};
	}
	if (x > 0)
		limits.lower = mid_p_root(x, n, tail, true);
	if (x < n)
		limits.upper = mid_p_root(x, n, tail, false);
	return limits;
}

/*
 * Two-sided limits of responders / evaluable.  Clopper and Pearson, Biometrika
 * 1934; Wilson, JASA 1927; Brown, Cai and DasGupta, Statistical Science 2001
 * (Jeffreys); Lancaster, JASA 1961 (mid-P).
 */
ConfidenceLimits
proportion_limits(double responders, double evaluable, double conf_level,
				  ProportionMethod method)
{
	double		tail = (1 - conf_level) / 2;

	switch (method)
	{
		case PROPORTION_WILSON:
			return wilson_limits(responders, evaluable, tail);
		case PROPORTION_JEFFREYS:
			return jeffreys_limits(responders, evaluable, tail);
		case PROPORTION_MID_P:
			return mid_p_limits(responders, evaluable, tail);
		case PROPORTION_EXACT:
			break;
	}
	return exact_limits(responders, evaluable, tail);
}
