/*-------------------------------------------------------------------------
 *
 * changed_lookup.c
 *	  A scan of the rows that a statement judges by the values of columns.
 *
 * What a rule looks up for each row among the rows of its own table is in "changed"
 * in a dry run.  That has no index, and would be read from end to end for each
 * row.  The scan makes a hash table of it once, and looks there.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "common/hashfn.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/extensible.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/clauses.h"
#include "optimizer/cost.h"
#include "optimizer/optimizer.h"
#include "optimizer/pathnode.h"
#include "optimizer/restrictinfo.h"
#include "parser/parsetree.h"
#include "port/pg_bitutils.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/queryenvironment.h"
#include "utils/tuplestore.h"

#include "study/changed_lookup.h"

/* One of the columns that a scan looks rows up by. */
typedef struct LookupKey
{
	AttrNumber	column;
	Expr	   *value;			/* that it is to have */
	RegProcedure column_hash;
	RegProcedure value_hash;
	Oid			collation;
} LookupKey;

typedef struct LookupRow
{
	struct LookupRow *next;		/* of the same bucket */
	uint32		hash;
	MinimalTuple tuple;
} LookupRow;

/* One column of a scan that is run. */
typedef struct SoughtKey
{
	AttrNumber	column;
	ExprState  *value;
	FmgrInfo	column_hash;
	FmgrInfo	value_hash;
	Oid			collation;
} SoughtKey;

typedef struct ChangedLookup
{
	CustomScanState scan;
	Tuplestorestate *rows;
	int			pointer;
	TupleTableSlot *slot;
	int			nkeys;
	SoughtKey  *keys;
	uint64		nbuckets;		/* a power of 2 */
	LookupRow **buckets;		/* NULL until they are needed first */
	bool		is_sought;		/* "next" is known */
	LookupRow  *next;
	uint32		hash;			/* of the values sought */
} ChangedLookup;

static Node *create_state(CustomScan *plan);
static void begin_scan(CustomScanState *node, EState *estate, int eflags);
static TupleTableSlot *run_scan(CustomScanState *node);
static void end_scan(CustomScanState *node);
static void restart_scan(CustomScanState *node);
static Plan *make_plan(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *columns, List *clauses, List *inputs);

static const CustomPathMethods path_methods = {
	.CustomName = "changed rows",
	.PlanCustomPath = make_plan
};

static const CustomScanMethods plan_methods = {
	.CustomName = "changed rows",
	.CreateCustomScanState = create_state
};

static const CustomExecMethods state_methods = {
	.CustomName = "changed rows",
	.BeginCustomScan = begin_scan,
	.ExecCustomScan = run_scan,
	.EndCustomScan = end_scan,
	.ReScanCustomScan = restart_scan
};

/* What is compared as it is stored: another type of the same bytes, but nothing that a cast computes. */
static Node *
stored_operand(Node *operand)
{
	while (IsA(operand, RelabelType))
		operand = (Node *) ((RelabelType *) operand)->arg;
	return operand;
}

/* Is a side of an equation a column of the scanned rows, and the other one known before the scan? */
static bool
is_lookup(Node *column, Node *value)
{
	return column && IsA(column, Var) && ((Var *) column)->varattno > 0 &&
		!contain_var_clause(value) && !contain_subplans(value) && !contain_volatile_functions(value);
}

/* Is a condition one that a hash table can answer? */
static bool
lookup_key(const RestrictInfo *condition, LookupKey *key)
{
	OpExpr	   *equation = (OpExpr *) condition->clause;
	Node	   *left;
	Node	   *right;

	if (!IsA(equation, OpExpr) || list_length(equation->args) != 2)
		return false;
	left = stored_operand(linitial(equation->args));
	right = stored_operand(lsecond(equation->args));
	if (!op_strict(equation->opno) || !op_hashjoinable(equation->opno, exprType(linitial(equation->args))) ||
		!get_op_hash_functions(equation->opno, &key->column_hash, &key->value_hash))
		return false;
	key->collation = equation->inputcollid;
	if (is_lookup(left, right))
	{
		key->column = ((Var *) left)->varattno;
		key->value = lsecond(equation->args);
		return true;
	}
	if (is_lookup(right, left))
	{
		RegProcedure value_hash = key->column_hash;

		key->column_hash = key->value_hash;
		key->value_hash = value_hash;
		key->column = ((Var *) right)->varattno;
		key->value = linitial(equation->args);
		return true;
	}
	return false;
}

/* Offers the planner to look up the rows of a statement. */
void
add_changed_lookup(PlannerInfo *root, RelOptInfo *rel, RangeTblEntry *rte)
{
	CustomPath *path;
	bool		has_key = false;
	ListCell   *cell;

	if (rte->rtekind != RTE_NAMEDTUPLESTORE)
		return;
	foreach(cell, rel->baserestrictinfo)
	{
		LookupKey	key;

		has_key = has_key || lookup_key(lfirst_node(RestrictInfo, cell), &key);
	}
	if (!has_key)
		return;
	path = makeNode(CustomPath);
	path->path.pathtype = T_CustomScan;
	path->path.parent = rel;
	path->path.pathtarget = rel->reltarget;
	path->path.param_info = get_baserel_parampathinfo(root, rel, rel->lateral_relids);
	path->path.rows = rel->rows;
	path->path.total_cost = cpu_tuple_cost * (rel->rows + 1) + rel->reltarget->cost.per_tuple * rel->rows;
	path->flags = CUSTOMPATH_SUPPORT_PROJECTION;
	path->methods = &path_methods;
	add_path(rel, &path->path);
}

/* All columns of the rows, as the scan returns them. */
static List *
all_columns(Index relation, const RangeTblEntry *rows)
{
	List	   *columns = NIL;

	for (int i = 0; i < list_length(rows->coltypes); i++)
	{
		Oid			type = list_nth_oid(rows->coltypes, i);
		Expr	   *column = OidIsValid(type) ?
			(Expr *) makeVar(relation, i + 1, type, list_nth_int(rows->coltypmods, i), list_nth_oid(rows->colcollations, i), 0) :
			(Expr *) makeNullConst(INT4OID, -1, InvalidOid);

		columns = lappend(columns, makeTargetEntry(column, i + 1, NULL, false));
	}
	return columns;
}

static Plan *
make_plan(PlannerInfo *root, RelOptInfo *rel, CustomPath *path, List *columns, List *clauses, List *inputs)
{
	RangeTblEntry *rows = planner_rt_fetch(rel->relid, root);
	CustomScan *plan = makeNode(CustomScan);
	List	   *numbers = NIL;
	List	   *functions = NIL;
	ListCell   *cell;

	foreach(cell, clauses)
	{
		LookupKey	key;

		if (!lookup_key(lfirst_node(RestrictInfo, cell), &key))
			continue;
		plan->custom_exprs = lappend(plan->custom_exprs, key.value);
		numbers = lappend_int(numbers, key.column);
		functions = lappend_oid(lappend_oid(lappend_oid(functions, key.column_hash), key.value_hash), key.collation);
	}
	plan->custom_private = list_make3(makeString(rows->enrname), numbers, functions);
	plan->scan.plan.targetlist = columns;
	plan->scan.plan.qual = extract_actual_clauses(clauses, false);
	/* A relation that is not in the catalogue: the columns come from here. */
	plan->scan.scanrelid = 0;
	plan->custom_scan_tlist = all_columns(rel->relid, rows);
	plan->flags = path->flags;
	plan->methods = &plan_methods;
	return &plan->scan.plan;
}

static Node *
create_state(CustomScan *plan)
{
	ChangedLookup *scan = palloc0(sizeof(ChangedLookup));

	NodeSetTag(scan, T_CustomScanState);
	scan->scan.methods = &state_methods;
	return (Node *) scan;
}

static void
begin_scan(CustomScanState *node, EState *estate, int eflags)
{
	ChangedLookup *scan = (ChangedLookup *) node;
	CustomScan *plan = (CustomScan *) node->ss.ps.plan;
	const char *name = strVal(linitial(plan->custom_private));
	List	   *numbers = lsecond(plan->custom_private);
	List	   *functions = lthird(plan->custom_private);
	EphemeralNamedRelation relation = get_ENR(estate->es_queryEnv, name);

	if (relation == NULL)
		elog(ERROR, "relation \"%s\" is not there", name);
	scan->rows = relation->reldata;
	scan->pointer = tuplestore_alloc_read_pointer(scan->rows, EXEC_FLAG_REWIND);
	scan->slot = ExecInitExtraTupleSlot(estate, ENRMetadataGetTupDesc(&relation->md), &TTSOpsMinimalTuple);
	scan->nkeys = list_length(numbers);
	scan->keys = palloc(sizeof(SoughtKey) * scan->nkeys);
	for (int i = 0; i < scan->nkeys; i++)
	{
		SoughtKey  *key = &scan->keys[i];

		key->column = list_nth_int(numbers, i);
		key->value = ExecInitExpr(list_nth(plan->custom_exprs, i), &node->ss.ps);
		fmgr_info(list_nth_oid(functions, 3 * i), &key->column_hash);
		fmgr_info(list_nth_oid(functions, 3 * i + 1), &key->value_hash);
		key->collation = list_nth_oid(functions, 3 * i + 2);
	}
}

static uint32
add_to_hash(uint32 hash, FmgrInfo *function, Oid collation, Datum value)
{
	return hash_combine(hash, DatumGetUInt32(FunctionCall1Coll(function, collation, value)));
}

/* The hash of a row's columns; false if one of them is null, which equals nothing. */
static bool
hash_row(ChangedLookup *scan, uint32 *hash)
{
	*hash = 0;
	for (int i = 0; i < scan->nkeys; i++)
	{
		SoughtKey  *key = &scan->keys[i];
		bool		is_null;
		Datum		value = slot_getattr(scan->slot, key->column, &is_null);

		if (is_null)
			return false;
		*hash = add_to_hash(*hash, &key->column_hash, key->collation, value);
	}
	return true;
}

/* The same of the values that are sought. */
static bool
hash_sought(ChangedLookup *scan)
{
	ExprContext *context = scan->scan.ss.ps.ps_ExprContext;

	scan->hash = 0;
	for (int i = 0; i < scan->nkeys; i++)
	{
		SoughtKey  *key = &scan->keys[i];
		bool		is_null;
		Datum		value = ExecEvalExprSwitchContext(key->value, context, &is_null);

		if (is_null)
			return false;
		scan->hash = add_to_hash(scan->hash, &key->value_hash, key->collation, value);
	}
	return true;
}

static void
read_rows(ChangedLookup *scan)
{
	MemoryContext old = MemoryContextSwitchTo(scan->scan.ss.ps.state->es_query_cxt);

	scan->nbuckets = pg_nextpower2_64(Max(tuplestore_tuple_count(scan->rows), 1));
	scan->buckets = palloc_extended(sizeof(LookupRow *) * scan->nbuckets, MCXT_ALLOC_HUGE | MCXT_ALLOC_ZERO);
	tuplestore_select_read_pointer(scan->rows, scan->pointer);
	tuplestore_rescan(scan->rows);
	while (tuplestore_gettupleslot(scan->rows, true, false, scan->slot))
	{
		uint32		hash;
		LookupRow  *row;

		CHECK_FOR_INTERRUPTS();
		if (!hash_row(scan, &hash))
			continue;
		row = palloc(sizeof(LookupRow));
		row->next = scan->buckets[hash & (scan->nbuckets - 1)];
		row->hash = hash;
		row->tuple = ExecCopySlotMinimalTuple(scan->slot);
		scan->buckets[hash & (scan->nbuckets - 1)] = row;
	}
	ExecClearTuple(scan->slot);
	MemoryContextSwitchTo(old);
}

/* The next row whose hash is that of the values; the conditions of the plan are looked at by the server. */
static TupleTableSlot *
next_row(ScanState *node)
{
	ChangedLookup *scan = (ChangedLookup *) node;
	TupleTableSlot *found = ExecClearTuple(node->ss_ScanTupleSlot);

	if (scan->buckets == NULL)
		read_rows(scan);
	if (!scan->is_sought)
		scan->next = hash_sought(scan) ? scan->buckets[scan->hash & (scan->nbuckets - 1)] : NULL;
	scan->is_sought = true;
	while (scan->next && scan->next->hash != scan->hash)
		scan->next = scan->next->next;
	if (scan->next == NULL)
		return found;
	ExecStoreMinimalTuple(scan->next->tuple, scan->slot, false);
	slot_getallattrs(scan->slot);
	memcpy(found->tts_values, scan->slot->tts_values, found->tts_tupleDescriptor->natts * sizeof(Datum));
	memcpy(found->tts_isnull, scan->slot->tts_isnull, found->tts_tupleDescriptor->natts * sizeof(bool));
	scan->next = scan->next->next;
	return ExecStoreVirtualTuple(found);
}

static bool
is_row_unchanged(ScanState *node, TupleTableSlot *slot)
{
	return true;
}

static TupleTableSlot *
run_scan(CustomScanState *node)
{
	return ExecScan(&node->ss, next_row, is_row_unchanged);
}

/* All is of the memory of the query. */
static void
end_scan(CustomScanState *node)
{
}

static void
restart_scan(CustomScanState *node)
{
	((ChangedLookup *) node)->is_sought = false;
	ExecScanReScan(&node->ss);
}
