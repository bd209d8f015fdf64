/*-------------------------------------------------------------------------
 *
 * toxicity.h
 *	  Toxicity grades of laboratory results: a grading table compiled for
 *	  look-up, and its evaluation.
 *
 * A criterion says which values have a grade.  A result has the highest grade
 * of the criteria that hold for it, in either direction, and grade 0 where
 * none does.  What a criterion needs and the result lacks makes it unknown.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TOXICITY_H
#define TOXICITY_H

#include "core/censored/censored_value.h"

/* What a bound is a multiple of. */
typedef enum ToxicityBasis
{
	TOXICITY_UNBOUNDED = 0,
	TOXICITY_ABSOLUTE,			/* a number in the unit of the criterion */
	TOXICITY_UPPER_LIMIT,		/* of normal */
	TOXICITY_LOWER_LIMIT,		/* of normal */
	TOXICITY_BASELINE			/* the participant's own value */
} ToxicityBasis;

typedef struct ToxicityBound
{
	double		number;
	ToxicityBasis basis;
	bool		inclusive;
} ToxicityBound;

/* In a criterion, unknown means that it applies to both. */
typedef enum ToxicitySex
{
	TOXICITY_SEX_UNKNOWN = 0,
	TOXICITY_MALE,
	TOXICITY_FEMALE
} ToxicitySex;

typedef enum ToxicityFasting
{
	TOXICITY_FASTING_UNKNOWN = 0,
	TOXICITY_NOT_FASTING,
	TOXICITY_FASTING
} ToxicityFasting;

#define TOXICITY_MAX_GRADE 4

typedef struct ToxicityCriterion
{
	int			id;
	bool		is_high;		/* the direction: high or low values */
	int8_t		grade;			/* 1 to TOXICITY_MAX_GRADE */
	ToxicitySex sex;
	ToxicityFasting fasting;
	bool		without_hiv;	/* for participants without HIV infection only */
	bool		needs_judgement;	/* a clinical condition must hold, too */
	bool		is_from_memory; /* no cell was verified: nobody knows when it holds */
	bool		minimum_age_inclusive;
	double		minimum_age;	/* years; -INFINITY for none */
	double		maximum_age;	/* years, exclusive; INFINITY for none */
	const char *unverified;		/* which cells were not verified; NULL for none */
	ToxicityBound lower;
	ToxicityBound upper;
} ToxicityCriterion;

#define TOXICITY_BASES (TOXICITY_BASELINE + 1)

/* The criteria of one direction, by falling grade. */
typedef struct ToxicityList
{
	int			count;
	bool		is_simple;		/* values and one age limit decide alone */
	bool		needs_age;		/* there is an age limit */
	uint8_t		multiples;		/* a bit for each basis but absolute that a cut has */
	double		minimum_age;	/* of the first criterion, in years */
	double		maximum_age;
	double		clear[TOXICITY_BASES];	/* short of the outermost cut of each basis, by a margin */
	const ToxicityCriterion *criteria;
} ToxicityList;

/* Criteria for one sex and fasting state. */
typedef struct ToxicityVariant
{
	ToxicityList low;
	ToxicityList high;
} ToxicityVariant;

#define TOXICITY_VARIANTS 4

/* A test in a unit, and how that becomes the unit of its criteria. */
typedef struct ToxicityEntry
{
	const char *test;
	const char *unit;			/* NULL for any */
	size_t		test_length;
	size_t		unit_length;
	double		multiplier;
	double		divisor;
	ToxicityVariant variants[TOXICITY_VARIANTS];
} ToxicityEntry;

/* A place in the hash table: what test and unit are told by, and the entry. */
typedef struct ToxicitySlot
{
	uint64_t	test_head;		/* the first and last bytes */
	uint64_t	unit_head;
	uint32_t	test_length;
	uint32_t	unit_length;
	const ToxicityEntry *entry; /* NULL if the slot is free */
} ToxicitySlot;

/* A hash table with open addressing. */
typedef struct ToxicityTable
{
	ToxicitySlot *slots;
	size_t		capacity;		/* a power of two */
	size_t		count;
	ToxicityEntry scratch;		/* of a spelling for which there is no room */
} ToxicityTable;

/*
 * What is known of a result; NAN stands for an unknown number.  The reference
 * of absolute bounds is 1.
 */
typedef struct ToxicityResult
{
	CensoredValue value;		/* of type lab_value */
	double		age;			/* years */
	double		reference[TOXICITY_BASES];	/* by basis, in the unit of the value */
	ToxicitySex sex;
	ToxicityFasting fasting;
	bool		hiv_infected;
	int8_t		baseline_side;	/* of its number: -1 below, 1 above, 0 if it is exact */
} ToxicityResult;

/* Why a grade is not known, or not known to be the highest. */
typedef enum ToxicityReason
{
	TOXICITY_NO_VALUE = 1 << 0,
	TOXICITY_UNKNOWN_TEST = 1 << 1,
	TOXICITY_UNKNOWN_UNIT = 1 << 2,
	TOXICITY_NO_UNIT = 1 << 3,
	TOXICITY_NO_CRITERIA = 1 << 4,	/* for this sex, age or fasting state */
	TOXICITY_WITHOUT_HIV = 1 << 5,
	TOXICITY_NO_SEX = 1 << 6,
	TOXICITY_NO_AGE = 1 << 7,
	TOXICITY_NO_FASTING = 1 << 8,
	TOXICITY_NO_UPPER_LIMIT = 1 << 9,
	TOXICITY_NO_LOWER_LIMIT = 1 << 10,
	TOXICITY_JUDGEMENT = 1 << 11,
	TOXICITY_CENSORED = 1 << 12,
	TOXICITY_UNVERIFIED = 1 << 13,	/* a criterion is from memory */
	TOXICITY_CENSORED_BASELINE = 1 << 14
} ToxicityReason;

#define TOXICITY_GRADE_UNKNOWN (-1)
#define TOXICITY_NOT_GRADED (-2)	/* there is nothing to grade by */

typedef struct ToxicityVerdict
{
	int			grade;			/* 0 to TOXICITY_MAX_GRADE, or one of the above */
	int			low;			/* by low values alone */
	int			high;			/* by high values alone */
	int			at_least;		/* what is established */
	int			at_most;		/* what cannot be excluded */
	int			low_at_least;	/* the same of low values alone */
	int			low_at_most;
	int			high_at_least;	/* and of high values alone */
	int			high_at_most;
	int			criterion;		/* the id that gave the grade; 0 for none */
	unsigned	reasons;
	const char *unverified;		/* cells of the criterion that decided; NULL for none */
} ToxicityVerdict;

/* More criteria than any test has in one direction. */
#define TOXICITY_MAX_CRITERIA 64

extern int	toxicity_select(const ToxicityCriterion *criteria, int count, int variant,
							bool is_high, ToxicityCriterion *selected);
extern const ToxicityList *toxicity_find_list(const ToxicityVariant *variants, int count,
											   const ToxicityCriterion *selected, int taken,
											   bool is_high);
extern void toxicity_list_init(ToxicityList *list, const ToxicityCriterion *criteria,
							   int count, bool is_high);
extern bool toxicity_table_add(ToxicityTable *table, const ToxicityEntry *entry);
extern const ToxicityEntry *toxicity_table_find(const ToxicityTable *table,
												const char *test, size_t test_length,
												const char *unit, size_t unit_length);
extern const ToxicityEntry *toxicity_table_find_any(const ToxicityTable *table, const char *test,
													size_t test_length);
extern bool toxicity_table_respell(const ToxicityTable *table, const char *test, size_t test_length,
								   const char *unit, size_t unit_length, ToxicityEntry *entry);
extern unsigned toxicity_missing_entry(const ToxicityTable *table, const char *test,
									   size_t test_length, size_t unit_length);
extern void toxicity_evaluate(const ToxicityEntry *entry, const ToxicityResult *result,
							  ToxicityVerdict *verdict);
extern int	toxicity_grade_only(const ToxicityEntry *entry, const ToxicityResult *result);
extern ToxicityVerdict toxicity_ungraded(unsigned reasons);
extern size_t toxicity_reasons_text(unsigned reasons, char *text, size_t size);

#endif							/* TOXICITY_H */
