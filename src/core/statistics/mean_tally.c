/*-------------------------------------------------------------------------
 *
 * mean_tally.c
 *	  Count, mean and squared deviations of numbers, and the missing ones.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/mean_tally.h"

#include <math.h>

#include "core/statistics/confidence.h"

void
mean_tally_fields(StateCodec *codec, MeanTally *tally)
{
	codec_integer(codec, "n", &tally->moments.n);
	codec_integer(codec, "missing", &tally->missing);
	codec_number(codec, "mean", &tally->moments.mean);
	codec_number(codec, "squares", &tally->moments.squares);
	codec_number(codec, "rest", &tally->moments.rest);
	codec_number(codec, "conf_level", &tally->conf_level);
}

/* Could finite numbers have made this tally? */
bool
mean_tally_is_possible(const MeanTally *tally)
{
	const Moments *moments = &tally->moments;

	return moments->n >= 0 && tally->missing >= 0 && moments->squares >= 0 &&
		(moments->n > 0 || moments->mean == 0) &&
		(moments->rest == 0 || fabs(moments->rest) <= fabs(moments->mean)) &&
		(moments->n > 1 || moments->squares == 0) &&
		confidence_is_possible(tally->conf_level);
}
