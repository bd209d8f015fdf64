/*-------------------------------------------------------------------------
 *
 * row_of.c
 *	  The row of a table that has a given primary key, without the start of an
 *	  executor for it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/genam.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

PG_FUNCTION_INFO_V1(row_of);

static void
check_access(Oid relid)
{
	AclResult	access = pg_class_aclcheck(relid, GetUserId(), ACL_SELECT);

	if (access != ACLCHECK_OK)
		aclcheck_error(access, OBJECT_TABLE, get_rel_name(relid));
	if (check_enable_rls(relid, InvalidOid, false) == RLS_ENABLED)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a row under row security is not looked up by its key")));
}

/* The index of a primary key that is as many columns of type text as keys are given. */
static Relation
open_primary_key(Relation table, int nkeys)
{
	Relation	index = NULL;
	bool		matches;

	/* This finds the primary key as well. */
	list_free(RelationGetIndexList(table));
	if (OidIsValid(table->rd_pkindex))
		index = index_open(table->rd_pkindex, AccessShareLock);
	matches = index != NULL && IndexRelationGetNumberOfKeyAttributes(index) == nkeys;
	for (int i = 0; matches && i < nkeys; i++)
		matches = TupleDescAttr(RelationGetDescr(index), i)->atttypid == TEXTOID;
	if (!matches)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("the primary key of table \"%s\" is not %d columns of type text",
						RelationGetRelationName(table), nkeys)));
	return index;
}

/* The row with the key, as a copy; (Datum) 0 if there is none. */
static Datum
look_up(Relation table, Datum *values, int nkeys)
{
	Relation	index = open_primary_key(table, nkeys);
	TupleTableSlot *slot = table_slot_create(table, NULL);
	IndexScanDesc scan = begin_index_scan(table, index, GetActiveSnapshot(), nkeys);
	ScanKey		keys = palloc(sizeof(ScanKeyData) * nkeys);
	Datum		row = (Datum) 0;

	for (int i = 0; i < nkeys; i++)
		ScanKeyEntryInitialize(&keys[i], 0, i + 1, BTEqualStrategyNumber, InvalidOid,
							   index->rd_indcollation[i], F_TEXTEQ, values[i]);
	index_rescan(scan, keys, nkeys, NULL, 0);
	if (index_getnext_slot(scan, ForwardScanDirection, slot))
		row = ExecFetchSlotHeapTupleDatum(slot);
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	index_close(index, NoLock);
	return row;
}

/*
 * row_of(null::table, key, ...): the row with this primary key, all of whose
 * columns are of type text; null if there is none or a part of the key is null.
 * Needs the privilege SELECT; 0A000 if row security applies.
 */
Datum
row_of(PG_FUNCTION_ARGS)
{
	Oid			relid = get_typ_typrelid(get_fn_expr_argtype(fcinfo->flinfo, 0));
	Datum	   *values;
	bool	   *nulls;
	int			nkeys;
	Datum		row;
	Relation	table;

	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_RELATION)
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("the first argument must be a null of a table's row type")));
	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	deconstruct_array(PG_GETARG_ARRAYTYPE_P(1), TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &nkeys);
	for (int i = 0; i < nkeys; i++)
	{
		if (nulls[i])
			PG_RETURN_NULL();
	}
	check_access(relid);
	table = table_open(relid, AccessShareLock);
	row = look_up(table, values, nkeys);
	table_close(table, NoLock);
	if (row == (Datum) 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(row);
}
