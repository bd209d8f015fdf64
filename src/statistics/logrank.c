/*-------------------------------------------------------------------------
 *
 * logrank.c
 *	  The log-rank test of several survival curves.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/logrank.h"
#include "statistics/survival_curve.h"

#include "utils/array.h"
#include "utils/lsyscache.h"

#include "statistics/figures.h"
#include "statistics/turnbull.h"

PG_FUNCTION_INFO_V1(logrank_test_of_curves);

/* An error where there are more groups than can be compared. */
void
check_group_count(int64 count)
{
	if (count > LOGRANK_MAX_GROUPS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many groups for a log-rank test"),
				 errdetail("At most %d can be compared.", LOGRANK_MAX_GROUPS),
				 errhint("Compare the arms of a trial, not its subjects.")));
}

/* The entries of the curves of an array of states, those of no subject left out. */
static void
input_of_array(ArrayType *array, LogRankInput *input)
{
	Datum	   *states;
	bool	   *nulls;
	int			length;
	int16		width;
	bool		by_value;
	char		alignment;
	Size		entries = 0;
	LogRankStratum *stratum = palloc0(sizeof(LogRankStratum));

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &width, &by_value, &alignment);
	deconstruct_array(array, ARR_ELEMTYPE(array), width, by_value, alignment,
					  &states, &nulls, &length);
	for (int i = 0; i < length; i++)
	{
		Tally	   *tally;

		if (nulls[i])
			continue;
		tally = tally_canonical((Tally *) PG_DETOAST_DATUM(states[i]), &survival_curve_kind);
		tally_total(tally, &survival_curve_kind);
		states[i] = PointerGetDatum(tally);
		entries += tally->used;
	}
	stratum->entries = allocate_array(entries, sizeof(PairEntry));
	input->strata = stratum;
	input->strata_count = 1;
	for (int i = 0; i < length; i++)
	{
		const Tally *tally = (Tally *) DatumGetPointer(states[i]);

		if (nulls[i] || tally->used == 0)
			continue;
		for (int64 j = 0; j < tally->used; j++)
			stratum->entries[stratum->length++] =
				(PairEntry) {tally->entries[j].key, input->count, tally->entries[j].amount};
		input->count++;
	}
	check_group_count(input->count);
}

/* The test of entries in any order, which it sorts; returns the counts of the groups. */
LogRankGroup *
logrank_groups_of(LogRankInput *input, LogRank *result, bool *compared)
{
	LogRankGroup *groups = palloc0(Max(input->count, 1) * sizeof(LogRankGroup));
	double	   *work = palloc(LOGRANK_WORK_DOUBLES(Max(input->count, 1)) * sizeof(double));

	for (LogRankStratum *s = input->strata; s < input->strata + input->strata_count; s++)
	{
		PairEntry  *scratch = allocate_array(s->length, sizeof(PairEntry));

		s->length = pair_settle(s->entries, 0, s->length, scratch, check_for_interrupts);
		pfree(scratch);
	}
	*compared = logrank_test(input->strata, input->strata_count, groups, input->count, work,
							 check_for_interrupts, result);
	pfree(work);
	return groups;
}

/*
 * Groups, events, chi-square, degrees of freedom and p-value.  The latter
 * three are NULL where there is nothing to compare.
 */
Datum
logrank_row(FunctionCallInfo fcinfo, LogRankInput *input)
{
	double		events = 0;
	LogRank		result;
	bool		compared;
	const LogRankGroup *groups = logrank_groups_of(input, &result, &compared);
	Figures		row = {0};

	for (int g = 0; g < input->count; g++)
		events += groups[g].events;
	add_figure(&row, compared ? result.chi_square : NAN);
	if (compared)
		add_integer(&row, result.degrees_of_freedom);
	else
		add_null(&row);
	add_figure(&row, compared ? result.p_value : NAN);
	add_integer(&row, input->count);
	add_count(&row, (int64) events);
	return figures_row(fcinfo, &row);
}

/* The test of an array of curves, or of NULL. */
Datum
logrank_test_of_curves(PG_FUNCTION_ARGS)
{
	LogRankInput input = {0};

	if (!PG_ARGISNULL(0))
		input_of_array(PG_GETARG_ARRAYTYPE_P(0), &input);
	return logrank_row(fcinfo, &input);
}
