#include <math.h>

#include "core/statistics/hypergeometric.h"
#include "core/statistics/odds_ratio.h"
#include "core/statistics/rate_difference.h"
#include "core/statistics/rate_ratio.h"

#include "tap.h"

/* Limits of one table, as a paper prints them to four places. */
static void
check_difference(TwoByTwo table, RateDifferenceMethod method, double lower, double upper, const char *name)
{
	const TwoByTwoStrata strata = {&table, 1};
	const ComparisonEstimate estimate = rate_difference(&strata, 0.95, method);

	ok(fabs(estimate.limits.lower - lower) <= 5e-5, name);
	ok(fabs(estimate.limits.upper - upper) <= 5e-5, "... its upper limit");
}

/* Newcombe, Statistics in Medicine 1998; 17:873, table II: methods 5 and 10. */
static void
test_published_differences(void)
{
	check_difference((TwoByTwo) {56, 70, 48, 80}, DIFFERENCE_MIETTINEN_NURMINEN, 0.0528, 0.3382, "score, 56/70 and 48/80");
	check_difference((TwoByTwo) {56, 70, 48, 80}, DIFFERENCE_NEWCOMBE, 0.0524, 0.3339, "Newcombe, 56/70 and 48/80");
	check_difference((TwoByTwo) {9, 10, 3, 10}, DIFFERENCE_NEWCOMBE, 0.1705, 0.8090, "Newcombe, 9/10 and 3/10");
	check_difference((TwoByTwo) {6, 7, 2, 7}, DIFFERENCE_NEWCOMBE, 0.0582, 0.8062, "Newcombe, 6/7 and 2/7");
	check_difference((TwoByTwo) {5, 56, 0, 29}, DIFFERENCE_NEWCOMBE, -0.0381, 0.1926, "Newcombe, 5/56 and 0/29");
	check_difference((TwoByTwo) {5, 56, 0, 29}, DIFFERENCE_MIETTINEN_NURMINEN, -0.0326, 0.1933, "score, 5/56 and 0/29");
}

/* Fisher's tea tasting, from the manual of R's fisher.test. */
static void
test_tea_tasting(void)
{
	const TwoByTwo table = {3, 4, 1, 4};
	const TwoByTwoStrata strata = {&table, 1};
	const ComparisonEstimate odds = odds_ratio(&strata, 0.95, ODDS_EXACT, NULL);

	is_double(fisher_exact_test(&table, NULL), 0.485714285714286, 1e-12, "Fisher's probability");
	is_double(odds.estimate, 6.408309, 1e-4, "conditional odds ratio");
	/* All four right has the probability 0.975; fisher.test stops its search at 621.9. */
	is_double(1 / (1 + 16 / odds.limits.upper + 36 / pow(odds.limits.upper, 2) + 16 / pow(odds.limits.upper, 3) +
				   1 / pow(odds.limits.upper, 4)), 0.975, 1e-12, "... its upper limit");
}

/* Probabilities of all numbers are one, however far the odds ratio is. */
static void
test_distribution(void)
{
	const TwoByTwo table = {30, 1000, 70, 2000};

	for (int i = -20; i <= 20; i += 10)
	{
		const Hypergeometric at = hypergeometric(&table, i, NULL);

		is_double(at.below + at.equal + at.above, 1, 1e-12, "probabilities are one");
	}
	is_double(hypergeometric(&table, 0, NULL).mean_excess, 100 / 3.0 - 30, 1e-12, "mean at an odds ratio of 1");
	is_double(hypergeometric_not_likelier(&(TwoByTwo) {2, 4, 2, 4}, NULL), 1, 1e-12, "the likeliest table");
}

/* Strata in which a group is empty change nothing. */
static void
test_empty_groups(void)
{
	const TwoByTwo tables[] = {{3, 5, 0, 0}, {7, 9, 4, 8}, {0, 0, 2, 6}};
	const TwoByTwoStrata all = {tables, 3};
	const TwoByTwoStrata middle = {tables + 1, 1};
	const TwoByTwoStrata empty = {tables, 1};

	for (int method = DIFFERENCE_MIETTINEN_NURMINEN; method <= DIFFERENCE_GREENLAND_ROBINS; method++)
		is_double(rate_difference(&all, 0.9, (RateDifferenceMethod) method).limits.lower,
				  rate_difference(&middle, 0.9, (RateDifferenceMethod) method).limits.lower, 0, "difference");
	is_double(rate_ratio(&all, 0.9, RATIO_MIETTINEN_NURMINEN).limits.upper,
			  rate_ratio(&middle, 0.9, RATIO_MIETTINEN_NURMINEN).limits.upper, 0, "ratio");
	is_double(cochran_mantel_haenszel_test(&all, true).statistic,
			  cochran_mantel_haenszel_test(&middle, true).statistic, 0, "test");
	ok(isnan(rate_difference(&empty, 0.95, DIFFERENCE_NEWCOMBE).estimate), "one group alone has no difference");
	ok(isnan(odds_ratio(&empty, 0.95, ODDS_EXACT, NULL).limits.lower), "... and no limits of an odds ratio");
	ok(isnan(fisher_exact_test(&tables[0], NULL)), "... and no probability");
}

int
main(void)
{
	test_published_differences();
	test_tea_tasting();
	test_distribution();
	test_empty_groups();
	return done_testing();
}
