/*-------------------------------------------------------------------------
 *
 * median_limits.c
 *	  Between which order statistics a median lies.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/median_limits.h"

#include <Rmath.h>
#include <stdbool.h>

/*
 * The rank r for which the r-th smallest and the r-th largest of n values are
 * the limits of the sign test: the largest with P(B < r) <= (1 - conf_level) / 2
 * for B binomial with n trials of 1/2.  0 where n is too small for limits.
 */
int64_t
median_limit_rank(int64_t n, double conf_level)
{
	double		tail = (1 - conf_level) / 2;
	int64_t		low = 0;
	int64_t		high = n / 2;

	while (low < high)
	{
		int64_t		r = high - (high - low) / 2;

		if (pbinom((double) (r - 1), (double) n, 0.5, true, false) <= tail)
			low = r;
		else
			high = r - 1;
	}
	return low;
}
