/*-------------------------------------------------------------------------
 *
 * restored.c
 *	  A server that was restored from a backup, while a subscriber has more of its
 *	  log than there is.
 *
 * The subscriber passes over what is written until the log is longer again: it
 * takes it for what it has.  So nothing is written that would go there.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/xlog.h"
#include "access/xlogrecovery.h"
#include "catalog/pg_publication.h"
#include "miscadmin.h"
#include "replication/slot.h"
#include "storage/lwlock.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "study/restored.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(is_restored);
PG_FUNCTION_INFO_V1(require_not_restored);

static XLogRecPtr
end_of_log(void)
{
	return RecoveryInProgress() ? GetXLogReplayRecPtr(NULL) : GetXLogInsertRecPtr();
}

/* Has a subscriber to this database confirmed more than that? */
static bool
is_ahead(ReplicationSlot *slot, XLogRecPtr end)
{
	bool		answer;

	SpinLockAcquire(&slot->mutex);
	answer = slot->in_use && slot->data.database == MyDatabaseId && slot->data.confirmed_flush > end &&
		strcmp(NameStr(slot->data.plugin), "pgoutput") == 0;
	SpinLockRelease(&slot->mutex);
	return answer;
}

static bool
has_subscriber_ahead(void)
{
	XLogRecPtr	end = end_of_log();
	bool		answer = false;

	LWLockAcquire(ReplicationSlotControlLock, LW_SHARED);
	for (int i = 0; i < max_replication_slots; i++)
		answer = answer || is_ahead(&ReplicationSlotCtl->replication_slots[i], end);
	LWLockRelease(ReplicationSlotControlLock);
	return answer;
}

/* is_restored(): has a subscriber more of this server's log than there is? */
Datum
is_restored(PG_FUNCTION_ARGS)
{
	PG_RETURN_BOOL(has_subscriber_ahead());
}

static void
report_restored(const char *study)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("what is entered into study \"%s\" does not arrive", study),
			 errdetail("This server was restored from a backup: a subscriber has more of its log than there is, and passes over what is written until then."),
			 errhint("Enter nothing, and restore the server to its last moment, from the archive of its log.")));
}

/* require_not_restored(study): 55000 where what is written would not arrive. */
Datum
require_not_restored(PG_FUNCTION_ARGS)
{
	if (has_subscriber_ahead())
		report_restored(NameStr(*PG_GETARG_NAME(0)));
	PG_RETURN_VOID();
}

/* 55000 where what is written to a table would go to subscribers, and not arrive. */
void
require_arrival(Relation table)
{
	if (has_subscriber_ahead() && GetRelationPublications(root_of(table)) != NIL)
		report_restored(get_namespace_name(RelationGetNamespace(table)));
}
