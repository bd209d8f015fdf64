/*-------------------------------------------------------------------------
 *
 * one_row.c
 *	  The one row that a statement has changed, as parameters of its queries.
 *
 * Mostly a statement changes one row, and what its rules cost is to start their
 * plan.  To the planner "changed" is a table, whose columns each join hands on to
 * the next, and whose keys may come twice.  Of one row it is a query without a
 * table, whose columns are parameters: what is looked up by them is looked up
 * once, and nothing is sorted.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"

#include "study/one_row.h"

/* The parameters of "changed" are numbered as its columns; those of "removed" follow. */
static int
first_parameter(const char *name, int ncolumns)
{
	return strcmp(name, "removed") == 0 ? ncolumns : 0;
}

static bool
has_dropped_column(TupleDesc tupdesc)
{
	for (int i = 0; i < tupdesc->natts; i++)
	{
		if (TupleDescAttr(tupdesc, i)->attisdropped)
			return true;
	}
	return false;
}

/* Adds the columns of the one row; false if there is another number of them. */
static bool
add_row(ParamListInfo parameters, Relation table, Tuplestorestate *rows, const char *name)
{
	TupleDesc	tupdesc = RelationGetDescr(table);
	ParamExternData *columns = &parameters->params[first_parameter(name, tupdesc->natts)];
	Datum	   *values;
	bool	   *is_null;
	TupleTableSlot *slot;

	if (rows == NULL)
		return true;
	if (tuplestore_tuple_count(rows) != 1)
		return false;
	values = palloc(sizeof(Datum) * tupdesc->natts);
	is_null = palloc(sizeof(bool) * tupdesc->natts);
	slot = MakeSingleTupleTableSlot(tupdesc, &TTSOpsMinimalTuple);
	tuplestore_select_read_pointer(rows, 0);
	tuplestore_rescan(rows);
	(void) tuplestore_gettupleslot(rows, true, false, slot);
	heap_deform_tuple(ExecCopySlotHeapTuple(slot), tupdesc, values, is_null);
	ExecDropSingleTupleTableSlot(slot);
	for (int i = 0; i < tupdesc->natts; i++)
	{
		columns[i].value = values[i];
		columns[i].isnull = is_null[i];
		columns[i].ptype = TupleDescAttr(tupdesc, i)->atttypid;
	}
	return true;
}

/*
 * The row that a statement has changed, or NULL if it is not one row.  Under
 * REPEATABLE READ a query of rules has a snapshot of its own, which SPI does not
 * take with such parameters.
 */
ParamListInfo
one_row(Relation table, Tuplestorestate *changed, Tuplestorestate *removed)
{
	ParamListInfo parameters;

	if ((changed == NULL && removed == NULL) || IsolationUsesXactSnapshot() || has_dropped_column(RelationGetDescr(table)))
		return NULL;
	parameters = makeParamList(2 * RelationGetNumberOfAttributes(table));
	memset(parameters->params, 0, sizeof(ParamExternData) * parameters->numParams);
	return add_row(parameters, table, changed, "changed") && add_row(parameters, table, removed, "removed") ? parameters : NULL;
}

static Query *
query_of_row(const RangeTblEntry *rows)
{
	Query	   *query = makeNode(Query);
	int			ncolumns = list_length(rows->coltypes);

	query->commandType = CMD_SELECT;
	query->canSetTag = true;
	query->jointree = makeFromExpr(NIL, NULL);
	for (int i = 0; i < ncolumns; i++)
	{
		Param	   *column = makeNode(Param);

		column->paramkind = PARAM_EXTERN;
		column->paramid = first_parameter(rows->enrname, ncolumns) + i + 1;
		column->paramtype = list_nth_oid(rows->coltypes, i);
		column->paramtypmod = list_nth_int(rows->coltypmods, i);
		column->paramcollid = list_nth_oid(rows->colcollations, i);
		column->location = -1;
		query->targetList = lappend(query->targetList,
									makeTargetEntry((Expr *) column, i + 1, strVal(list_nth(rows->eref->colnames, i)), false));
	}
	return query;
}

static bool
replace_rows(Node *node, void *context)
{
	ListCell   *cell;

	if (node == NULL)
		return false;
	if (!IsA(node, Query))
		return expression_tree_walker(node, replace_rows, context);
	foreach(cell, ((Query *) node)->rtable)
	{
		RangeTblEntry *rows = lfirst_node(RangeTblEntry, cell);

		if (rows->rtekind != RTE_NAMEDTUPLESTORE)
			continue;
		rows->subquery = query_of_row(rows);
		rows->rtekind = RTE_SUBQUERY;
		rows->relid = InvalidOid;
		rows->coltypes = rows->coltypmods = rows->colcollations = NIL;
		rows->enrname = NULL;
		rows->enrtuples = 0;
	}
	return query_tree_walker((Query *) node, replace_rows, context, 0);
}

/* Has an analysed query read the parameters instead of the rows. */
void
read_row_as_parameters(Query *query)
{
	(void) replace_rows((Node *) query, NULL);
}
