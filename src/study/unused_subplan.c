/*-------------------------------------------------------------------------
 *
 * unused_subplan.c
 *	  Takes out of a plan the subplans that nothing in it reads.
 *
 * Where the planner removes a join whose columns nobody reads, it leaves the
 * subplans of the join's condition behind, and the executor starts all subplans
 * of a statement.  To start is most of what a statement on one row costs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "nodes/nodes.h"

#include "study/plan_part.h"
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

/* Does anything read one of the parameters that a subplan sets? */
static bool
is_read(const char *text, const List *parameters)
{
	ListCell   *cell;

	foreach(cell, parameters)
	{
		if (strstr(text, psprintf("{PARAM :paramkind %d :paramid %d ", PARAM_EXEC, lfirst_int(cell))))
			return true;
	}
	return false;
}

/* A node runs first what does not depend on its rows.  What is not reached keeps it, and only costs more. */
static void
drop_unread(Plan *part, const char *text)
{
	ListCell   *cell;

	if (part == NULL)
		return;
	check_stack_depth();
	foreach(cell, part->initPlan)
	{
		const SubPlan *run = lfirst_node(SubPlan, cell);

		/* A CTE is read by its number. */
		if (run->subLinkType != CTE_SUBLINK && !is_read(text, run->setParam))
			part->initPlan = foreach_delete_current(part->initPlan, cell);
	}
	if (IsA(part, SubqueryScan))
		drop_unread(((SubqueryScan *) part)->subplan, text);
	foreach(cell, appended_plans(part))
		drop_unread(lfirst(cell), text);
	drop_unread(part->lefttree, text);
	drop_unread(part->righttree, text);
}

/* As the planner does with those that it has found another way for. */
void
drop_unused_subplans(PlannedStmt *plan)
{
	Bitmapset  *used = NULL;
	char	   *text;
	ListCell   *cell;

	if (plan->subplans == NIL)
		return;
	text = psprintf("%s%s", nodeToString(plan->planTree), nodeToString(plan->subplans));
	drop_unread(plan->planTree, text);
	foreach(cell, plan->subplans)
		drop_unread(lfirst(cell), text);
	pfree(text);
	add_used(plan, plan->planTree, &used);
	foreach(cell, plan->subplans)
	{
		if (!bms_is_member(foreach_current_index(cell) + 1, used))
			lfirst(cell) = NULL;
	}
}
