/*-------------------------------------------------------------------------
 *
 * signed_rank.c
 *	  The Hodges-Lehmann estimate and Wilcoxon's signed-rank test, and the
 *	  state value_tally of the numbers that they rank.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <math.h>

#include "compat.h"

#include "core/double_order.h"
#include "core/signed_rank.h"
#include "result_row.h"
#include "tally_state.h"

PG_FUNCTION_INFO_V1(value_tally_transition);
PG_FUNCTION_INFO_V1(hodges_lehmann_of_tally);
PG_FUNCTION_INFO_V1(wilcoxon_signed_rank_of_tally);

static const TallyKind value_tally_kind = {
	.type_name = "value_tally",
	.join = TALLY_ADD,
	.parameter_name = "conf_level",
	.parse_key = float8_parse_key,
	.print_key = float8_print_key,
	.valid_key = float8_valid_key,
	.key_hint = "Write 'missing=0 -12.5=3 0=1' for three values of -12.5 and one of 0."
};

TALLY_TYPE_FUNCTIONS(value_tally, &value_tally_kind)

/* Adds a number; the third argument, if any, is the level of confidence. */
Datum
value_tally_transition(PG_FUNCTION_ARGS)
{
	Tally	   *tally = tally_start(fcinfo);

	if (PG_NARGS() > 2)
		tally_set_parameter(tally, &value_tally_kind, conf_level_argument(fcinfo, 2));
	if (PG_ARGISNULL(1))
		tally->missing++;
	else
		tally = tally_append(tally, &value_tally_kind,
							 float8_to_key(PG_GETARG_FLOAT8(1), "value"), 1);
	PG_RETURN_POINTER(tally);
}

/* The distinct values in ascending order. */
static ValueCount *
values_of_tally(Tally *tally, size_t *length, int64 *total)
{
	ValueCount *values;

	tally = tally_canonical(tally, &value_tally_kind);
	*total = tally_total(tally, &value_tally_kind);
	if (*total > SIGNED_RANK_MAX_OBSERVATIONS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many values to rank"),
				 errdetail("There are " INT64_FORMAT ", and at most " INT64_FORMAT " can be paired.",
						   *total, (int64) SIGNED_RANK_MAX_OBSERVATIONS)));
	*length = tally->used;
	values = palloc_extended(Max(tally->used, 1) * sizeof(ValueCount), MCXT_ALLOC_HUGE);
	for (int32 i = 0; i < tally->used; i++)
		values[i] = (ValueCount) {rank_to_double(tally->entries[i].key), tally->entries[i].amount};
	return values;
}

/*
 * n, missing, the Hodges-Lehmann estimate and its limits.  The level is that
 * of the second argument, or the one that the state was built with, or 0.95.
 */
Datum
hodges_lehmann_of_tally(PG_FUNCTION_ARGS)
{
	HodgesLehmann result = {NAN, NAN, NAN};
	int64		total = 0;
	int64		missing = 0;
	ResultRow	row = {0};

	if (!PG_ARGISNULL(0))
	{
		Tally	   *tally = PG_GETARG_TALLY(0);
		size_t		length;
		ValueCount *values = values_of_tally(tally, &length, &total);
		float8		conf_level = conf_level_argument(fcinfo, 1);

		if (PG_NARGS() == 1 && tally->parameter != TALLY_NO_PARAMETER)
			conf_level = tally->parameter;
		missing = tally->missing;
		if (total > 0)
			result = hodges_lehmann(values, length, conf_level);
		if (isinf(result.estimate) || isinf(result.ci_lower) || isinf(result.ci_upper))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("the sum of two values is out of range")));
	}
	add_int64(&row, total);
	add_int64(&row, missing);
	add_float8(&row, result.estimate);
	add_float8(&row, result.ci_lower);
	add_float8(&row, result.ci_upper);
	PG_RETURN_DATUM(result_row_datum(fcinfo, &row));
}

/* n without zeroes, the statistic V and the two-sided p-value. */
Datum
wilcoxon_signed_rank_of_tally(PG_FUNCTION_ARGS)
{
	SignedRankTest result = {0, NAN, NAN};
	ResultRow	row = {0};

	if (!PG_ARGISNULL(0))
	{
		size_t		length;
		int64		total;
		ValueCount *values = values_of_tally(PG_GETARG_TALLY(0), &length, &total);

		result = wilcoxon_signed_rank(values, length);
	}
	add_int64(&row, result.n);
	add_float8(&row, result.n > 0 ? result.statistic : NAN);
	add_float8(&row, result.p_value);
	PG_RETURN_DATUM(result_row_datum(fcinfo, &row));
}
