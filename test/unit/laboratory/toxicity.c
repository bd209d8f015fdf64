/* Toxicity grades: what test/oracle does not reach, since it grades complete results. */
#include "tap.h"

#include "core/laboratory/toxicity.h"

#define ANY_AGE .minimum_age = -INFINITY, .maximum_age = INFINITY

/* A scheme of five tests, in the forms that criteria have. */
static const ToxicityCriterion enzyme[] = {
	{.id = 1, .is_high = true, .grade = 1, ANY_AGE, .lower = {1.1, TOXICITY_UPPER_LIMIT, true}, .upper = {1.3, TOXICITY_UPPER_LIMIT, true}},
	{.id = 2, .is_high = true, .grade = 2, ANY_AGE, .lower = {1.3, TOXICITY_UPPER_LIMIT, false}, .upper = {1.8, TOXICITY_UPPER_LIMIT, true}},
	{.id = 3, .is_high = true, .grade = 2, ANY_AGE, .lower = {1.3, TOXICITY_BASELINE, true}, .upper = {1.5, TOXICITY_BASELINE, false}},
	{.id = 4, .is_high = true, .grade = 3, ANY_AGE, .lower = {1.8, TOXICITY_UPPER_LIMIT, false}},
	{.id = 5, .is_high = true, .grade = 3, ANY_AGE, .lower = {1.5, TOXICITY_BASELINE, true}}
};
static const ToxicityCriterion protein[] = {
	{.id = 1, .grade = 1, ANY_AGE, .lower = {30, TOXICITY_ABSOLUTE, true}, .upper = {1, TOXICITY_LOWER_LIMIT, false}},
	{.id = 2, .grade = 2, ANY_AGE, .upper = {30, TOXICITY_ABSOLUTE, false}}
};
static const ToxicityCriterion sugar[] = {
	{.id = 1, .is_high = true, .grade = 1, .fasting = TOXICITY_FASTING, ANY_AGE, .lower = {110, TOXICITY_ABSOLUTE, true}, .upper = {125, TOXICITY_ABSOLUTE, true}},
	{.id = 2, .is_high = true, .grade = 2, .fasting = TOXICITY_FASTING, ANY_AGE, .lower = {125, TOXICITY_ABSOLUTE, false}},
	{.id = 3, .is_high = true, .grade = 1, .fasting = TOXICITY_NOT_FASTING, ANY_AGE, .lower = {116, TOXICITY_ABSOLUTE, true}, .upper = {160, TOXICITY_ABSOLUTE, true}},
	{.id = 4, .is_high = true, .grade = 2, .fasting = TOXICITY_NOT_FASTING, ANY_AGE, .lower = {160, TOXICITY_ABSOLUTE, false}},
	{.id = 5, .grade = 1, ANY_AGE, .lower = {55, TOXICITY_ABSOLUTE, true}, .upper = {64, TOXICITY_ABSOLUTE, true}},
	{.id = 6, .grade = 2, ANY_AGE, .upper = {55, TOXICITY_ABSOLUTE, false}}
};
static const ToxicityCriterion pigment[] = {
	{.id = 1, .grade = 1, .sex = TOXICITY_MALE, .minimum_age = 13, .minimum_age_inclusive = true, .maximum_age = INFINITY, .upper = {109, TOXICITY_ABSOLUTE, true}},
	{.id = 2, .grade = 1, .sex = TOXICITY_FEMALE, .minimum_age = 13, .minimum_age_inclusive = true, .maximum_age = INFINITY, .upper = {104, TOXICITY_ABSOLUTE, true}}
};
static const ToxicityCriterion judged[] = {
	{.id = 1, .is_high = true, .grade = 2, ANY_AGE, .lower = {1, TOXICITY_UPPER_LIMIT, true}},
	{.id = 2, .is_high = true, .grade = 4, ANY_AGE, .needs_judgement = true, .lower = {5, TOXICITY_ABSOLUTE, true}},
	{.id = 3, .is_high = true, .grade = 3, ANY_AGE, .needs_judgement = true}
};
static const ToxicityCriterion remembered[] = {
	{.id = 1, .is_high = true, .grade = 1, ANY_AGE, .is_from_memory = true, .unverified = "every cell", .lower = {1, TOXICITY_ABSOLUTE, true}, .upper = {2, TOXICITY_ABSOLUTE, false}},
	{.id = 2, .is_high = true, .grade = 2, ANY_AGE, .unverified = "the upper bound", .lower = {2, TOXICITY_ABSOLUTE, true}, .upper = {3, TOXICITY_ABSOLUTE, false}},
	{.id = 3, .is_high = true, .grade = 3, ANY_AGE, .lower = {3, TOXICITY_ABSOLUTE, true}}
};

static ToxicityCriterion kept[2 * TOXICITY_VARIANTS][TOXICITY_MAX_CRITERIA];

static ToxicityEntry
entry_of(const ToxicityCriterion *criteria, int count)
{
	ToxicityEntry entry = {.test = "TEST", .test_length = 4, .multiplier = 1, .divisor = 1};

	for (int i = 0; i < 2 * TOXICITY_VARIANTS; i++)
	{
		bool		is_high = i % 2 == 1;
		ToxicityList *list = is_high ? &entry.variants[i / 2].high : &entry.variants[i / 2].low;
		int			taken = toxicity_select(criteria, count, i / 2, is_high, kept[i]);
		const ToxicityList *other = toxicity_find_list(entry.variants, i / 2, kept[i], taken, is_high);

		if (other)
			*list = *other;
		else
			toxicity_list_init(list, kept[i], taken, is_high);
	}
	return entry;
}

#define ENTRY(criteria) entry_of(criteria, (int) (sizeof(criteria) / sizeof((criteria)[0])))

static ToxicityResult
result_of(const char *text)
{
	ToxicityResult result = {0, NAN, {NAN, 1, NAN, NAN, NAN}, TOXICITY_SEX_UNKNOWN, TOXICITY_FASTING_UNKNOWN, true, 0};

	if (censored_parse(text, &lab_value_domain, &result.value) != PARSE_OK)
		ok(false, text);
	return result;
}

static void
is_graded(const ToxicityEntry *entry, ToxicityResult result, int grade, unsigned reasons,
		  const char *name)
{
	ToxicityVerdict verdict;

	toxicity_evaluate(entry, &result, &verdict);
	is_int(verdict.grade, grade, name);
	is_int(verdict.reasons, reasons, "its reasons");
	ok(toxicity_grade_only(entry, &result) == grade || (grade < 0 && toxicity_grade_only(entry, &result) < 0),
	   "the same by the short way");
	ok(verdict.at_least <= verdict.at_most && (grade < 0 || grade >= verdict.at_least),
	   "lies between its bounds");
}

static void
test_missing_limits(void)
{
	ToxicityEntry entry = ENTRY(enzyme);
	ToxicityResult result = result_of("3.3");

	is_graded(&entry, result, TOXICITY_GRADE_UNKNOWN, TOXICITY_NO_UPPER_LIMIT, "no limit of normal");
	result.reference[TOXICITY_UPPER_LIMIT] = 3;
	is_graded(&entry, result, 1, 0, "1.1 times 3 is 3.3");
	result = result_of("3.9");
	result.reference[TOXICITY_UPPER_LIMIT] = 3;
	is_graded(&entry, result, 1, 0, "1.3 times 3 is 3.9");
	result.reference[TOXICITY_BASELINE] = 3;
	is_graded(&entry, result, 2, 0, "the higher of the two ways to a grade");
	result.reference[TOXICITY_UPPER_LIMIT] = NAN;
	is_graded(&entry, result, 2, TOXICITY_NO_UPPER_LIMIT, "established, though more is not excluded");
	result.reference[TOXICITY_UPPER_LIMIT] = 0;
	is_graded(&entry, result, 2, TOXICITY_NO_UPPER_LIMIT, "a limit of zero is no limit");

	entry = ENTRY(protein);
	is_graded(&entry, result_of("25"), 2, 0, "grades that need no limit are computed");
	is_graded(&entry, result_of("35"), TOXICITY_GRADE_UNKNOWN, TOXICITY_NO_LOWER_LIMIT, "others are not");
	result = result_of("35");
	result.reference[TOXICITY_LOWER_LIMIT] = 35;
	is_graded(&entry, result, 0, 0, "at the limit of normal");
}

static void
test_unknown_state(void)
{
	ToxicityEntry entry = ENTRY(sugar);
	ToxicityResult result;

	is_graded(&entry, result_of("90"), 0, 0, "normal, fasting or not");
	is_graded(&entry, result_of("130"), TOXICITY_GRADE_UNKNOWN, TOXICITY_NO_FASTING, "depends on fasting");
	is_graded(&entry, result_of("300"), 2, 0, "the same in both states");
	is_graded(&entry, result_of("60"), 1, 0, "low values need no fasting state");

	entry = ENTRY(pigment);
	result = result_of("106");
	result.age = 40;
	is_graded(&entry, result, TOXICITY_GRADE_UNKNOWN, TOXICITY_NO_SEX, "depends on sex");
	result.sex = TOXICITY_MALE;
	is_graded(&entry, result, 1, 0, "a man");
	result.age = 13;
	is_graded(&entry, result, 1, 0, "at the minimum age");
	result.age = 12.9;
	is_graded(&entry, result, TOXICITY_NOT_GRADED, TOXICITY_NO_CRITERIA, "below it");
	result.age = NAN;
	is_graded(&entry, result, TOXICITY_GRADE_UNKNOWN, TOXICITY_NO_AGE, "age unknown");
	result = result_of("106");
	result.age = 40;
	result.sex = TOXICITY_FEMALE;
	is_graded(&entry, result, 0, 0, "a woman");
}

static void
test_judgement(void)
{
	ToxicityEntry entry = ENTRY(judged);
	ToxicityResult result = result_of("2");

	result.reference[TOXICITY_UPPER_LIMIT] = 1;
	is_graded(&entry, result, 2, 0, "judgement of other values does not count");
	result = result_of("6");
	result.reference[TOXICITY_UPPER_LIMIT] = 1;
	is_graded(&entry, result, 2, TOXICITY_JUDGEMENT, "established, though judgement could raise it");
	result.reference[TOXICITY_UPPER_LIMIT] = 10;
	is_graded(&entry, result, TOXICITY_GRADE_UNKNOWN, TOXICITY_JUDGEMENT, "judgement decides");
	entry = entry_of(judged + 2, 1);
	is_graded(&entry, result, TOXICITY_NOT_GRADED, TOXICITY_JUDGEMENT, "by judgement alone");
}

static void
is_unverified(const ToxicityEntry *entry, const char *text, const char *cells, const char *name)
{
	ToxicityResult result = result_of(text);
	ToxicityVerdict verdict;

	toxicity_evaluate(entry, &result, &verdict);
	is_string(verdict.unverified ? verdict.unverified : "none", cells, name);
}

static void
test_unverified(void)
{
	ToxicityEntry entry = ENTRY(remembered);

	is_graded(&entry, result_of("0"), TOXICITY_GRADE_UNKNOWN, TOXICITY_UNVERIFIED, "short of a bound from memory");
	is_graded(&entry, result_of("1"), TOXICITY_GRADE_UNKNOWN, TOXICITY_UNVERIFIED, "at it");
	is_graded(&entry, result_of("2"), 2, 0, "a higher grade does not rest on it");
	is_graded(&entry, result_of("<2"), TOXICITY_GRADE_UNKNOWN, TOXICITY_UNVERIFIED, "a censored value");
	is_unverified(&entry, "1", "every cell", "which cells leave the grade unknown");
	is_unverified(&entry, "2", "the upper bound", "which cells gave the grade");
	is_unverified(&entry, "3", "none", "a criterion that was verified");
	entry = entry_of(remembered, 1);
	is_graded(&entry, result_of("5"), TOXICITY_GRADE_UNKNOWN, TOXICITY_UNVERIFIED, "beyond it");
}

static void
test_censored(void)
{
	ToxicityEntry entry = ENTRY(sugar);
	ToxicityResult result;

	is_graded(&entry, result_of("<55"), 2, 0, "below every cut");
	is_graded(&entry, result_of("<60"), TOXICITY_GRADE_UNKNOWN, TOXICITY_CENSORED, "spans a cut");
	is_graded(&entry, result_of(">160"), 2, 0, "above every cut, in both states");
	is_graded(&entry, result_of(">125"), TOXICITY_GRADE_UNKNOWN, TOXICITY_CENSORED | TOXICITY_NO_FASTING,
			  "depends on fasting, and on the value where not");
	entry = ENTRY(enzyme);
	result = result_of("<3");
	result.reference[TOXICITY_UPPER_LIMIT] = 3;
	is_graded(&entry, result, 0, 0, "below the limit of normal");
	result = result_of("<3.3");
	result.reference[TOXICITY_UPPER_LIMIT] = 3;
	is_graded(&entry, result, 0, 0, "below 1.1 times 3");
	result = result_of("<3.4");
	result.reference[TOXICITY_UPPER_LIMIT] = 3;
	is_graded(&entry, result, TOXICITY_GRADE_UNKNOWN, TOXICITY_CENSORED, "not below it");
}

/* Clearance, as DAIDS 2.1 has it: a value, or its share of the baseline. */
static const ToxicityCriterion clearance[] = {
	{.id = 1, .grade = 2, ANY_AGE, .lower = {60, TOXICITY_ABSOLUTE, true}, .upper = {90, TOXICITY_ABSOLUTE, false}},
	{.id = 2, .grade = 2, ANY_AGE, .lower = {0.7, TOXICITY_BASELINE, false}, .upper = {0.9, TOXICITY_BASELINE, true}},
	{.id = 3, .grade = 3, ANY_AGE, .lower = {30, TOXICITY_ABSOLUTE, true}, .upper = {60, TOXICITY_ABSOLUTE, false}},
	{.id = 4, .grade = 3, ANY_AGE, .lower = {0.5, TOXICITY_BASELINE, false}, .upper = {0.7, TOXICITY_BASELINE, true}},
	{.id = 5, .grade = 4, ANY_AGE, .upper = {30, TOXICITY_ABSOLUTE, false}},
	{.id = 6, .grade = 4, ANY_AGE, .upper = {0.5, TOXICITY_BASELINE, true}}
};

static ToxicityResult
compared_of(const char *text, const char *baseline, double upper_limit)
{
	ToxicityResult result = result_of(text);
	CensoredValue value = result_of(baseline).value;

	result.reference[TOXICITY_UPPER_LIMIT] = upper_limit;
	result.reference[TOXICITY_BASELINE] = censored_limit(value);
	result.baseline_side = (int8_t) ((int) censored_qualifier(value) - (int) QUALIFIER_EXACT);
	return result;
}

static void
is_between(const ToxicityEntry *entry, ToxicityResult result, int grade, int at_least, int at_most,
		   const char *name)
{
	ToxicityVerdict verdict;

	is_graded(entry, result, grade, at_least == at_most ? 0 : TOXICITY_CENSORED_BASELINE, name);
	toxicity_evaluate(entry, &result, &verdict);
	is_int(verdict.at_least, at_least, "what is established");
	is_int(verdict.at_most, at_most, "what is not excluded");
}

/* Of creatinine: 1.3 times the baseline is grade 2, and 1.5 times grade 3. */
static void
test_baseline_below(void)
{
	ToxicityEntry entry = ENTRY(enzyme);
	int			unknown = TOXICITY_GRADE_UNKNOWN;

	is_between(&entry, compared_of("0.8", "<0.5", 1), 3, 3, 3, "more than 1.6 times the baseline");
	is_between(&entry, compared_of("0.75", "<0.5", 1), 3, 3, 3, "more than 1.5 times");
	is_between(&entry, compared_of("0.7", "<0.5", 1), unknown, 2, 3, "more than 1.4 times");
	is_between(&entry, compared_of("0.6", "<0.5", 1), unknown, 0, 3, "more than 1.2 times");
	is_between(&entry, compared_of("0.7", "<0.5", 0.5), 2, 2, 3, "grade 2 by the limit of normal stands");
	is_between(&entry, compared_of("0.7", "<0.5", 0.6), unknown, 2, 3, "grade 1 by it is less than is certain");
	is_between(&entry, compared_of("1.0", "<0.5", 0.5), 3, 3, 3, "grade 3 by both");
	is_between(&entry, compared_of("-1", "<0.5", 1), 0, 0, 0, "below any multiple of the baseline");
	is_between(&entry, compared_of("0.8", "<0", 1), 0, 0, 0, "a baseline that is not positive is missing");
	is_between(&entry, compared_of(">0.75", "<0.5", 1), 3, 3, 3, "both are censored: more than 1.5 times");
	is_graded(&entry, compared_of("<0.3", "<0.5", 1), unknown, TOXICITY_CENSORED | TOXICITY_CENSORED_BASELINE,
			  "any multiple");
	entry.multiplier = 10;
	is_between(&entry, compared_of("0.75", "<0.5", 1), 3, 3, 3, "in another unit");
}

static void
test_baseline_above(void)
{
	ToxicityEntry entry = ENTRY(enzyme);
	ToxicityVerdict verdict;
	ToxicityResult result = compared_of("60", ">90", NAN);
	int			unknown = TOXICITY_GRADE_UNKNOWN;

	is_between(&entry, compared_of("2.6", ">2", 3), 0, 0, 0, "less than 1.3 times the baseline");
	is_between(&entry, compared_of("2.7", ">2", 3), unknown, 0, 2, "less than 1.35 times");
	is_between(&entry, compared_of("<2.6", ">2", 3), 0, 0, 0, "both are censored: less than 1.3 times");

	entry = ENTRY(clearance);
	is_between(&entry, compared_of("95", ">90", NAN), unknown, 0, 4, "nobody knows how much was lost");
	is_between(&entry, compared_of("60", ">90", NAN), unknown, 3, 4, "less than 0.67 of the baseline");
	is_between(&entry, compared_of("70", ">90", NAN), 2, 2, 4, "less than 0.78: grade 2 by the value stands");
	is_between(&entry, compared_of("45", ">90", NAN), 4, 4, 4, "less than half");
	is_between(&entry, compared_of("46", ">90", NAN), 3, 3, 4, "more than half of 90, which is not excluded");
	is_between(&entry, compared_of("<50", ">120", NAN), 4, 4, 4, "both are censored: less than half");
	toxicity_evaluate(&entry, &result, &verdict);
	ok(verdict.low == unknown && verdict.low_at_least == 3 && verdict.low_at_most == 4, "of low values alone");
	ok(verdict.high == TOXICITY_NOT_GRADED, "high values have no grade");
}

/* One of the pairs of a value and a baseline that lie beyond their numbers, or at an exact value. */
static ToxicityResult
sampled_pair(ToxicityResult result, double x, int x_side, double b, int j, int k)
{
	double		value = x_side < 0 ? x - 0.01 - k * x / 39 : x + x_side * (0.01 + k * k);

	result.reference[TOXICITY_BASELINE] = result.baseline_side < 0 ? b * (99.9 - j) / 100 : b + 0.01 + j * j / 20.0;
	result.baseline_side = 0;
	censored_from_number(value, QUALIFIER_EXACT, &lab_value_domain, &result.value);
	return result;
}

/* Does a censored pair say what the exact pairs say that it can be? */
static bool
agrees_with_samples(const ToxicityEntry *entry, ToxicityResult result, double x, int x_side, double b)
{
	ToxicityVerdict verdict;
	int			least = TOXICITY_MAX_GRADE;
	int			most = 0;

	for (int i = 0; i < (x_side ? 4000 : 100); i++)
	{
		ToxicityResult pair = sampled_pair(result, x, x_side, b, i % 100, i / 100);

		toxicity_evaluate(entry, &pair, &verdict);
		least = verdict.at_least < least ? verdict.at_least : least;
		most = verdict.at_most > most ? verdict.at_most : most;
	}
	toxicity_evaluate(entry, &result, &verdict);
	return verdict.at_least == least && verdict.at_most == most && (verdict.grade < 0 || verdict.grade == least);
}

static void
test_baseline_sampled(const ToxicityEntry *entry)
{
	static const double limits[] = {NAN, 40, 62};
	int			wrong = 0;

	for (int i = 0; i < 8 * 8 * 3 * 2 * 3; i++)
	{
		double		x = 7 + 12 * (i % 8);
		double		b = 10 + 13 * (i / 8 % 8);
		int			x_side = i / 64 % 3 - 1;
		ToxicityResult result = {0, NAN, {NAN, 1, NAN, NAN, b}, TOXICITY_MALE, TOXICITY_FASTING, true, 1};

		result.reference[TOXICITY_UPPER_LIMIT] = limits[i / 384];
		result.baseline_side = i / 192 % 2 ? 1 : -1;
		censored_from_number(x, (Qualifier) (x_side + QUALIFIER_EXACT), &lab_value_domain, &result.value);
		if (!agrees_with_samples(entry, result, x, x_side, b))
			wrong++;
	}
	is_int(wrong, 0, "bounds as those of the pairs that a censored one can be");
}

static void
test_baseline_samples(void)
{
	ToxicityEntry entry = ENTRY(enzyme);

	test_baseline_sampled(&entry);
	entry = ENTRY(clearance);
	test_baseline_sampled(&entry);
}

static void
test_conversion(void)
{
	ToxicityEntry entry = ENTRY(sugar);
	ToxicityResult result = result_of("1.98");

	result.fasting = TOXICITY_FASTING;
	entry.multiplier = 1000;
	entry.divisor = 18;
	is_graded(&entry, result, 1, 0, "1.98 becomes 110");
	entry = ENTRY(sugar);
	entry.divisor = 10;
	is_graded(&entry, result_of("550"), 1, 0, "550 becomes 55, which is in grade 1");
	is_graded(&entry, result_of("<550"), 2, 0, "and what is below it is not");
}

static void
test_table(void)
{
	ToxicitySlot slots[4] = {{0}};
	ToxicityTable table = {.slots = slots, .capacity = 4};
	ToxicityEntry a = {.test = "HAEMOGLOBIN", .test_length = 11, .unit = "g/L", .unit_length = 3};
	ToxicityEntry b = {.test = "HAEMOGLOBINS", .test_length = 12};
	ToxicityEntry c = {.test = "A", .test_length = 1, .unit = "", .unit_length = 0};
	ToxicityEntry d = {.test = "D", .test_length = 1};

	ok(toxicity_table_add(&table, &a) && toxicity_table_add(&table, &b) && toxicity_table_add(&table, &c),
	   "three entries have room");
	ok(!toxicity_table_add(&table, &d), "one slot stays free");
	ok(toxicity_table_find(&table, "HAEMOGLOBIN", 11, "g/L", 3) == &a, "by test and unit");
	ok(toxicity_table_find_any(&table, "HAEMOGLOBINS", 12) == &b, "in any unit");
	ok(toxicity_table_find(&table, "A", 1, "", 0) == &c, "without a unit");
	ok(toxicity_table_find(&table, "HAEMOGLOBIN", 11, "mg/L", 4) == NULL, "not in another unit");
	is_int(toxicity_missing_entry(&table, "HAEMOGLOBIN", 11, 4), TOXICITY_UNKNOWN_UNIT, "unknown unit");
	is_int(toxicity_missing_entry(&table, "HAEMOGLOBIN", 11, 0), TOXICITY_NO_UNIT, "no unit");
	is_int(toxicity_missing_entry(&table, "HAEMOGLOBIX", 11, 3), TOXICITY_UNKNOWN_TEST, "unknown test");
}

static void
test_reasons(void)
{
	char		text[1024];
	char		small[8];

	is_int(toxicity_reasons_text(0, text, sizeof(text)), 0, "no reason");
	toxicity_reasons_text(TOXICITY_NO_SEX | TOXICITY_CENSORED, text, sizeof(text));
	is_string(text, "sex unknown; a censored value that spans several grades", "two reasons");
	ok(toxicity_reasons_text(~0U, text, sizeof(text)) < sizeof(text), "all of them fit");
	is_int(toxicity_reasons_text(~0U, small, sizeof(small)), 0, "what does not fit is left out whole");
}

int
main(void)
{
	test_missing_limits();
	test_unknown_state();
	test_judgement();
	test_unverified();
	test_censored();
	test_baseline_below();
	test_baseline_above();
	test_baseline_samples();
	test_conversion();
	test_table();
	test_reasons();
	return done_testing();
}
