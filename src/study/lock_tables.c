/*-------------------------------------------------------------------------
 *
 * lock_tables.c
 *	  The trigger function that locks the tables whose rows a statement may
 *	  judge beyond the subjects that it locks.
 *
 * A change of an assay or of a drug judges all rows that rely on it, while
 * nobody writes to them.  The locks come before the statement: one who had
 * changed the drug already would wait for a writer of its regimen, who waits
 * for the drug through a foreign key.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "commands/trigger.h"
#include "storage/lmgr.h"
#include "utils/rel.h"

#include "study/lock_tables.h"
#include "study/row_trigger.h"
#include "study/rule_event.h"
#include "study/study_rule.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(lock_tables);

/* Does a run judge rows whose subjects the statement has not locked? */
static bool
exceeds_subjects(const RuleRun *run)
{
	return run->rows == ROWS_ALL || (run->rows != ROWS_CHANGED && !run->rule->by_subject);
}

/*
 * Locks what the rules of an event need, in an order that all keep to.  The
 * statement's own table has a lock for writing already, which others hold too:
 * to want more of it is to wait for each other, and it is enough that those
 * who judge all of its rows come one by one.
 */
void
lock_judged_tables(RuleSet *rules, RuleEvent event)
{
	const EventRules *plan = event_rules(rules, event);
	List	   *tables = NIL;
	ListCell   *cell;

	for (int i = 0; i < plan->nruns; i++)
	{
		if (exceeds_subjects(&plan->runs[i]))
			tables = list_append_unique_oid(tables, plan->runs[i].rule->guarded);
	}
	list_sort(tables, list_oid_cmp);
	foreach(cell, tables)
	{
		LockRelationOid(lfirst_oid(cell), lfirst_oid(cell) == rules->relid ? ShareUpdateExclusiveLock : ShareRowExclusiveLock);
	}
}

/* Trigger function before each statement: locks the tables that it judges whole. */
Datum
lock_tables(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_BEFORE, "before each statement");
	Oid			relid = root_of(trigger->tg_relation);

	/* As every statement on the table itself has it. */
	LockRelationOid(relid, RowExclusiveLock);
	SPI_connect();
	lock_judged_tables(rule_set_open(relid, fcinfo->flinfo->fn_oid), trigger_event(trigger));
	SPI_finish();
	return PointerGetDatum(NULL);
}
