/*-------------------------------------------------------------------------
 *
 * data_lock.c
 *	  Locks of records, visits, subjects, sites and the study: the trigger
 *	  functions that refuse a change of what is locked, and that let a lock
 *	  wait for who writes already.
 *
 * A statement looks for locks as they are now, also for those that other
 * sessions have not committed, whatever its snapshot.  It has the lock on the
 * study's changes by then, for which a session that locks data looks after its
 * row is there: of two that meet, at least one sees the other.  A writer never
 * waits for a lock; and who has changed data himself waits for no writer, who
 * may wait for him.  So they do not deadlock.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "study/change.h"
#include "study/find_lock.h"
#include "study/record.h"
#include "study/row_trigger.h"
#include "study/statement_trigger.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(refuse_locked);
PG_FUNCTION_INFO_V1(begin_lock);
PG_FUNCTION_INFO_V1(await_writers);

/* Who locks data holds this on the table of locks until his transaction ends; writers do not wait for it. */
#define LOCKING ShareUpdateExclusiveLock

/* The last transaction of this session that changed data. */
static TransactionId changed_in = InvalidTransactionId;

static void
refuse(LockSearch *search)
{
	LockWords	words = describe_lock(search);

	ereport(ERROR,
			(errcode(words.code),
			 errmsg("%s", words.message),
			 errdetail("%s", words.detail),
			 errhint("%s", words.hint),
			 errtable(search->table)));
}

/* Refuses the rows of a transition table that are locked. */
static void
refuse_rows(LockSearch *search, Tuplestorestate *rows)
{
	TupleTableSlot *row;

	if (rows == NULL)
		return;
	row = MakeSingleTupleTableSlot(RelationGetDescr(search->table), &TTSOpsMinimalTuple);
	tuplestore_select_read_pointer(rows, 0);
	tuplestore_rescan(rows);
	while (tuplestore_gettupleslot(rows, true, false, row))
	{
		if (is_row_locked(search, row))
			refuse(search);
		CHECK_FOR_INTERRUPTS();
	}
	ExecDropSingleTupleTableSlot(row);
}

/* Trigger function after each statement: 55000 if a row that it brought, changed or removed is locked. */
Datum
refuse_locked(PG_FUNCTION_ARGS)
{
	TriggerData *given = statement_trigger(fcinfo);
	TriggerData *trigger;
	LockSearch	search;

	require_transitions(given);
	if (count_rows(given) == 0)
		return PointerGetDatum(NULL);
	trigger = trigger_of_root(given);
	(void) current_change(trigger->tg_relation);
	changed_in = GetTopTransactionId();
	if (lock_search_begin(&search, trigger->tg_relation, RelationGetDescr(trigger->tg_relation)))
	{
		refuse_rows(&search, trigger->tg_oldtable);
		refuse_rows(&search, trigger->tg_newtable);
		lock_search_end(&search);
	}
	close_root(trigger, given);
	return PointerGetDatum(NULL);
}

static Oid
changes_beside(Relation locks)
{
	return relation_beside(locks, "change", RELKIND_RELATION);
}

/* May the transaction wait for writers?  Not if one of them may wait for it. */
static bool
may_wait(Relation locks)
{
	if (TransactionIdIsValid(changed_in) && changed_in == GetTopTransactionIdIfAny())
		return false;
	return CheckRelationLockedByMe(locks, LOCKING, true) || !has_change(changes_beside(locks));
}

static void
refuse_to_wait(Relation locks)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("others are writing to the study, and this transaction has changed it"),
			 errdetail("A lock waits for who writes already; they may wait for this transaction."),
			 errhint("Lock data in a transaction of its own."),
			 errtable(locks)));
}

/*
 * Trigger function before each INSERT into the table of locks: one session at a
 * time.  55006 if it would have to wait, and may not.
 */
Datum
begin_lock(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_BEFORE, "before each statement");
	Relation	locks = trigger->tg_relation;

	if (may_wait(locks))
		LockRelationOid(RelationGetRelid(locks), LOCKING);
	else if (!ConditionalLockRelationOid(RelationGetRelid(locks), LOCKING))
		refuse_to_wait(locks);
	return PointerGetDatum(NULL);
}

/* Trigger function after it: waits for the transactions that wrote to the study before the lock was there. */
Datum
await_writers(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = statement_trigger(fcinfo);
	Relation	locks = trigger->tg_relation;
	Oid			changes = changes_beside(locks);

	if (may_wait(locks))
		wait_for_writers(changes);
	else if (has_other_writers(changes))
		refuse_to_wait(locks);
	return PointerGetDatum(NULL);
}
