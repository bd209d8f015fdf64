/*-------------------------------------------------------------------------
 *
 * response_tally.c
 *	  How many responded, of how many that could be evaluated.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/response_tally.h"

#include "core/statistics/confidence.h"

void
response_tally_fields(StateCodec *codec, ResponseTally *tally)
{
	codec_integer(codec, "responders", &tally->responders);
	codec_integer(codec, "evaluable", &tally->evaluable);
	codec_integer(codec, "missing", &tally->missing);
	codec_number(codec, "conf_level", &tally->conf_level);
}

/* Could rows have made this tally? */
bool
response_tally_is_possible(const ResponseTally *tally)
{
	return tally->responders >= 0 && tally->evaluable >= tally->responders &&
		tally->missing >= 0 && confidence_is_possible(tally->conf_level);
}
