/*-------------------------------------------------------------------------
 *
 * incidence_tally.c
 *	  Events and the person-time in which they occurred.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/incidence_tally.h"

#include <math.h>

#include "core/statistics/confidence.h"

/* Adds person-time given as a double and what its rounding left over. */
void
incidence_tally_add_time(IncidenceTally *tally, double person_years, double remainder)
{
	double		sum = tally->person_years + person_years;
	double		shift = sum - tally->person_years;
	double		error = (tally->person_years - (sum - shift)) + (person_years - shift);

	error += tally->remainder + remainder;
	tally->person_years = sum + error;
	tally->remainder = error - (tally->person_years - sum);
}

void
incidence_tally_fields(StateCodec *codec, IncidenceTally *tally)
{
	codec_integer(codec, "events", &tally->events);
	codec_integer(codec, "missing", &tally->missing);
	codec_number(codec, "person_years", &tally->person_years);
	codec_number(codec, "remainder", &tally->remainder);
	codec_number(codec, "conf_level", &tally->conf_level);
}

/* Could rows have made this tally? */
bool
incidence_tally_is_possible(const IncidenceTally *tally)
{
	return tally->events >= 0 && tally->missing >= 0 && tally->person_years >= 0 &&
		tally->person_years + tally->remainder == tally->person_years &&
		confidence_is_possible(tally->conf_level);
}
