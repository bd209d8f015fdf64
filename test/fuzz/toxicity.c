/*
 * Any criteria and any result make a verdict that is consistent: the grade of
 * an exact number lies between the bounds of the verdict on every censored
 * value, sex and fasting state that admits it, and is what it says it is.  The
 * short way to the grade finds the same.
 */
#include <stdlib.h>

#include "core/laboratory/toxicity.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct Input
{
	const uint8_t *data;
	size_t		size;
} Input;

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static unsigned
take(Input *input, unsigned choices)
{
	unsigned	byte = input->size > 0 ? *input->data : 0;

	if (input->size > 0)
	{
		input->data++;
		input->size--;
	}
	return byte % choices;
}

/* Few different numbers, so that bounds meet values and each other. */
static double
take_number(Input *input)
{
	return (double) take(input, 24) / 4 - 1;
}

static ToxicityBound
take_bound(Input *input)
{
	ToxicityBound bound = {take_number(input), (ToxicityBasis) take(input, TOXICITY_BASES), false};

	bound.inclusive = take(input, 2);
	return bound;
}

static ToxicityCriterion
take_criterion(Input *input, int id)
{
	ToxicityCriterion criterion = {.id = id, .minimum_age = -INFINITY, .maximum_age = INFINITY};
	unsigned	flags = take(input, 256);

	criterion.is_high = flags & 1;
	criterion.grade = (int8_t) (1 + (flags >> 1) % TOXICITY_MAX_GRADE);
	criterion.without_hiv = (flags & 0x18) == 0x18;
	criterion.needs_judgement = (flags & 0x60) == 0x60;
	criterion.is_from_memory = (flags & 0x78) == 0x28;
	if (flags & 0x80)
		criterion.minimum_age = take_number(input);
	criterion.sex = (ToxicitySex) take(input, 3);
	criterion.fasting = (ToxicityFasting) take(input, 3);
	criterion.lower = take_bound(input);
	criterion.upper = take_bound(input);
	return criterion;
}

static double
take_optional(Input *input)
{
	return take(input, 3) == 0 ? NAN : take_number(input);
}

static ToxicityResult
take_result(Input *input)
{
	ToxicityResult result;

	result.value = censored_pack(take_number(input), (Qualifier) (1 + take(input, 3)));
	result.age = take_optional(input);
	result.reference[TOXICITY_UNBOUNDED] = NAN;
	result.reference[TOXICITY_ABSOLUTE] = 1;
	result.reference[TOXICITY_LOWER_LIMIT] = take_optional(input);
	result.reference[TOXICITY_UPPER_LIMIT] = take_optional(input);
	result.reference[TOXICITY_BASELINE] = take_optional(input);
	result.sex = (ToxicitySex) take(input, 3);
	result.fasting = (ToxicityFasting) take(input, 3);
	result.hiv_infected = take(input, 2);
	return result;
}

static void
check_verdict(const ToxicityVerdict *verdict)
{
	must(verdict->grade >= TOXICITY_NOT_GRADED && verdict->grade <= TOXICITY_MAX_GRADE);
	must(verdict->at_least >= 0 && verdict->at_least <= verdict->at_most &&
		 verdict->at_most <= TOXICITY_MAX_GRADE);
	must(verdict->grade < 0 || (verdict->grade >= verdict->at_least &&
								verdict->grade <= verdict->at_most));
	must(verdict->grade >= 0 || verdict->reasons != 0);
}

/* The grade alone is the verdict's, or as unknown. */
static void
check_grade(int grade, const ToxicityVerdict *verdict)
{
	must(grade == verdict->grade || (grade < 0 && verdict->grade < 0));
}

/* Everything that the result could be agrees with the verdict on it. */
static void
check_possible(const ToxicityEntry *entry, const ToxicityResult *result,
			   const ToxicityVerdict *verdict)
{
	ToxicityResult possible = *result;
	ToxicityVerdict exact;
	double		limit = censored_limit(result->value);

	for (int i = -8; i <= 48; i++)
	{
		double		number = i / 4.0;

		if (censored_qualifier(result->value) == QUALIFIER_BELOW ? number >= limit :
			censored_qualifier(result->value) == QUALIFIER_ABOVE ? number <= limit : number != limit)
			continue;
		possible.value = censored_pack(number, QUALIFIER_EXACT);
		for (int sex = 1; sex <= 2; sex++)
			for (int fasting = 1; fasting <= 2; fasting++)
			{
				if ((result->sex != TOXICITY_SEX_UNKNOWN && result->sex != sex) ||
					(result->fasting != TOXICITY_FASTING_UNKNOWN && result->fasting != fasting))
					continue;
				possible.sex = (ToxicitySex) sex;
				possible.fasting = (ToxicityFasting) fasting;
				toxicity_evaluate(entry, &possible, &exact);
				must(verdict->grade < 0 || exact.grade == verdict->grade);
				must(exact.at_least >= verdict->at_least && exact.at_most <= verdict->at_most);
			}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	Input		input = {data, size};
	ToxicityCriterion criteria[12];
	ToxicityCriterion kept[2 * TOXICITY_VARIANTS][12];
	ToxicityEntry entry = {.test = "T", .test_length = 1, .multiplier = 1, .divisor = 1};
	ToxicityResult result;
	ToxicityVerdict verdict;
	int			count = 1 + (int) take(&input, 12);

	for (int i = 0; i < count; i++)
		criteria[i] = take_criterion(&input, i + 1);
	for (int i = 0; i < 2 * TOXICITY_VARIANTS; i++)
	{
		ToxicityList *list = i % 2 ? &entry.variants[i / 2].high : &entry.variants[i / 2].low;
		int			taken = toxicity_select(criteria, count, i / 2, i % 2 == 1, kept[i]);
		const ToxicityList *other = toxicity_find_list(entry.variants, i / 2, kept[i], taken, i % 2 == 1);

		if (other)
			*list = *other;
		else
			toxicity_list_init(list, kept[i], taken, i % 2 == 1);
	}
	result = take_result(&input);
	toxicity_evaluate(&entry, &result, &verdict);
	check_verdict(&verdict);
	check_grade(toxicity_grade_only(&entry, &result), &verdict);
	if (!censored_is_exact(result.value) || result.sex == TOXICITY_SEX_UNKNOWN ||
		result.fasting == TOXICITY_FASTING_UNKNOWN)
		check_possible(&entry, &result, &verdict);
	return 0;
}
