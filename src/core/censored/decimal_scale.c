/*-------------------------------------------------------------------------
 *
 * decimal_scale.c
 *	  Multiply numbers by powers of ten as decimals.
 *
 * A number stands for the decimal that it was read from.  1.001 times 1000 is
 * 1001, although the product of the doubles is another.
 *
 *-------------------------------------------------------------------------
 */
#include "core/censored/decimal_scale.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Powers of ten that a double holds, and more than any two doubles differ by. */
#define EXACT_TENS 22
#define LARGEST_POWER 700

static const double tens[EXACT_TENS + 1] = {
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17,
	1e18, 1e19, 1e20, 1e21, 1e22
};

/* The same by way of the shortest decimal that reads back as the number. */
static double
scale_text(double number, int power)
{
	char		text[64];
	char	   *exponent;

	for (int digits = 14; digits <= 16; digits++)
	{
		snprintf(text, sizeof(text), "%.*e", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	exponent = strchr(text, 'e');
	if (exponent == NULL)
		return number;
	snprintf(exponent, sizeof(text) - (size_t) (exponent - text), "e%d", atoi(exponent + 1) + power);
	return strtod(text, NULL);
}

/* The number, which is finite, times ten to a power, as decimals. */
static double
decimal_scale(double number, int power)
{
	if (power == 0 || number == 0)
		return number;
	/* an integer of at most fifteen digits, over a power of ten: nothing else is rounded */
	for (int places = 0; places <= 9; places += 3)
	{
		double		whole = rint(number * tens[places]);
		int			rest = power - places;

		if (!(fabs(whole) < 1e15) || abs(rest) > EXACT_TENS)
			break;
		if (whole / tens[places] == number)
			return rest < 0 ? whole / tens[-rest] : whole * tens[rest];
	}
	return scale_text(number, power);
}

/* Is a positive factor ten to a power?  An inexact one, such as 0.001, is what it was read from. */
static bool
power_of_ten(double factor, int *power)
{
	int			magnitude;

	*power = 0;
	if (factor == 1)
		return true;
	if (!(factor >= 1e-22 && factor <= 1e22))
		return false;
	*power = (int) rint(log10(factor));
	magnitude = abs(*power);
	return factor == (*power < 0 ? 1 / tens[magnitude] : tens[magnitude]);
}

/*
 * The number times ten to a power and a multiplier, and over a divisor: as
 * decimals where both of these are powers of ten.  Else the power goes into
 * one of them first, so that mg/dL times 10 / 180.156 and g/L times
 * 1000 / 180.156 are the same.
 */
double
decimal_ratio(double number, int power, double multiplier, double divisor)
{
	int			up;
	int			down;

	if (abs(power / 2) > LARGEST_POWER / 2)
		power = power < 0 ? -LARGEST_POWER : LARGEST_POWER;
	if (multiplier == divisor && multiplier != 0)
		multiplier = divisor = 1;
	if (power_of_ten(multiplier, &up) && power_of_ten(divisor, &down) && isfinite(number))
		return decimal_scale(number, power + up - down);
	if (abs(power) > EXACT_TENS)
		number = decimal_scale(number, power);
	else if (power > 0 && fmod(divisor, tens[power]) == 0)
		divisor /= tens[power];
	else if (power > 0)
		multiplier *= tens[power];
	else if (power < 0 && fmod(multiplier, tens[-power]) == 0)
		multiplier /= tens[-power];
	else if (power < 0)
		divisor *= tens[-power];
	return number * multiplier / divisor;
}
