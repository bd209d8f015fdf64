/*-------------------------------------------------------------------------
 *
 * record.c
 *	  Writes to the tables of a study's record: its changes and the earlier
 *	  versions of its rows, which triggers keep every statement from.
 *
 * Rows go straight to the table and its indexes, so that no statement runs.
 * Constraints and indexes may call functions of the owner: they run as he.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "study/record.h"
#include "study/row_trigger.h"

/* What was found beside tables, since a relation was changed last; every statement looks. */
static struct
{
	Oid			namespace;
	Oid			owner;
	NameData	name;
	char		kind;
	Oid			relid;
}			found[8];
static int	nfound = 0;

void
forget_relations(void)
{
	nfound = 0;
}

static Oid
find_beside(Relation table, const char *name, char kind)
{
	Oid			relid = get_relname_relid(name, RelationGetNamespace(table));
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		is_so = false;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_class class = (Form_pg_class) GETSTRUCT(tuple);

		is_so = class->relkind == kind && class->relowner == table->rd_rel->relowner;
		ReleaseSysCache(tuple);
	}
	return is_so ? relid : InvalidOid;
}

/* A relation of a kind that stands beside a table and has its owner; 0 if there is none. */
Oid
relation_beside(Relation table, const char *name, char kind)
{
	Oid			namespace = RelationGetNamespace(table);
	Oid			owner = table->rd_rel->relowner;
	Oid			relid;

	for (int i = 0; i < nfound; i++)
	{
		if (found[i].namespace == namespace && found[i].owner == owner && found[i].kind == kind &&
			strcmp(NameStr(found[i].name), name) == 0)
			return found[i].relid;
	}
	relid = find_beside(table, name, kind);
	if (OidIsValid(relid) && nfound < lengthof(found))
	{
		found[nfound].namespace = namespace;
		found[nfound].owner = owner;
		found[nfound].kind = kind;
		found[nfound].relid = relid;
		namestrcpy(&found[nfound++].name, name);
	}
	return relid;
}

static void
record_begin(Record *record)
{
	GetUserIdAndSecContext(&record->user, &record->security_context);
	SetUserIdAndSecContext(record->relation->rd_rel->relowner, record->security_context |
						   SECURITY_LOCAL_USERID_CHANGE | SECURITY_RESTRICTED_OPERATION);
	record->estate = CreateExecutorState();
	/* All else is zero, as a table without triggers has it. */
	record->target = makeNode(ResultRelInfo);
	record->target->ri_RelationDesc = record->relation;
	ExecOpenIndices(record->target, false);
	record->row = MakeSingleTupleTableSlot(RelationGetDescr(record->relation), &TTSOpsVirtual);
}

/* Opens a table of the record; the lock stays until the end of the transaction. */
void
record_open(Record *record, Oid relid)
{
	record->relation = table_open(relid, RowExclusiveLock);
	record_begin(record);
}

/* The same, or returns false if the transaction has dropped it. */
bool
record_open_if_there(Record *record, Oid relid)
{
	record->relation = try_table_open(relid, RowExclusiveLock);
	if (record->relation)
		record_begin(record);
	return record->relation != NULL;
}

/* Begins a row whose columns are all NULL. */
void
record_new_row(Record *record)
{
	ExecClearTuple(record->row);
	memset(record->row->tts_isnull, true, record->row->tts_tupleDescriptor->natts * sizeof(bool));
}

/* Sets a column of the row; 42703 if the table has none of that name and type. */
void
record_set(Record *record, const char *column, Oid type, Datum value, bool is_null)
{
	int			number = row_column(record->row->tts_tupleDescriptor, column, type);

	if (number == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("table \"%s\" has no column \"%s\" of type %s",
						RelationGetRelationName(record->relation), column, format_type_be(type)),
				 errhint("The tables that create_study() and keep_history() make have it.")));
	record->row->tts_values[number - 1] = value;
	record->row->tts_isnull[number - 1] = is_null;
}

void
record_insert(Record *record)
{
	ExecStoreVirtualTuple(record->row);
	ExecSimpleRelationInsert(record->target, record->estate, record->row);
	ResetPerTupleExprContext(record->estate);
}

void
record_close(Record *record)
{
	ExecDropSingleTupleTableSlot(record->row);
	ExecCloseIndices(record->target);
	FreeExecutorState(record->estate);
	table_close(record->relation, NoLock);
	record->relation = NULL;
	SetUserIdAndSecContext(record->user, record->security_context);
}
