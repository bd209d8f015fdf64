/*-------------------------------------------------------------------------
 *
 * response_comparison.c
 *	  Responders of two groups, counted in strata.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/response_comparison.h"

/* What precedes the strata; a count that cannot be is a failure. */
void
response_comparison_header_fields(StateCodec *codec, int64_t *missing, int64_t *strata)
{
	codec_integer(codec, "missing", missing);
	codec_integer(codec, "strata", strata);
	if (*missing < 0 || *strata < 0 || *strata > COMPARISON_MAX_STRATA)
		codec->failed = true;
	if (codec->failed)
		*strata = 0;
}

static bool
is_possible(int64_t responders, int64_t evaluable)
{
	return responders >= 0 && evaluable >= responders && evaluable <= COMPARISON_MAX_COUNT;
}

/* A stratum has somebody in it, or no row would have made it. */
void
comparison_stratum_fields(StateCodec *codec, ComparisonStratum *stratum)
{
	codec_name(codec, "stratum", stratum->name);
	codec_integer(codec, "treated_responders", &stratum->treated_responders);
	codec_integer(codec, "treated", &stratum->treated);
	codec_integer(codec, "control_responders", &stratum->control_responders);
	codec_integer(codec, "control", &stratum->control);
	if (!is_possible(stratum->treated_responders, stratum->treated) ||
		!is_possible(stratum->control_responders, stratum->control) ||
		(stratum->treated == 0 && stratum->control == 0))
		codec->failed = true;
}

TwoByTwo
comparison_stratum_table(const ComparisonStratum *stratum)
{
	return (TwoByTwo)
	{
		(double) stratum->treated_responders, (double) stratum->treated,
			(double) stratum->control_responders, (double) stratum->control
	};
}
