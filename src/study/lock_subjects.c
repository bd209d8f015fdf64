/*-------------------------------------------------------------------------
 *
 * lock_subjects.c
 *	  The trigger function that locks the subjects of a statement's rows, as
 *	  far as rules need it.
 *
 * A row's foreign key to subject locks the subject FOR KEY SHARE at the end of
 * its statement.  Two sessions that both hold that and then want more wait for
 * each other.  So the stronger locks come first: triggers fire in order of
 * their names, row by row, and the name of this one sorts before those of
 * foreign keys.  It is fired after each row, but sees the whole statement in
 * its transition tables, and locks all of its subjects with the first row, in
 * the one order that all sessions keep to.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "catalog/pg_trigger.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "study/gathered_rows.h"
#include "study/lock_subjects.h"
#include "study/row_trigger.h"
#include "study/rule_event.h"
#include "study/statement_trigger.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(lock_subjects);

/* The beginning of the trigger's name, which guard() gives it. */
#define LOCK_TRIGGER "Lock_subjects"

/* The statement whose subjects are locked already. */
typedef struct LockedStatement
{
	Tuplestorestate *changed;
	Tuplestorestate *removed;
} LockedStatement;

/* Locks for the rows that have the names of changes. */
static void
run_locks(RuleSet *rules, EventRules *event, StatementRows rows)
{
	OwnerState	state;

	become_owner(&state, rules);
	run_sized(&event->lock, rows);
	/* It is mostly in vain that few rows seek this lock: asking first is cheaper. */
	if (event->anchor_lock.query && (rows.size != SIZE_FEW || finds_any(&event->find_anchors, rows)))
		run_sized(&event->anchor_lock, rows);
	restore_user(&state);
}

static void
lock_rows(Relation table, RuleEvent kind, Tuplestorestate *changed, Tuplestorestate *removed, Oid function)
{
	RuleSet    *rules;
	EventRules *event;

	SPI_connect();
	rules = rule_set_open(RelationGetRelid(table), function);
	event = event_rules(rules, kind);
	if (event->lock.query || event->anchor_lock.query)
	{
		register_rows(changed, removed, RelationGetRelid(table));
		run_locks(rules, event, rows_of_statement(table, changed, removed));
	}
	SPI_finish();
}

/* A partition has no transition tables in a trigger after a row: what gather_row() has kept takes their place. */
static void
lock_gathered(Relation part, Oid function)
{
	GatheredRows *rows;

	while ((rows = next_gathered(part)) != NULL)
	{
		Relation	table = table_open(rows->relid, AccessShareLock);

		lock_rows(table, rows->event, rows->changed, rows->removed, function);
		table_close(table, NoLock);
		free_gathered(rows);
	}
}

/*
 * Trigger function after each row, whose name sorts before those of foreign
 * keys: locks the subjects of all rows of the statement.
 */
Datum
lock_subjects(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_AFTER | TRIGGER_EVENT_ROW, "after each row");
	LockedStatement *locked = fcinfo->flinfo->fn_extra;

	if (trigger->tg_relation->rd_rel->relispartition)
	{
		lock_gathered(trigger->tg_relation, fcinfo->flinfo->fn_oid);
		return PointerGetDatum(NULL);
	}
	if (locked && locked->changed == trigger->tg_newtable && locked->removed == trigger->tg_oldtable)
		return PointerGetDatum(NULL);
	require_transitions(trigger);
	lock_rows(trigger->tg_relation, trigger_event(trigger), trigger->tg_newtable, trigger->tg_oldtable, fcinfo->flinfo->fn_oid);
	if (locked == NULL)
		locked = fcinfo->flinfo->fn_extra = MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof(LockedStatement));
	*locked = (LockedStatement) {.changed = trigger->tg_newtable, .removed = trigger->tg_oldtable};
	return PointerGetDatum(NULL);
}

/* Whether a table has the trigger for an event; others lock after the statement. */
bool
locks_before_keys(Relation table, RuleEvent event)
{
	static const int16 types[] = {TRIGGER_TYPE_INSERT, TRIGGER_TYPE_UPDATE, TRIGGER_TYPE_DELETE, 0};
	const TriggerDesc *triggers = table->trigdesc;

	for (int i = 0; triggers && i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (strncmp(trigger->tgname, LOCK_TRIGGER, strlen(LOCK_TRIGGER)) == 0 && (trigger->tgtype & types[event]) &&
			TRIGGER_FOR_ROW(trigger->tgtype) && trigger->tgenabled != TRIGGER_DISABLED)
			return true;
	}
	return false;
}
