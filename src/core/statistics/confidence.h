/*-------------------------------------------------------------------------
 *
 * confidence.h
 *	  Confidence levels and limits.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CONFIDENCE_H
#define CONFIDENCE_H

#include <stdbool.h>

#define CONFIDENCE_UNSET 0.0
#define CONFIDENCE_DEFAULT 0.95

typedef struct ConfidenceLimits
{
	double		lower;
	double		upper;
} ConfidenceLimits;

static inline bool
confidence_is_level(double conf_level)
{
	return conf_level > 0 && conf_level < 1;
}

/* A level, or none chosen. */
static inline bool
confidence_is_possible(double conf_level)
{
	return conf_level == CONFIDENCE_UNSET || confidence_is_level(conf_level);
}

static inline double
confidence_or_default(double conf_level)
{
	return conf_level == CONFIDENCE_UNSET ? CONFIDENCE_DEFAULT : conf_level;
}

#endif							/* CONFIDENCE_H */
