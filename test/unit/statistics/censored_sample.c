/*
 * censored_sample.c: quantiles of censored values, against the quantiles of
 * all combinations of values that they can stand for.
 */
#include "core/statistics/censored_sample.h"

#include <stdlib.h>

#include "random.h"

#define MAX_N 3000
#define MAX_COMBINED 5			/* more values have too many combinations */
#define INSIDE 1e-10			/* how far inside an open end its point lies */

static int
compare(const void *a, const void *b)
{
	double		x = *(const double *) a;
	double		y = *(const double *) b;

	return (x > y) - (x < y);
}

/* A probability as a fraction, whose place among n values is exact. */
typedef struct Fraction
{
	int			part;
	int			whole;
} Fraction;

/* R's type 7, as quantile() documents it. */
static double
type_7(const double *values, int n, Fraction p)
{
	static double sorted[MAX_N];
	int			k = (n - 1) * p.part / p.whole;
	double		weight = (double) ((n - 1) * p.part % p.whole) / p.whole;

	memcpy(sorted, values, (size_t) n * sizeof(double));
	qsort(sorted, (size_t) n, sizeof(double), compare);
	if (k + 1 >= n)
		return sorted[n - 1];
	return sorted[k] + weight * (sorted[k + 1] - sorted[k]);
}

/* Points of a value's set: the ends, or inside of them where they are open. */
static int
points_of(CensoredValue value, const CensoredDomain *domain, double inside, double *points)
{
	double		limit = censored_limit(value);

	switch (censored_qualifier(value))
	{
		case QUALIFIER_NOT_DETECTED:
		case QUALIFIER_BELOW:
			points[0] = domain->is_signed ? -1e9 : 0;
			points[1] = censored_lacks_limit(value) ? 1e-12 : limit - inside;
			return 2;
		case QUALIFIER_ABOVE:
			points[0] = limit + inside;
			points[1] = 1e19;
			return 2;
		default:
			points[0] = limit;
			return 1;
	}
}

typedef struct Range
{
	double		least;
	double		greatest;
	bool		least_open;
	bool		greatest_open;
} Range;

static Range
range_inside(const CensoredValue *values, int n, Fraction p, const CensoredDomain *domain,
			 double inside)
{
	Range		range = {INFINITY, -INFINITY, false, false};
	static double points[MAX_N][2];
	static double chosen[MAX_N];
	static int	counts[MAX_N];
	bool		all = n <= MAX_COMBINED;

	for (int i = 0; i < n; i++)
		counts[i] = points_of(values[i], domain, inside, points[i]);
	/* A quantile grows with every value, so all at their lowest and all at their highest do. */
	for (int combination = 0; combination < (all ? 1 << n : 2); combination++)
	{
		double		quantile;

		for (int i = 0; i < n; i++)
			chosen[i] = points[i][counts[i] == 2 && (combination >> (all ? i : 0) & 1)];
		quantile = type_7(chosen, n, p);
		range.least = fmin(range.least, quantile);
		range.greatest = fmax(range.greatest, quantile);
	}
	return range;
}

/* An end is open if it moves with the points that lie inside open ends. */
static Range
range_of_quantiles(const CensoredValue *values, int n, Fraction p, const CensoredDomain *domain)
{
	Range		range = range_inside(values, n, p, domain, 0);
	Range		inner = range_inside(values, n, p, domain, INSIDE);

	range.least_open = inner.least > range.least + INSIDE / 100;
	range.greatest_open = inner.greatest < range.greatest - INSIDE / 100;
	return range;
}

static bool
near(double x, double y)
{
	return fabs(x - y) <= 1e-9 * fmax(1, fabs(y));
}

/* Is the answer the value that has this range, and NULL only where none has? */
static bool
is_right(bool known, CensoredValue quantile, Range range, const CensoredDomain *domain)
{
	double		limit = censored_limit(quantile);
	bool		no_lower = domain->is_signed ? range.least < -1e6 : range.least == 0;
	bool		no_upper = range.greatest > 1e16;

	if (!known)
		return !(near(range.least, range.greatest) && !range.least_open) &&
			!(no_lower && !no_upper && range.greatest_open) &&
			!(no_upper && !no_lower && range.least_open);
	if (!censored_is_valid(quantile, domain))
		return false;
	if (censored_lacks_limit(quantile))
		return no_lower && range.greatest <= 1e-12;
	switch (censored_qualifier(quantile))
	{
		case QUALIFIER_EXACT:
			return near(range.least, limit) && near(range.greatest, limit);
		case QUALIFIER_BELOW:
			return no_lower && range.greatest_open && near(range.greatest, limit);
		case QUALIFIER_ABOVE:
			return no_upper && range.least_open && near(range.least, limit);
		default:
			return false;
	}
}

static CensoredValue
drawn_value(const CensoredDomain *domain)
{
	static const double limits[] = {20, 50, 50, 60, 75, 99};
	Qualifier	qualifier = (Qualifier) (1 + random_below(3));
	double		limit = limits[random_below(6)];

	if (domain->has_not_detected && random_below(8) == 0)
		qualifier = QUALIFIER_NOT_DETECTED;
	if (domain->is_signed && random_below(2))
		limit = -limit;
	if (random_below(2))
	{
		qualifier = QUALIFIER_EXACT;
		if (random_below(2))
			limit = random_magnitude(1, 100);
	}
	return censored_pack(limit, qualifier);
}

static void
test_combinations(const CensoredDomain *domain, int rounds, int most, const char *name)
{
	static const Fraction probabilities[] = {
		{0, 1}, {1, 4}, {1, 3}, {1, 2}, {7, 10}, {3, 4}, {9, 10}, {1, 1}
	};
	int			wrong = 0;
	int			answers[2] = {0, 0};

	for (int i = 0; i < rounds; i++)
	{
		int			n = 1 + (int) random_below((uint64_t) most);
		Fraction	p = probabilities[random_below(8)];
		double		probability = (double) p.part / p.whole;
		static CensoredValue values[MAX_N];
		static CensoredValue scratch[MAX_N + 1];
		CensoredValue quantile = 0;
		bool		known;

		for (int j = 0; j < n; j++)
			values[j] = drawn_value(domain);
		known = censored_sample_quantile(values, (size_t) n, probability, domain, scratch,
										 NULL, &quantile);
		answers[known]++;
		if (!is_right(known, quantile, range_of_quantiles(values, n, p, domain), domain) &&
			wrong++ < 5)
		{
			char		text[CENSORED_TEXT_SIZE];

			for (int j = 0; j < n && j < 20; j++)
			{
				censored_print(values[j], text);
				printf("# %s\n", text);
			}
			censored_print(quantile, text);
			printf("# p = %g: %s\n", probability, known ? text : "NULL");
		}
	}
	is_int(wrong, 0, name);
	ok(answers[0] > rounds / 100 && answers[1] > rounds / 100, "some were known, some not");
}

static void
is_median(const char *const *texts, int n, const CensoredDomain *domain, double p,
		  const char *expected, const char *name)
{
	CensoredValue values[MAX_COMBINED];
	CensoredValue scratch[MAX_COMBINED + 1];
	CensoredValue quantile = 0;
	char		text[CENSORED_TEXT_SIZE];
	bool		known;

	for (int i = 0; i < n; i++)
		if (censored_parse(texts[i], domain, &values[i]) != PARSE_OK)
			ok(false, texts[i]);
	known = censored_sample_quantile(values, (size_t) n, p, domain, scratch, NULL, &quantile);
	censored_print(quantile, text);
	is_string(known ? text : "NULL", expected, name);
}

static void
test_examples(void)
{
	const CensoredDomain *vl = &viral_load_domain;
	const CensoredDomain *fall = &log_reduction_domain;
	static const char *const low[] = {"<50", "400", "<50"};
	static const char *const unwritable[] = {"<400", "50", "60"};
	static const char *const high[] = {">500000", "3", ">100000"};
	static const char *const bare[] = {"TND", "TND", "90"};
	static const char *const mixed[] = {"TND<20", "<50"};
	static const char *const exact[] = {"100", "1000", "7", "12"};
	static const char *const tiny[] = {"TND", "1"};
	static const char *const opposite[] = {"2e-30", "-1e-30"};

	is_median(low, 3, vl, 0.5, "<50", "<50, <50, 400");
	is_median(unwritable, 3, vl, 0.5, "NULL", "<400, 50, 60 lies in 50 to 60");
	is_median(high, 3, vl, 0.5, ">100000", "above the higher limit of two of three");
	is_median(bare, 3, vl, 0.5, "TND", "most not detected, without a limit");
	is_median(mixed, 2, vl, 0.5, "<35", "between two limits");
	is_median(exact, 4, vl, 0.5, "56", "exact values");
	is_median(exact, 4, vl, 1, "1000", "the largest");
	is_median(tiny, 2, vl, 1e-12, "NULL", "a quantile smaller than any viral load");
	is_median(tiny, 2, vl, 1e-300, "NULL", "and one far smaller than that");
	is_median(opposite, 2, fall, 0.25, "NULL", "a quantile smaller than any log reduction");
	is_median(opposite, 1, fall, 0.25, "2e-30", "the smallest log reductions");
}

/* 25 times 0.28 is 7, but a little more in doubles. */
static void
test_rounded_place(void)
{
	CensoredValue values[26];
	CensoredValue scratch[27];
	CensoredValue quantile = 0;

	for (int i = 0; i < 26; i++)
		values[i] = i < 8 ? censored_pack(i + 1, QUALIFIER_EXACT) :
			censored_pack(50, QUALIFIER_ABOVE);
	ok(censored_sample_quantile(values, 26, 0.28, &viral_load_domain, scratch, NULL, &quantile) &&
	   quantile == values[7], "rounding brings no limit into a quantile");
}

int
main(void)
{
	const CensoredDomain *const domains[] = {&viral_load_domain, &log_reduction_domain};

	for (int i = 0; i < 2; i++)
	{
		test_combinations(domains[i], 100000, MAX_COMBINED,
						  "quantiles are those of all combinations of possible values");
		test_combinations(domains[i], 3000, 100, "of up to a hundred values too");
		test_combinations(domains[i], 300, MAX_N, "and of thousands");
	}
	test_examples();
	test_rounded_place();
	return done_testing();
}
