/*-------------------------------------------------------------------------
 *
 * unused_subplan.c
 *	  Takes out of a plan the subplans that nothing in it runs.
 *
 * Where the planner removes a join whose columns nobody reads, it leaves the
 * subplans of the join's condition behind, and the executor starts all subplans
 * of a statement.  To start is most of what a statement on one row costs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "nodes/bitmapset.h"
#include "nodes/nodes.h"

#include "study/unused_subplan.h"

/* How a plan's text names a subplan that it runs; a space in a value is escaped there. */
#define PLACE " :plan_id "

/* Adds the subplans that a part of a plan runs, and those that these run. */
static void
add_used(const PlannedStmt *plan, const void *part, Bitmapset **used)
{
	char	   *text = nodeToString(part);

	for (char *place = strstr(text, PLACE); place; place = strstr(place + 1, PLACE))
	{
		int			number = atoi(place + strlen(PLACE));

		if (number < 1 || number > list_length(plan->subplans) || bms_is_member(number, *used))
			continue;
		*used = bms_add_member(*used, number);
		add_used(plan, list_nth(plan->subplans, number - 1), used);
	}
	pfree(text);
}

/* As the planner does with those that it has found another way for. */
void
drop_unused_subplans(PlannedStmt *plan)
{
	Bitmapset  *used = NULL;
	ListCell   *cell;

	if (plan->subplans == NIL)
		return;
	add_used(plan, plan->planTree, &used);
	foreach(cell, plan->subplans)
	{
		if (!bms_is_member(foreach_current_index(cell) + 1, used))
			lfirst(cell) = NULL;
	}
}
