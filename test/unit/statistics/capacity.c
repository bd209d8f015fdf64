#include "core/statistics/capacity.h"

#include "tap.h"

int
main(void)
{
	ok(larger_capacity(0, 0, 100) == LEAST_CAPACITY, "an array that is empty gets room");
	ok(larger_capacity(0, 1, 100) == LEAST_CAPACITY, "so does one that needs one item");
	ok(larger_capacity(1, 2, 100) == LEAST_CAPACITY, "and one that had room for one");
	ok(larger_capacity(8, 9, 100) == 16, "it doubles");
	ok(larger_capacity(8, 50, 100) == 50, "unless more are needed");
	ok(larger_capacity(60, 61, 100) == 100, "it ends at the largest");
	ok(larger_capacity(100, 100, 100) == 100, "and stays there");
	ok(larger_capacity(100, 101, 100) == 0, "beyond which there is none");
	ok(larger_capacity(0, 3, 4) == 4 && larger_capacity(0, 5, 4) == 0, "also where that is small");
	ok(larger_capacity(INT64_MAX / 2 + 1, 9, INT64_MAX) == INT64_MAX, "without overflow");
	return done_testing();
}
