/*
 * exact_sum.c: sums that no order of rows changes, against sums that are
 * exact for other reasons.
 */
#include "core/statistics/exact_sum.h"

#include "random.h"

#define N 3000

static bool
same_sums(const ExactSum *a, const ExactSum *b)
{
	return a->n == b->n && memcmp(a->sum, b->sum, sizeof(a->sum)) == 0 &&
		memcmp(a->squares, b->squares, sizeof(a->squares)) == 0;
}

static ExactSum
sum_of(const double *values, int n)
{
	ExactSum	total = {0};

	for (int i = 0; i < n; i++)
		exact_sum_add(&total, values[i]);
	return total;
}

static void
shuffle(double *values, int n)
{
	for (int i = n - 1; i > 0; i--)
	{
		int			j = (int) random_below((uint64_t) i + 1);
		double		swap = values[i];

		values[i] = values[j];
		values[j] = swap;
	}
}

static void
test_order(void)
{
	double		values[N];
	ExactSum	forward;
	ExactSum	other;
	int			different = 0;

	for (int i = 0; i < N; i++)
		values[i] = (random_uniform() - 0.5) * 255;
	forward = sum_of(values, N);
	for (int round = 0; round < 20; round++)
	{
		int			cut = (int) random_below(N + 1);
		ExactSum	rest;

		shuffle(values, N);
		other = sum_of(values, cut);
		rest = sum_of(values + cut, N - cut);
		exact_sum_combine(&other, &rest);
		different += !same_sums(&forward, &other);
	}
	is_int(different, 0, "shuffled and split sums have the same bits");
}

/* Multiples of 1/64 and their squares add up in doubles without rounding. */
static void
test_against_exact_doubles(void)
{
	ExactSum	total = {0};
	double		sum = 0;
	double		squares = 0;
	Moments		moments;

	for (int i = 0; i < N; i++)
	{
		double		value = ((double) random_below(8192) - 4096) / 64;

		exact_sum_add(&total, value);
		sum += value;
		squares += value * value;
	}
	moments = exact_sum_moments(&total);
	is_int(moments.n, N, "the count");
	is_double(moments.mean, sum / N, 1e-15, "the mean of multiples of 1/64");
	is_double(moments.squares, (double) ((long double) squares - (long double) sum * sum / N),
			  1e-15, "their squared deviations");
}

/* The textbook formula loses every digit here; the deviations are 0, 1 and 2 steps. */
static void
test_cancellation(void)
{
	double		step = 0x1p-40;
	double		values[] = {100, 100 + step, 100 + 2 * step};
	ExactSum	total = sum_of(values, 3);
	Moments		moments = exact_sum_moments(&total);

	ok(moments.mean == 100 + step, "the mean of close values");
	ok(moments.squares == 2 * step * step, "squared deviations of close values do not cancel");
}

static void
test_equal_values(void)
{
	int			wrong = 0;

	for (int i = 0; i < 1000; i++)
	{
		double		value = exact_sum_rounded(random_uniform() * 20 - 5);
		int64_t		times = 1 + (int64_t) random_below(1000000000000);
		ExactSum	total = {0};
		Moments		moments;

		exact_sum_add_times(&total, value, times);
		moments = exact_sum_moments(&total);
		wrong += moments.mean != value || moments.squares != 0 || moments.n != times ||
			!exact_sum_is_possible(&total);
	}
	is_int(wrong, 0, "equal numbers have themselves as mean, and no spread");
}

static void
test_times(void)
{
	int			wrong = 0;

	for (int i = 0; i < 300; i++)
	{
		double		value = (random_uniform() - 0.5) * 255;
		int			times = (int) random_below(50);
		ExactSum	one_by_one = {0};
		ExactSum	at_once = {0};

		exact_sum_add(&one_by_one, 3);
		exact_sum_add(&at_once, 3);
		for (int j = 0; j < times; j++)
			exact_sum_add(&one_by_one, value);
		exact_sum_add_times(&at_once, value, times);
		wrong += !same_sums(&one_by_one, &at_once);
	}
	is_int(wrong, 0, "adding several at once is adding them one by one");
}

static void
test_extremes(void)
{
	ExactSum	total = {0};
	Moments		moments = exact_sum_moments(&total);
	double		largest = nextafter(EXACT_SUM_BOUND, 0);

	ok(moments.n == 0 && moments.mean == 0 && moments.squares == 0, "nothing has zeros");
	ok(exact_sum_is_possible(&total), "nothing is possible");
	exact_sum_add_times(&total, largest, INT64_MAX / 8);
	exact_sum_add_times(&total, -largest, INT64_MAX / 8);
	moments = exact_sum_moments(&total);
	ok(moments.mean == 0, "a quarter of all counts at the largest numbers cancels to a mean of 0");
	is_double(moments.squares / ((double) moments.n * largest * largest), 1, 1e-15,
			  "and has their squares");
	ok(exact_sum_is_possible(&total), "and is possible");
}

/* What no numbers can have made is refused. */
static void
test_impossible(void)
{
	ExactSum	total = {0};
	ExactSum	bad;

	exact_sum_add(&total, 1.5);
	exact_sum_add(&total, 2.25);
	ok(exact_sum_is_possible(&total), "two numbers are possible");
	bad = total;
	bad.n = -1;
	ok(!exact_sum_is_possible(&bad), "a negative count is not");
	bad = total;
	bad.n = 0;
	ok(!exact_sum_is_possible(&bad), "sums of no numbers are not");
	bad = total;
	bad.squares[1] = bad.squares[0] = 0;
	ok(!exact_sum_is_possible(&bad), "a sum without squares is not");
	bad = total;
	bad.squares[2] = 1;
	ok(!exact_sum_is_possible(&bad), "squares beyond the bound are not");
	bad = total;
	bad.sum[1] = 1;
	bad.squares[1] = UINT64_MAX;
	ok(!exact_sum_is_possible(&bad), "a sum beyond the bound is not");
	bad = total;
	bad.squares[1] /= 2;
	ok(!exact_sum_is_possible(&bad), "squares that are less than the mean's are not");
}

int
main(void)
{
	test_order();
	test_against_exact_doubles();
	test_cancellation();
	test_equal_values();
	test_times();
	test_extremes();
	test_impossible();
	return done_testing();
}
