/*
 * censored_value.c: order and comparison of censored values, and the falls
 * between them, against sets of possible values that are written out point by
 * point.
 */
#include "censored_sample_values.h"

/* ---- order */

/* Position in the order of the contract: by limit, then TND, <, exact, >. */
static int
order_by_parts(CensoredValue a, CensoredValue b)
{
	double		x = censored_limit(a);
	double		y = censored_limit(b);

	if (x != y)
		return x < y ? -1 : 1;
	return (int) censored_qualifier(a) - (int) censored_qualifier(b);
}

static int
sign(int64_t number)
{
	return (number > 0) - (number < 0);
}

static void
test_total_order(const CensoredDomain *domain)
{
	int			failures = 0;

	for (int i = 0; i < 1000000; i++)
	{
		CensoredValue a = random_value(domain);
		CensoredValue b = i % 2 ? random_value(domain) :
			censored_pack(censored_limit(a), (Qualifier) (1 + random_below(3)));
		int			by_parts = sign(order_by_parts(a, b));

		failures += by_parts != (a > b) - (a < b) || (by_parts == 0) != (a == b);
	}
	is_int(failures, 0, "integers sort as limits and then qualifiers do, and agree with identity");
}

/* ---- comparison, point by point */

/*
 * A universe of numbers stands for the line: number i has the place 4 i, a
 * value just below it 4 i - 1, just above it 4 i + 1.  Beyond them lie a
 * number that is smaller (or larger) than all, and infinity.
 */
typedef struct Places
{
	int			first;
	int			last;
} Places;

static const double *universe;
static int	universe_size;

static int
place_of(double number)
{
	if (isnan(number) || number == INFINITY)
		return 4 * universe_size + 10;
	if (number == -INFINITY)
		return -10;
	for (int i = 0; i < universe_size; i++)
		if (universe[i] == number)
			return 4 * i;
	printf("Bail out! %g is not in the universe\n", number);
	exit(1);
}

static Places
places_of(const char *text, const CensoredDomain *domain)
{
	Places		places;
	const char *digits = text + strcspn(text, "0123456789-");
	double		limit = *digits ? strtod(digits, NULL) : 0;

	places.first = domain->is_signed ? -6 : place_of(0);
	places.last = 4 * universe_size + 6;
	if (strcmp(text, "TND") == 0)
		places.last = place_of(0) + 1;
	else if (strchr(text, '<'))
		places.last = place_of(limit) - 1;
	else if (*text == '>')
		places.first = place_of(limit) + 1;
	else
		places.first = places.last = place_of(limit);
	return places;
}

static bool
holds(const char *comparison, int x, int y)
{
	bool		or_equal = comparison[1] == '=';

	return (or_equal && x == y) || (*comparison == '<' ? x < y : x > y);
}

static Truth
answer(const char *comparison, Places a, Places b)
{
	bool		some = false;
	bool		all = true;

	for (int x = a.first; x <= a.last; x++)
		for (int y = b.first; y <= b.last; y++)
		{
			bool		here = holds(comparison, x, y);

			some = some || here;
			all = all && here;
		}
	return all ? TRUTH_TRUE : some ? TRUTH_UNKNOWN : TRUTH_FALSE;
}

static const char *const comparisons[] = {"<", "<=", ">", ">="};

/* As the operators are made of the core's two functions. */
static Truth
compared(int comparison, CensoredValue a, CensoredValue b, double floor)
{
	switch (comparison)
	{
		case 0:
			return censored_less(a, b, floor);
		case 1:
			return truth_not(censored_less(b, a, floor));
		case 2:
			return censored_less(b, a, floor);
		default:
			return truth_not(censored_less(a, b, floor));
	}
}

static Truth
compared_sets(int comparison, ValueSet a, ValueSet b)
{
	switch (comparison)
	{
		case 0:
			return value_set_less(a, b);
		case 1:
			return truth_not(value_set_less(b, a));
		case 2:
			return value_set_less(b, a);
		default:
			return truth_not(value_set_less(a, b));
	}
}

static bool
is_bare(const char *text)
{
	return strcmp(text, "TND") == 0;
}

static bool
is_exact_text(const char *text)
{
	return strpbrk(text, "<>T") == NULL;
}

static int
count_wrong_pairs(const char *const *states, int n, const CensoredDomain *domain)
{
	int			wrong = 0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n; j++)
			for (int c = 0; c < 4; c++)
			{
				Truth		expected = answer(comparisons[c], places_of(states[i], domain),
											  places_of(states[j], domain));
				Truth		got = compared(c, parsed(states[i], domain),
										   parsed(states[j], domain), domain->floor);

				if ((is_bare(states[i]) && !is_exact_text(states[j])) ||
					(is_bare(states[j]) && !is_exact_text(states[i])))
					expected = TRUTH_UNKNOWN;
				if (got != expected && wrong++ < 10)
					printf("# %s %s %s: got %d, expected %d\n", states[i],
						   comparisons[c], states[j], got, expected);
			}
	return wrong;
}

static int
count_wrong_numbers(const char *const *states, int n, const double *numbers, int n_numbers,
					const CensoredDomain *domain)
{
	int			wrong = 0;

	for (int i = 0; i < n; i++)
		for (int j = 0; j < n_numbers; j++)
			for (int c = 0; c < 4; c++)
			{
				Places		here = places_of(states[i], domain);
				Places		there = {place_of(numbers[j]), place_of(numbers[j])};
				ValueSet	set = censored_set(parsed(states[i], domain), domain->floor);
				ValueSet	point = number_set(numbers[j]);
				bool		right =
					compared_sets(c, set, point) == answer(comparisons[c], here, there) &&
					compared_sets(c, point, set) == answer(comparisons[c], there, here);

				if (!right && wrong++ < 10)
					printf("# %s %s %g is wrong, either way round\n", states[i],
						   comparisons[c], numbers[j]);
			}
	return wrong;
}

static void
test_viral_load_comparisons(void)
{
	static const char *const states[] = {
		"TND", "TND<20", "<20", "20", ">20", "TND<50", "<50", "50", ">50", "33", "49.9",
		"<400", "400", ">400", "TND<400", "<500000", "500000", ">500000", "1e-9", "<1e-9", "1e15",
		">1e15"
	};
	static const double numbers[] = {
		-INFINITY, -1e300, -50, -1e-300, 0, 1e-300, 1e-9, 20, 33, 49.9, 50, 400, 500000, 1e15,
		1e300, INFINITY, NAN
	};

	universe = numbers + 1;
	universe_size = LENGTH(numbers) - 3;
	is_int(count_wrong_pairs(states, LENGTH(states), &viral_load_domain), 0,
		   "viral loads compare as all of their possible values do");
	is_int(count_wrong_numbers(states, LENGTH(states), numbers, LENGTH(numbers),
							   &viral_load_domain), 0,
		   "viral loads and numbers compare as all of their possible values do");
}

static void
test_log_reduction_comparisons(void)
{
	static const char *const states[] = {
		"<-1", "-1", ">-1", "<0", "0", ">0", "<0.4", "0.4", ">0.4", "<2.3", "2.3", ">2.3", "1.85",
		"-0.5", "100", ">100", "<-100", "-100"
	};
	static const double numbers[] = {
		-INFINITY, -1e300, -100, -1, -0.5, -1e-300, 0, 1e-300, 0.4, 1, 1.85, 2.3, 100, 1e300,
		INFINITY, NAN
	};

	universe = numbers + 1;
	universe_size = LENGTH(numbers) - 3;
	is_int(count_wrong_pairs(states, LENGTH(states), &log_reduction_domain), 0,
		   "log reductions compare as all of their possible values do");
	is_int(count_wrong_numbers(states, LENGTH(states), numbers, LENGTH(numbers),
							   &log_reduction_domain), 0,
		   "log reductions and numbers compare as all of their possible values do");
}

/* The examples of the contract, by name. */
static void
test_contract_examples(void)
{
	const CensoredDomain *domain = &viral_load_domain;
	ValueSet	below = censored_set(parsed("<50", domain), 0);
	ValueSet	above = censored_set(parsed(">500000", domain), 0);

	is_int(value_set_less(below, number_set(50)), TRUTH_TRUE, "<50 is less than 50");
	is_int(value_set_less(below, number_set(20)), TRUTH_UNKNOWN, "<50 may be less than 20");
	is_int(censored_less(parsed("<400", domain), parsed("<50", domain), 0), TRUTH_UNKNOWN,
		   "<400 may be less than <50");
	is_int(value_set_less(number_set(500000), above), TRUTH_TRUE, ">500000 is more than 500000");
	is_int(censored_less(parsed("TND", domain), parsed("1e-9", domain), 0), TRUTH_TRUE,
		   "TND is less than every exact value");
	is_int(censored_less(parsed("TND", domain), parsed(">500000", domain), 0), TRUTH_UNKNOWN,
		   "TND without a limit is unknown against a limit");
}

/* ---- the fall between two viral loads */

/* Points of a viral load's set; those at an open end lie just inside. */
static int
points_of(const char *text, double *points)
{
	const char *digits = text + strcspn(text, "0123456789");
	double		limit = strtod(digits, NULL);

	points[0] = limit;
	if (is_exact_text(text))
		return 1;
	points[0] = *text == '>' ? limit * (1 + 1e-12) : limit * (1 - 1e-12);
	points[1] = *text == '>' ? limit * 2 : limit / 2;
	points[2] = *text == '>' ? 1e200 : 1e-200;
	return 3;
}

/* The least and the greatest fall between points of the two sets. */
static void
range_of_falls(const char *from, const char *to, double *least, double *greatest)
{
	double		x[3];
	double		y[3];
	int			n = points_of(from, x);
	int			m = points_of(to, y);

	*least = INFINITY;
	*greatest = -INFINITY;
	for (int i = 0; i < n; i++)
		for (int j = 0; j < m; j++)
		{
			*least = fmin(*least, log10(x[i]) - log10(y[j]));
			*greatest = fmax(*greatest, log10(x[i]) - log10(y[j]));
		}
}

/* Is the fall the tightest statement that holds for these points? */
static bool
is_right_fall(const char *from, const char *to)
{
	double		least;
	double		greatest;
	CensoredValue fall = 0;
	bool		known = log_reduction_of(parsed(from, &viral_load_domain),
										 parsed(to, &viral_load_domain), &fall);
	double		limit = censored_limit(fall);

	range_of_falls(from, to, &least, &greatest);
	if (!known)
		return least < -100 && greatest > 100;
	if (!censored_is_valid(fall, &log_reduction_domain))
		return false;
	switch (censored_qualifier(fall))
	{
		case QUALIFIER_EXACT:
			return fabs(least - limit) < 1e-11 && fabs(greatest - limit) < 1e-11;
		case QUALIFIER_BELOW:
			return least < -100 && greatest < limit && greatest > limit - 1e-11;
		case QUALIFIER_ABOVE:
			return greatest > 100 && least > limit && least < limit + 1e-11;
		default:
			return false;
	}
}

static void
test_log_reduction_of(void)
{
	static const char *const states[] = {
		"TND<20", "<50", "50", "500", "100000", ">500000", "<400", "0.6", ">1e7", "1e15", "1e-9"
	};
	int			wrong = 0;
	CensoredValue fall;
	CensoredValue bare = parsed("TND", &viral_load_domain);
	CensoredValue exact = parsed("50", &viral_load_domain);

	for (int i = 0; i < LENGTH(states); i++)
		for (int j = 0; j < LENGTH(states); j++)
			if (!is_right_fall(states[i], states[j]))
			{
				printf("# from %s to %s\n", states[i], states[j]);
				wrong++;
			}
	is_int(wrong, 0, "a fall is bounded as the falls between all possible values are");
	ok(!log_reduction_of(bare, exact, &fall) && !log_reduction_of(exact, bare, &fall),
	   "nothing is known of a fall from or to TND without a limit");
	ok(log_reduction_of(parsed("500", &viral_load_domain), parsed("<50", &viral_load_domain),
						&fall) && fall == parsed(">1", &log_reduction_domain),
	   "500 to <50 is >1, exactly");
}

int
main(void)
{
	test_total_order(&viral_load_domain);
	test_total_order(&log_reduction_domain);
	test_viral_load_comparisons();
	test_log_reduction_comparisons();
	test_contract_examples();
	test_log_reduction_of();
	return done_testing();
}
