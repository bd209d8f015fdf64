/*-------------------------------------------------------------------------
 *
 * selection.c
 *	  The k-th smallest of integers.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/selection.h"

#include <stdlib.h>

static int64_t
median_of_three(int64_t a, int64_t b, int64_t c)
{
	if (a > b)
	{
		int64_t		swap = a;

		a = b;
		b = swap;
	}
	return c < a ? a : c > b ? b : c;
}

/* A pivot from nine values spread over the range. */
static int64_t
pivot_of(const int64_t *values, size_t n)
{
	size_t		step = n / 9;
	int64_t		medians[3];

	if (step == 0)
		return values[n / 2];
	for (size_t i = 0; i < 3; i++)
	{
		const int64_t *three = values + 3 * i * step;

		medians[i] = median_of_three(three[0], three[step], three[2 * step]);
	}
	return median_of_three(medians[0], medians[1], medians[2]);
}

/* Move what is less than the pivot to the front, what is equal behind it. */
static void
partition(int64_t *values, size_t n, int64_t pivot, size_t *less, size_t *not_greater)
{
	size_t		low = 0;
	size_t		at = 0;
	size_t		high = n;

	while (at < high)
	{
		int64_t		value = values[at];

		if (value < pivot)
		{
			values[at++] = values[low];
			values[low++] = value;
		}
		else if (value > pivot)
		{
			values[at] = values[--high];
			values[high] = value;
		}
		else
			at++;
	}
	*less = low;
	*not_greater = high;
}

static int
compare_integers(const void *a, const void *b)
{
	int64_t		x = *(const int64_t *) a;
	int64_t		y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

/*
 * The k-th smallest, counted from 0, of n > k values, which are reordered: no
 * value before the k-th is greater, none behind it smaller.  An input made to
 * spoil the pivots ends in a sort.
 */
int64_t
select_smallest(int64_t *values, size_t n, size_t k)
{
	for (int round = 0; n > 1; round++)
	{
		size_t		less;
		size_t		not_greater;

		if (round == 64)
		{
			qsort(values, n, sizeof(int64_t), compare_integers);
			return values[k];
		}
		partition(values, n, pivot_of(values, n), &less, &not_greater);
		if (k < less)
			n = less;
		else if (k < not_greater)
			return values[k];
		else
		{
			values += not_greater;
			n -= not_greater;
			k -= not_greater;
		}
	}
	return values[0];
}

/* The smallest of one value or more. */
int64_t
smallest_of(const int64_t *values, size_t n)
{
	int64_t		smallest = values[0];

	for (size_t i = 1; i < n; i++)
		if (values[i] < smallest)
			smallest = values[i];
	return smallest;
}
