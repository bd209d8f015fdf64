/*-------------------------------------------------------------------------
 *
 * decreasing_root.h
 *	  Where a decreasing function passes 0.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DECREASING_ROOT_H
#define DECREASING_ROOT_H

typedef double (*DecreasingFunction) (double at, const void *context);

/*
 * Bisects to the last bit, or to 2^-200 of the distance near 0.  An end is
 * returned where the function does not pass 0 in between.
 */
static inline double
decreasing_root(DecreasingFunction function, const void *context, double low, double high)
{
	for (int i = 0; i < 200; i++)
	{
		const double middle = low + (high - low) / 2;

		if (middle <= low || middle >= high)
			break;
		if (function(middle, context) > 0)
			low = middle;
		else
			high = middle;
	}
	return low + (high - low) / 2;
}

#endif							/* DECREASING_ROOT_H */
