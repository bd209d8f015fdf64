/*-------------------------------------------------------------------------
 *
 * unread_column.c
 *	  Takes out of an analysed query the columns of its subqueries that nothing
 *	  reads.
 *
 * A context has a column for whatever a rule may ask, and a statement reads few
 * of them.  The planner leaves the others out of the plan; but the server goes
 * through all of a kept query each time that it is run, to lock what it names.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteManip.h"

#include "study/unread_column.h"

/* The columns that a query reads of an entry of its range table; 0 stands for all of them. */
static Bitmapset *
columns_read(Query *query, int entry)
{
	Bitmapset  *columns = NULL;
	ListCell   *cell;

	foreach(cell, pull_vars_of_level((Node *) query, 0))
	{
		const Var  *column = lfirst_node(Var, cell);

		if (column->varno == entry)
			columns = bms_add_member(columns, Max(column->varattno, 0));
	}
	return columns;
}

/* Does a column decide nothing but its own value?  As the planner sees it. */
static bool
is_value_alone(const TargetEntry *column)
{
	return !column->resjunk && column->ressortgroupref == 0 && !expression_returns_set((Node *) column->expr) &&
		!contain_volatile_functions((Node *) column->expr);
}

static void
drop_columns(Query *subquery, const Bitmapset *read)
{
	ListCell   *cell;

	if (bms_is_member(0, read) || subquery->commandType != CMD_SELECT || subquery->setOperations || subquery->distinctClause)
		return;
	foreach(cell, subquery->targetList)
	{
		TargetEntry *column = lfirst_node(TargetEntry, cell);
		Node	   *value = (Node *) column->expr;

		if (!bms_is_member(column->resno, read) && is_value_alone(column))
			column->expr = (Expr *) makeNullConst(exprType(value), exprTypmod(value), exprCollation(value));
	}
	subquery->hasSubLinks = checkExprHasSubLink((Node *) subquery);
}

static bool
drop_from_query(Node *node, void *context)
{
	Query	   *query = (Query *) node;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, drop_from_query, context);
	/* A join comes after what it joins, and lists all of their columns. */
	for (int number = list_length(query->rtable); number > 0; number--)
	{
		RangeTblEntry *entry = rt_fetch(number, query->rtable);
		Bitmapset  *read = columns_read(query, number);

		if (entry->rtekind == RTE_JOIN && read == NULL)
			entry->joinaliasvars = NIL;
		/* Of a union's parts all columns are read, though none is named. */
		else if (entry->rtekind == RTE_SUBQUERY && query->setOperations == NULL)
			drop_columns(entry->subquery, read);
	}
	return query_tree_walker(query, drop_from_query, context, 0);
}

/* From without: what reads a column may be read by nothing itself. */
void
drop_unread_columns(Query *query)
{
	(void) drop_from_query((Node *) query, NULL);
}
