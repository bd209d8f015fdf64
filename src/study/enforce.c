/*-------------------------------------------------------------------------
 *
 * enforce.c
 *	  The trigger functions that hold a study's rules: after each statement
 *	  its changes, in the transition tables "changed" and "removed", are
 *	  judged by the rules that they concern.
 *
 * All rules of an event are one statement.  For few rows its plan is kept; for
 * many it is made each time, as a plan made for one row is wrong for a million
 * and the other way round.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "utils/rel.h"

#include "study/deferred_judgement.h"
#include "study/frozen.h"
#include "study/guarded.h"
#include "study/judge_event.h"
#include "study/lock_subjects.h"
#include "study/row_trigger.h"
#include "study/rule_event.h"
#include "study/statement_trigger.h"
#include "study/study_query.h"
#include "study/study_rule.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(enforce);
PG_FUNCTION_INFO_V1(freeze_eligibility);

/* One call of a trigger function. */
typedef struct Statement
{
	TriggerData *trigger;
	RuleSet    *rules;
	RuleEvent	event;
	StatementRows rows;
	bool		is_empty;
} Statement;

static void
statement_init(Statement *statement, FunctionCallInfo fcinfo)
{
	TriggerData *trigger = trigger_of_root(statement_trigger(fcinfo));
	int64		nrows = count_rows(trigger);

	statement->trigger = trigger;
	statement->event = trigger_event(trigger);
	statement->rows = rows_of_statement(trigger->tg_relation, trigger->tg_newtable, trigger->tg_oldtable);
	statement->is_empty = nrows == 0 && statement->event != RULE_TRUNCATE;
}

static void
statement_end(const Statement *statement, FunctionCallInfo fcinfo)
{
	close_root(statement->trigger, (TriggerData *) fcinfo->context);
}

static void
check_rules(const Statement *statement, const OwnerState *state)
{
	EventRules *plan = event_rules(statement->rules, statement->event);
	/* What the extension itself writes while it judges cannot wait. */
	bool		can_wait = (state->security_context & SECURITY_RESTRICTED_OPERATION) == 0;

	if (!statement->rules->holds)
		require_rules_hold(statement->trigger->tg_relation);
	statement->rules->holds = true;
	if (!locks_before_keys(statement->trigger->tg_relation, statement->event))
		run_sized(&plan->lock, statement->rows);
	if (plan->nruns == 0)
		return;
	if (can_wait && is_deferred(statement->rules, statement->event))
	{
		lift_restriction(state);
		defer_judgement(statement->rules, statement->event);
	}
	else
		judge_event(statement->rules, statement->event, statement->rows);
}

/* Does something as the owner of the table that the trigger is on. */
static void
with_rules(Statement *statement, Oid function, void (*action) (const Statement *statement, const OwnerState *state))
{
	OwnerState	state;

	SPI_connect();
	statement->rules = rule_set_open(RelationGetRelid(statement->trigger->tg_relation), function);
	register_changes(statement->trigger);
	become_owner(&state, statement->rules);
	action(statement, &state);
	restore_user(&state);
	SPI_finish();
}

/* Trigger function after each statement: runs the rules; 23514 if one is broken. */
Datum
enforce(PG_FUNCTION_ARGS)
{
	Statement	statement;

	statement_init(&statement, fcinfo);
	warn_of_disabled_triggers(statement.trigger->tg_relation, fcinfo->flinfo->fn_oid);
	if (statement.is_empty)
		require_rules_hold(statement.trigger->tg_relation);
	else
		with_rules(&statement, fcinfo->flinfo->fn_oid, check_rules);
	statement_end(&statement, fcinfo);
	return PointerGetDatum(NULL);
}

static void
write_verdicts(const Statement *statement, const OwnerState *state)
{
	freeze_verdicts(statement->rules, statement->event, statement->rows.size);
}

/* Trigger function after enrolments come or change: keeps the verdicts as they are that day. */
Datum
freeze_eligibility(PG_FUNCTION_ARGS)
{
	Statement	statement;

	statement_init(&statement, fcinfo);
	if (!statement.is_empty)
		with_rules(&statement, fcinfo->flinfo->fn_oid, write_verdicts);
	statement_end(&statement, fcinfo);
	return PointerGetDatum(NULL);
}
