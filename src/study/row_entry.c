/*-------------------------------------------------------------------------
 *
 * row_entry.c
 *	  A row on its way into a table of a study: what an INSERT does with it
 *	  before it is written.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/nodeModifyTable.h"
#include "utils/rel.h"

#include "study/change.h"
#include "study/row_constraints.h"
#include "study/row_entry.h"

/* The decimal mark in the texts of the row that passes the triggers. */
static char passing_mark = 0;

/* Which mark a trigger before a row reads texts by; 0 where nobody named one. */
char
row_decimal_mark(void)
{
	return passing_mark;
}

void
row_entry_begin(RowEntry *entry, Relation table)
{
	entry->estate = CreateExecutorState();
	entry->target = makeNode(ResultRelInfo);
	InitResultRelInfo(entry->target, table, 0, NULL, 0);
	entry->slot = MakeSingleTupleTableSlot(RelationGetDescr(table), &TTSOpsVirtual);
}

/* The row in the slot passes the triggers, which begin no change; false if one drops it. */
static bool
pass_triggers(RowEntry *entry)
{
	MemoryContext outer;
	int			before;
	char		mark_before = passing_mark;
	volatile bool is_kept = true;

	/* What trigger functions keep from row to row lives there. */
	outer = MemoryContextSwitchTo(entry->estate->es_query_cxt);
	before = begin_dry_run();
	passing_mark = entry->decimal_mark;
	PG_TRY();
	{
		is_kept = ExecBRInsertTriggers(entry->estate, entry->target, entry->slot);
	}
	PG_FINALLY();
	{
		passing_mark = mark_before;
		end_dry_run(before);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(outer);
	return is_kept;
}

/* The row in the slot passes the triggers and gets its generated columns; false if a trigger drops it. */
bool
row_entry_complete(RowEntry *entry)
{
	const TriggerDesc *triggers = entry->target->ri_TrigDesc;
	bool		is_kept = true;

	ResetPerTupleExprContext(entry->estate);
	entry->slot->tts_tableOid = RelationGetRelid(entry->target->ri_RelationDesc);
	if (triggers && triggers->trig_insert_before_row)
		is_kept = pass_triggers(entry);
	if (is_kept && entry->slot->tts_tupleDescriptor->constr && entry->slot->tts_tupleDescriptor->constr->has_generated_stored)
		ExecComputeStoredGenerated(entry->target, entry->estate, entry->slot, CMD_INSERT);
	return is_kept;
}

/* Fails as an INSERT does unless the row holds what NOT NULL and CHECK say. */
void
row_entry_check(RowEntry *entry)
{
	require_row_constraints(entry->target->ri_RelationDesc, entry->slot);
	if (entry->slot->tts_tupleDescriptor->constr)
		ExecConstraints(entry->target, entry->slot, entry->estate);
}

void
row_entry_end(RowEntry *entry)
{
	ExecDropSingleTupleTableSlot(entry->slot);
	FreeExecutorState(entry->estate);
}
