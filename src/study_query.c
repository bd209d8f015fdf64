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
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "utils/float.h"
#include "utils/guc.h"
#include "utils/plancache.h"
#include "utils/snapmgr.h"

#include "study_rule.h"

static void
set_locally(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/*
 * What a rule returns identifies a row, and must not depend on how the client
 * wants dates and numbers to be written.
 */
static void
write_values_alike(void)
{
	if (DateStyle != USE_ISO_DATES)
		set_locally("datestyle", "ISO");
	if (extra_float_digits < 1)
		set_locally("extra_float_digits", "1");
}

/* Switches to the owner of the study, and its search path. */
void
become_owner(OwnerState *state, RuleSet *rules)
{
	state->rules = rules;
	GetUserIdAndSecContext(&state->user, &state->security_context);
	state->guc_level = NewGUCNestLevel();
	SetUserIdAndSecContext(rules->owner, state->security_context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS);
	set_locally("search_path", rules->search_path);
	write_values_alike();
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

/* Prepares one statement; the plan lives as long as the connection to SPI. */
SPIPlanPtr
prepare_query(const char *query, int nargs, Oid *types)
{
	SPIPlanPtr	plan = SPI_prepare_cursor(query, nargs, types, CURSOR_OPT_GENERIC_PLAN);

	if (plan == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a rule cannot be prepared: %s", SPI_result_code_string(SPI_result))));
	if (list_length(SPI_plan_get_plan_sources(plan)) != 1)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR), errmsg("a rule is not one query")));
	return plan;
}

/* Prepares, plans for what has changed now, and runs. */
void
run_query(const char *query, bool is_select)
{
	SPIPlanPtr	plan = prepare_query(query, 0, NULL);

	run_plan(plan, NULL, is_select);
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
