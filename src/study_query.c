/*-------------------------------------------------------------------------
 *
 * study_query.c
 *	  Runs the queries of a study's rules as the owner of its tables, as
 *	  foreign keys do, under a search path of the study and the extension.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"
#include "parser/parse_expr.h"
#include "parser/parse_node.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/plancache.h"
#include "utils/snapmgr.h"

#include "rule_reference.h"
#include "study_rule.h"

static post_parse_analyze_hook_type earlier_hook = NULL;

/* Marks the analysis of a query that runs as the owner of a study. */
static Node *
mark_of_owner(ParseState *pstate, ColumnRef *column)
{
	return NULL;
}

static void
mark_analysis(ParseState *pstate, void *argument)
{
	pstate->p_pre_columnref_hook = mark_of_owner;
}

/*
 * Looks at what a study's query has been found to mean, whenever that is found
 * out anew for a kept plan, and before anything of it is executed.
 */
static void
check_analysis(ParseState *pstate, Query *query, struct JumbleState *jumble)
{
	if (earlier_hook)
		earlier_hook(pstate, query, jumble);
	if (pstate->p_pre_columnref_hook == mark_of_owner)
		check_references(query, GetUserId());
}

/* Called once, when the module is loaded. */
void
install_analysis_check(void)
{
	earlier_hook = post_parse_analyze_hook;
	post_parse_analyze_hook = check_analysis;
}

/* Sets a parameter until restore_user(). */
void
set_locally(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/*
 * What a rule returns identifies a row, and must not depend on how the client
 * wants dates and numbers to be written; nor may what it means.
 */
static void
write_values_alike(void)
{
	if (!standard_conforming_strings)
		set_locally("standard_conforming_strings", "on");
	if (Transform_null_equals)
		set_locally("transform_null_equals", "off");
	if (DateStyle != USE_ISO_DATES)
		set_locally("datestyle", "ISO");
	if (extra_float_digits < 1)
		set_locally("extra_float_digits", "1");
}

/*
 * The search path of a study's queries; function is one of the extension.  To
 * the server "$user" means another schema.
 */
char *
study_search_path(Oid namespace, Oid function)
{
	char	   *study = get_namespace_name(namespace);
	char	   *extension = get_namespace_name(get_func_namespace(function));

	if (strcmp(study, "$user") == 0 || strcmp(extension, "$user") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_SCHEMA_NAME),
				 errmsg("neither a study nor the extension can be in a schema of the name \"$user\""),
				 errhint("Rename the schema.")));
	return psprintf("pg_catalog, %s, %s, pg_temp", quote_identifier(study), quote_identifier(extension));
}

/* Switches to the owner of a study, and its search path. */
void
become_study_owner(OwnerState *state, Oid owner, const char *search_path)
{
	GetUserIdAndSecContext(&state->user, &state->security_context);
	state->guc_level = NewGUCNestLevel();
	SetUserIdAndSecContext(owner, state->security_context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS);
	set_locally("search_path", search_path);
	write_values_alike();
}

void
become_owner(OwnerState *state, RuleSet *rules)
{
	become_study_owner(state, rules->owner, rules->search_path);
}

void
restore_user(OwnerState *state)
{
	AtEOXact_GUC(false, state->guc_level);
	SetUserIdAndSecContext(state->user, state->security_context);
}

/*
 * Settings of the planner, until restore_user().  Plans for few rows are kept,
 * and so use indexes whatever the sizes of the tables were when they were made.
 * Of a bulk load's rows the planner has no statistics, and would take their
 * joins to find next to nothing.
 */
void
plan_for(StatementSize size)
{
	/* Compiling all rules takes longer than running them. */
	set_locally("jit", "off");
	if (size == SIZE_FEW)
	{
		set_locally("enable_seqscan", "off");
		set_locally("enable_hashjoin", "off");
		set_locally("enable_mergejoin", "off");
	}
	else
	{
		char		memory[32];

		if (size == SIZE_BULK)
		{
			set_locally("enable_nestloop", "off");
			/* Sorting rows by their keys, which are texts, costs most. */
			set_locally("enable_mergejoin", "off");
			set_locally("enable_sort", "off");
		}
		snprintf(memory, sizeof(memory), "%d", Max(work_mem, maintenance_work_mem));
		set_locally("work_mem", memory);
	}
}

/*
 * A statement under REPEATABLE READ must not be judged by what the transaction
 * saw when it began: rules, like foreign keys, hold for what is committed.
 */
static Snapshot
snapshot_of_rules(void)
{
	if (!IsolationUsesXactSnapshot())
		return InvalidSnapshot;
	CommandCounterIncrement();
	return GetLatestSnapshot();
}

/* Has what follows see what a query of a rule sees, until PopActiveSnapshot(). */
void
push_snapshot_of_rules(void)
{
	CommandCounterIncrement();
	PushActiveSnapshot(IsolationUsesXactSnapshot() ? GetLatestSnapshot() : GetTransactionSnapshot());
}

/* Runs a plan; its result is left in SPI_tuptable and SPI_processed. */
static void
run_plan(SPIPlanPtr plan, Datum *values, bool is_select)
{
	int			code = SPI_execute_snapshot(plan, values, NULL, snapshot_of_rules(), InvalidSnapshot,
											false, true, 0);

	if (code < 0 || (is_select && code != SPI_OK_SELECT))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a rule is not one query: %s", SPI_result_code_string(code))));
}

/* The analysis of a text that is one query and has no transition tables. */
Query *
analyse_query(const char *query, int nargs, const Oid *types)
{
	return parse_analyze_fixedparams(linitial_node(RawStmt, raw_parser(query, RAW_PARSE_DEFAULT)), query, types, nargs, NULL);
}

static SPIPlanPtr
prepare_unchecked(const char *query, int nargs, Oid *types, ParserSetupHook setup)
{
	SPIPlanPtr	plan = setup ? SPI_prepare_params(query, setup, NULL, CURSOR_OPT_GENERIC_PLAN) :
		SPI_prepare_cursor(query, nargs, types, CURSOR_OPT_GENERIC_PLAN);

	if (plan == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a rule cannot be prepared: %s", SPI_result_code_string(SPI_result))));
	if (list_length(SPI_plan_get_plan_sources(plan)) != 1)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("a rule is not one query")));
	return plan;
}

/*
 * Prepares one statement that runs as the owner of a study, who the user is,
 * and looks at what it uses.  The plan lives as long as the connection to SPI.
 */
SPIPlanPtr
prepare_query(const char *query, int nargs, Oid *types)
{
	if (nargs == 0)
		return prepare_unchecked(query, 0, NULL, mark_analysis);
	check_references(analyse_query(query, nargs, types), GetUserId());
	return prepare_unchecked(query, nargs, types, NULL);
}

/* Prepares, plans for what has changed now, and runs. */
void
run_query(const char *query, bool is_select)
{
	SPIPlanPtr	plan = prepare_query(query, 0, NULL);

	run_plan(plan, NULL, is_select);
	SPI_freeplan(plan);
}

/* The same for a query that the caller reads a table by, with his own rights. */
void
run_query_of_caller(const char *query)
{
	SPIPlanPtr	plan = prepare_unchecked(query, 0, NULL, NULL);

	run_plan(plan, NULL, true);
	SPI_freeplan(plan);
}

void
forget_kept(KeptQuery *kept)
{
	if (kept->plan)
		SPI_freeplan(kept->plan);
	kept->plan = NULL;
}

/*
 * Runs a query for few rows by the plan that is kept of it.  The planner's
 * settings, which take time, are made only if it seems that there is to be
 * planned; should a plan have been made without them after all, because a table
 * changed just then, it is made again next time.
 */
void
run_kept(KeptQuery *kept, int nargs, Oid *types, Datum *values)
{
	CachedPlanSource *source;
	int			generation;
	bool		is_planned;

	if (kept->plan == NULL)
	{
		SPIPlanPtr	plan = prepare_query(kept->query, nargs, types);

		if (SPI_keepplan(plan) != 0)
			ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("a plan could not be kept")));
		kept->plan = plan;
	}
	source = linitial(SPI_plan_get_plan_sources(kept->plan));
	generation = source->generation;
	is_planned = source->is_valid && source->gplan && source->gplan->is_valid;
	if (!is_planned)
		plan_for(SIZE_FEW);
	run_plan(kept->plan, values, true);
	if (is_planned && source->generation != generation)
		ResetPlanCache();
}
