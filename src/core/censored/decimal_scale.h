/*-------------------------------------------------------------------------
 *
 * decimal_scale.h
 *	  Multiply numbers by powers of ten as decimals.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DECIMAL_SCALE_H
#define DECIMAL_SCALE_H

#include <stdbool.h>

extern double decimal_ratio(double number, int power, double multiplier, double divisor);

#endif							/* DECIMAL_SCALE_H */
