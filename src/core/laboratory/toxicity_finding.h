/*-------------------------------------------------------------------------
 *
 * toxicity_finding.h
 *	  What the criteria of one direction say of a number.
 *
 * Inline functions of toxicity.c, which grades by them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TOXICITY_FINDING_H
#define TOXICITY_FINDING_H

#include "core/laboratory/toxicity.h"

/*
 * Products and converted values are rounded: 1.1 times 3 is not quite the
 * double that 3.3 is.  What is as near as that is equal; fourteen digits of a
 * result stay distinct.  A bound that is a plain number is compared as it is.
 */
#define RELATIVE_ROUNDING 2e-15

/* The direction is a constant where these are inlined, which is what they gain by. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* A result in the unit of the criteria. */
typedef struct Measurement
{
	double		reference[TOXICITY_BASES];	/* by ToxicityBasis; NAN if unknown */
	double		age;
	bool		hiv_infected;
	bool		converted;
	int			baseline_side;	/* as of ToxicityResult */
} Measurement;

/* What one direction says of a number. */
typedef struct Finding
{
	int			established;	/* highest grade whose criterion holds */
	int			possible;		/* highest that is unknown */
	int			criterion;
	int			applicable;		/* criteria that could be judged at all */
	unsigned	reasons;
	const char *unverified;		/* cells of the criterion that holds, or else of one that may */
} Finding;

static inline bool
is_usable_limit(double limit)
{
	return limit > 0 && limit < INFINITY;
}

/* Is a number the same as another, but for the rounding of a product? */
static inline bool
is_nearly(double x, double product)
{
	return fabs(x - product) <= RELATIVE_ROUNDING * fabs(product);
}

static inline unsigned
missing_reference(ToxicityBasis basis)
{
	return basis == TOXICITY_UPPER_LIMIT ? TOXICITY_NO_UPPER_LIMIT :
		basis == TOXICITY_LOWER_LIMIT ? TOXICITY_NO_LOWER_LIMIT : 0;
}

/*
 * Does x lie on the inner side of a bound?  side is 1 for a lower bound, -1
 * for an upper one.  Where the baseline is missing, so is the criterion.
 */
static ALWAYS_INLINE Truth
within_bound(double x, const ToxicityBound *bound, const Measurement *measurement, int side,
			 unsigned *reasons)
{
	double		cut = bound->number;
	bool		rounded = measurement->converted;

	if (bound->basis == TOXICITY_UNBOUNDED)
		return TRUTH_TRUE;
	if (bound->basis != TOXICITY_ABSOLUTE)
	{
		cut *= measurement->reference[bound->basis];
		if (isnan(cut))
		{
			*reasons |= missing_reference(bound->basis);
			return bound->basis == TOXICITY_BASELINE ? TRUTH_FALSE : TRUTH_UNKNOWN;
		}
		rounded = true;
	}
	if (x == cut || (rounded && is_nearly(x, cut)))
		return bound->inclusive ? TRUTH_TRUE : TRUTH_FALSE;
	return (side > 0 ? x > cut : x < cut) ? TRUTH_TRUE : TRUTH_FALSE;
}

/* Is the participant of an age that the criterion is for? */
static ALWAYS_INLINE Truth
is_of_age(const ToxicityCriterion *criterion, double age)
{
	if (isinf(criterion->minimum_age) && isinf(criterion->maximum_age))
		return TRUTH_TRUE;
	if (isnan(age))
		return TRUTH_UNKNOWN;
	return age < criterion->maximum_age &&
		(age > criterion->minimum_age ||
		 (age == criterion->minimum_age && criterion->minimum_age_inclusive)) ?
		TRUTH_TRUE : TRUTH_FALSE;
}

static inline bool
says_nothing_of_values(const ToxicityCriterion *criterion)
{
	return criterion->lower.basis == TOXICITY_UNBOUNDED &&
		criterion->upper.basis == TOXICITY_UNBOUNDED;
}

/*
 * Does a criterion, of a participant it is for, hold for x?  Of one from memory
 * nobody knows: its bounds may be others.
 */
static ALWAYS_INLINE Truth
criterion_holds(const ToxicityCriterion *criterion, double x, const Measurement *measurement,
				Truth of_age, unsigned *reasons)
{
	unsigned	missing = 0;
	Truth		lower;
	Truth		upper;

	if (criterion->is_from_memory)
	{
		*reasons |= TOXICITY_UNVERIFIED;
		return TRUTH_UNKNOWN;
	}
	lower = within_bound(x, &criterion->lower, measurement, 1, &missing);
	if (lower == TRUTH_FALSE)
		return TRUTH_FALSE;
	upper = within_bound(x, &criterion->upper, measurement, -1, &missing);
	if (upper == TRUTH_FALSE)
		return TRUTH_FALSE;
	if (of_age == TRUTH_UNKNOWN)
		missing |= TOXICITY_NO_AGE;
	if (criterion->needs_judgement)
		missing |= TOXICITY_JUDGEMENT;
	*reasons |= missing;
	return missing ? TRUTH_UNKNOWN : TRUTH_TRUE;
}

/*
 * Does x lie short of the cuts of one basis that is a multiple?  Without a
 * baseline there are none; without a limit of normal nobody knows.
 */
static ALWAYS_INLINE bool
is_short_of(const ToxicityList *list, double x, const double *reference, int side, ToxicityBasis basis)
{
	if (!(list->multiples & (1U << basis)))
		return true;
	if (!is_usable_limit(reference[basis]))
		return basis == TOXICITY_BASELINE;
	return side > 0 ? x < list->clear[basis] * reference[basis] : x > list->clear[basis] * reference[basis];
}

/*
 * Does x lie short of every cut of a direction, so that no criterion holds?
 * Most results do.  side is 1 for high values, -1 for low ones.
 */
static ALWAYS_INLINE bool
is_before_cuts(const ToxicityList *list, double x, const double *reference, int side)
{
	if (!(side > 0 ? x < list->clear[TOXICITY_ABSOLUTE] : x > list->clear[TOXICITY_ABSOLUTE]))
		return false;
	return list->multiples == 0 ||
		(is_short_of(list, x, reference, side, TOXICITY_UPPER_LIMIT) &&
		 is_short_of(list, x, reference, side, TOXICITY_LOWER_LIMIT) &&
		 is_short_of(list, x, reference, side, TOXICITY_BASELINE));
}

/* Add what a criterion says of x to a finding: true where it holds. */
static ALWAYS_INLINE bool
add_criterion(Finding *finding, const ToxicityCriterion *criterion, double x,
			  const Measurement *measurement, Truth of_age)
{
	Truth		holds = criterion_holds(criterion, x, measurement, of_age, &finding->reasons);

	if (holds == TRUTH_UNKNOWN && finding->possible == 0)
	{
		finding->possible = criterion->grade;
		finding->unverified = criterion->unverified;
	}
	if (holds != TRUTH_TRUE)
		return false;
	finding->established = criterion->grade;
	finding->criterion = criterion->id;
	finding->unverified = criterion->unverified;
	return true;
}

/* Criteria that are all for the participant: values alone decide. */
static ALWAYS_INLINE Finding
find_among_simple(const ToxicityList *list, double x, const Measurement *measurement)
{
	Finding		finding = {.applicable = list->count};

	for (int i = 0; i < list->count; i++)
		if (add_criterion(&finding, &list->criteria[i], x, measurement, TRUTH_TRUE))
			break;
	return finding;
}

/*
 * Judge x by the criteria of one direction, which come by falling grade: the
 * first that holds gives the grade.  One that rests on judgement alone says
 * nothing of the others.
 */
static inline Finding
find_among_criteria(const ToxicityList *list, double x, const Measurement *measurement)
{
	Finding		finding = {0};
	unsigned	inapplicable = 0;
	bool		found = false;

	for (int i = 0; i < list->count && !found; i++)
	{
		const ToxicityCriterion *criterion = &list->criteria[i];
		Truth		of_age = is_of_age(criterion, measurement->age);

		if (of_age == TRUTH_FALSE)
			inapplicable |= TOXICITY_NO_CRITERIA;
		else if (criterion->without_hiv && measurement->hiv_infected)
		{
			inapplicable |= TOXICITY_WITHOUT_HIV;
			finding.unverified = criterion->unverified;
		}
		else if (!criterion->is_from_memory && says_nothing_of_values(criterion))
			inapplicable |= TOXICITY_JUDGEMENT;
		else
		{
			finding.applicable++;
			found = add_criterion(&finding, criterion, x, measurement, of_age);
		}
	}
	if (finding.applicable == 0)
		finding.reasons = inapplicable;
	return finding;
}

/*
 * Is each criterion for participants of this age, and do values decide?  No, at
 * a limit of age: whether it is included is each criterion's own.
 */
static ALWAYS_INLINE bool
is_simple_at(const ToxicityList *list, double age)
{
	return list->is_simple &&
		(!list->needs_age || (age > list->minimum_age && age < list->maximum_age));
}

/* Does no criterion of such a list hold? */
static ALWAYS_INLINE bool
is_clear_of(const ToxicityList *list, double x, const double *reference, double age, int side)
{
	return is_before_cuts(list, x, reference, side) && is_simple_at(list, age);
}

static ALWAYS_INLINE Finding
find_in_direction(const ToxicityList *list, double x, const Measurement *measurement, int side)
{
	Finding		nothing = {.applicable = list->count};

	if (list->count == 0)
		return nothing;
	if (!is_simple_at(list, measurement->age))
		return find_among_criteria(list, x, measurement);
	if (is_before_cuts(list, x, measurement->reference, side))
		return nothing;
	return find_among_simple(list, x, measurement);
}

#endif							/* TOXICITY_FINDING_H */
