/*-------------------------------------------------------------------------
 *
 * censored_value.c
 *	  Parse, print and check censored values, and the fall between two.
 *
 *-------------------------------------------------------------------------
 */
#include "core/censored/censored_value.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/censored/decimal_scale.h"

const CensoredDomain viral_load_domain = {
	.type_name = "viral_load",
	.smallest = 1e-9,
	.largest = 1e15,
	.is_signed = false,
	.has_not_detected = true,
	.floor = 0.0
};

/* No two viral loads are more than 24 log10 apart. */
const CensoredDomain log_reduction_domain = {
	.type_name = "log_reduction",
	.smallest = 1e-30,
	.largest = 100,
	.is_signed = true,
	.has_not_detected = false,
	.floor = -INFINITY
};

/* No unit of a laboratory makes a number of more than thirty digits. */
const CensoredDomain lab_value_domain = {
	.type_name = "lab_value",
	.smallest = 1e-30,
	.largest = 1e30,
	.is_signed = true,
	.has_not_detected = false,
	.floor = -INFINITY
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static const char *
skip_blanks(const char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

/*
 * Match a lower-case word in any case, a blank in it matching any run of
 * blanks.  Returns what follows it, or NULL.
 */
static const char *
match_word(const char *text, const char *word)
{
	for (; *word; word++)
	{
		if (*word == ' ')
		{
			if (!is_blank(*text))
				return NULL;
			text = skip_blanks(text);
			continue;
		}
		if ((*text >= 'A' && *text <= 'Z' ? *text + ('a' - 'A') : *text) != *word)
			return NULL;
		text++;
	}
	return text;
}

static const char *
match_not_detected(const char *text)
{
	static const char *const words[] = {
		"tnd", "target not detected", "not detected", "undetected"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
	{
		const char *rest = match_word(text, words[i]);

		if (rest)
			return rest;
	}
	return NULL;
}

/* Powers of ten that a double holds exactly. */
static const double exact_power_of_ten[] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22
};

/* A decimal as it was read: digits (while they fit), and the power of ten. */
typedef struct Decimal
{
	uint64_t	digits;
	int			significant;	/* how many digits were taken */
	int			exponent;
	bool		exact;			/* no digit was dropped */
} Decimal;

static const char *
scan_digits(const char *text, Decimal *decimal, bool fraction)
{
	for (; is_digit(*text); text++)
	{
		if (decimal->significant < 18)
		{
			decimal->digits = decimal->digits * 10 + (uint64_t) (*text - '0');
			if (decimal->digits > 0)
				decimal->significant++;
			if (fraction)
				decimal->exponent--;
		}
		else
			decimal->exact = false;
	}
	return text;
}

/* The exponent of a decimal; text is left alone where there is none. */
static const char *
scan_exponent(const char *text, Decimal *decimal)
{
	const char *digit = text + 1;
	int			exponent = 0;
	bool		negative;

	if (*text != 'e' && *text != 'E')
		return text;
	negative = (*digit == '-');
	if (*digit == '-' || *digit == '+')
		digit++;
	if (!is_digit(*digit))
		return text;
	for (; is_digit(*digit); digit++)
		if (exponent < 100000)
			exponent = exponent * 10 + (*digit - '0');
	decimal->exponent += negative ? -exponent : exponent;
	return digit;
}

/*
 * Read an unsigned decimal, correctly rounded.  Returns what follows it, or
 * NULL where there is none.  Few digits and a small exponent need one exact
 * operation; the rest is left to strtod, whose locale is the caller's: a
 * PostgreSQL server keeps LC_NUMERIC at C.
 */
static const char *
scan_decimal(const char *text, double *number)
{
	Decimal		decimal = {0, 0, 0, true};
	const char *end = scan_digits(text, &decimal, false);
	bool		any = end > text;

	if (*end == '.')
	{
		const char *fraction = end + 1;

		end = scan_digits(fraction, &decimal, true);
		any = any || end > fraction;
	}
	if (!any)
		return NULL;
	end = scan_exponent(end, &decimal);

	if (decimal.exact && decimal.digits <= (UINT64_C(1) << 53) &&
		decimal.exponent >= -22 && decimal.exponent <= 22)
		*number = decimal.exponent < 0 ?
			(double) decimal.digits / exact_power_of_ten[-decimal.exponent] :
			(double) decimal.digits * exact_power_of_ten[decimal.exponent];
	else
		*number = strtod(text, NULL);
	return end;
}

/* Is it a comparator of an inclusive limit: <=, =<, or its sign in UTF-8? */
static bool
is_inclusive(const char *text)
{
	return strncmp(text, "<=", 2) == 0 || strncmp(text, ">=", 2) == 0 ||
		strncmp(text, "=<", 2) == 0 || strncmp(text, "=>", 2) == 0 ||
		strncmp(text, "\xE2\x89\xA4", 3) == 0 || strncmp(text, "\xE2\x89\xA5", 3) == 0;
}

/* Why does text not end here? */
static ParseStatus
trailing_status(const char *text)
{
	const char *rest = skip_blanks(text);

	if (*rest == '\0')
		return PARSE_OK;
	if (((*rest == ',' || *rest == '\'' || *rest == '_') && is_digit(rest[1])) ||
		(rest > text && is_digit(*rest)))
		return PARSE_THOUSANDS;
	return PARSE_TRAILING;
}

static ParseStatus
not_a_decimal(const char *text)
{
	if (match_word(text, "nan") || match_word(text, "inf"))
		return PARSE_NOT_FINITE;
	return *text == '\0' ? PARSE_NO_LIMIT : PARSE_SYNTAX;
}

/*
 * Check a number against a domain and pack it.  A number given for TND is its
 * limit.
 */
ParseStatus
censored_from_number(double number, Qualifier qualifier,
					 const CensoredDomain *domain, CensoredValue *result)
{
	double		magnitude = fabs(number);

	if (!isfinite(number))
		return isnan(number) || !domain->is_signed ? PARSE_NOT_FINITE : PARSE_RANGE;
	if (number < 0 && !domain->is_signed)
		return PARSE_NEGATIVE;
	if (number == 0 && !domain->is_signed)
		return PARSE_ZERO;
	if (magnitude > domain->largest ||
		(magnitude > 0 && magnitude < domain->smallest))
		return PARSE_RANGE;
	*result = censored_pack(number, qualifier);
	return PARSE_OK;
}

/*
 * Parse text: blanks, then an optional comparator or TND, then a decimal.
 * On failure *result is untouched.
 */
ParseStatus
censored_parse(const char *text, const CensoredDomain *domain, CensoredValue *result)
{
	Qualifier	qualifier = QUALIFIER_EXACT;
	const char *at = skip_blanks(text);
	const char *rest;
	double		number = 0;
	bool		negative = false;
	ParseStatus status;

	if (*at == '\0')
		return PARSE_EMPTY;
	if (is_inclusive(at))
		return PARSE_INCLUSIVE;
	if (domain->has_not_detected && (rest = match_not_detected(at)) != NULL)
	{
		qualifier = QUALIFIER_NOT_DETECTED;
		at = skip_blanks(rest);
		if (*at == '\0')
		{
			*result = QUALIFIER_NOT_DETECTED;
			return PARSE_OK;
		}
		if (*at != '<')
			return PARSE_TRAILING;
		at = skip_blanks(at + 1);
	}
	else if (*at == '<' || *at == '>')
	{
		qualifier = *at == '<' ? QUALIFIER_BELOW : QUALIFIER_ABOVE;
		at = skip_blanks(at + 1);
	}
	if (*at == '-' || *at == '+')
		negative = *at++ == '-';

	rest = scan_decimal(at, &number);
	if (!rest)
		return not_a_decimal(at);
	status = trailing_status(rest);
	if (status != PARSE_OK)
		return status;
	if (isinf(number))
		return PARSE_RANGE;
	return censored_from_number(negative ? -number : number, qualifier, domain, result);
}

/* Print a whole number below 1e15; returns its length. */
static size_t
print_integer(int64_t number, char *text)
{
	char		digits[20];
	size_t		n = 0;
	size_t		length = 0;

	do
		digits[n++] = (char) ('0' + number % 10);
	while ((number /= 10) > 0);
	while (n > 0)
		text[length++] = digits[--n];
	return length;
}

/*
 * The shortest decimal that reads back the same.  Fifteen digits always
 * survive the way to a double and back, so the shortest is what %g leaves of
 * fifteen, or has sixteen or seventeen.
 */
static size_t
print_decimal(double magnitude, char *text)
{
	int			length = 0;

	if (magnitude < 1e15 && magnitude == (double) (int64_t) magnitude)
		return print_integer((int64_t) magnitude, text);
	for (int precision = 15; precision <= 17; precision++)
	{
		length = snprintf(text, 32, "%.*g", precision, magnitude);
		if (strtod(text, NULL) == magnitude)
			break;
	}
	return (size_t) length;
}

/*
 * Print a value in its canonical form into text, of CENSORED_TEXT_SIZE bytes.
 * Returns its length.
 */
size_t
censored_print(CensoredValue value, char *text)
{
	static const char *const prefix[] = {"TND<", "<", "", ">"};
	double		limit = censored_limit(value);
	size_t		length;

	if (censored_lacks_limit(value))
	{
		memcpy(text, "TND", 4);
		return 3;
	}
	length = strlen(prefix[censored_qualifier(value)]);
	memcpy(text, prefix[censored_qualifier(value)], length);
	if (limit < 0)
		text[length++] = '-';
	length += print_decimal(fabs(limit), text + length);
	text[length] = '\0';
	return length;
}

/* Could the domain have made this pattern? */
bool
censored_is_valid(CensoredValue value, const CensoredDomain *domain)
{
	CensoredValue again;

	if (censored_lacks_limit(value))
		return domain->has_not_detected;
	if (censored_qualifier(value) == QUALIFIER_NOT_DETECTED && !domain->has_not_detected)
		return false;
	return censored_from_number(censored_limit(value), censored_qualifier(value),
								domain, &again) == PARSE_OK && again == value;
}

static const char qualifier_code[] = {'T', '<', '=', '>'};

/* A value of CENSORED_BINARY_SIZE bytes; zero is the limit of a bare TND. */
void
censored_encode(CensoredValue value, unsigned char *bytes)
{
	double		limit = censored_limit(value);
	uint64_t	bits;

	memcpy(&bits, &limit, sizeof(bits));
	bytes[0] = (unsigned char) qualifier_code[censored_qualifier(value)];
	for (int i = 0; i < 8; i++)
		bytes[1 + i] = (unsigned char) (bits >> (56 - 8 * i));
}

/* The value of CENSORED_BINARY_SIZE bytes; false if the domain has none such. */
bool
censored_decode(const unsigned char *bytes, const CensoredDomain *domain,
				CensoredValue *result)
{
	const char *code = memchr(qualifier_code, bytes[0], sizeof(qualifier_code));
	uint64_t	bits = 0;
	double		limit;
	Qualifier	qualifier;

	if (code == NULL)
		return false;
	qualifier = (Qualifier) (code - qualifier_code);
	for (int i = 0; i < 8; i++)
		bits = bits << 8 | bytes[1 + i];
	memcpy(&limit, &bits, sizeof(limit));
	if (qualifier == QUALIFIER_NOT_DETECTED && !domain->has_not_detected)
		return false;
	if (qualifier == QUALIFIER_NOT_DETECTED && limit == 0)
	{
		*result = QUALIFIER_NOT_DETECTED;
		return true;
	}
	return censored_from_number(limit, qualifier, domain, result) == PARSE_OK;
}

/*
 * A signed value times ten to a power and a multiplier, and over a divisor
 * that is not zero: a negative quotient of the two turns limits over.  PARSE_ZERO for a censored
 * value times zero, which nothing bounds.
 */
ParseStatus
censored_scale(CensoredValue value, int power, double multiplier, double divisor,
			   const CensoredDomain *domain, CensoredValue *scaled)
{
	Qualifier	qualifier = censored_qualifier(value);
	double		limit = censored_limit(value);
	double		result = decimal_ratio(limit, power, multiplier, divisor);

	if (qualifier != QUALIFIER_EXACT && multiplier == 0)
		return PARSE_ZERO;
	/* too small for a double */
	if (result == 0 && limit != 0 && multiplier != 0)
		return PARSE_RANGE;
	if (qualifier != QUALIFIER_EXACT && (multiplier < 0) != (divisor < 0))
		qualifier = qualifier == QUALIFIER_ABOVE ? QUALIFIER_BELOW : QUALIFIER_ABOVE;
	return censored_from_number(result, qualifier, domain, scaled);
}

/*
 * The fall from baseline to current, log10(baseline / current): exact, or a
 * bound where either is censored.  False where there is no bound.
 */
bool
log_reduction_of(CensoredValue baseline, CensoredValue current, CensoredValue *reduction)
{
	/* What a censored viral load says of the fall, as baseline or current. */
	static const Qualifier as_baseline[] = {
		QUALIFIER_BELOW, QUALIFIER_BELOW, QUALIFIER_EXACT, QUALIFIER_ABOVE
	};
	static const Qualifier as_current[] = {
		QUALIFIER_ABOVE, QUALIFIER_ABOVE, QUALIFIER_EXACT, QUALIFIER_BELOW
	};
	Qualifier	from_baseline = as_baseline[censored_qualifier(baseline)];
	Qualifier	from_current = as_current[censored_qualifier(current)];
	Qualifier	qualifier;

	if (censored_lacks_limit(baseline) || censored_lacks_limit(current))
		return false;
	if (from_baseline == QUALIFIER_EXACT)
		qualifier = from_current;
	else if (from_current == QUALIFIER_EXACT || from_current == from_baseline)
		qualifier = from_baseline;
	else
		return false;
	*reduction = censored_pack(log10(censored_limit(baseline) / censored_limit(current)),
							   qualifier);
	return true;
}
