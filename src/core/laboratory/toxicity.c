/*-------------------------------------------------------------------------
 *
 * toxicity.c
 *	  Grade a laboratory result by the criteria of its test.
 *
 *-------------------------------------------------------------------------
 */
#include "core/laboratory/toxicity.h"

#include "core/laboratory/toxicity_finding.h"

/* An established grade stands even where a higher one is not excluded. */
static inline int
grade_of(const Finding *finding)
{
	if (finding->applicable == 0)
		return TOXICITY_NOT_GRADED;
	if (finding->established > 0)
		return finding->established;
	return finding->possible > 0 ? TOXICITY_GRADE_UNKNOWN : 0;
}

static inline int
larger(int a, int b)
{
	return a > b ? a : b;
}

static inline int
smaller(int a, int b)
{
	return a < b ? a : b;
}

/* Which cells were not verified of the criterion that decides the grade? */
static inline const char *
verdict_unverified(const Finding *low, const Finding *high)
{
	const Finding *worse = high->established > low->established ? high : low;
	const Finding *other = worse == high ? low : high;

	return worse->established > 0 || worse->unverified ? worse->unverified : other->unverified;
}

/* Judge one number in both directions; the overall grade is the worse. */
static inline ToxicityVerdict
judge_number(const ToxicityVariant *variant, double x, const Measurement *measurement)
{
	Finding		low = find_in_direction(&variant->low, x, measurement, -1);
	Finding		high = find_in_direction(&variant->high, x, measurement, 1);
	ToxicityVerdict verdict;

	verdict.low = grade_of(&low);
	verdict.high = grade_of(&high);
	verdict.at_least = larger(low.established, high.established);
	verdict.at_most = larger(verdict.at_least, larger(low.possible, high.possible));
	verdict.low_at_least = low.established;
	verdict.low_at_most = low.applicable ? larger(low.established, low.possible) : verdict.at_most;
	verdict.high_at_least = high.established;
	verdict.high_at_most = high.applicable ? larger(high.established, high.possible) : verdict.at_most;
	verdict.criterion = high.established > low.established ? high.criterion : low.criterion;
	verdict.reasons = low.reasons | high.reasons;
	verdict.unverified = verdict_unverified(&low, &high);
	if (low.applicable + high.applicable == 0)
	{
		verdict.grade = TOXICITY_NOT_GRADED;
		if (verdict.reasons == 0)
			verdict.reasons = TOXICITY_NO_CRITERIA;
		verdict.at_most = verdict.low_at_most = verdict.high_at_most = TOXICITY_MAX_GRADE;
		return verdict;
	}
	if (low.applicable == 0)
		verdict.reasons = high.reasons;
	if (high.applicable == 0)
		verdict.reasons = low.reasons;
	if (verdict.at_least > 0)
		verdict.grade = verdict.at_least;
	else
		verdict.grade = verdict.at_most > 0 ? TOXICITY_GRADE_UNKNOWN : 0;
	return verdict;
}

/* Two verdicts that may both be right: what they agree on is known. */
static ToxicityVerdict
merge_verdicts(ToxicityVerdict a, ToxicityVerdict b, unsigned reason)
{
	ToxicityVerdict merged = a;

	merged.reasons = a.reasons | b.reasons;
	/* Some of what the result can be has criteria, then. */
	if (a.grade != TOXICITY_NOT_GRADED || b.grade != TOXICITY_NOT_GRADED)
		merged.reasons &= ~(unsigned) TOXICITY_NO_CRITERIA;
	if (a.grade != b.grade)
	{
		merged.grade = TOXICITY_GRADE_UNKNOWN;
		merged.reasons |= reason;
	}
	if (a.criterion != b.criterion)
		merged.criterion = 0;
	if (merged.unverified == NULL)
		merged.unverified = b.unverified;
	merged.low = a.low == b.low ? a.low : TOXICITY_GRADE_UNKNOWN;
	merged.high = a.high == b.high ? a.high : TOXICITY_GRADE_UNKNOWN;
	merged.at_least = smaller(a.at_least, b.at_least);
	merged.at_most = larger(a.at_most, b.at_most);
	merged.low_at_least = smaller(a.low_at_least, b.low_at_least);
	merged.low_at_most = larger(a.low_at_most, b.low_at_most);
	merged.high_at_least = smaller(a.high_at_least, b.high_at_least);
	merged.high_at_most = larger(a.high_at_most, b.high_at_most);
	return merged;
}

/* Where verdicts change between a limit and the end of its open side, from the limit on. */
typedef struct Cuts
{
	double		limit;
	double		end;			/* 0 or an infinity */
	int			count;
	double		at[4 * TOXICITY_MAX_CRITERIA + 1];
} Cuts;

static void
add_cut(Cuts *cuts, double cut)
{
	bool		above = cuts->end > cuts->limit;
	int			i = cuts->count;

	if (is_nearly(cut, cuts->limit) ||
		!(above ? cut > cuts->limit && cut < cuts->end : cut < cuts->limit && cut > cuts->end))
		return;
	for (; i > 0 && (above ? cuts->at[i - 1] > cut : cuts->at[i - 1] < cut); i--)
		cuts->at[i] = cuts->at[i - 1];
	cuts->at[i] = cut;
	cuts->count++;
}

/* Add the values at which a list's criteria have bounds; or, of a value, such baselines. */
static void
add_cuts(Cuts *cuts, const ToxicityList *list, const Measurement *measurement, const double *value)
{
	for (int i = 0; i < list->count; i++)
	{
		const ToxicityBound *bounds[] = {&list->criteria[i].lower, &list->criteria[i].upper};

		for (int j = 0; j < 2; j++)
		{
			const ToxicityBound *bound = bounds[j];

			if (value == NULL && bound->basis != TOXICITY_UNBOUNDED)
				add_cut(cuts, bound->number * measurement->reference[bound->basis]);
			else if (value != NULL && bound->basis == TOXICITY_BASELINE)
				add_cut(cuts, *value / bound->number);
		}
	}
}

/*
 * Verdicts change at the cuts alone.  So all numbers of the open side are
 * represented by 2 * count + 1 of them: each cut, and one on either side.
 */
static double
representative(const Cuts *cuts, int i)
{
	double		before = i < 2 ? cuts->limit : cuts->at[i / 2 - 1];
	double		after = i / 2 < cuts->count ? cuts->at[i / 2] : cuts->end;

	if (i % 2 == 1)
		return after;
	return isinf(after) ? before + copysign(fabs(before) + 1, after) : (before + after) / 2;
}

/* What is certain whatever the baseline stands, as it does without a limit of normal. */
static void
let_stand(ToxicityVerdict *verdict, const ToxicityVerdict *without)
{
	if (verdict->grade < 0 && without->grade > 0 && without->grade == verdict->at_least)
	{
		verdict->grade = without->grade;
		verdict->criterion = without->criterion;
	}
	if (verdict->low < 0 && without->low > 0 && without->low == verdict->low_at_least)
		verdict->low = without->low;
	if (verdict->high < 0 && without->high > 0 && without->high == verdict->high_at_least)
		verdict->high = without->high;
}

/* Judge a number by all that a censored baseline can be.  It is positive. */
static __attribute__((noinline)) ToxicityVerdict
judge_baselines(const ToxicityVariant *variant, double x, const Measurement *measurement)
{
	Measurement known = *measurement;
	double	   *baseline = &known.reference[TOXICITY_BASELINE];
	Cuts		cuts;
	ToxicityVerdict verdict;
	ToxicityVerdict without;

	cuts.limit = *baseline;
	cuts.end = measurement->baseline_side < 0 ? 0 : INFINITY;
	cuts.count = 0;
	add_cuts(&cuts, &variant->low, measurement, &x);
	add_cuts(&cuts, &variant->high, measurement, &x);
	*baseline = representative(&cuts, 2 * cuts.count);
	verdict = judge_number(variant, x, &known);
	for (int i = 0; i < 2 * cuts.count; i++)
	{
		*baseline = representative(&cuts, i);
		verdict = merge_verdicts(verdict, judge_number(variant, x, &known), TOXICITY_CENSORED_BASELINE);
	}
	*baseline = NAN;
	without = judge_number(variant, x, &known);
	let_stand(&verdict, &without);
	return verdict;
}

static inline ToxicityVerdict
judge_exact(const ToxicityVariant *variant, double x, const Measurement *measurement)
{
	if (measurement->baseline_side != 0)
		return judge_baselines(variant, x, measurement);
	return judge_number(variant, x, measurement);
}

/*
 * Judge a censored number.  Its cuts are those of the criteria, by the limit of
 * a censored baseline, too: there baselines begin or end.  Who wants the grade
 * alone needs no more when it is not known.
 */
static ToxicityVerdict
judge_censored(const ToxicityVariant *variant, double limit, bool above,
			   const Measurement *measurement, bool grade_only)
{
	Cuts		cuts;
	ToxicityVerdict verdict;

	cuts.limit = limit;
	cuts.end = above ? INFINITY : -INFINITY;
	cuts.count = 0;
	add_cuts(&cuts, &variant->low, measurement, NULL);
	add_cuts(&cuts, &variant->high, measurement, NULL);
	if (measurement->baseline_side != 0)
		add_cut(&cuts, 0);
	verdict = judge_exact(variant, representative(&cuts, 2 * cuts.count), measurement);
	for (int i = 0; i < 2 * cuts.count && !(grade_only && verdict.grade < 0); i++)
		verdict = merge_verdicts(verdict, judge_exact(variant, representative(&cuts, i), measurement),
								 TOXICITY_CENSORED);
	return verdict;
}

static inline ToxicityVerdict
judge_variant(const ToxicityVariant *variant, CensoredValue value, double number,
			  const Measurement *measurement, bool grade_only)
{
	if (censored_is_exact(value))
		return judge_exact(variant, number, measurement);
	return judge_censored(variant, number, censored_qualifier(value) == QUALIFIER_ABOVE,
						  measurement, grade_only);
}

static bool
same_variant(const ToxicityVariant *a, const ToxicityVariant *b)
{
	return a->low.criteria == b->low.criteria && a->high.criteria == b->high.criteria;
}

/* The variant of a result, or the first one where it may be of several. */
static inline int
variant_of(const ToxicityResult *result)
{
	return (result->sex == TOXICITY_FEMALE ? 2 : 0) +
		(result->fasting == TOXICITY_FASTING ? 1 : 0);
}

/* Can the result be of a participant in a variant's sex and fasting state? */
static inline bool
admits_variant(const ToxicityResult *result, int variant)
{
	bool		is_male = variant / 2 == 0;
	bool		is_fasting = variant % 2 == 1;

	return result->sex != (is_male ? TOXICITY_FEMALE : TOXICITY_MALE) &&
		result->fasting != (is_fasting ? TOXICITY_NOT_FASTING : TOXICITY_FASTING);
}

static bool
is_among_earlier(const ToxicityEntry *entry, const ToxicityResult *result, int variant)
{
	for (int i = 0; i < variant; i++)
		if (admits_variant(result, i) &&
			same_variant(&entry->variants[i], &entry->variants[variant]))
			return true;
	return false;
}

/* Where the sex or the fasting state is unknown, what all they can be agree on. */
static inline ToxicityVerdict
judge_variants(const ToxicityEntry *entry, const ToxicityResult *result, double number,
			   const Measurement *measurement, bool grade_only)
{
	int			first = variant_of(result);
	ToxicityVerdict verdict = judge_variant(&entry->variants[first], result->value, number,
											measurement, grade_only);

	if (result->sex != TOXICITY_SEX_UNKNOWN && result->fasting != TOXICITY_FASTING_UNKNOWN)
		return verdict;
	for (int i = first + 1; i < TOXICITY_VARIANTS; i++)
	{
		unsigned	reason = (i / 2 != first / 2 ? TOXICITY_NO_SEX : 0) |
			(i % 2 != first % 2 ? TOXICITY_NO_FASTING : 0);

		if (!admits_variant(result, i) || is_among_earlier(entry, result, i))
			continue;
		verdict = merge_verdicts(verdict, judge_variant(&entry->variants[i], result->value, number,
														measurement, grade_only), reason);
	}
	return verdict;
}

/*
 * Is all that a value can be clear of the criteria of a variant?  Most are, and
 * have grade 0.
 */
static ALWAYS_INLINE bool
is_clear_of_variant(const ToxicityVariant *variant, const ToxicityResult *result, double number)
{
	const ToxicityList *low = &variant->low;
	const ToxicityList *high = &variant->high;
	Qualifier	qualifier = censored_qualifier(result->value);

	return result->baseline_side == 0 && low->count + high->count > 0 &&
		(low->count == 0 || (qualifier >= QUALIFIER_EXACT &&
							 is_clear_of(low, number, result->reference, result->age, -1))) &&
		(high->count == 0 || (qualifier <= QUALIFIER_EXACT &&
							  is_clear_of(high, number, result->reference, result->age, 1)));
}

/* Is grade 0 plain, of a result of known sex and fasting state? */
static inline bool
is_plainly_normal(const ToxicityEntry *entry, const ToxicityResult *result, double number)
{
	return entry->multiplier == entry->divisor &&
		result->sex != TOXICITY_SEX_UNKNOWN && result->fasting != TOXICITY_FASTING_UNKNOWN &&
		is_clear_of_variant(&entry->variants[variant_of(result)], result, number);
}

/* Is it plain whatever the sex or fasting state, where one is unknown? */
static bool
is_normal_in_any_state(const ToxicityEntry *entry, const ToxicityResult *result, double number)
{
	if (entry->multiplier != entry->divisor ||
		(result->sex != TOXICITY_SEX_UNKNOWN && result->fasting != TOXICITY_FASTING_UNKNOWN))
		return false;
	for (int i = 0; i < TOXICITY_VARIANTS; i++)
		if (admits_variant(result, i) && !is_clear_of_variant(&entry->variants[i], result, number))
			return false;
	return true;
}

static double
usable_reference(const ToxicityResult *result, ToxicityBasis basis)
{
	double		reference = result->reference[basis];

	if (is_usable_limit(reference) || (basis == TOXICITY_LOWER_LIMIT && reference == 0))
		return reference;
	return NAN;
}

/* What is known beside the value, in the unit of the criteria. */
static inline Measurement
measurement_of(const ToxicityEntry *entry, const ToxicityResult *result)
{
	Measurement measurement;

	measurement.age = result->age;
	measurement.hiv_infected = result->hiv_infected;
	measurement.converted = entry->multiplier != entry->divisor;
	measurement.baseline_side = isnan(usable_reference(result, TOXICITY_BASELINE)) ? 0 : result->baseline_side;
	measurement.reference[TOXICITY_UNBOUNDED] = NAN;
	measurement.reference[TOXICITY_ABSOLUTE] = 1;
	for (int basis = TOXICITY_UPPER_LIMIT; basis <= TOXICITY_BASELINE; basis++)
	{
		double		reference = usable_reference(result, (ToxicityBasis) basis);

		measurement.reference[basis] = measurement.converted ?
			reference * entry->multiplier / entry->divisor : reference;
	}
	return measurement;
}

/* Judge what is not plainly normal.  Apart, since its arrays need a guarded stack. */
static __attribute__((noinline)) ToxicityVerdict
judge_result(const ToxicityEntry *entry, const ToxicityResult *result, double number,
			 bool grade_only)
{
	Measurement measurement = measurement_of(entry, result);

	if (measurement.converted)
		number = number * entry->multiplier / entry->divisor;
	return judge_variants(entry, result, number, &measurement, grade_only);
}

/*
 * Grade a result by the criteria of its test and unit.  What is not positive
 * among its references is taken as unknown (the lower limit may be zero).
 */
void
toxicity_evaluate(const ToxicityEntry *entry, const ToxicityResult *result,
				  ToxicityVerdict *verdict)
{
	double		number = censored_limit(result->value);
	const ToxicityVariant *variant = &entry->variants[variant_of(result)];

	if (is_plainly_normal(entry, result, number))
	{
		verdict->grade = verdict->at_least = verdict->at_most = verdict->criterion = 0;
		verdict->low_at_least = verdict->low_at_most = verdict->high_at_least = verdict->high_at_most = 0;
		verdict->low = variant->low.count ? 0 : TOXICITY_NOT_GRADED;
		verdict->high = variant->high.count ? 0 : TOXICITY_NOT_GRADED;
		verdict->reasons = 0;
		verdict->unverified = NULL;
		return;
	}
	*verdict = judge_result(entry, result, number, false);
	if (verdict->grade >= 0 && verdict->at_least == verdict->at_most)
		verdict->reasons = 0;
}

/* The grade alone; negative where it is not known. */
int
toxicity_grade_only(const ToxicityEntry *entry, const ToxicityResult *result)
{
	double		number = censored_limit(result->value);

	if (is_plainly_normal(entry, result, number) || is_normal_in_any_state(entry, result, number))
		return 0;
	return judge_result(entry, result, number, true).grade;
}

/* The verdict on a result that cannot be graded at all. */
ToxicityVerdict
toxicity_ungraded(unsigned reasons)
{
	ToxicityVerdict verdict = {
		TOXICITY_GRADE_UNKNOWN, TOXICITY_GRADE_UNKNOWN, TOXICITY_GRADE_UNKNOWN,
		0, TOXICITY_MAX_GRADE, 0, TOXICITY_MAX_GRADE, 0, TOXICITY_MAX_GRADE, 0, reasons, NULL
	};

	return verdict;
}
