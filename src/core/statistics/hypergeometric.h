/*-------------------------------------------------------------------------
 *
 * hypergeometric.h
 *	  How many of those who responded were treated, given the odds ratio.
 *
 *-------------------------------------------------------------------------
 */
#ifndef HYPERGEOMETRIC_H
#define HYPERGEOMETRIC_H

#include "core/statistics/two_by_two.h"

/* Fisher's noncentral distribution at the observed number of treated responders. */
typedef struct Hypergeometric
{
	double		below;			/* probabilities */
	double		equal;
	double		above;
	double		mean_excess;	/* mean, less the observed number */
} Hypergeometric;

extern double fewest_treated_responders(const TwoByTwo *table);
extern double most_treated_responders(const TwoByTwo *table);
extern Hypergeometric hypergeometric(const TwoByTwo *table, double log_odds_ratio, InterruptCheck interrupt);
extern double hypergeometric_not_likelier(const TwoByTwo *table, InterruptCheck interrupt);

#endif							/* HYPERGEOMETRIC_H */
