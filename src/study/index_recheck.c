/*-------------------------------------------------------------------------
 *
 * index_recheck.c
 *	  Takes out of a plan the conditions by which scans of B-trees would look at
 *	  a row again.
 *
 * A scan of an index has its condition twice: to search by, and to look at what an
 * index of another kind has found, or at a row that was locked and had changed.  A
 * B-tree finds nothing else, and a plan without locks has no such row.  To start
 * the second copy is a third of what it costs to start a scan.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "utils/syscache.h"

#include "study/index_recheck.h"
#include "study/plan_part.h"

static bool
is_btree(Oid index)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(index));
	bool		is_one = HeapTupleIsValid(tuple) && ((Form_pg_class) GETSTRUCT(tuple))->relam == BTREE_AM_OID;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return is_one;
}

static void
drop_from(Plan *plan)
{
	ListCell   *cell;

	if (plan == NULL)
		return;
	if (IsA(plan, IndexScan) && is_btree(((IndexScan *) plan)->indexid))
		((IndexScan *) plan)->indexqualorig = NIL;
	else if (IsA(plan, IndexOnlyScan) && is_btree(((IndexOnlyScan *) plan)->indexid))
		((IndexOnlyScan *) plan)->recheckqual = NIL;
	else if (IsA(plan, SubqueryScan))
		drop_from(((SubqueryScan *) plan)->subplan);
	foreach(cell, appended_plans(plan))
		drop_from(lfirst(cell));
	drop_from(plan->lefttree);
	drop_from(plan->righttree);
}

/* What is not reached keeps its conditions, and only costs more. */
void
drop_rechecks(PlannedStmt *plan)
{
	ListCell   *cell;

	if (plan->commandType != CMD_SELECT || plan->rowMarks != NIL)
		return;
	drop_from(plan->planTree);
	foreach(cell, plan->subplans)
		drop_from(lfirst(cell));
}
