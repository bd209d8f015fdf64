/*-------------------------------------------------------------------------
 *
 * censored_value.h
 *	  A number, or what is known of one: the representation that viral_load
 *	  and its relatives share.
 *
 * A value is a limit and a qualifier, packed into a signed 64-bit integer: the
 * bits of the limit's magnitude less an exponent offset, signed, times four,
 * plus the qualifier.  No bit of the limit is lost, and the integers sort by
 * limit and then by qualifier.  Zero is the limit 0 with the lowest
 * qualifier, which is a target not detected below an unknown limit.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_VALUE_H
#define CENSORED_VALUE_H

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef int64_t CensoredValue;

/* In the order in which equal limits sort. */
typedef enum Qualifier
{
	QUALIFIER_NOT_DETECTED = 0,
	QUALIFIER_BELOW = 1,
	QUALIFIER_EXACT = 2,
	QUALIFIER_ABOVE = 3
} Qualifier;

/* An answer about a set of possible values. */
typedef enum Truth
{
	TRUTH_FALSE = 0,
	TRUTH_TRUE = 1,
	TRUTH_UNKNOWN = 2
} Truth;

/* An interval of possible values. */
typedef struct ValueSet
{
	double		lower;
	double		upper;
	bool		lower_open;
	bool		upper_open;
} ValueSet;

/* What a type admits. */
typedef struct CensoredDomain
{
	const char *type_name;
	double		smallest;		/* least magnitude other than zero */
	double		largest;		/* greatest magnitude */
	bool		is_signed;		/* zero and negative numbers are values */
	bool		has_not_detected;	/* TND is a value */
	double		floor;			/* lower end of what lies below a limit */
} CensoredDomain;

typedef enum ParseStatus
{
	PARSE_OK,
	PARSE_EMPTY,
	PARSE_SYNTAX,
	PARSE_TRAILING,				/* something follows a valid value */
	PARSE_THOUSANDS,			/* a separator between digits */
	PARSE_NOT_FINITE,			/* NaN or infinity */
	PARSE_ZERO,
	PARSE_NEGATIVE,
	PARSE_RANGE,
	PARSE_NO_LIMIT,				/* a comparator without a number */
	PARSE_INCLUSIVE				/* a limit that belongs to the set */
} ParseStatus;

extern const CensoredDomain viral_load_domain;
extern const CensoredDomain log_reduction_domain;
extern const CensoredDomain lab_value_domain;

/* Longest text of a value, with its terminator. */
#define CENSORED_TEXT_SIZE 40

/* Bytes of the binary form, which is a qualifier as a character and a float8. */
#define CENSORED_BINARY_SIZE 9

/* Largest and smallest magnitudes that a pattern can hold. */
#define CENSORED_MAX_MAGNITUDE 0x1p255
#define CENSORED_MIN_MAGNITUDE 0x1p-255
#define CENSORED_EXPONENT_OFFSET ((uint64_t) (1023 - 256) << 52)

extern ParseStatus censored_parse(const char *text, const CensoredDomain *domain,
								  CensoredValue *result);
extern ParseStatus censored_from_number(double number, Qualifier qualifier,
										const CensoredDomain *domain,
										CensoredValue *result);
extern size_t censored_print(CensoredValue value, char *text);
extern bool censored_is_valid(CensoredValue value, const CensoredDomain *domain);
extern bool censored_decode(const unsigned char *bytes, const CensoredDomain *domain,
							CensoredValue *result);
extern void censored_encode(CensoredValue value, unsigned char *bytes);
extern ParseStatus censored_scale(CensoredValue value, int power, double multiplier,
								  double divisor, const CensoredDomain *domain,
								  CensoredValue *scaled);
extern bool log_reduction_of(CensoredValue baseline, CensoredValue current,
							 CensoredValue *reduction);

/*
 * Pack a limit and a qualifier; the limit is zero or of a magnitude between
 * CENSORED_MIN_MAGNITUDE and CENSORED_MAX_MAGNITUDE.
 */
static inline CensoredValue
censored_pack(double limit, Qualifier qualifier)
{
	double		magnitude = fabs(limit);
	int64_t		scaled = 0;

	if (magnitude > 0)
	{
		memcpy(&scaled, &magnitude, sizeof(scaled));
		scaled -= CENSORED_EXPONENT_OFFSET;
	}
	return (limit < 0 ? -scaled : scaled) * 4 + (int64_t) qualifier;
}

static inline Qualifier
censored_qualifier(CensoredValue value)
{
	return (Qualifier) (value & 3);
}

/* The exact number, or the limit; 0 for TND below an unknown limit. */
static inline double
censored_limit(CensoredValue value)
{
	int64_t		scaled = (value - (value & 3)) / 4;
	uint64_t	magnitude = scaled < 0 ? -(uint64_t) scaled : (uint64_t) scaled;
	double		limit;

	if (magnitude == 0)
		return 0.0;
	magnitude += CENSORED_EXPONENT_OFFSET;
	memcpy(&limit, &magnitude, sizeof(limit));
	return scaled < 0 ? -limit : limit;
}

static inline bool
censored_is_exact(CensoredValue value)
{
	return censored_qualifier(value) == QUALIFIER_EXACT;
}

/* TND whose limit is unknown. */
static inline bool
censored_lacks_limit(CensoredValue value)
{
	return value == (CensoredValue) QUALIFIER_NOT_DETECTED;
}

/*
 * The possible values.  TND below an unknown limit is below every positive
 * number: its upper end is the smallest of them.
 */
static inline ValueSet
censored_set(CensoredValue value, double floor)
{
	double		limit = censored_limit(value);
	ValueSet	set = {limit, limit, false, false};

	switch (censored_qualifier(value))
	{
		case QUALIFIER_NOT_DETECTED:
		case QUALIFIER_BELOW:
			set.lower = floor;
			set.lower_open = isinf(floor);
			set.upper_open = true;
			if (censored_lacks_limit(value))
				set.upper = DBL_TRUE_MIN;
			break;
		case QUALIFIER_ABOVE:
			set.upper = INFINITY;
			set.lower_open = set.upper_open = true;
			break;
		case QUALIFIER_EXACT:
			break;
	}
	return set;
}

/* NaN is greater than every value, as it is in PostgreSQL. */
static inline ValueSet
number_set(double number)
{
	double		point = isnan(number) ? INFINITY : number;
	ValueSet	set = {point, point, false, false};

	return set;
}

/* Is every possible value of a less than every possible value of b? */
static inline Truth
value_set_less(ValueSet a, ValueSet b)
{
	if (a.upper < b.lower ||
		(a.upper == b.lower && (a.upper_open || b.lower_open)))
		return TRUTH_TRUE;
	return a.lower >= b.upper ? TRUTH_FALSE : TRUTH_UNKNOWN;
}

static inline Truth
truth_not(Truth truth)
{
	return truth == TRUTH_UNKNOWN ? truth :
		truth == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

static inline Truth
truth_or(Truth a, Truth b)
{
	if (a == TRUTH_TRUE || b == TRUTH_TRUE)
		return TRUTH_TRUE;
	return a == TRUTH_UNKNOWN ? a : b;
}

/*
 * Is a less than b, as viral loads or their relatives?  TND below an unknown
 * limit is known against a number and an exact value only.
 */
static inline Truth
censored_less(CensoredValue a, CensoredValue b, double floor)
{
	if ((censored_lacks_limit(a) && !censored_is_exact(b)) ||
		(censored_lacks_limit(b) && !censored_is_exact(a)))
		return TRUTH_UNKNOWN;
	return value_set_less(censored_set(a, floor), censored_set(b, floor));
}

#endif							/* CENSORED_VALUE_H */
