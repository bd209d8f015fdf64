/*-------------------------------------------------------------------------
 *
 * change.c
 *	  The changes of a transaction to a study: one row of its table "change"
 *	  for each login, person, reason and source that wrote in it.
 *
 * A change gets its number with the first row that is written under it.  It
 * is written when the transaction commits or is prepared, once, with the time of
 * that.  What a savepoint takes back it takes back of this, too.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "commands/sequence.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"
#include "utils/xid8.h"

#include "settings.h"
#include "study/change.h"
#include "study/change_reason.h"
#include "study/frozen.h"
#include "study/record.h"
#include "study/restored.h"
#include "study/row_trigger.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(current_change_id);
PG_FUNCTION_INFO_V1(is_dry_run);
PG_FUNCTION_INFO_V1(await_changes);

/* The changes of this transaction, the latest last; in its memory. */
static List *changes = NIL;

/* How often savepoints or the end of a transaction have taken some away. */
static uint64 losses = 0;

/* The level of the triggers whose rows are not written. */
static int	dry_level = -1;

/* The change found last, and for which table: it is asked for with each statement. */
static struct
{
	Oid			table;
	uint64		generation;
	Oid			login;
	bool		is_own;
	const Change *change;
}			latest = {0};

/* So many are looked at for one that fits; a load may state a source for each line. */
#define RECENT_CHANGES 8

uint64
change_generation(void)
{
	return settings_generation + losses;
}

/* What the next change of a login to a study would be, but for its number. */
static Change
stated_change(Oid relid)
{
	return (Change) {
		.relid = relid,
		.login = GetSessionUserId(),
		.is_own = is_own_write(),
		.stated = (char *) setting_value("virotrial.reason"),
		.application_user = (char *) setting_value("virotrial.application_user"),
		.source = (char *) setting_value("virotrial.source")
	};
}

static bool
is_same(const Change *a, const Change *b)
{
	return a->relid == b->relid && a->login == b->login && a->is_own == b->is_own &&
		(a->is_own || strcmp(a->stated, b->stated) == 0) &&
		strcmp(a->application_user, b->application_user) == 0 && strcmp(a->source, b->source) == 0;
}

static Datum
text_or_null(const char *value)
{
	return value && *value ? CStringGetTextDatum(value) : (Datum) 0;
}

static void
set_text(Record *record, const char *column, const char *value)
{
	record_set(record, column, TEXTOID, text_or_null(value), value == NULL || *value == '\0');
}

/* The next number of a change. */
static int64
next_number(Relation table)
{
	Oid			sequence = relation_beside(table, "change_change_id_seq", RELKIND_SEQUENCE);

	if (!OidIsValid(sequence))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the sequence of table \"change\" is not there"),
				 errhint("It is \"change_change_id_seq\", beside the table and with its owner.")));
	return nextval_internal(sequence, false);
}

/* The triggers that are called from here pass rows that are not written; returns what end_dry_run() takes. */
int
begin_dry_run(void)
{
	int			before = dry_level;

	dry_level = trigger_level() + 1;
	return before;
}

void
end_dry_run(int before)
{
	dry_level = before;
}

/* In a trigger function before a row: is the row not written? */
bool
row_is_tried(void)
{
	return trigger_level() == dry_level;
}

/* is_dry_run(): the same, for trigger functions in SQL. */
Datum
is_dry_run(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(row_is_tried());
}

/* What a dry run does is no change: it has no number, and is not kept. */
static const Change *
imagine_change(const Change *asked, char *login)
{
	Change	   *change = palloc(sizeof(Change));

	*change = *asked;
	change->id = 0;
	change->login_name = login;
	return change;
}

/* Begins a change; the lock tells who reads that it is not committed yet. */
static const Change *
begin_change(const Change *asked, Relation table)
{
	ChangeReason reason = {.code = SYSTEM_REASON};
	char	   *login = GetUserNameFromId(asked->login, false);
	MemoryContext old;
	Change	   *change;

	if (!asked->is_own)
		read_reason(&reason, asked->stated, table);
	require_person(asked->application_user, login, table);
	if (row_is_tried())
		return imagine_change(asked, login);
	LockRelationOid(asked->relid, RowExclusiveLock);
	old = MemoryContextSwitchTo(TopTransactionContext);
	change = palloc(sizeof(Change));
	*change = *asked;
	change->id = next_number(table);
	change->began_in = GetCurrentSubTransactionId();
	change->began_at = GetCurrentTimestamp();
	change->login_name = pstrdup(login);
	change->stated = pstrdup(asked->stated);
	change->code = reason.code ? pstrdup(reason.code) : NULL;
	change->words = reason.words ? pstrdup(reason.words) : NULL;
	change->application_user = pstrdup(asked->application_user);
	change->source = pstrdup(asked->source);
	changes = lappend(changes, change);
	MemoryContextSwitchTo(old);
	return change;
}

/* The change that has been begun under what is stated now, or a new one. */
static const Change *
find_change(Relation table)
{
	Change		asked = stated_change(relation_beside(table, "change", RELKIND_RELATION));
	int			last = Max(list_length(changes) - RECENT_CHANGES, 0);

	require_arrival(table);
	if (!OidIsValid(asked.relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no table \"change\" beside table \"%s\"", RelationGetRelationName(table)),
				 errdetail("It says who changed a study, when and why, and has the owner of its other tables."),
				 errhint("create_study() makes it.")));
	for (int i = list_length(changes) - 1; i >= last; i--)
	{
		Change	   *change = list_nth(changes, i);

		if (is_same(change, &asked))
			return change;
	}
	return begin_change(&asked, table);
}

/* The change that a row which is written to a table of a study now belongs to. */
const Change *
current_change(Relation table)
{
	const Change *change;

	if (latest.table == RelationGetRelid(table) && latest.generation == change_generation() &&
		latest.login == GetSessionUserId() && latest.is_own == is_own_write())
		return latest.change;
	change = find_change(table);
	latest.table = change->id == 0 ? InvalidOid : RelationGetRelid(table);
	latest.generation = change_generation();
	latest.login = change->login;
	latest.is_own = change->is_own;
	latest.change = change;
	return change;
}

/* 23502 if a change has no reason. */
void
require_reason(const Change *change, Relation table)
{
	if (change->code == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("a change of table \"%s\" needs a reason", RelationGetRelationName(table)),
				 errdetail("The earlier version of each row is kept, with who changed it, when and why."),
				 errhint("Say it in the same transaction: set local virotrial.reason = 'transcription: what was wrong'. The codes are %s.",
						 reason_codes(table)),
				 errtable(table)));
}

/* current_change_id(table): the number of the change that the owner of a study now makes. */
Datum
current_change_id(PG_FUNCTION_ARGS)
{
	Relation	table = open_given(PG_GETARG_OID(0), AccessShareLock);
	int64		id;

	if (!has_privs_of_role(GetUserId(), table->rd_rel->relowner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be owner of table \"%s\"", RelationGetRelationName(table)),
				 errhint("Changes begin with what is written.")));
	id = current_change(table)->id;
	table_close(table, AccessShareLock);
	PG_RETURN_INT64(id);
}

/* Has this transaction begun a change of a study? */
bool
has_change(Oid relid)
{
	ListCell   *cell;

	foreach(cell, changes)
	{
		if (((const Change *) lfirst(cell))->relid == relid)
			return true;
	}
	return false;
}

/*
 * Waits for the other transactions that have written to a study and are not at
 * their end.  Who begins to write meanwhile does so later than now.  Nobody is
 * kept waiting.
 */
void
wait_for_writers(Oid relid)
{
	LOCKTAG		tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relid);
	WaitForLockers(tag, ShareLock, false);
}

/* Are there such transactions? */
bool
has_other_writers(Oid relid)
{
	LOCKTAG		tag;
	int			count;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relid);
	(void) GetLockConflicts(&tag, ShareLock, &count);
	return count > 0;
}

/* await_changes(change): waits for the writers of a study. */
Datum
await_changes(PG_FUNCTION_ARGS)
{
	wait_for_writers(PG_GETARG_OID(0));
	PG_RETURN_VOID();
}

static void
write_change(Record *record, const Change *change, TimestampTz now)
{
	record_new_row(record);
	record_set(record, "change_id", INT8OID, Int64GetDatum(change->id), false);
	record_set(record, "transaction_id", XID8OID, FullTransactionIdGetDatum(GetCurrentFullTransactionId()), false);
	set_text(record, "login", change->login_name);
	set_text(record, "application_user", change->application_user);
	set_text(record, "reason_code", change->code);
	set_text(record, "reason", change->words);
	set_text(record, "source", change->source);
	record_set(record, "began_at", TIMESTAMPTZOID, TimestampTzGetDatum(change->began_at), false);
	record_set(record, "committed_at", TIMESTAMPTZOID, TimestampTzGetDatum(now), false);
	record_insert(record);
}

/* Writes the changes of the transaction, those of a study together, unless it has dropped the study. */
static void
write_changes(void)
{
	TimestampTz now = GetCurrentTimestamp();
	Record		record = {0};
	ListCell   *cell;

	if (changes == NIL)
		return;
	PushActiveSnapshot(GetTransactionSnapshot());
	foreach(cell, changes)
	{
		const Change *change = lfirst(cell);

		if (record.relation && RelationGetRelid(record.relation) != change->relid)
			record_close(&record);
		if (record.relation || record_open_if_there(&record, change->relid))
			write_change(&record, change, now);
	}
	if (record.relation)
		record_close(&record);
	PopActiveSnapshot();
}

static void
at_transaction(XactEvent event, void *argument)
{
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE)
		write_changes();
	else if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_PREPARE || event == XACT_EVENT_ABORT)
	{
		changes = NIL;
		losses++;
	}
}

/* What a subtransaction began goes with it, or becomes its parent's: it is the end of the list. */
static void
at_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *argument)
{
	int			count = list_length(changes);

	if (event != SUBXACT_EVENT_ABORT_SUB && event != SUBXACT_EVENT_COMMIT_SUB)
		return;
	for (; count > 0 && ((Change *) list_nth(changes, count - 1))->began_in == mine; count--)
		((Change *) list_nth(changes, count - 1))->began_in = parent;
	if (event == SUBXACT_EVENT_ABORT_SUB && count < list_length(changes))
	{
		changes = list_truncate(changes, count);
		losses++;
	}
}

/* Called once, when the module is loaded. */
void
watch_transactions(void)
{
	RegisterXactCallback(at_transaction, NULL);
	RegisterSubXactCallback(at_subtransaction, NULL);
}
