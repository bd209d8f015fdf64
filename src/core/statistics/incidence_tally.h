/*-------------------------------------------------------------------------
 *
 * incidence_tally.h
 *	  Events and the person-time in which they occurred.
 *
 *-------------------------------------------------------------------------
 */
#ifndef INCIDENCE_TALLY_H
#define INCIDENCE_TALLY_H

#include <stdbool.h>
#include <stdint.h>

#include "core/statistics/state_codec.h"

/*
 * The person-time is the unevaluated sum of two doubles, so that the order of
 * rows does not show in its digits.  A confidence level of 0 stands for none
 * chosen.
 */
typedef struct IncidenceTally
{
	int64_t		events;
	int64_t		missing;
	double		person_years;
	double		remainder;
	double		conf_level;
} IncidenceTally;

extern void incidence_tally_add_time(IncidenceTally *tally, double person_years, double remainder);
extern void incidence_tally_fields(StateCodec *codec, IncidenceTally *tally);
extern bool incidence_tally_is_possible(const IncidenceTally *tally);

#endif							/* INCIDENCE_TALLY_H */
