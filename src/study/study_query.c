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
#include "utils/queryenvironment.h"
#include "utils/snapmgr.h"

#include "extension.h"
#include "settings.h"
#include "study/one_row.h"
#include "study/rule_plan.h"
#include "study/rule_reference.h"
#include "study/study_query.h"
#include "study/study_rule.h"
#include "study/unread_column.h"

static post_parse_analyze_hook_type earlier_hook = NULL;

/* Are queries run on what was before a command of the transaction? */
static bool is_run_before = false;

/* Whose privileges count where the owner of a study runs its SQL for somebody; he judges by every row. */
#define READER_SETTING "virotrial.reader"
#define EVERY_ROW "every row"

/* Marks the analysis of a query that runs as the owner of a study, and says what it is for. */
typedef enum AnalysisPurpose
{
	TO_LOOK_AT,
	TO_RUN,
	TO_RUN_FOR_ROW
} AnalysisPurpose;

static Node *
mark_of_owner(ParseState *pstate, ColumnRef *column)
{
	return NULL;
}

static void
mark_analysis(ParseState *pstate, void *argument)
{
	pstate->p_pre_columnref_hook = mark_of_owner;
	pstate->p_ref_hook_state = argument;
}

/*
 * Looks at what a study's query has been found to mean, whenever that is found
 * out anew for a kept plan, and before anything of it is executed.
 */
static void
check_analysis(ParseState *pstate, Query *query, struct JumbleState *jumble)
{
	AnalysisPurpose purpose = (intptr_t) pstate->p_ref_hook_state;

	if (earlier_hook)
		earlier_hook(pstate, query, jumble);
	if (pstate->p_pre_columnref_hook != mark_of_owner)
		return;
	check_references(query, GetUserId());
	if (purpose == TO_RUN_FOR_ROW)
		read_row_as_parameters(query);
	if (purpose != TO_LOOK_AT)
		drop_unread_columns(query);
}

/* Called once, when the module is loaded. */
void
install_hooks(void)
{
	earlier_hook = post_parse_analyze_hook;
	post_parse_analyze_hook = check_analysis;
	install_planner_hooks();
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
	/* Under this order 01/06/2010 is no date: a rule cannot mean another day for each client. */
	if (DateStyle != USE_ISO_DATES || DateOrder != DATEORDER_YMD)
		set_locally("datestyle", "ISO, YMD");
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
	char	   *extension = get_namespace_name(extension_namespace(function));

	if (strcmp(study, "$user") == 0 || strcmp(extension, "$user") == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_SCHEMA_NAME),
				 errmsg("neither a study nor the extension can be in a schema of the name \"$user\""),
				 errhint("Rename the schema.")));
	return psprintf("pg_catalog, %s, %s, pg_temp", quote_identifier(study), quote_identifier(extension));
}

/*
 * Whose privileges count: the user's, or where the owner of a study runs its SQL
 * for somebody, that reader's.  Nobody else's SQL runs as the owner in a restricted
 * context, so that the setting is of no use to whoever sets it himself.
 */
Oid
study_reader(Oid owner)
{
	Oid			user = GetUserId();
	const char *reader = setting_value(READER_SETTING);

	if (user != owner || !InSecurityRestrictedOperation() || *reader == '\0' || strcmp(reader, EVERY_ROW) == 0)
		return user;
	return (Oid) strtoul(reader, NULL, 10);
}

/* From now on until restore_user() the owner of a study runs its SQL for a reader. */
void
set_reader(Oid reader)
{
	set_locally(READER_SETTING, psprintf("%u", reader));
}

/* The same for himself: he sees all rows, those in quarantine too. */
void
judge_all_rows(void)
{
	if (strcmp(setting_value(READER_SETTING), EVERY_ROW) != 0)
		set_locally(READER_SETTING, EVERY_ROW);
}

/* Does the owner of a study judge all of its rows? */
bool
judges_all_rows(Oid owner)
{
	return GetUserId() == owner && InSecurityRestrictedOperation() && strcmp(setting_value(READER_SETTING), EVERY_ROW) == 0;
}

/*
 * Switches to the owner of a study, and its search path.  What he wrote may not
 * leave anything behind that would run later with the rights of the session.
 */
void
become_study_owner(OwnerState *state, Oid owner, const char *search_path)
{
	GetUserIdAndSecContext(&state->user, &state->security_context);
	state->guc_level = NewGUCNestLevel();
	SetUserIdAndSecContext(owner, state->security_context | SECURITY_LOCAL_USERID_CHANGE |
						   SECURITY_RESTRICTED_OPERATION | SECURITY_NOFORCE_RLS);
	set_locally("search_path", search_path);
	judge_all_rows();
	write_values_alike();
}

/* What an analysis is asked for must not change what the rules say. */
void
reset_analysis_settings(void)
{
	static const char *const settings[] = {"virotrial.data_cut", "virotrial.group_by", "virotrial.analysis_set"};

	for (int i = 0; i < lengthof(settings); i++)
	{
		if (*setting_value(settings[i]))
			set_locally(settings[i], "");
	}
	judge_all_rows();
}

/*
 * Lifts the restriction of become_study_owner() until restore_user(), for a
 * statement of the extension that queues its own deferred trigger.
 */
void
lift_restriction(const OwnerState *state)
{
	SetUserIdAndSecContext(GetUserId(), state->security_context | SECURITY_LOCAL_USERID_CHANGE | SECURITY_NOFORCE_RLS);
}

/* Becomes the owner of a study to run its rules, which no analysis concerns. */
void
become_owner(OwnerState *state, RuleSet *rules)
{
	become_study_owner(state, rules->owner, rules->search_path);
	reset_analysis_settings();
}

void
restore_user(OwnerState *state)
{
	AtEOXact_GUC(false, state->guc_level);
	SetUserIdAndSecContext(state->user, state->security_context);
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

static int
execute_plan(SPIPlanPtr plan, StatementRows rows, Datum *values, long limit)
{
	if (rows.one)
		return SPI_execute_plan_with_paramlist(plan, rows.one, false, limit);
	return SPI_execute_snapshot(plan, values, NULL, is_run_before ? GetActiveSnapshot() : snapshot_of_rules(),
								InvalidSnapshot, is_run_before, true, limit);
}

/* Runs a plan up to a number of rows, or 0 for all; they are left in SPI_tuptable and SPI_processed. */
static void
run_plan(SPIPlanPtr plan, const char *query, StatementRows rows, Datum *values, bool is_select, long limit)
{
	RulePlanning outer = rule_planning;
	int			code;

	PG_TRY();
	{
		rule_planning.rules = query;
		rule_planning.size = rows.size;
		code = execute_plan(plan, rows, values, limit);
	}
	PG_FINALLY();
	{
		rule_planning = outer;
	}
	PG_END_TRY();
	if (code < 0 || (is_select && code != SPI_OK_SELECT))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a rule is not one query: %s", SPI_result_code_string(code)),
				 errhint("Write the rule as one SELECT.")));
}

/* The analysis of a text that is one query and has no transition tables. */
Query *
analyse_query(const char *query, int nargs, const Oid *types)
{
	return parse_analyze_fixedparams(linitial_node(RawStmt, raw_parser(query, RAW_PARSE_DEFAULT)), query, types, nargs, NULL);
}

/* The analysis of a query over "changed" in the shape of a table. */
Query *
analyse_over_changed(const char *query, Oid table)
{
	QueryEnvironment *environment = create_queryEnv();
	EphemeralNamedRelationData changed = {
		.md = {.name = "changed", .reliddesc = table, .enrtype = ENR_NAMED_TUPLESTORE, .enrtuples = 1}
	};

	register_ENR(environment, &changed);
	return parse_analyze_withcb(linitial_node(RawStmt, raw_parser(query, RAW_PARSE_DEFAULT)), query,
								mark_analysis, (void *) (intptr_t) TO_LOOK_AT, environment);
}

/* What has been prepared, if it is one statement. */
static SPIPlanPtr
one_statement(SPIPlanPtr plan)
{
	if (plan == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a rule cannot be prepared: %s", SPI_result_code_string(SPI_result)),
				 errhint("Write the rule as one SELECT.")));
	if (list_length(SPI_plan_get_plan_sources(plan)) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a rule is not one query"),
				 errhint("Write the rule as one SELECT.")));
	return plan;
}

static SPIPlanPtr
prepare_marked(const char *query, AnalysisPurpose purpose)
{
	return one_statement(SPI_prepare_params(query, mark_analysis, (void *) (intptr_t) purpose, CURSOR_OPT_GENERIC_PLAN));
}

/*
 * Prepares one statement that runs as the owner of a study, who the user is,
 * and looks at what it uses.  The plan lives as long as the connection to SPI.
 */
SPIPlanPtr
prepare_query(const char *query, int nargs, Oid *types)
{
	if (nargs == 0)
		return prepare_marked(query, TO_RUN);
	check_references(analyse_query(query, nargs, types), GetUserId());
	return one_statement(SPI_prepare_cursor(query, nargs, types, 0));
}

/* Prepares, plans for what has changed now, and runs. */
void
run_query_for(const char *query, StatementSize size, bool is_select)
{
	SPIPlanPtr	plan = prepare_query(query, 0, NULL);

	run_plan(plan, query, (StatementRows) {.size = size}, NULL, is_select, 0);
	SPI_freeplan(plan);
}

void
run_query(const char *query, bool is_select)
{
	run_query_for(query, SIZE_MANY, is_select);
}

/*
 * Does something whose queries see what others have committed, but of this
 * transaction only what came before a command.
 */
void
run_before(CommandId command, void (*action) (void *), void *argument)
{
	PushCopiedSnapshot(GetLatestSnapshot());
	GetActiveSnapshot()->curcid = command;
	PG_TRY();
	{
		is_run_before = true;
		action(argument);
	}
	PG_FINALLY();
	{
		is_run_before = false;
	}
	PG_END_TRY();
	PopActiveSnapshot();
}

void
forget_kept(KeptQuery *kept)
{
	if (kept->plan)
		SPI_freeplan(kept->plan);
	if (kept->row_plan)
		SPI_freeplan(kept->row_plan);
	kept->plan = kept->row_plan = NULL;
}

static SPIPlanPtr
keep_plan(SPIPlanPtr plan)
{
	if (SPI_keepplan(plan) != 0)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("a plan could not be kept"),
				 errdetail("SPI answered %s.", SPI_result_code_string(SPI_result))));
	return plan;
}

/*
 * Runs a query for few rows by the plan that is kept of it, which the server
 * makes anew when something that it rests on has changed.
 */
void
run_kept(KeptQuery *kept, int nargs, Oid *types, Datum *values)
{
	if (kept->plan == NULL)
		kept->plan = keep_plan(prepare_query(kept->query, nargs, types));
	run_plan(kept->plan, kept->query, (StatementRows) {.size = SIZE_FEW}, values, false, kept->limit);
}

/* The same for the one row of a statement. */
static void
run_for_row(KeptQuery *kept, StatementRows rows)
{
	if (kept->row_plan == NULL)
		kept->row_plan = keep_plan(prepare_marked(kept->query, TO_RUN_FOR_ROW));
	run_plan(kept->row_plan, kept->query, rows, NULL, false, kept->limit);
}

/* Runs a query, if there is one: by its plan for few rows, or by one that is made for many. */
void
run_sized(KeptQuery *kept, StatementRows rows)
{
	if (kept->query == NULL)
		return;
	if (rows.one)
		run_for_row(kept, rows);
	else if (rows.size == SIZE_FEW)
		run_kept(kept, 0, NULL, NULL);
	else
		run_query_for(kept->limit == 1 ? psprintf("%s limit 1", kept->query) : kept->query, rows.size, true);
}

/* Does a query find anything? */
bool
finds_any(KeptQuery *kept, StatementRows rows)
{
	if (kept->query == NULL)
		return false;
	run_sized(kept, rows);
	return SPI_processed > 0;
}

/* Runs the query of a call on a study by a plan that is used once; false unless it returns rows. */
bool
run_called(const char *query, int nargs, Oid *types, Datum *values)
{
	RulePlanning outer = rule_planning;
	SPIPlanPtr	plan = prepare_query(query, nargs, types);
	int			code;

	PG_TRY();
	{
		rule_planning.call = query;
		code = SPI_execute_plan(plan, values, NULL, true, 0);
	}
	PG_FINALLY();
	{
		rule_planning = outer;
	}
	PG_END_TRY();
	SPI_freeplan(plan);
	return code == SPI_OK_SELECT;
}
