/*-------------------------------------------------------------------------
 *
 * exact_sum.c
 *	  Sums of numbers and of their squares that do not depend on the order.
 *
 * With S the sum and Q the sum of squares of n multiples of the unit, the sum
 * of squared deviations is (n Q - S^2) / n, and n Q - S^2 is computed in 256
 * bits, so nothing cancels.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/exact_sum.h"

/* A number of four words, lowest first. */
typedef struct Wide
{
	uint64_t	word[4];
} Wide;

/* words times factor, of up to four words in all. */
static Wide
wide_multiply(const uint64_t *words, int count, uint64_t factor)
{
	Wide		product = {{0}};
	uint64_t	carry = 0;

	for (int i = 0; i < 4; i++)
	{
		uint128_t	part = carry;

		if (i < count)
			part += (uint128_t) words[i] * factor;
		product.word[i] = (uint64_t) part;
		carry = (uint64_t) (part >> 64);
	}
	return product;
}

static Wide
wide_shift_word(Wide number)
{
	Wide		shifted = {{0, number.word[0], number.word[1], number.word[2]}};

	return shifted;
}

static Wide
wide_add(Wide a, Wide b)
{
	Wide		sum;
	uint64_t	carry = 0;

	for (int i = 0; i < 4; i++)
	{
		uint128_t	part = (uint128_t) a.word[i] + b.word[i] + carry;

		sum.word[i] = (uint64_t) part;
		carry = (uint64_t) (part >> 64);
	}
	return sum;
}

/* a less b, modulo 2^256. */
static Wide
wide_subtract(Wide a, Wide b)
{
	Wide		one = {{1, 0, 0, 0}};

	for (int i = 0; i < 4; i++)
		b.word[i] = ~b.word[i];
	return wide_add(wide_add(a, b), one);
}

static bool
wide_less(Wide a, Wide b)
{
	for (int i = 3; i >= 0; i--)
		if (a.word[i] != b.word[i])
			return a.word[i] < b.word[i];
	return false;
}

/* The nearest double, but for a last bit that two roundings can cost. */
static double
wide_to_double(Wide number)
{
	double		result = 0;

	for (int i = 3; i >= 0; i--)
		result = result * 0x1p64 + (double) number.word[i];
	return result;
}

static int128_t
signed_sum(const ExactSum *total)
{
	return (int128_t) ((uint128_t) total->sum[1] << 64 | total->sum[0]);
}

/* Magnitude of the sum, in two words. */
static void
sum_magnitude(const ExactSum *total, uint64_t magnitude[2])
{
	int128_t	sum = signed_sum(total);
	uint128_t	positive = sum < 0 ? -(uint128_t) sum : (uint128_t) sum;

	magnitude[0] = (uint64_t) positive;
	magnitude[1] = (uint64_t) (positive >> 64);
}

/* n Q and S^2. */
static void
scaled_squares(const ExactSum *total, Wide *n_squares, Wide *square_of_sum)
{
	uint64_t	magnitude[2];

	sum_magnitude(total, magnitude);
	*n_squares = wide_multiply(total->squares, 3, (uint64_t) total->n);
	*square_of_sum = wide_add(wide_multiply(magnitude, 2, magnitude[0]),
							  wide_shift_word(wide_multiply(magnitude, 2, magnitude[1])));
}

/* Take in the same number several times. */
void
exact_sum_add_times(ExactSum *total, double value, int64_t times)
{
	int64_t		scaled = (int64_t) llrint(value * EXACT_SUM_SCALE);
	uint128_t	square = (uint128_t) ((int128_t) scaled * scaled);
	uint64_t	words[2] = {(uint64_t) square, (uint64_t) (square >> 64)};
	uint128_t	sum = (uint128_t) ((int128_t) scaled * times);
	Wide		squares = wide_multiply(words, 2, (uint64_t) times);
	ExactSum	addend = {
		times,
		{(uint64_t) sum, (uint64_t) (sum >> 64)},
		{squares.word[0], squares.word[1], squares.word[2]}
	};

	exact_sum_combine(total, &addend);
}

/* Take in what another sum has taken in. */
void
exact_sum_combine(ExactSum *total, const ExactSum *other)
{
	uint128_t	sum = (uint128_t) signed_sum(total) + (uint128_t) signed_sum(other);
	Wide		a = {{total->squares[0], total->squares[1], total->squares[2], 0}};
	Wide		b = {{other->squares[0], other->squares[1], other->squares[2], 0}};
	Wide		squares = wide_add(a, b);

	total->n += other->n;
	total->sum[0] = (uint64_t) sum;
	total->sum[1] = (uint64_t) (sum >> 64);
	for (int i = 0; i < 3; i++)
		total->squares[i] = squares.word[i];
}

/* Count, mean and sum of squared deviations; zeros where there is no number. */
Moments
exact_sum_moments(const ExactSum *total)
{
	Moments		moments = {total->n, 0, 0, 0};
	Wide		n_squares;
	Wide		square_of_sum;
	int128_t	sum = signed_sum(total);
	double		n = (double) total->n;

	if (total->n == 0)
		return moments;
	scaled_squares(total, &n_squares, &square_of_sum);
	/* By parts, so that the mean of equal numbers is that number. */
	moments.mean = ((double) (sum / total->n) + (double) (sum % total->n) / n) /
		EXACT_SUM_SCALE;
	moments.squares = wide_to_double(wide_subtract(n_squares, square_of_sum)) /
		n / (EXACT_SUM_SCALE * EXACT_SUM_SCALE);
	return moments;
}

/*
 * Could numbers have made these sums?  None makes zeros; n of them have a sum
 * below n times the bound, a sum of squares below n times its square, and
 * S^2 <= n Q.
 */
bool
exact_sum_is_possible(const ExactSum *total)
{
	Wide		n_squares;
	Wide		square_of_sum;
	uint64_t	magnitude[2];
	uint128_t	positive;

	if (total->n < 0)
		return false;
	sum_magnitude(total, magnitude);
	positive = (uint128_t) magnitude[1] << 64 | magnitude[0];
	if (positive > (uint128_t) (uint64_t) total->n << 63)
		return false;
	/* Q <= n 2^126, in words of 64 bits: the upper two against n / 4. */
	if (((uint128_t) total->squares[2] << 64 | total->squares[1]) >
		((uint128_t) (uint64_t) total->n << 62))
		return false;
	scaled_squares(total, &n_squares, &square_of_sum);
	return !wide_less(n_squares, square_of_sum) &&
		(total->n > 0 || (positive == 0 && total->squares[0] == 0));
}
