/*
 * double_double.c: numbers of twice the digits, against whole numbers.
 */
#include "core/statistics/double_double.h"

#include "random.h"

typedef __int128 int128_t;

/* A whole number of up to so many binary digits. */
static int64_t
random_whole(int longest)
{
	return (int64_t) (random_uniform() * ldexp(1.0, 1 + (int) random_below((uint64_t) longest)));
}

static int128_t
whole(DoubleDouble number)
{
	return (int128_t) number.high + (int128_t) number.low;
}

static bool
is_normal(DoubleDouble number)
{
	return number.high + number.low == number.high;
}

/* Whole numbers of up to 106 digits in the base 2 are exact, as integers are. */
static void
check_whole_numbers(void)
{
	int			wrong[4] = {0};

	for (int i = 0; i < 100000; i++)
	{
		const int64_t a = random_whole(53) * (i % 2 ? 1 : -1);
		const int64_t b = random_whole(53) * (i % 3 ? 1 : -1);
		const int64_t c = random_whole(51);
		const DoubleDouble product = dd_product((double) a, (double) b);
		const DoubleDouble sum = dd_add(product, dd_of((double) c));
		const DoubleDouble difference = dd_subtract(sum, product);
		const DoubleDouble quotient = dd_divide(product, dd_of((double) b));

		wrong[0] += whole(product) != (int128_t) a * b || !is_normal(product);
		wrong[1] += whole(sum) != (int128_t) a * b + c || !is_normal(sum);
		wrong[2] += whole(difference) != c || !is_normal(difference);
		wrong[3] += b != 0 && (whole(quotient) != a || !is_normal(quotient));
	}
	ok(wrong[0] == 0, "products");
	ok(wrong[1] == 0, "sums");
	ok(wrong[2] == 0, "differences");
	ok(wrong[3] == 0, "quotients");
}

/* (10^8 + 1 / 3)^2 less 10^16 and 2 * 10^8 / 3 is a ninth. */
static void
check_fractions(void)
{
	const DoubleDouble third = dd_divide(dd_of(1.0), dd_of(3.0));
	const DoubleDouble large = dd_add(dd_of(1e8), third);
	const DoubleDouble square = dd_multiply(large, large);
	const DoubleDouble rest = dd_subtract(dd_subtract(square, dd_of(1e16)), dd_multiply(dd_of(2e8), third));

	is_double(rest.high, 1.0 / 9.0, 1e-14, "a square keeps what is 17 digits smaller");
	is_double(dd_subtract(dd_multiply(third, dd_of(3.0)), dd_of(1.0)).high, 0.0, 1e-31, "a third, three times");
}

int
main(void)
{
	check_whole_numbers();
	check_fractions();
	return done_testing();
}
