/*-------------------------------------------------------------------------
 *
 * odds_ratio.c
 *	  The odds ratio of two groups, and the tests that it is 1.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/odds_ratio.h"

#include <math.h>

#include <Rmath.h>

#include "core/statistics/decreasing_root.h"
#include "core/statistics/hypergeometric.h"
#include "core/statistics/method_name.h"

/* No odds ratio of counts comes near to e^200. */
#define LARGEST_LOG_ODDS_RATIO 200

bool
odds_ratio_method_from_name(const char *name, OddsRatioMethod *method)
{
	static const char *const names[] = {"mantel-haenszel", "exact", "mid-p", NULL};
	const int	found = method_of_name(names, name);

	if (found >= 0)
		*method = (OddsRatioMethod) found;
	return found >= 0;
}

bool
odds_ratio_takes_strata(OddsRatioMethod method)
{
	return method == ODDS_MANTEL_HAENSZEL;
}

/* Mantel and Haenszel's products of the diagonals, and Robins, Breslow and Greenland's. */
typedef struct OddsSums
{
	double		r;
	double		s;
	double		pr;
	double		ps_qr;
	double		qs;
} OddsSums;

static OddsSums
odds_sums(const TwoByTwoStrata *strata)
{
	OddsSums	sums = {0, 0, 0, 0, 0};

	for (size_t i = 0; i < strata->count; i++)
	{
		const TwoByTwo *table = &strata->tables[i];
		const double total = two_by_two_total(table);
		const double a = table->treated_responders;
		const double b = table->treated - a;
		const double c = table->control_responders;
		const double d = table->control - c;

		if (!two_by_two_compares(table))
			continue;
		sums.r += a * d / total;
		sums.s += b * c / total;
		sums.pr += (a + d) / total * (a * d / total);
		sums.ps_qr += (a + d) / total * (b * c / total) + (b + c) / total * (a * d / total);
		sums.qs += (b + c) / total * (b * c / total);
	}
	return sums;
}

/* Robins, Breslow and Greenland, Biometrics 1986; 42:311. */
static ComparisonEstimate
mantel_haenszel(const TwoByTwoStrata *strata, double conf_level)
{
	const OddsSums sums = odds_sums(strata);
	ComparisonEstimate result = {sums.r / sums.s, {NAN, NAN}};
	double		error;

	if (!(sums.r > 0 && sums.s > 0))
		return result;
	error = sqrt(sums.pr / (2 * sums.r * sums.r) + sums.ps_qr / (2 * sums.r * sums.s) +
				 sums.qs / (2 * sums.s * sums.s));
	error *= qnorm((1 - conf_level) / 2, 0, 1, 0, 0);
	result.limits = (ConfidenceLimits)
	{
		result.estimate * exp(-error), result.estimate * exp(error)
	};
	return result;
}

/* What an exact estimate or limit solves, as a function of the log odds ratio that falls. */
typedef enum ExactEquation
{
	EXACT_ESTIMATE,
	EXACT_LOWER,
	EXACT_UPPER
} ExactEquation;

typedef struct ExactProblem
{
	const TwoByTwo *table;
	ExactEquation equation;
	double		tail;
	double		share;			/* of the observed number's probability in its tail */
	InterruptCheck interrupt;
} ExactProblem;

static double
exact_balance(double log_odds_ratio, const void *context)
{
	const ExactProblem *problem = context;
	const Hypergeometric at = hypergeometric(problem->table, log_odds_ratio, problem->interrupt);

	switch (problem->equation)
	{
		case EXACT_LOWER:
			return problem->tail - (at.above + problem->share * at.equal);
		case EXACT_UPPER:
			return at.below + problem->share * at.equal - problem->tail;
		case EXACT_ESTIMATE:
			break;
	}
	return -at.mean_excess;
}

static double
exact_solution(ExactProblem problem, ExactEquation equation)
{
	problem.equation = equation;
	return exp(decreasing_root(exact_balance, &problem, -LARGEST_LOG_ODDS_RATIO, LARGEST_LOG_ODDS_RATIO));
}

/* The conditional maximum likelihood estimate, and limits from the tails; as R's fisher.test. */
static ComparisonEstimate
conditional(const TwoByTwo *table, double conf_level, double share, InterruptCheck interrupt)
{
	const ExactProblem problem = {table, EXACT_ESTIMATE, (1 - conf_level) / 2, share, interrupt};
	const bool	is_fewest = table->treated_responders == fewest_treated_responders(table);
	const bool	is_most = table->treated_responders == most_treated_responders(table);
	ComparisonEstimate result = {NAN, {0, INFINITY}};

	if (is_fewest && is_most)
		return result;
	result.estimate = is_fewest ? 0 : is_most ? INFINITY : exact_solution(problem, EXACT_ESTIMATE);
	if (!is_fewest)
		result.limits.lower = exact_solution(problem, EXACT_LOWER);
	if (!is_most)
		result.limits.upper = exact_solution(problem, EXACT_UPPER);
	return result;
}

/*
 * Odds of the treated over those of the controls, and limits.  The exact methods
 * read the first table alone; mid-p counts half of the observed number's
 * probability (Lancaster, JASA 1961; 56:223).  NAN where the table says nothing.
 */
ComparisonEstimate
odds_ratio(const TwoByTwoStrata *strata, double conf_level, OddsRatioMethod method, InterruptCheck interrupt)
{
	const ComparisonEstimate none = {NAN, {NAN, NAN}};

	if (method == ODDS_MANTEL_HAENSZEL)
		return mantel_haenszel(strata, conf_level);
	if (strata->count == 0 || !two_by_two_compares(&strata->tables[0]))
		return none;
	return conditional(&strata->tables[0], conf_level, method == ODDS_MID_P ? 0.5 : 1, interrupt);
}

/* Fisher's two-sided probability: of all tables that are not likelier than the observed one. */
double
fisher_exact_test(const TwoByTwo *table, InterruptCheck interrupt)
{
	return two_by_two_compares(table) ? hypergeometric_not_likelier(table, interrupt) : NAN;
}

/*
 * The test that the odds ratio of all strata is 1, with one degree of freedom,
 * and Yates' correction if asked for; as R's mantelhaen.test.  NAN where no
 * stratum has both responders and others in two groups.
 */
ComparisonTest
cochran_mantel_haenszel_test(const TwoByTwoStrata *strata, bool correct)
{
	double		excess = 0;
	double		variance = 0;
	double		statistic;

	for (size_t i = 0; i < strata->count; i++)
	{
		const TwoByTwo *table = &strata->tables[i];
		const double total = two_by_two_total(table);
		const double responders = table->treated_responders + table->control_responders;

		if (!two_by_two_compares(table))
			continue;
		excess += table->treated_responders - table->treated * responders / total;
		variance += mantel_haenszel_weight(table) / (total - 1) * responders / total * (total - responders);
	}
	excess = fabs(excess);
	if (correct && excess >= 0.5)
		excess -= 0.5;
	statistic = variance > 0 ? excess * excess / variance : NAN;
	return (ComparisonTest)
	{
		statistic, isnan(statistic) ? NAN : pchisq(statistic, 1, 0, 0)
	};
}
