/*
 * proportion.c: limits of a proportion, against published ones, closed forms,
 * and the definitions themselves, integrated and summed term by term.
 */
#include "core/statistics/proportion.h"

#include "random.h"

typedef struct Published
{
	double		responders;
	double		evaluable;
	ProportionMethod method;
	double		lower;
	double		upper;
} Published;

/* Newcombe, Statistics in Medicine 1998; 17: 857, table I, to four decimals. */
static const Published newcombe[] = {
	{81, 263, PROPORTION_WILSON, 0.2553, 0.3662},
	{81, 263, PROPORTION_EXACT, 0.2527, 0.3676},
	{81, 263, PROPORTION_MID_P, 0.2544, 0.3658},
	{15, 148, PROPORTION_WILSON, 0.0624, 0.1605},
	{15, 148, PROPORTION_EXACT, 0.0578, 0.1617},
	{15, 148, PROPORTION_MID_P, 0.0601, 0.1581},
	{0, 20, PROPORTION_WILSON, 0.0000, 0.1611},
	{0, 20, PROPORTION_EXACT, 0.0000, 0.1684},
	{0, 20, PROPORTION_MID_P, 0.0000, 0.1391},
	{1, 29, PROPORTION_WILSON, 0.0061, 0.1718},
	{1, 29, PROPORTION_EXACT, 0.0009, 0.1776},
	{1, 29, PROPORTION_MID_P, 0.0017, 0.1585},
};

static void
test_published(void)
{
	ConfidenceLimits limits = proportion_limits(39, 50, 0.95, PROPORTION_EXACT);

	is_double(limits.lower, 0.640, 0.0005, "39 of 50, exact: lower limit 0.640");
	is_double(limits.upper, 0.885, 0.0005, "39 of 50, exact: upper limit 0.885");
	for (size_t i = 0; i < sizeof(newcombe) / sizeof(newcombe[0]); i++)
	{
		const Published *row = &newcombe[i];
		char		label[80];

		limits = proportion_limits(row->responders, row->evaluable, 0.95, row->method);
		snprintf(label, sizeof(label), "%g of %g, method %d, lower", row->responders,
				 row->evaluable, (int) row->method);
		is_double(limits.lower, row->lower, 0.000051, label);
		snprintf(label, sizeof(label), "%g of %g, method %d, upper", row->responders,
				 row->evaluable, (int) row->method);
		is_double(limits.upper, row->upper, 0.000051, label);
	}
}

/* Nobody, or everybody, has limits in closed form. */
static void
test_all_or_none(void)
{
	double		z = 1.959963984540054;

	for (int n = 1; n <= 1000; n = n * 3 + 1)
	{
		ConfidenceLimits none = proportion_limits(0, n, 0.95, PROPORTION_EXACT);
		ConfidenceLimits all = proportion_limits(n, n, 0.95, PROPORTION_EXACT);
		ConfidenceLimits wilson = proportion_limits(0, n, 0.95, PROPORTION_WILSON);
		ConfidenceLimits mid_p = proportion_limits(n, n, 0.95, PROPORTION_MID_P);

		ok(none.lower == 0 && all.upper == 1 && wilson.lower == 0 && mid_p.upper == 1,
		   "limits of none and all end at 0 and 1");
		is_double(none.upper, 1 - pow(0.025, 1.0 / n), 1e-13, "exact upper limit of none");
		is_double(all.lower, pow(0.025, 1.0 / n), 1e-13, "exact lower limit of all");
		is_double(wilson.upper, z * z / (n + z * z), 1e-13, "Wilson's upper limit of none");
		is_double(mid_p.lower, pow(0.05, 1.0 / n), 1e-13, "mid-P lower limit of all");
	}
}

static double
log_choose(double n, double k)
{
	return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1);
}

/* P(X >= x), with a weight for x itself, summed term by term. */
static double
upper_tail(int x, int n, double p, double weight)
{
	double		sum = 0;

	for (int k = x; k <= n; k++)
		sum += (k == x ? weight : 1) *
			exp(log_choose(n, k) + k * log(p) + (n - k) * log1p(-p));
	return sum;
}

static void
test_binomial_tails(ProportionMethod method, double weight, const char *name)
{
	double		worst = 0;

	for (int n = 2; n <= 60; n += 7)
		for (int x = 1; x < n; x++)
		{
			ConfidenceLimits limits = proportion_limits(x, n, 0.9, method);

			worst = fmax(worst, fabs(upper_tail(x, n, limits.lower, weight) - 0.05));
			worst = fmax(worst, fabs(upper_tail(n - x, n, 1 - limits.upper, weight) - 0.05));
		}
	is_double(worst, 0, 1e-10, name);
}

/* Share of the density of a Beta(a, b) below x, by the midpoint rule. */
static double
beta_share(double a, double b, double x)
{
	const int	steps = 20000;
	double		below = 0;
	double		total = 0;

	/* Of angles, in which the density has no poles: p = sin^2. */
	for (int i = 0; i < steps; i++)
	{
		double		angle = (i + 0.5) / steps * acos(-1) / 2;
		double		p = sin(angle) * sin(angle);
		double		density = exp((2 * a - 1) * log(sin(angle)) + (2 * b - 1) * log(cos(angle)));

		total += density;
		if (p < x)
			below += density;
	}
	return below / total;
}

static void
test_jeffreys(void)
{
	double		worst = 0;
	ConfidenceLimits none = proportion_limits(0, 12, 0.95, PROPORTION_JEFFREYS);

	for (int x = 1; x < 12; x++)
	{
		ConfidenceLimits limits = proportion_limits(x, 12, 0.95, PROPORTION_JEFFREYS);

		worst = fmax(worst, fabs(beta_share(x + 0.5, 12 - x + 0.5, limits.lower) - 0.025));
		worst = fmax(worst, fabs(beta_share(x + 0.5, 12 - x + 0.5, limits.upper) - 0.975));
	}
	is_double(worst, 0, 2e-4, "Jeffreys limits cut 2.5 % off the posterior on each side");
	ok(none.lower == 0 && none.upper > 0, "and end at 0 where nobody responded");
}

static void
test_levels(void)
{
	int			wrong = 0;

	for (int i = 0; i < 2000; i++)
	{
		double		n = (double) (1 + random_below(5000));
		double		x = (double) random_below((uint64_t) n + 1);
		ProportionMethod method = (ProportionMethod) random_below(4);
		ConfidenceLimits narrow = proportion_limits(x, n, 0.8, method);
		ConfidenceLimits wide = proportion_limits(x, n, 0.99, method);

		wrong += !(0 <= wide.lower && wide.lower <= narrow.lower && narrow.lower <= x / n &&
				   x / n <= narrow.upper && narrow.upper <= wide.upper && wide.upper <= 1);
	}
	is_int(wrong, 0, "limits enclose the rate, and widen with the level");
}

static void
test_names(void)
{
	static const char *const names[] = {"exact", "wilson", "jeffreys", "mid-p"};
	ProportionMethod method = PROPORTION_EXACT;

	for (int i = 0; i < 4; i++)
		ok(proportion_method_from_name(names[i], &method) && (int) method == i, names[i]);
	ok(!proportion_method_from_name("Exact", &method) && !proportion_method_from_name("", &method),
	   "other names are refused");
}

int
main(void)
{
	test_published();
	test_all_or_none();
	test_binomial_tails(PROPORTION_EXACT, 1, "exact limits leave 5 % of the binomial on each side");
	test_binomial_tails(PROPORTION_MID_P, 0.5, "mid-P limits leave 5 % less half the observed");
	test_jeffreys();
	test_levels();
	test_names();
	return done_testing();
}
