/*-------------------------------------------------------------------------
 *
 * censored_comparison.h
 *	  The three-valued comparison operators of a censored type.
 *
 * Each answers true if it holds for every pair of possible values, false if
 * it holds for none, and NULL otherwise.  A type's file makes its operators
 * by CENSORED_COMPARISONS(type, floor), floor being the lower end of what
 * lies below a limit.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_COMPARISON_H
#define CENSORED_COMPARISON_H

#include "censored/censored_io.h"

#define PG_RETURN_TRUTH(x) \
	do { \
		Truth truth_ = (x); \
		if (truth_ == TRUTH_UNKNOWN) \
			PG_RETURN_NULL(); \
		PG_RETURN_BOOL(truth_ == TRUTH_TRUE); \
	} while (0)

#define CENSORED_COMPARISON(name, answer) \
PG_FUNCTION_INFO_V1(name); \
Datum \
name(PG_FUNCTION_ARGS) \
{ \
	PG_RETURN_TRUTH(answer); \
}

#define LESS_VALUES_(a, b, floor) \
	censored_less(PG_GETARG_CENSORED(a), PG_GETARG_CENSORED(b), floor)
#define VALUE_LESS_(a, b, floor) \
	value_set_less(censored_set(PG_GETARG_CENSORED(a), floor), \
				   number_set(PG_GETARG_FLOAT8(b)))
#define NUMBER_LESS_(a, b, floor) \
	value_set_less(number_set(PG_GETARG_FLOAT8(a)), \
				   censored_set(PG_GETARG_CENSORED(b), floor))
#define UNEQUAL_(value, number, floor) \
	truth_or(VALUE_LESS_(value, number, floor), NUMBER_LESS_(number, value, floor))

#define CENSORED_COMPARISONS(type, floor) \
CENSORED_COMPARISON(type##_lt, LESS_VALUES_(0, 1, floor)) \
CENSORED_COMPARISON(type##_le, truth_not(LESS_VALUES_(1, 0, floor))) \
CENSORED_COMPARISON(type##_gt, LESS_VALUES_(1, 0, floor)) \
CENSORED_COMPARISON(type##_ge, truth_not(LESS_VALUES_(0, 1, floor))) \
CENSORED_COMPARISON(type##_lt_float8, VALUE_LESS_(0, 1, floor)) \
CENSORED_COMPARISON(type##_le_float8, truth_not(NUMBER_LESS_(1, 0, floor))) \
CENSORED_COMPARISON(type##_gt_float8, NUMBER_LESS_(1, 0, floor)) \
CENSORED_COMPARISON(type##_ge_float8, truth_not(VALUE_LESS_(0, 1, floor))) \
CENSORED_COMPARISON(type##_eq_float8, truth_not(UNEQUAL_(0, 1, floor))) \
CENSORED_COMPARISON(type##_ne_float8, UNEQUAL_(0, 1, floor)) \
CENSORED_COMPARISON(float8_eq_##type, truth_not(UNEQUAL_(1, 0, floor))) \
CENSORED_COMPARISON(float8_ne_##type, UNEQUAL_(1, 0, floor)) \
CENSORED_COMPARISON(float8_lt_##type, NUMBER_LESS_(0, 1, floor)) \
CENSORED_COMPARISON(float8_le_##type, truth_not(VALUE_LESS_(1, 0, floor))) \
CENSORED_COMPARISON(float8_gt_##type, VALUE_LESS_(1, 0, floor)) \
CENSORED_COMPARISON(float8_ge_##type, truth_not(NUMBER_LESS_(0, 1, floor)))

#endif							/* CENSORED_COMPARISON_H */
