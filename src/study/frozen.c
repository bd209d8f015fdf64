/*-------------------------------------------------------------------------
 *
 * frozen.c
 *	  The trigger functions that keep what the database alone writes: the
 *	  verdicts that an enrolment rests on, the deviations that rules find, and
 *	  what waits for its rules.
 *
 * Its own writes are known by the state of the backend, which no statement can
 * set.  They come from a trigger function, so that the triggers that they fire
 * are one level deeper; what another trigger there writes is deeper still, and
 * is not of the database.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "study/frozen.h"
#include "study/row_trigger.h"
#include "study/rule_statement.h"
#include "study/statement_trigger.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(keep_verdicts);
PG_FUNCTION_INFO_V1(keep_deviations);
PG_FUNCTION_INFO_V1(keep_waiting);
PG_FUNCTION_INFO_V1(own_write);

/* Which level of triggers the database's own write fires; 0 if there is none. */
static int	own_level = 0;

/* How deep in triggers the running function is; 0 outside of them. */
int
trigger_level(void)
{
	return DatumGetInt32(DirectFunctionCall1(pg_trigger_depth, (Datum) 0));
}

/* Is the write that has fired the running trigger the database's own? */
bool
is_own_write(void)
{
	return own_level > 0 && trigger_level() == own_level;
}

/* own_write(): the same, for a trigger function in SQL. */
Datum
own_write(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(is_own_write());
}

/* Runs a query that writes to what is kept: one that is kept itself, or a text. */
static void
write_own(KeptQuery *kept, const char *query)
{
	int			outer = own_level;

	PG_TRY();
	{
		own_level = trigger_level() + 1;
		if (kept)
			run_kept(kept, 0, NULL, NULL);
		else
			run_query(query, false);
	}
	PG_FINALLY();
	{
		own_level = outer;
	}
	PG_END_TRY();
}

void
write_frozen(const char *query)
{
	write_own(NULL, query);
}

/* The same by the plan that is kept for few rows, or by one that is made for many. */
void
write_frozen_sized(KeptQuery *kept, StatementSize size)
{
	if (size == SIZE_FEW)
		write_own(kept, NULL);
	else
		write_own(NULL, kept->query);
}

/* Of enrolments that have verdicts, these stay. */
#define WRITE_VERDICTS "insert into eligibility_verdict (site_id, subject_id, criterion, verdict, evidence, as_of) " \
	"select site_id, subject_id, criterion, verdict, evidence, as_of from (%sselect * from verdict) as verdict " \
	"where not exists (select from eligibility_verdict as frozen " \
	"where frozen.site_id = verdict.site_id and frozen.subject_id = verdict.subject_id) returning 1"

/* Removes the verdicts on enrolments whose day has moved, or returns false if there are none. */
static bool
remove_verdicts(void)
{
	write_frozen("delete from eligibility_verdict as frozen using changed "
				 "where changed.site_id = frozen.site_id and changed.subject_id = frozen.subject_id and changed.enrolled <> frozen.as_of");
	return SPI_processed > 0;
}

/* Keeps the verdicts on the enrolments that a statement brought in, or moved to another day. */
void
freeze_verdicts(RuleSet *rules, RuleEvent event, StatementSize size)
{
	KeptQuery  *kept = &rules->write_verdicts;

	if (event == RULE_UPDATE && !remove_verdicts())
		return;
	if (kept->query == NULL)
		kept->query = MemoryContextStrdup(rules->context, psprintf(WRITE_VERDICTS, rules->with_verdicts));
	write_frozen_sized(kept, size);
}

/* The same at the end of a transaction whose rules waited: those that it has kept are made anew, by all its evidence. */
void
freeze_verdicts_again(const RuleSet *rules, RuleEvent event)
{
	char	   *rows = deferred_rows(rules, event);

	write_frozen(psprintf("%sdelete from eligibility_verdict as frozen using changed "
						  "where changed.site_id = frozen.site_id and changed.subject_id = frozen.subject_id and _virotrial.is_of_transaction(frozen.xmin)", rows));
	if (SPI_processed > 0)
		write_frozen(psprintf("%s" WRITE_VERDICTS, rows, rules->with_verdicts));
}

/*
 * Whether a statement changed what the database alone writes: the first row
 * that it did, in words.  What goes with the row that it belongs to, by a
 * cascade, may go, and what moves with it may move: that row is then no longer
 * where it was.
 */
#define PLACE(item) "concat_ws(', ', 'Site ' || site_id, 'subject ' || subject_id, nullif(" item ", ''))"
static const char *const verdict_changes[RULE_EVENTS] = {
	[RULE_INSERT] = "select " PLACE("criterion") " from changed limit 1",
	[RULE_UPDATE] = "select " PLACE("criterion") " from removed join enrolment using (site_id, subject_id) limit 1",
	[RULE_DELETE] = "select " PLACE("criterion") " from removed join enrolment using (site_id, subject_id) limit 1",
	[RULE_TRUNCATE] = "select " PLACE("null") " from enrolment limit 1"
};

#define KEPT "site_id, subject_id, rule, item, description"
static const char *const deviation_changes[RULE_EVENTS] = {
	[RULE_INSERT] = "select " PLACE("item") " from changed where rule in (select name from rule) limit 1",
	/* Other columns, if the study has some, are people's. */
	[RULE_UPDATE] = "select " PLACE("item") " from ("
	"(select " KEPT " from removed except all select " KEPT " from changed) union all "
	"(select " KEPT " from changed except all select " KEPT " from removed)) as differs "
	"where rule in (select name from rule) and exists (select from removed join subject using (site_id, subject_id)) limit 1",
	[RULE_DELETE] = "select " PLACE("item") " from removed where rule in (select name from rule) limit 1",
	[RULE_TRUNCATE] = "select " PLACE("null") " from subject limit 1"
};

/* More that waits is judged, too; less is not. */
static const char *const waiting_changes[RULE_EVENTS] = {
	[RULE_UPDATE] = "select " PLACE("table_name") " from removed limit 1",
	[RULE_DELETE] = "select " PLACE("table_name") " from removed limit 1"
};

/* Runs a query over what a statement changed; the text in the first row that it finds, or NULL. */
static char *
first_change(const TriggerData *trigger, Oid function, const char *query)
{
	Relation	relation = trigger->tg_relation;
	MemoryContext context = CurrentMemoryContext;
	OwnerState	state;
	char	   *found = NULL;

	SPI_connect();
	register_changes(trigger);
	become_study_owner(&state, relation->rd_rel->relowner, study_search_path(RelationGetNamespace(relation), function));
	run_query(query, true);
	if (SPI_processed > 0)
		found = MemoryContextStrdup(context, SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1));
	restore_user(&state);
	SPI_finish();
	return found;
}

/* 55000 if somebody else changed what the database alone writes. */
static void
keep(FunctionCallInfo fcinfo, const char *const *changes, const char *what, const char *hint)
{
	TriggerData *trigger = statement_trigger(fcinfo);
	const char *query = changes[trigger_event(trigger)];
	char	   *change;

	if (query == NULL || is_own_write())
		return;
	change = first_change(trigger, fcinfo->flinfo->fn_oid, query);
	if (change)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("only the database writes %s", what),
				 errdetail_internal("%s.", change),
				 errhint("%s", hint),
				 errtable(trigger->tg_relation)));
}

/* Trigger function after each statement: refuses a change of the verdicts on the enrolled. */
Datum
keep_verdicts(PG_FUNCTION_ARGS)
{
	keep(fcinfo, verdict_changes, "the verdicts that an enrolment rests on",
		 "They follow the day of enrolment. Correct the evidence, or the enrolment.");
	return PointerGetDatum(NULL);
}

/* Trigger function after each statement: refuses a change of the deviations that rules find. */
Datum
keep_deviations(PG_FUNCTION_ARGS)
{
	keep(fcinfo, deviation_changes, "the deviations that rules find",
		 "Correct the row that deviates. A deviation that you report has a name that is no rule's.");
	return PointerGetDatum(NULL);
}

/* Trigger function after each statement: refuses to take back what waits for its rules. */
Datum
keep_waiting(PG_FUNCTION_ARGS)
{
	keep(fcinfo, waiting_changes, "what waits for its rules",
		 "Let it be judged: set constraints judge_deferred immediate. Or roll back to a savepoint.");
	return PointerGetDatum(NULL);
}
