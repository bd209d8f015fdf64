/*-------------------------------------------------------------------------
 *
 * logrank.c
 *	  The log-rank test of several survival curves.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/survival_curve.h"

#include "utils/array.h"
#include "utils/lsyscache.h"

#include "statistics/figures.h"

PG_FUNCTION_INFO_V1(logrank_test_of_curves);

/* The number of events of a group. */
int64
survival_events(const LogRankGroup *group)
{
	int64		events = 0;

	for (size_t i = 0; i < group->length; i++)
		events += group->times[i].events;
	return events;
}

/* The curves of an array of states, those of no subject left out. */
static LogRankGroup *
groups_of_array(ArrayType *array, int *count)
{
	Datum	   *states;
	bool	   *nulls;
	int			length;
	int16		width;
	bool		by_value;
	char		alignment;
	LogRankGroup *groups;

	get_typlenbyvalalign(ARR_ELEMTYPE(array), &width, &by_value, &alignment);
	deconstruct_array(array, ARR_ELEMTYPE(array), width, by_value, alignment,
					  &states, &nulls, &length);
	groups = palloc0(Max(length, 1) * sizeof(LogRankGroup));
	*count = 0;
	for (int i = 0; i < length; i++)
	{
		LogRankGroup *group = &groups[*count];

		if (nulls[i])
			continue;
		group->times = survival_times((Tally *) PG_DETOAST_DATUM(states[i]), &group->length);
		if (group->length > 0)
			(*count)++;
	}
	if (*count > SURVIVAL_MAX_GROUPS)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many groups for a log-rank test"),
				 errdetail("There are %d groups, and at most %d can be compared.",
						   *count, SURVIVAL_MAX_GROUPS),
				 errhint("Compare the arms of a trial, not its subjects.")));
	return groups;
}

/*
 * Groups, events, chi-square, degrees of freedom and p-value.  The latter
 * three are NULL where there is nothing to compare.
 */
Datum
logrank_row(FunctionCallInfo fcinfo, const LogRankGroup *groups, int count)
{
	int64		events = 0;
	LogRank		result = {NAN, 0, NAN};
	Figures		row = {0};
	bool		compared = false;

	for (int g = 0; g < count; g++)
		events += survival_events(&groups[g]);
	if (count > 1)
		compared = logrank_test(groups, count, palloc(LOGRANK_WORK_DOUBLES(count) * sizeof(double)),
								check_for_interrupts, &result);

	add_figure(&row, compared ? result.chi_square : NAN);
	if (compared)
		add_integer(&row, result.degrees_of_freedom);
	else
		add_null(&row);
	add_figure(&row, compared ? result.p_value : NAN);
	add_integer(&row, count);
	add_count(&row, events);
	return figures_row(fcinfo, &row);
}

/* The test of an array of curves, or of NULL. */
Datum
logrank_test_of_curves(PG_FUNCTION_ARGS)
{
	int			count = 0;
	LogRankGroup *groups = NULL;

	if (!PG_ARGISNULL(0))
		groups = groups_of_array(PG_GETARG_ARRAYTYPE_P(0), &count);
	return logrank_row(fcinfo, groups, count);
}
