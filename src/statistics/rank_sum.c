/*-------------------------------------------------------------------------
 *
 * rank_sum.c
 *	  The Hodges-Lehmann estimate of a shift and Wilcoxon's rank-sum test, of
 *	  two states value_distribution.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/signed_rank.h"

#include "core/statistics/rank_sum.h"
#include "statistics/figures.h"

PG_FUNCTION_INFO_V1(hodges_lehmann_shift_of_distributions);
PG_FUNCTION_INFO_V1(wilcoxon_rank_sum_of_distributions);

/* Two samples, and room for the distribution of their statistic. */
typedef struct TwoSamples
{
	ValueCount *treated;
	ValueCount *control;
	size_t		treated_length;
	size_t		control_length;
	double	   *room;			/* NULL if a sample is empty */
} TwoSamples;

/* Reads both, and starts the row with their numbers. */
static TwoSamples
two_samples(FunctionCallInfo fcinfo, Figures *row)
{
	TwoSamples	samples = {0};
	int64		treated,
				control;

	samples.treated = values_of_distribution(PG_GETARG_TALLY(0), &samples.treated_length, &treated);
	samples.control = values_of_distribution(PG_GETARG_TALLY(1), &samples.control_length, &control);
	if (treated > 0 && control > 0)
		samples.room = palloc(Max(rank_sum_room(treated, control), 1) * sizeof(double));
	add_count(row, treated);
	add_count(row, control);
	return samples;
}

/* hodges_lehmann_shift(treated, control, conf_level): (treated, control, estimate, ci_lower, ci_upper, level) */
Datum
hodges_lehmann_shift_of_distributions(PG_FUNCTION_ARGS)
{
	Figures		row = {0};
	TwoSamples	samples = two_samples(fcinfo, &row);
	HodgesLehmann result = {NAN, NAN, NAN, NAN};

	check_conf_level(PG_GETARG_FLOAT8(2));
	if (samples.room)
		result = hodges_lehmann_shift(samples.treated, samples.treated_length, samples.control,
									  samples.control_length, PG_GETARG_FLOAT8(2), samples.room,
									  check_for_interrupts);
	add_figure(&row, result.estimate);
	add_figure(&row, result.ci_lower);
	add_figure(&row, result.ci_upper);
	add_figure(&row, result.level);
	return figures_row(fcinfo, &row);
}

/* wilcoxon_rank_sum(treated, control): (treated, control, statistic, p_value) */
Datum
wilcoxon_rank_sum_of_distributions(PG_FUNCTION_ARGS)
{
	Figures		row = {0};
	TwoSamples	samples = two_samples(fcinfo, &row);
	RankSumTest result = {NAN, NAN};

	if (samples.room)
		result = wilcoxon_rank_sum(samples.treated, samples.treated_length, samples.control,
								   samples.control_length, samples.room, check_for_interrupts);
	add_figure(&row, result.statistic);
	add_figure(&row, result.p_value);
	return figures_row(fcinfo, &row);
}
