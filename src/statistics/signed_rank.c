/*-------------------------------------------------------------------------
 *
 * signed_rank.c
 *	  The Hodges-Lehmann estimate and Wilcoxon's signed-rank test, and the
 *	  state value_distribution of the numbers that they rank.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/signed_rank.h"

#include "utils/float.h"

#include "core/statistics/double_order.h"
#include "core/statistics/median_limits.h"
#include "statistics/figures.h"

PG_FUNCTION_INFO_V1(value_distribution_accumulate);
PG_FUNCTION_INFO_V1(hodges_lehmann_final);
PG_FUNCTION_INFO_V1(hodges_lehmann_of_distribution);
PG_FUNCTION_INFO_V1(wilcoxon_signed_rank_of_distribution);
PG_FUNCTION_INFO_V1(median_ci_of_distribution);

TALLY_TYPE_FUNCTIONS(value_distribution, &value_distribution_kind);

/* Adds a number; the third argument, if any, is the level of confidence. */
Datum
value_distribution_accumulate(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_start(fcinfo);

	if (PG_NARGS() > 2)
		keep_conf_level(&tally->parameter, fcinfo, 2);
	if (PG_ARGISNULL(1))
		add_state_count(&tally->missing, 1);
	else
		tally = tally_append(tally, &value_distribution_kind,
							 checked_rank(PG_GETARG_FLOAT8(1), "value"), 1);
	PG_RETURN_POINTER(tally);
}

/* Two values must have a sum. */
static void
check_magnitude(float8 value)
{
	if (fabs(value) > PAIR_SUM_MAX_MAGNITUDE)
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("value %s is too large to be averaged with another", float8out_internal(value)),
				 errdetail("At most %s is possible.", float8out_internal(PAIR_SUM_MAX_MAGNITUDE))));
}

/* The distinct values in ascending order. */
ValueCount *
values_of_distribution(Tally *tally, size_t *length, int64 *total)
{
	ValueCount *values;

	tally = tally_canonical(tally, &value_distribution_kind);
	*total = tally_total(tally, &value_distribution_kind);
	if (*total > PAIR_SUM_MAX_OBSERVATIONS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many values to rank"),
				 errdetail("There are " INT64_FORMAT ", and at most " INT64_FORMAT " can be paired.",
						   *total, (int64) PAIR_SUM_MAX_OBSERVATIONS)));
	if (tally->used > 0)
	{
		check_magnitude(rank_to_double(tally->entries[0].key));
		check_magnitude(rank_to_double(tally->entries[tally->used - 1].key));
	}
	*length = tally->used;
	values = palloc_extended(Max(tally->used, 1) * sizeof(ValueCount), MCXT_ALLOC_HUGE);
	for (int64 i = 0; i < tally->used; i++)
		values[i] = (ValueCount) {rank_to_double(tally->entries[i].key), tally->entries[i].amount};
	return values;
}

/* (n, missing, estimate, ci_lower, ci_upper, level) of a distribution or of none. */
static Datum
hodges_lehmann_row(FunctionCallInfo fcinfo, Tally *tally, float8 conf_level)
{
	HodgesLehmann result = {NAN, NAN, NAN, NAN};
	int64		total = 0;
	Figures		row = {0};

	if (tally)
	{
		size_t		length;
		ValueCount *values = values_of_distribution(tally, &length, &total);

		if (total > 0)
			result = hodges_lehmann(values, length, conf_level, check_for_interrupts);
	}
	add_count(&row, total);
	add_count(&row, tally ? tally->missing : 0);
	add_figure(&row, result.estimate);
	add_figure(&row, result.ci_lower);
	add_figure(&row, result.ci_upper);
	add_figure(&row, result.level);
	return figures_row(fcinfo, &row);
}

/* Final of hodges_lehmann. */
Datum
hodges_lehmann_final(PG_FUNCTION_ARGS)
{
	Tally	   *tally = PG_ARGISNULL(0) ? NULL : PG_GETARG_TALLY(0);

	return hodges_lehmann_row(fcinfo, tally, tally ? confidence_or_default(tally->parameter) : CONFIDENCE_DEFAULT);
}

/* hodges_lehmann(distribution, conf_level) */
Datum
hodges_lehmann_of_distribution(PG_FUNCTION_ARGS)
{
	check_conf_level(PG_GETARG_FLOAT8(1));
	return hodges_lehmann_row(fcinfo, PG_GETARG_TALLY(0), PG_GETARG_FLOAT8(1));
}

/* n without zeroes, the statistic V and the two-sided p-value. */
Datum
wilcoxon_signed_rank_of_distribution(PG_FUNCTION_ARGS)
{
	SignedRankTest result = {0, NAN, NAN};
	Figures		row = {0};

	if (!PG_ARGISNULL(0))
	{
		size_t		length;
		int64		total;
		ValueCount *values = values_of_distribution(PG_GETARG_TALLY(0), &length, &total);

		result = wilcoxon_signed_rank(values, length, check_for_interrupts);
	}
	add_count(&row, result.n);
	add_figure(&row, result.n > 0 ? result.statistic : NAN);
	add_figure(&row, result.p_value);
	return figures_row(fcinfo, &row);
}

/* The k-th smallest of the observations, counted from 1. */
static float8
kth_value(const ValueCount *values, int64 k)
{
	while (k > values->count)
		k -= (values++)->count;
	return values->value;
}

/* median_ci(distribution, conf_level): (n, missing, median, ci_lower, ci_upper) */
Datum
median_ci_of_distribution(PG_FUNCTION_ARGS)
{
	size_t		length;
	int64		total;
	int64		rank;
	Tally	   *tally = PG_GETARG_TALLY(0);
	ValueCount *values = values_of_distribution(tally, &length, &total);
	Figures		row = {0};

	check_conf_level(PG_GETARG_FLOAT8(1));
	rank = median_limit_rank(total, PG_GETARG_FLOAT8(1));
	add_count(&row, total);
	add_count(&row, tally->missing);
	add_figure(&row, total == 0 ? NAN :
			   (kth_value(values, (total + 1) / 2) + kth_value(values, total / 2 + 1)) / 2);
	add_figure(&row, rank == 0 ? NAN : kth_value(values, rank));
	add_figure(&row, rank == 0 ? NAN : kth_value(values, total + 1 - rank));
	return figures_row(fcinfo, &row);
}
