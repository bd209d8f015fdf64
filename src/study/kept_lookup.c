/*-------------------------------------------------------------------------
 *
 * kept_lookup.c
 *	  Has the subplans of a plan keep what they have found.
 *
 * A context looks up much by the subject, or by the site and the day.  Of many
 * rows most ask what an earlier one has asked, and a condition may ask twice
 * for one row: a hash join computes a value to find a row, and again to compare
 * it.  The server keeps results of the inner side of a nested loop, in Memoize;
 * here it does so with subplans.  It forgets the oldest when its memory is full.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "study/kept_lookup.h"

/* The plans whose rows a node appends, in their order or not; NIL of another node. */
static List *
appended_plans(const Plan *plan)
{
	if (IsA(plan, Append))
		return ((const Append *) plan)->appendplans;
	return IsA(plan, MergeAppend) ? ((const MergeAppend *) plan)->mergeplans : NIL;
}

/* Adds a parameter of a subplan to what its results are kept by; false if its type has no hash. */
static bool
add_key(Memoize *kept, int number, Oid type, Node *value)
{
	Oid			equality = lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr;
	Param	   *param = makeNode(Param);

	if (!OidIsValid(equality) || !op_hashjoinable(equality, type))
		return false;
	param->paramkind = PARAM_EXEC;
	param->paramid = number;
	param->paramtype = type;
	param->paramtypmod = exprTypmod(value);
	param->paramcollid = exprCollation(value);
	param->location = -1;
	kept->hashOperators[kept->numKeys] = equality;
	kept->collations[kept->numKeys] = param->paramcollid;
	kept->numKeys++;
	kept->param_exprs = lappend(kept->param_exprs, param);
	kept->keyparamids = bms_add_member(kept->keyparamids, number);
	return true;
}

/* The columns of a plan, as the node above it names them. */
static List *
columns_of(const Plan *plan)
{
	List	   *columns = NIL;
	ListCell   *cell;

	foreach(cell, plan->targetlist)
	{
		TargetEntry *column = flatCopyTargetEntry(lfirst_node(TargetEntry, cell));

		column->expr = (Expr *) makeVar(OUTER_VAR, column->resno, exprType((Node *) column->expr), exprTypmod((Node *) column->expr),
										exprCollation((Node *) column->expr), 0);
		columns = lappend(columns, column);
	}
	return columns;
}

/* The plan below a node that keeps its results by the values that it is run for; or NULL. */
static Plan *
kept_plan(Plan *plan, const SubPlan *run)
{
	Memoize    *kept = makeNode(Memoize);
	int			nkeys = list_length(run->parParam);

	kept->hashOperators = palloc(sizeof(Oid) * nkeys);
	kept->collations = palloc(sizeof(Oid) * nkeys);
	for (int i = 0; i < nkeys; i++)
	{
		Node	   *value = list_nth(run->args, i);

		if (!add_key(kept, list_nth_int(run->parParam, i), exprType(value), value))
			return NULL;
	}
	/* Values of the same bytes, so that even 1.0 and 1.00 are two. */
	kept->binary_mode = true;
	/* Of what exists one row is read. */
	kept->singlerow = run->subLinkType == EXISTS_SUBLINK;
	kept->plan.lefttree = plan;
	kept->plan.targetlist = columns_of(plan);
	kept->plan.startup_cost = plan->startup_cost;
	kept->plan.total_cost = plan->total_cost;
	kept->plan.plan_rows = plan->plan_rows;
	kept->plan.plan_width = plan->plan_width;
	kept->plan.plan_node_id = plan->plan_node_id;
	kept->plan.extParam = bms_copy(plan->extParam);
	kept->plan.allParam = bms_copy(plan->allParam);
	return &kept->plan;
}

/* Is a subplan run for each row, to its end or its first row? */
static bool
is_lookup(const SubPlan *run)
{
	return run->parParam != NIL && !run->useHashTable &&
		(run->subLinkType == EXISTS_SUBLINK || run->subLinkType == EXPR_SUBLINK || run->subLinkType == ARRAY_SUBLINK);
}

static bool
keep_of_expression(Node *node, void *context)
{
	PlannedStmt *plan = context;
	const SubPlan *run = (const SubPlan *) node;

	if (node == NULL)
		return false;
	if (IsA(node, SubPlan) && is_lookup(run))
	{
		ListCell   *cell = list_nth_cell(plan->subplans, run->plan_id - 1);
		Plan	   *kept = IsA(lfirst(cell), Memoize) ? NULL : kept_plan(lfirst(cell), run);

		if (kept)
			lfirst(cell) = kept;
	}
	return expression_tree_walker(node, keep_of_expression, context);
}

/* Where the conditions and columns of contexts come to be in a plan. */
static void
keep_of_plan(Plan *part, PlannedStmt *plan)
{
	ListCell   *cell;

	if (part == NULL)
		return;
	check_stack_depth();
	(void) keep_of_expression((Node *) part->targetlist, plan);
	(void) keep_of_expression((Node *) part->qual, plan);
	if (IsA(part, NestLoop) || IsA(part, MergeJoin) || IsA(part, HashJoin))
		(void) keep_of_expression((Node *) ((Join *) part)->joinqual, plan);
	if (IsA(part, HashJoin))
		(void) keep_of_expression((Node *) ((HashJoin *) part)->hashclauses, plan);
	if (IsA(part, SubqueryScan))
		keep_of_plan(((SubqueryScan *) part)->subplan, plan);
	foreach(cell, appended_plans(part))
		keep_of_plan(lfirst(cell), plan);
	keep_of_plan(part->lefttree, plan);
	keep_of_plan(part->righttree, plan);
}

void
keep_lookups(PlannedStmt *plan)
{
	ListCell   *cell;

	keep_of_plan(plan->planTree, plan);
	foreach(cell, plan->subplans)
		keep_of_plan(lfirst(cell), plan);
}
