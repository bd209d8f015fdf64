/*
 * selection.c: the k-th smallest, against a sort.
 */
#include "core/statistics/selection.h"

#include <stdlib.h>

#include "random.h"

#define LARGEST 3000

static int
compare(const void *a, const void *b)
{
	int64_t		x = *(const int64_t *) a;
	int64_t		y = *(const int64_t *) b;

	return (x > y) - (x < y);
}

/* Shapes that spoil careless pivots. */
static void
fill(int64_t *values, int n, int shape)
{
	for (int i = 0; i < n; i++)
		switch (shape)
		{
			case 0:
				values[i] = (int64_t) random_bits();
				break;
			case 1:
				values[i] = (int64_t) random_below(3);
				break;
			case 2:
				values[i] = i;
				break;
			case 3:
				values[i] = -i;
				break;
			case 4:
				values[i] = i < n / 2 ? i : n - i;
				break;
			case 5:
				values[i] = i % 2 ? INT64_MIN : INT64_MAX;
				break;
			default:
				values[i] = 7;
				break;
		}
}

/* Is the k-th in its place, and are the same values still there? */
static bool
is_selected(const int64_t *sorted, int64_t *values, int n, int k)
{
	int64_t		selected = select_smallest(values, (size_t) n, (size_t) k);

	if (selected != sorted[k] || values[k] != sorted[k])
		return false;
	for (int i = 0; i < n; i++)
		if (i < k ? values[i] > selected : values[i] < selected)
			return false;
	if (k + 1 < n && smallest_of(values + k + 1, (size_t) (n - k - 1)) != sorted[k + 1])
		return false;
	qsort(values, (size_t) n, sizeof(int64_t), compare);
	return memcmp(values, sorted, (size_t) n * sizeof(int64_t)) == 0;
}

int
main(void)
{
	static int64_t sorted[LARGEST];
	static int64_t values[LARGEST];

	for (int shape = 0; shape <= 6; shape++)
	{
		int			wrong = 0;
		char		label[40];

		for (int round = 0; round < 200; round++)
		{
			int			n = 1 + (int) random_below(round < 100 ? 40 : LARGEST);
			int			k = (int) random_below((uint64_t) n);

			fill(sorted, n, shape);
			memcpy(values, sorted, sizeof(values));
			qsort(sorted, (size_t) n, sizeof(int64_t), compare);
			wrong += !is_selected(sorted, values, n, k);
		}
		snprintf(label, sizeof(label), "selected from shape %d", shape);
		is_int(wrong, 0, label);
	}
	return done_testing();
}
