/*-------------------------------------------------------------------------
 *
 * locked_rows.c
 *	  locked_rows(): the rows of a relation that a table of a study would not
 *	  take, or let go, as they are locked.
 *
 * The relation is read as the caller, who is told of the sites that he sees.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "study/find_lock.h"
#include "study/record.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(locked_rows);

#define BATCH 1000

/* The columns of locked_rows(). */
enum
{
	OUT_ROW,
	OUT_REASON,
	OUT_HINT,
	OUT_COLUMNS
};

/* The rows of the relation, of the sites that the caller sees. */
static char *
seen_rows_query(Relation table, Relation source)
{
	Oid			access = relation_beside(table, "site_access", RELKIND_RELATION);
	char	   *query = psprintf("select * from %s",
								 quote_qualified_identifier(get_namespace_name(RelationGetNamespace(source)),
															RelationGetRelationName(source)));

	if (!OidIsValid(access) || SPI_fnumber(RelationGetDescr(source), "site_id") <= 0)
		return query;
	return psprintf("%s where _virotrial.sees_site(%u, site_id)", query, access);
}

static void
put_lock(ReturnSetInfo *result, Datum row, LockSearch *search)
{
	LockWords	words = describe_lock(search);
	Datum		values[OUT_COLUMNS] = {row};
	bool		nulls[OUT_COLUMNS] = {false};

	values[OUT_REASON] = CStringGetTextDatum(psprintf("%s: %s", words.message, words.detail));
	values[OUT_HINT] = CStringGetTextDatum(words.hint);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* Tells of the rows of a batch that are locked. */
static void
put_batch(ReturnSetInfo *result, LockSearch *search, TupleTableSlot *slot)
{
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		bool		is_null;

		CHECK_FOR_INTERRUPTS();
		ExecStoreHeapTuple(SPI_tuptable->vals[i], slot, false);
		if (is_row_locked(search, slot))
			put_lock(result, slot_getattr(slot, 1, &is_null), search);
		ExecClearTuple(slot);
	}
	SPI_freetuptable(SPI_tuptable);
}

static void
put_locked_rows(ReturnSetInfo *result, Relation table, Relation source)
{
	Portal		portal;
	LockSearch	search;

	SPI_connect();
	portal = SPI_cursor_open_with_args(NULL, seen_rows_query(table, source), 0, NULL, NULL, NULL, true, CURSOR_OPT_NO_SCROLL);
	if (TupleDescAttr(portal->tupDesc, 0)->atttypid != INT8OID)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("relation \"%s\" does not begin with a column of type bigint", RelationGetRelationName(source)),
				 errhint("Its first column tells its rows apart.")));
	if (lock_search_begin(&search, table, portal->tupDesc))
	{
		TupleTableSlot *slot = MakeSingleTupleTableSlot(BlessTupleDesc(CreateTupleDescCopy(portal->tupDesc)), &TTSOpsHeapTuple);

		for (SPI_cursor_fetch(portal, true, BATCH); SPI_processed > 0; SPI_cursor_fetch(portal, true, BATCH))
			put_batch(result, &search, slot);
		ExecDropSingleTupleTableSlot(slot);
		lock_search_end(&search);
	}
	SPI_cursor_close(portal);
	SPI_finish();
}

/*
 * locked_rows("table", source): the rows of a relation, whose columns have the
 * names of the table's, that are locked.  The caller needs INSERT on the table.
 */
Datum
locked_rows(PG_FUNCTION_ARGS)
{
	Relation	table = open_given(PG_GETARG_OID(0), AccessShareLock);
	Relation	source = open_given(PG_GETARG_OID(1), AccessShareLock);

	if (pg_class_aclcheck(RelationGetRelid(table), GetUserId(), ACL_INSERT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(table));
	InitMaterializedSRF(fcinfo, 0);
	put_locked_rows((ReturnSetInfo *) fcinfo->resultinfo, table, source);
	relation_close(source, AccessShareLock);
	table_close(table, AccessShareLock);
	return (Datum) 0;
}
