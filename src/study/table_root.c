/*-------------------------------------------------------------------------
 *
 * table_root.c
 *	  Tables of a study in partitions: what is written to a partition itself is
 *	  judged, kept and locked as what is written to the table above it.
 *
 * PostgreSQL fires the triggers after a statement of the table that the statement
 * names.  A partition has the same ones as the table, and their functions take
 * its rows for those of the table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/partition.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "study/table_root.h"

PG_FUNCTION_INFO_V1(require_relation);

/* Opens a relation that a caller names by its OID, which may be that of one that is gone: 42P01 then. */
Relation
open_given(Oid relid, LOCKMODE lock)
{
	Relation	relation = try_relation_open(relid, lock);

	if (relation == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no relation with OID %u", relid),
				 errhint("It was dropped. Name one that is there.")));
	relation_close(relation, NoLock);
	return table_open(relid, NoLock);
}

/* require_relation(relation): fails if it is gone. */
Datum
require_relation(PG_FUNCTION_ARGS)
{
	relation_close(open_given(PG_GETARG_OID(0), AccessShareLock), NoLock);
	PG_RETURN_VOID();
}

/* The table that a partition is a part of in the end; another table is its own. */
Oid
root_of(Relation table)
{
	return table->rd_rel->relispartition ? llast_oid(get_partition_ancestors(RelationGetRelid(table))) : RelationGetRelid(table);
}

/* Opens the table that a table is a part of, or the table itself. */
Relation
open_root(Oid relid, LOCKMODE lock)
{
	Relation	table = open_given(relid, lock);
	Oid			root = root_of(table);

	if (root == relid)
		return table;
	table_close(table, lock);
	return table_open(root, lock);
}

/* How rows of a partition become rows of the table; NULL if they are such already. */
TupleConversionMap *
map_to_root(Relation part, Relation root)
{
	return convert_tuples_by_name(RelationGetDescr(part), RelationGetDescr(root));
}

/* The rows of a transition table as rows of the table above. */
static Tuplestorestate *
convert_rows(Tuplestorestate *rows, const TupleConversionMap *map)
{
	Tuplestorestate *converted = tuplestore_begin_heap(false, false, work_mem);
	TupleTableSlot *given = MakeSingleTupleTableSlot(map->indesc, &TTSOpsMinimalTuple);
	TupleTableSlot *made = MakeSingleTupleTableSlot(map->outdesc, &TTSOpsVirtual);

	tuplestore_select_read_pointer(rows, 0);
	tuplestore_rescan(rows);
	while (tuplestore_gettupleslot(rows, true, false, given))
	{
		tuplestore_puttupleslot(converted, execute_attr_map_slot(map->attrMap, given, made));
		CHECK_FOR_INTERRUPTS();
	}
	ExecDropSingleTupleTableSlot(given);
	ExecDropSingleTupleTableSlot(made);
	return converted;
}

/* What a trigger after a statement was called with, as of the table above a partition. */
TriggerData *
trigger_of_root(const TriggerData *trigger)
{
	TriggerData *above = palloc(sizeof(TriggerData));
	TupleConversionMap *map;

	*above = *trigger;
	if (!trigger->tg_relation->rd_rel->relispartition)
		return above;
	above->tg_relation = table_open(root_of(trigger->tg_relation), RowExclusiveLock);
	map = map_to_root(trigger->tg_relation, above->tg_relation);
	if (map && trigger->tg_newtable)
		above->tg_newtable = convert_rows(trigger->tg_newtable, map);
	if (map && trigger->tg_oldtable)
		above->tg_oldtable = convert_rows(trigger->tg_oldtable, map);
	return above;
}

/* Frees what that opened and made; the lock stays until the end of the transaction. */
void
close_root(const TriggerData *above, const TriggerData *trigger)
{
	if (above->tg_relation != trigger->tg_relation)
		table_close(above->tg_relation, NoLock);
	if (above->tg_newtable != trigger->tg_newtable)
		tuplestore_end(above->tg_newtable);
	if (above->tg_oldtable != trigger->tg_oldtable)
		tuplestore_end(above->tg_oldtable);
}
