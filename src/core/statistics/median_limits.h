/*-------------------------------------------------------------------------
 *
 * median_limits.h
 *	  Between which order statistics a median lies.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MEDIAN_LIMITS_H
#define MEDIAN_LIMITS_H

#include <stdint.h>

extern int64_t median_limit_rank(int64_t n, double conf_level);

#endif							/* MEDIAN_LIMITS_H */
