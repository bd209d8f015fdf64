/*-------------------------------------------------------------------------
 *
 * gathered_rows.c
 *	  The trigger function before each row of a partition that keeps the rows
 *	  of a statement, for the locks on their subjects.
 *
 * A trigger after each row of a partition cannot have the transition tables, in
 * which that of another table sees the whole statement.  So the rows are gathered
 * here, and the first trigger after a row takes them.  What is gathered and not
 * written, as after ON CONFLICT DO NOTHING, is locked with the next statement, or
 * forgotten with its transaction: who locks a subject too much keeps to the order
 * all the same.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/tuplestore.h"

#include "study/gathered_rows.h"
#include "study/row_trigger.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(gather_row);

/* In the memory of the transaction. */
static List *gathered = NIL;

/* What the calls of one statement for one partition share. */
typedef struct Part
{
	Oid			root;
	TupleConversionMap *map;
} Part;

static Part *
make_part(FunctionCallInfo fcinfo, Relation table)
{
	MemoryContext old = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
	Part	   *part = palloc(sizeof(Part));
	Relation	root;

	part->root = root_of(table);
	root = table_open(part->root, AccessShareLock);
	part->map = map_to_root(table, root);
	table_close(root, NoLock);
	MemoryContextSwitchTo(old);
	fcinfo->flinfo->fn_extra = part;
	return part;
}

/* What is gathered of a table by statements of a kind, in this subtransaction. */
static GatheredRows *
rows_of(Oid relid, RuleEvent event)
{
	MemoryContext old;
	GatheredRows *rows;
	ListCell   *cell;

	foreach(cell, gathered)
	{
		rows = lfirst(cell);
		if (rows->relid == relid && rows->event == event && rows->began_in == GetCurrentSubTransactionId())
			return rows;
	}
	old = MemoryContextSwitchTo(TopTransactionContext);
	rows = palloc0(sizeof(GatheredRows));
	rows->relid = relid;
	rows->event = event;
	rows->began_in = GetCurrentSubTransactionId();
	gathered = lappend(gathered, rows);
	MemoryContextSwitchTo(old);
	return rows;
}

/* Adds a row; the files of many rows are those of the transaction, and not of the statement. */
static void
add_row(Tuplestorestate **rows, HeapTuple row, TupleConversionMap *map)
{
	if (*rows == NULL)
	{
		MemoryContext old = MemoryContextSwitchTo(CurTransactionContext);
		ResourceOwner owner = CurrentResourceOwner;

		CurrentResourceOwner = CurTransactionResourceOwner;
		*rows = tuplestore_begin_heap(false, false, work_mem);
		CurrentResourceOwner = owner;
		MemoryContextSwitchTo(old);
	}
	tuplestore_puttuple(*rows, map ? execute_attr_map_tuple(row, map) : row);
}

/* Trigger function before each row: keeps the row of a partition for lock_subjects(). */
Datum
gather_row(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = row_trigger(fcinfo);
	RuleEvent	event = trigger_event(trigger);
	HeapTuple	row = event == RULE_UPDATE ? trigger->tg_newtuple : trigger->tg_trigtuple;
	Part	   *part = fcinfo->flinfo->fn_extra;
	GatheredRows *rows;

	/* What is tried, and not written, is of the table itself. */
	if (!trigger->tg_relation->rd_rel->relispartition)
		return PointerGetDatum(row);
	if (part == NULL)
		part = make_part(fcinfo, trigger->tg_relation);
	rows = rows_of(part->root, event);
	if (event != RULE_DELETE)
		add_row(&rows->changed, row, part->map);
	if (event != RULE_INSERT)
		add_row(&rows->removed, trigger->tg_trigtuple, part->map);
	return PointerGetDatum(row);
}

/* Takes what is gathered of the table above a partition; NULL if that is nothing, or no more. */
GatheredRows *
next_gathered(Relation part)
{
	Oid			root;
	ListCell   *cell;

	if (gathered == NIL)
		return NULL;
	root = root_of(part);
	foreach(cell, gathered)
	{
		GatheredRows *rows = lfirst(cell);

		if (rows->relid == root)
		{
			gathered = foreach_delete_current(gathered, cell);
			return rows;
		}
	}
	return NULL;
}

void
free_gathered(GatheredRows *rows)
{
	if (rows->changed)
		tuplestore_end(rows->changed);
	if (rows->removed)
		tuplestore_end(rows->removed);
	pfree(rows);
}

/* Nothing outlives its transaction, nor its subtransaction. */
static void
forget_gathered(SubTransactionId began_in)
{
	ListCell   *cell;

	foreach(cell, gathered)
	{
		GatheredRows *rows = lfirst(cell);

		if (began_in != InvalidSubTransactionId && rows->began_in != began_in)
			continue;
		gathered = foreach_delete_current(gathered, cell);
		free_gathered(rows);
	}
}

static void
at_transaction(XactEvent event, void *argument)
{
	if (event == XACT_EVENT_PRE_COMMIT || event == XACT_EVENT_PRE_PREPARE || event == XACT_EVENT_ABORT)
		forget_gathered(InvalidSubTransactionId);
}

static void
at_subtransaction(SubXactEvent event, SubTransactionId mine, SubTransactionId parent, void *argument)
{
	if (event == SUBXACT_EVENT_PRE_COMMIT_SUB || event == SUBXACT_EVENT_ABORT_SUB)
		forget_gathered(mine);
}

/* Called once, when the module is loaded. */
void
watch_gathered_rows(void)
{
	RegisterXactCallback(at_transaction, NULL);
	RegisterSubXactCallback(at_subtransaction, NULL);
}
