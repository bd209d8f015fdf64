#include "core/statistics/signed_rank.h"

#include <stdlib.h>

#include "statistics_expected.h"
#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

static int
by_value(const void *a, const void *b)
{
	double		x = ((const ValueCount *) a)->value;
	double		y = ((const ValueCount *) b)->value;

	return (x > y) - (x < y);
}

/* The distinct values of x, ascending, in counted. */
static size_t
count_values(const double *x, size_t n, ValueCount *counted)
{
	size_t		length = 0;

	for (size_t i = 0; i < n; i++)
		counted[i] = (ValueCount) {x[i], 1};
	qsort(counted, n, sizeof(*counted), by_value);
	for (size_t i = 0; i < n; i++)
	{
		if (length > 0 && counted[length - 1].value == counted[i].value)
			counted[length - 1].count++;
		else
			counted[length++] = counted[i];
	}
	return length;
}

static void
check_changes(const char *name, const double *x, size_t n, const double *expected, const double *test)
{
	ValueCount	counted[512];
	size_t		length = count_values(x, n, counted);
	HodgesLehmann estimate = hodges_lehmann(counted, length, 0.95, NULL);
	SignedRankTest result = wilcoxon_signed_rank(counted, length, NULL);

	is_double(estimate.estimate, expected[0], 1e-12, name);
	is_double(estimate.ci_lower, expected[1], 1e-12, "... lower limit");
	is_double(estimate.ci_upper, expected[2], 1e-12, "... upper limit");
	is_int(result.n, (long long) test[0], "... values other than zero");
	is_double(result.statistic, test[1], 0, "... statistic");
	is_double(result.p_value, test[2], 1e-12, "... p-value");
}

static void
check_edges(void)
{
	ValueCount	one = {-7.25, 1};
	ValueCount	zero = {0, 5};
	ValueCount	huge[] = {{-PAIR_SUM_MAX_MAGNITUDE, 1}, {PAIR_SUM_MAX_MAGNITUDE, 1}};
	ValueCount	tiny[] = {{-4.9e-324, 1}, {0, 1}, {4.9e-324, 1}};

	is_double(hodges_lehmann(&one, 1, 0.95, NULL).estimate, -7.25, 0, "one value is its own estimate");
	ok(isnan(hodges_lehmann(&one, 1, 0.95, NULL).ci_upper), "... and has no limits");
	is_double(wilcoxon_signed_rank(&one, 1, NULL).p_value, 1, 0, "... and decides nothing");
	is_double(wilcoxon_signed_rank(&zero, 1, NULL).p_value, NAN, 0, "zeroes alone have no p-value");
	is_double(hodges_lehmann(&zero, 1, 0.95, NULL).estimate, 0, 0, "zeroes alone have the estimate 0");
	is_double(hodges_lehmann(tiny, 3, 0.95, NULL).estimate, 0, 0, "denormal values");
	is_double(hodges_lehmann(huge, 2, 0.95, NULL).estimate, 0, 0, "the largest values");
	is_double(hodges_lehmann(huge, 2, 0.5, NULL).ci_upper, PAIR_SUM_MAX_MAGNITUDE, 0, "... and their limit");
	is_double(hodges_lehmann(huge, 2, 0.5, NULL).level, 0.5, 0, "... of the level that two values reach");
	ok(isnan(hodges_lehmann(huge, 2, 0.51, NULL).level), "... and not of more");
}

int
main(void)
{
	check_changes("without ties", change_few, LENGTH(change_few), hodges_lehmann_few, wilcoxon_few);
	check_changes("ties and zeroes", change_tied, LENGTH(change_tied), hodges_lehmann_tied, wilcoxon_tied);
	check_changes("300 values", change_many, LENGTH(change_many), hodges_lehmann_many, wilcoxon_many);
	check_edges();
	return done_testing();
}
