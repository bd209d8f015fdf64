#include "core/statistics/survival_curve.h"

#include "core/statistics/logrank.h"
#include "core/statistics/tally_kind.h"
#include "statistics_expected.h"
#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

/* The table of the subjects of groups first to last, sorted by insertion. */
static size_t
table_of(SurvivalTime *times, double first, double last)
{
	size_t		length = 0;

	for (size_t i = 0; i < LENGTH(survival_time); i++)
	{
		size_t		at = 0;

		if (survival_group[i] < first || survival_group[i] > last)
			continue;
		while (at < length && times[at].time < survival_time[i])
			at++;
		if (at == length || times[at].time > survival_time[i])
		{
			memmove(&times[at + 1], &times[at], (length - at) * sizeof(*times));
			times[at] = (SurvivalTime) {survival_time[i], 0, 0};
			length++;
		}
		if (survival_event[i] == 1.0)
			times[at].events++;
		else
			times[at].censored++;
	}
	return length;
}

static void
check_curve(double level, const double *survival, const double *std_error,
			const double *lower, const double *upper, const double *median)
{
	SurvivalTime times[LENGTH(survival_time)];
	size_t		length = table_of(times, 1, 3);
	SurvivalWalk walk;
	SurvivalStep step;
	MedianSurvival found = median_survival(times, length, level, NULL);

	is_int(length, LENGTH(curve_time), "number of distinct times");
	survival_walk_start(&walk, survival_total(times, length), level);
	for (size_t i = 0; i < length; i++)
	{
		survival_walk_next(&walk, &times[i], &step);
		is_double(step.time, curve_time[i], 0, "time");
		is_int(step.at_risk, (long long) curve_at_risk[i], "number at risk");
		is_double(step.survival, survival[i], 1e-12, "survival");
		is_double(step.std_error, std_error[i], 1e-12, "standard error");
		is_double(step.ci_lower, lower[i], 1e-12, "lower limit");
		is_double(step.ci_upper, upper[i], 1e-12, "upper limit");
		is_double(survival_at(times, length, step.time, NULL), survival[i], 1e-12, "survival at the time");
	}
	is_double(found.median, median[0], 0, "median");
	is_double(found.ci_lower, median[1], 0, "its lower limit");
	is_double(found.ci_upper, median[2], 0, "its upper limit");
}

static void
check_edges(void)
{
	SurvivalTime flat[] = {{1, 1, 0}, {2, 1, 0}, {3, 1, 0}, {4, 0, 1}, {5, 1, 0}, {6, 1, 0}};
	SurvivalTime censored[] = {{3, 0, 4}};
	SurvivalTime all_die[] = {{2, 5, 0}};
	MedianSurvival median = median_survival(flat, LENGTH(flat), 0.95, NULL);

	is_double(median.median, median_flat[0], 0, "median of a curve that rests at one half");
	is_double(median.ci_lower, median_flat[1], 0, "its lower limit");
	is_double(median.ci_upper, median_flat[2], 0, "its upper limit, not reached");
	is_double(survival_at(flat, LENGTH(flat), 0.5, NULL), 1, 0, "before the first time");
	is_double(survival_at(flat, LENGTH(flat), 3.5, NULL), 0.5, 1e-15, "between two times");
	is_double(survival_at(flat, LENGTH(flat), 7, NULL), 0, 0, "after a curve that came to 0");
	is_double(survival_at(censored, 1, 3, NULL), 1, 0, "at the last censored time");
	is_double(survival_at(censored, 1, 3.1, NULL), NAN, 0, "after the last censored time");
	is_double(survival_at(censored, 0, 1, NULL), NAN, 0, "without subjects");
	is_double(median_survival(censored, 1, 0.95, NULL).median, NAN, 0, "median of censored times alone");
	is_double(median_survival(all_die, 1, 0.95, NULL).median, 2, 0, "median of one common event time");
	is_double(median_survival(all_die, 0, 0.95, NULL).median, NAN, 0, "median without subjects");
}

/* Appends the subjects of an expected group to entries, as a group of their own. */
static size_t
add_subjects(PairEntry *entries, size_t length, double from, int group)
{
	for (size_t i = 0; i < LENGTH(survival_time); i++)
		if (survival_group[i] == from)
			entries[length++] = (PairEntry) {survival_key(survival_time[i], survival_event[i] == 1.0), group, 1};
	return length;
}

static bool
test_of(PairEntry *entries, size_t length, LogRankGroup *groups, int count, LogRank *result)
{
	PairEntry	scratch[LENGTH(survival_time) + 8];
	double		work[LOGRANK_WORK_DOUBLES(4)];

	pair_sort(entries, length, scratch, NULL);
	return logrank_test(&(LogRankStratum) {entries, length}, 1, groups, count, work, NULL, result);
}

static void
check_logrank(void)
{
	PairEntry	entries[LENGTH(survival_time) + 8];
	LogRankGroup groups[4];
	LogRank		result;
	size_t		length = 0;

	for (int g = 0; g < 3; g++)
		length = add_subjects(entries, length, g + 1, g);
	ok(test_of(entries, length, groups, 3, &result), "three groups compare");
	is_double(result.chi_square, logrank_three[0], 1e-12, "chi-square");
	is_int(result.degrees_of_freedom, 2, "degrees of freedom");
	is_double(result.p_value, logrank_three[2], 1e-12, "p-value");
	length = add_subjects(entries, add_subjects(entries, 0, 1, 0), 2, 1);
	ok(test_of(entries, length, groups, 2, &result), "two groups compare");
	is_double(result.chi_square, logrank_two[0], 1e-12, "chi-square");
	is_double(result.p_value, logrank_two[2], 1e-12, "p-value");

	length = add_subjects(entries, add_subjects(entries, 0, 1, 0), 2, 2);
	entries[length++] = (PairEntry) {survival_key(1, false), 1, 9};
	ok(test_of(entries, length, groups, 3, &result), "a group that left before the first event");
	is_double(result.chi_square, logrank_two[0], 1e-12, "... does not count");
	is_int(result.degrees_of_freedom, 1, "... nor its degree of freedom");
	is_double(groups[1].subjects, 9, 0, "... its subjects do");
	length = add_subjects(entries, 0, 1, 0);
	ok(!test_of(entries, length, groups, 1, &result), "one group does not compare");
	for (int g = 0; g < 2; g++)
		entries[g] = (PairEntry) {survival_key(5, true), g, 4};
	ok(!test_of(entries, 2, groups, 2, &result), "all events at once do not compare");
	entries[1].first = survival_key(nextafter(5, 6), true);
	ok(!test_of(entries, 2, groups, 2, &result), "... nor those that differ in the last bit");
}

static void
check_ties(void)
{
	SurvivalTime times[] = {{0.3, 1, 0}, {0.1 + 0.2, 1, 2}, {1, 1, 0}, {1 + 1.4e-8, 1, 0}, {1 + 2.8e-8, 0, 1}, {1 + 4.4e-8, 1, 0}};
	SurvivalTime large[] = {{1e6, 1, 0}, {1e6 + 0.014, 1, 0}, {1e6 + 0.03, 1, 0}};

	is_int(survival_unite_ties(times, LENGTH(times)), 3, "times within R's tolerance of the one before are one time");
	is_double(times[0].time, 0.3, 0, "... the first of them");
	is_int(times[0].events, 2, "... with the events of all");
	is_int(times[0].censored, 2, "... and the censored");
	is_int(times[1].events, 2, "a chain of three is one time");
	is_int(survival_unite_ties(large, LENGTH(large)), 2, "the tolerance grows with the mean");
}

int
main(void)
{
	check_curve(0.95, curve_survival_95, curve_std_error_95, curve_lower_95, curve_upper_95, median_95);
	check_curve(0.80, curve_survival_80, curve_std_error_80, curve_lower_80, curve_upper_80, median_80);
	check_edges();
	check_ties();
	check_logrank();
	return done_testing();
}
