/*-------------------------------------------------------------------------
 *
 * screen.c
 *	  The screens of an event as expressions, evaluated on the rows of a
 *	  statement without the start of an executor, which takes longer than they
 *	  do.
 *
 * An expression is kept until something that it was made of changes, and so is
 * what its functions keep of their calls.  Functions in languages that bind
 * this to a transaction, like subqueries, are left to the query that all
 * screens of an event also are.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "executor/executor.h"
#include "nodes/nodeFuncs.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/plancache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "study_rule.h"

/* One rule's. */
typedef struct ScreenExpression
{
	CachedExpression *planned;
	ExprState  *state;
} ScreenExpression;

/* Counts changes of functions, all of which are taken to concern all screens. */
static uint64 function_changes = 0;

static void
count_function_change(Datum arg, int cacheid, uint32 hash)
{
	function_changes++;
}

static bool
is_not_native(Oid function, void *context)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Oid			language = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
		ReleaseSysCache(tuple);
	}
	return language != INTERNALlanguageId && language != ClanguageId;
}

/* Whether an expression has parts that are not kept: functions, or whole rows. */
static bool
needs_query(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (check_functions_in_node(node, is_not_native, context) ||
		(IsA(node, Var) && ((Var *) node)->varattno <= 0))
		return true;
	return expression_tree_walker(node, needs_query, context);
}

/* Forgets the expressions, as something that they were made of has changed. */
void
forget_screens(ScreenSet *screens)
{
	for (int i = 0; i < screens->nplanned; i++)
		FreeCachedExpression(screens->expressions[i].planned);
	screens->nplanned = 0;
	/* Should making them anew fail, the query is run. */
	screens->is_usable = false;
	if (screens->context)
		MemoryContextDelete(screens->context);
	screens->context = NULL;
	screens->expressions = NULL;
}

/* Plans the columns of the query over "changed"; false if one cannot be kept. */
static bool
plan_screens(ScreenSet *screens, const Query *query)
{
	ListCell   *cell;

	if (query->hasSubLinks || query->hasTargetSRFs || query->hasAggs || query->hasWindowFuncs)
		return false;
	screens->expressions = palloc0(sizeof(ScreenExpression) * list_length(query->targetList));
	foreach(cell, query->targetList)
	{
		ScreenExpression *expression = &screens->expressions[screens->nplanned];

		expression->planned = GetCachedExpression((Node *) lfirst_node(TargetEntry, cell)->expr);
		screens->nplanned++;
		if (needs_query(expression->planned->expr, NULL))
			return false;
		expression->state = ExecInitExpr((Expr *) expression->planned->expr, NULL);
	}
	return true;
}

static void
make_screens(ScreenSet *screens, MemoryContext parent)
{
	static bool is_registered = false;
	SPIPlanPtr	plan;
	CachedPlanSource *source;
	MemoryContext old;

	if (!is_registered)
		CacheRegisterSyscacheCallback(PROCOID, count_function_change, (Datum) 0);
	is_registered = true;
	forget_screens(screens);
	/* Before planning: what changes meanwhile must be seen. */
	screens->made_at = function_changes;
	plan = prepare_query(screens->query, 0, NULL);
	source = linitial(SPI_plan_get_plan_sources(plan));
	screens->context = AllocSetContextCreate(parent, "virotrial screens", ALLOCSET_SMALL_SIZES);
	old = MemoryContextSwitchTo(screens->context);
	screens->is_usable = plan_screens(screens, linitial_node(Query, source->query_list));
	MemoryContextSwitchTo(old);
	SPI_freeplan(plan);
}

static bool
is_current(const ScreenSet *screens)
{
	if (screens->context == NULL || screens->made_at != function_changes)
		return false;
	for (int i = 0; i < screens->nplanned; i++)
	{
		if (!screens->expressions[i].planned->is_valid)
			return false;
	}
	return true;
}

/*
 * Whether the screens can be evaluated as expressions, which are made if need
 * be.  Needs a connection to SPI in which "changed" is registered, and the
 * owner of the study as the user.
 */
bool
screens_usable(ScreenSet *screens, MemoryContext parent)
{
	if (screens->query == NULL)
		return false;
	if (!is_current(screens))
		make_screens(screens, parent);
	return screens->is_usable;
}

/* Whether a screen holds for the row in the context: one that may break a rule. */
static bool
stops_row(const ScreenSet *screens, ExprContext *context)
{
	ErrorContextCallback error_context = {.previous = error_context_stack, .callback = rule_context};
	bool		stops = false;

	use_row_memo(make_row_memo(GetActiveSnapshot(), context->ecxt_per_tuple_memory));
	error_context_stack = &error_context;
	for (int i = 0; i < screens->nplanned && !stops; i++)
	{
		bool		is_null;

		error_context.arg = list_nth(screens->rules, i);
		stops = DatumGetBool(ExecEvalExprSwitchContext(screens->expressions[i].state, context, &is_null)) && !is_null;
	}
	error_context_stack = error_context.previous;
	ResetExprContext(context);
	return stops;
}

static bool
stops_any_row(const ScreenSet *screens, ExprContext *context, Tuplestorestate *changed)
{
	RowMemo    *memo = use_row_memo(NULL);
	bool		stops = false;

	PG_TRY();
	{
		while (!stops && tuplestore_gettupleslot(changed, true, false, context->ecxt_scantuple))
			stops = stops_row(screens, context);
	}
	PG_FINALLY();
	{
		use_row_memo(memo);
	}
	PG_END_TRY();
	return stops;
}

/* Whether a screen holds for any of the rows; the screens are usable. */
bool
screens_stop(const ScreenSet *screens, Tuplestorestate *changed, TupleDesc tupdesc)
{
	ExprContext *context = CreateStandaloneExprContext();
	bool		stops;

	tuplestore_select_read_pointer(changed, tuplestore_alloc_read_pointer(changed, EXEC_FLAG_REWIND));
	tuplestore_rescan(changed);
	push_snapshot_of_rules();
	context->ecxt_scantuple = MakeSingleTupleTableSlot(tupdesc, &TTSOpsMinimalTuple);
	stops = stops_any_row(screens, context, changed);
	ExecDropSingleTupleTableSlot(context->ecxt_scantuple);
	PopActiveSnapshot();
	FreeExprContext(context, true);
	return stops;
}
