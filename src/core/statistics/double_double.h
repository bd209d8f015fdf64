/*-------------------------------------------------------------------------
 *
 * double_double.h
 *	  Numbers of twice the digits of a double, as the sum of two doubles.
 *
 * Dekker, Numerische Mathematik 1971; 18:224.  The errors are below 2^-100 of
 * the result, as long as nothing overflows and no product is below 2^-960.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DOUBLE_DOUBLE_H
#define DOUBLE_DOUBLE_H

/* high is the double nearest to the sum of both. */
typedef struct DoubleDouble
{
	double		high;
	double		low;
} DoubleDouble;

/* a + b, where a is not the smaller one. */
static inline DoubleDouble
dd_sum_ordered(double a, double b)
{
	double		sum = a + b;

	return (DoubleDouble) {sum, b - (sum - a)};
}

static inline DoubleDouble
dd_sum(double a, double b)
{
	double		sum = a + b;
	double		part = sum - a;

	return (DoubleDouble) {sum, (a - (sum - part)) + (b - part)};
}

static inline DoubleDouble
dd_of(double value)
{
	return (DoubleDouble) {value, 0.0};
}

static inline DoubleDouble
dd_negative(DoubleDouble a)
{
	return (DoubleDouble) {-a.high, -a.low};
}

static inline DoubleDouble
dd_add(DoubleDouble a, DoubleDouble b)
{
	DoubleDouble sum = dd_sum(a.high, b.high);
	DoubleDouble rest = dd_sum(a.low, b.low);

	sum = dd_sum_ordered(sum.high, sum.low + rest.high);
	return dd_sum_ordered(sum.high, sum.low + rest.low);
}

static inline DoubleDouble
dd_subtract(DoubleDouble a, DoubleDouble b)
{
	return dd_add(a, dd_negative(b));
}

/* The upper half of a double's digits. */
static inline double
dd_upper_half(double a)
{
	double		shifted = 134217729.0 * a;

	return shifted - (shifted - a);
}

static inline DoubleDouble
dd_product(double a, double b)
{
	double		product = a * b;
	double		a_upper = dd_upper_half(a);
	double		b_upper = dd_upper_half(b);
	double		a_lower = a - a_upper;
	double		b_lower = b - b_upper;

	return (DoubleDouble) {product,
	((a_upper * b_upper - product) + a_upper * b_lower + a_lower * b_upper) + a_lower * b_lower};
}

static inline DoubleDouble
dd_multiply(DoubleDouble a, DoubleDouble b)
{
	DoubleDouble product = dd_product(a.high, b.high);

	return dd_sum_ordered(product.high, product.low + (a.high * b.low + a.low * b.high));
}

/* Long division, a double at a time. */
static inline DoubleDouble
dd_divide(DoubleDouble a, DoubleDouble b)
{
	double		first = a.high / b.high;
	DoubleDouble rest = dd_subtract(a, dd_multiply(b, dd_of(first)));
	double		second = rest.high / b.high;

	rest = dd_subtract(rest, dd_multiply(b, dd_of(second)));
	return dd_add(dd_sum_ordered(first, second), dd_of(rest.high / b.high));
}

#endif							/* DOUBLE_DOUBLE_H */
