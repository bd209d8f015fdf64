/*-------------------------------------------------------------------------
 *
 * rule_plan.c
 *	  How the server plans the queries of a study's rules.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "optimizer/optimizer.h"
#include "optimizer/paths.h"
#include "optimizer/plancat.h"
#include "optimizer/planner.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "settings.h"
#include "study/changed_lookup.h"
#include "study/kept_lookup.h"
#include "study/rule_plan.h"

/*
 * The size that a table of subjects is expected to grow to, at the least, and the
 * size of another table, of which an index then finds a row: a sequential scan asks
 * the system how long the table is, which takes longer.
 */
#define GROWN_PAGES 2000
#define OTHER_PAGES 20
#define ROWS_PER_PAGE 50

RulePlanning rule_planning = {.size = SIZE_MANY};

static planner_hook_type earlier_planner = NULL;
static get_relation_info_hook_type earlier_relation_info = NULL;
static set_rel_pathlist_hook_type earlier_paths = NULL;

static bool is_planning_few = false;
static bool is_planning_many = false;
static bool is_planning_called = false;

/*
 * A plan for few rows is kept, and tables that were empty when it was made need
 * not stay so: those that grow with the subjects are planned for as if they were
 * large already, so that their rows are found by indexes.
 */
static void
expect_growth(PlannerInfo *root, Oid relid, bool inhparent, RelOptInfo *rel)
{
	BlockNumber pages;
	ListCell   *cell;

	if (earlier_relation_info)
		earlier_relation_info(root, relid, inhparent, rel);
	if (!is_planning_few)
		return;
	pages = get_attnum(relid, "subject_id") == InvalidAttrNumber ? OTHER_PAGES : GROWN_PAGES;
	rel->pages = Max(rel->pages, pages);
	rel->tuples = Max(rel->tuples, (double) pages * ROWS_PER_PAGE);
	foreach(cell, rel->indexlist)
	{
		IndexOptInfo *index = lfirst_node(IndexOptInfo, cell);

		index->pages = Max(index->pages, pages / 2);
		index->tuples = Max(index->tuples, rel->tuples);
	}
}

/* Where many rows are judged, those that they are compared with are looked up. */
static void
add_paths(PlannerInfo *root, RelOptInfo *rel, Index number, RangeTblEntry *rte)
{
	if (earlier_paths)
		earlier_paths(root, rel, number, rte);
	if (is_planning_many)
		add_changed_lookup(root, rel, rte);
}

static PlannedStmt *
call_planner(Query *query, const char *text, int options, ParamListInfo parameters)
{
	return earlier_planner ? earlier_planner(query, text, options, parameters) : standard_planner(query, text, options, parameters);
}

static PlannedStmt *
plan_rules(Query *query, const char *text, int options, ParamListInfo parameters)
{
	static const char *const for_many[] = {"enable_hashjoin", "enable_hashagg", "enable_bitmapscan"};
	PlannedStmt *plan;
	bool		keeps_lookups;
	int			level;

	if (rule_planning.rules == NULL || text == NULL || strcmp(text, rule_planning.rules) != 0)
		return call_planner(query, text, options, parameters);
	/* What a volatile function says is not to be kept; the planner changes the query. */
	keeps_lookups = rule_planning.size != SIZE_FEW && !contain_volatile_functions((Node *) query);
	level = NewGUCNestLevel();
	/* Of many rows the planner has no statistics, takes their joins to find next to nothing, and would loop. */
	if (rule_planning.size == SIZE_BULK)
		set_locally("enable_nestloop", "off");
	/* For one row, to begin a hash table or a bitmap takes longer than to look at the rows. */
	for (int i = 0; rule_planning.size == SIZE_FEW && i < lengthof(for_many); i++)
		set_locally(for_many[i], "off");
	PG_TRY();
	{
		is_planning_few = rule_planning.size == SIZE_FEW;
		is_planning_many = !is_planning_few;
		plan = call_planner(query, text, options, parameters);
	}
	PG_FINALLY();
	{
		is_planning_few = is_planning_many = false;
	}
	PG_END_TRY();
	AtEOXact_GUC(false, level);
	/* Compiling all rules takes longer than running them. */
	plan->jitFlags = 0;
	if (keeps_lookups)
		keep_lookups(plan);
	return plan;
}

static PlannedStmt *
plan_query(Query *query, const char *text, int options, ParamListInfo parameters)
{
	bool		outer = is_planning_called;
	PlannedStmt *plan;

	PG_TRY();
	{
		is_planning_called = rule_planning.call && text && strcmp(text, rule_planning.call) == 0;
		plan = plan_rules(query, text, options, parameters);
	}
	PG_FINALLY();
	{
		is_planning_called = outer;
	}
	PG_END_TRY();
	return plan;
}

/* Is a plan being made that a call on a study uses once? */
bool
is_planning_call(void)
{
	return is_planning_called;
}

/* Called once, when the module is loaded. */
void
install_planner_hooks(void)
{
	earlier_planner = planner_hook;
	planner_hook = plan_query;
	earlier_relation_info = get_relation_info_hook;
	get_relation_info_hook = expect_growth;
	earlier_paths = set_rel_pathlist_hook;
	set_rel_pathlist_hook = add_paths;
}
