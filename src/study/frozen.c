/*-------------------------------------------------------------------------
 *
 * frozen.c
 *	  The trigger functions that keep what the database alone writes: the
 *	  verdicts that an enrolment rests on, and the deviations that rules find.
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
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "study/frozen.h"
#include "study/row_trigger.h"

PG_FUNCTION_INFO_V1(keep_verdicts);
PG_FUNCTION_INFO_V1(keep_deviations);

/* Which level of triggers the database's own write fires; 0 if there is none. */
static int	own_level = 0;

static int
trigger_level(void)
{
	return DatumGetInt32(OidFunctionCall0(F_PG_TRIGGER_DEPTH));
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

void
write_frozen_kept(KeptQuery *kept)
{
	write_own(kept, NULL);
}

/*
 * Whether a statement changed what the database alone writes: the first row
 * that it did, as site_id, subject_id and item.  What goes with the row that it
 * belongs to, by a cascade, may go.
 */
static const char *const verdict_changes[RULE_EVENTS] = {
	[RULE_INSERT] = "select site_id, subject_id, criterion from changed limit 1",
	[RULE_UPDATE] = "select site_id, subject_id, criterion from removed limit 1",
	[RULE_DELETE] = "select site_id, subject_id, criterion from removed join enrolment using (site_id, subject_id) limit 1",
	[RULE_TRUNCATE] = "select site_id, subject_id, null::text from enrolment limit 1"
};

#define KEPT "site_id, subject_id, rule, item, description"
static const char *const deviation_changes[RULE_EVENTS] = {
	[RULE_INSERT] = "select site_id, subject_id, item from changed where rule in (select name from rule) limit 1",
	/* Other columns, if the study has some, are people's. */
	[RULE_UPDATE] = "select site_id, subject_id, item from ("
	"(select " KEPT " from removed except all select " KEPT " from changed) union all "
	"(select " KEPT " from changed except all select " KEPT " from removed)) as differs "
	"where rule in (select name from rule) limit 1",
	[RULE_DELETE] = "select site_id, subject_id, item from removed where rule in (select name from rule) limit 1",
	[RULE_TRUNCATE] = "select site_id, subject_id, null::text from subject limit 1"
};

/* Runs a query over what a statement changed; a text for the first row that it finds, or NULL. */
static char *
first_change(const TriggerData *trigger, Oid function, const char *query)
{
	Relation	relation = trigger->tg_relation;
	MemoryContext context = CurrentMemoryContext;
	OwnerState	state;
	char	   *found = NULL;

	if (SPI_connect() != SPI_OK_CONNECT)
		ereport(ERROR, (errcode(ERRCODE_INTERNAL_ERROR), errmsg("no connection to SPI")));
	register_changes(trigger, trigger_event(trigger));
	become_study_owner(&state, relation->rd_rel->relowner, study_search_path(RelationGetNamespace(relation), function));
	run_query(query, true);
	if (SPI_processed > 0)
	{
		char	   *item = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 3);
		MemoryContext old = MemoryContextSwitchTo(context);

		found = psprintf("Site %s, subject %s%s%s.", SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1),
						 SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2), item && *item ? ", " : "", item ? item : "");
		MemoryContextSwitchTo(old);
	}
	restore_user(&state);
	SPI_finish();
	return found;
}

/* 55000 if somebody else changed what the database alone writes. */
static void
keep(FunctionCallInfo fcinfo, const char *const *changes, const char *what, const char *hint)
{
	TriggerData *trigger = statement_trigger(fcinfo);
	char	   *change;

	if (own_level > 0 && trigger_level() == own_level)
		return;
	change = first_change(trigger, fcinfo->flinfo->fn_oid, changes[trigger_event(trigger)]);
	if (change)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("only the database writes %s", what),
				 errdetail_internal("%s", change),
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
