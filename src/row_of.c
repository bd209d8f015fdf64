/*-------------------------------------------------------------------------
 *
 * row_of.c
 *	  The row of a table that has a given primary key, or the last one that has
 *	  a part of it, without the start of an executor for it.
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
#include "utils/date.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/rls.h"
#include "utils/snapmgr.h"

#include "study_rule.h"

PG_FUNCTION_INFO_V1(row_of);
PG_FUNCTION_INFO_V1(last_row_of);
PG_FUNCTION_INFO_V1(last_row_until);

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

/* A key that rows are looked up by. */
typedef struct RowKey
{
	ArrayType  *array;			/* which has the values */
	Datum	   *values;			/* of type text */
	int			nvalues;
	bool		is_part;		/* more columns may follow */
	bool		has_day;		/* after them comes a date, not after this */
	DateADT		day;
} RowKey;

#define MEMO_ROWS 4

typedef struct MemoRow
{
	Oid			relid;
	RowKey		key;
	Datum		row;
} MemoRow;

/* What is looked up under one snapshot, so that it is so once. */
struct RowMemo
{
	Snapshot	snapshot;
	MemoryContext context;
	int			nrows;
	MemoRow		rows[MEMO_ROWS];
};

static RowMemo *row_memo = NULL;

/* A new memo, in a memory context that outlives its use. */
RowMemo *
make_row_memo(Snapshot snapshot, MemoryContext context)
{
	RowMemo    *memo = MemoryContextAllocZero(context, sizeof(RowMemo));

	memo->snapshot = snapshot;
	memo->context = context;
	return memo;
}

/* Has look-ups use the memo; returns the one to be used after it. */
RowMemo *
use_row_memo(RowMemo *memo)
{
	RowMemo    *before = row_memo;

	row_memo = memo;
	return before;
}

static bool
is_same_key(const RowKey *a, const RowKey *b)
{
	return a->is_part == b->is_part && a->has_day == b->has_day && a->day == b->day &&
		VARSIZE(a->array) == VARSIZE(b->array) && memcmp(a->array, b->array, VARSIZE(a->array)) == 0;
}

static bool
key_fits(Relation index, const RowKey *key)
{
	int			columns = IndexRelationGetNumberOfKeyAttributes(index);
	int			given = key->nvalues + (key->has_day ? 1 : 0);

	if (key->is_part ? columns < given : columns != given)
		return false;
	for (int i = 0; i < given; i++)
	{
		if (TupleDescAttr(RelationGetDescr(index), i)->atttypid != (i < key->nvalues ? TEXTOID : DATEOID))
			return false;
	}
	return true;
}

static Relation
open_primary_key(Relation table, const RowKey *key)
{
	Relation	index = NULL;

	/* This finds the primary key as well. */
	list_free(RelationGetIndexList(table));
	if (OidIsValid(table->rd_pkindex))
		index = index_open(table->rd_pkindex, AccessShareLock);
	if (index == NULL || !key_fits(index, key))
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 key->is_part ?
				 errmsg("the primary key of table \"%s\" does not begin with %d columns of type text%s",
						RelationGetRelationName(table), key->nvalues, key->has_day ? " and a date" : "") :
				 errmsg("the primary key of table \"%s\" is not %d columns of type text",
						RelationGetRelationName(table), key->nvalues)));
	return index;
}

/* The last row with the key, as a copy; (Datum) 0 if there is none. */
static Datum
look_up(Relation table, const RowKey *key)
{
	Relation	index = open_primary_key(table, key);
	int			nkeys = key->nvalues + (key->has_day ? 1 : 0);
	TupleTableSlot *slot = table_slot_create(table, NULL);
	IndexScanDesc scan = begin_index_scan(table, index, GetActiveSnapshot(), nkeys);
	ScanKey		keys = palloc(sizeof(ScanKeyData) * nkeys);
	Datum		row = (Datum) 0;

	for (int i = 0; i < key->nvalues; i++)
		ScanKeyEntryInitialize(&keys[i], 0, i + 1, BTEqualStrategyNumber, InvalidOid,
							   index->rd_indcollation[i], F_TEXTEQ, key->values[i]);
	if (key->has_day)
		ScanKeyEntryInitialize(&keys[nkeys - 1], 0, nkeys, BTLessEqualStrategyNumber, InvalidOid,
							   InvalidOid, F_DATE_LE, DateADTGetDatum(key->day));
	index_rescan(scan, keys, nkeys, NULL, 0);
	if (index_getnext_slot(scan, key->is_part ? BackwardScanDirection : ForwardScanDirection, slot))
		row = ExecFetchSlotHeapTupleDatum(slot);
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	index_close(index, NoLock);
	return row;
}

/* Looks a row up, unless it is in the memo of the statement's rows. */
static Datum
look_up_once(Oid relid, const RowKey *key)
{
	RowMemo    *memo = row_memo && row_memo->snapshot == GetActiveSnapshot() ? row_memo : NULL;
	MemoryContext old = MemoryContextSwitchTo(memo ? memo->context : CurrentMemoryContext);
	Relation	table;
	Datum		row;

	for (int i = 0; memo && i < memo->nrows; i++)
	{
		if (memo->rows[i].relid == relid && is_same_key(&memo->rows[i].key, key))
		{
			MemoryContextSwitchTo(old);
			return memo->rows[i].row;
		}
	}
	table = table_open(relid, AccessShareLock);
	row = look_up(table, key);
	table_close(table, NoLock);
	if (memo && memo->nrows < MEMO_ROWS)
	{
		MemoRow    *added = &memo->rows[memo->nrows++];

		*added = (MemoRow) {.relid = relid, .key = *key, .row = row};
		added->key.array = (ArrayType *) memcpy(palloc(VARSIZE(key->array)), key->array, VARSIZE(key->array));
	}
	MemoryContextSwitchTo(old);
	return row;
}

/* Reads the key's texts from an argument; false if it, or one of them, is null. */
static bool
read_values(FunctionCallInfo fcinfo, int argument, RowKey *key)
{
	bool	   *nulls;

	if (PG_ARGISNULL(argument))
		return false;
	key->array = PG_GETARG_ARRAYTYPE_P(argument);
	deconstruct_array(key->array, TEXTOID, -1, false, TYPALIGN_INT,
					  &key->values, &nulls, &key->nvalues);
	for (int i = 0; i < key->nvalues; i++)
	{
		if (nulls[i])
			return false;
	}
	return true;
}

/* The row, or the last one, with the key; the argument is that of its texts. */
static Datum
row_with_key(FunctionCallInfo fcinfo, int argument, RowKey *key)
{
	Oid			relid = get_typ_typrelid(get_fn_expr_argtype(fcinfo->flinfo, 0));
	Datum		row;

	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_RELATION)
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("the first argument must be a null of a table's row type")));
	if (!read_values(fcinfo, argument, key))
		PG_RETURN_NULL();
	check_access(relid);
	row = look_up_once(relid, key);
	if (row == (Datum) 0)
		PG_RETURN_NULL();
	PG_RETURN_DATUM(row);
}

/*
 * row_of(null::table, key, ...): the row with this primary key, all of whose
 * columns are of type text; null if there is none or a part of the key is null.
 * Needs the privilege SELECT; 0A000 if row security applies.
 */
Datum
row_of(PG_FUNCTION_ARGS)
{
	RowKey		key = {0};

	return row_with_key(fcinfo, 1, &key);
}

/*
 * last_row_of(null::table, key, ...): the last row in the order of the primary
 * key of those whose key begins like this.
 */
Datum
last_row_of(PG_FUNCTION_ARGS)
{
	RowKey		key = {.is_part = true};

	return row_with_key(fcinfo, 1, &key);
}

/*
 * last_row_until(null::table, day, key, ...): the same of those whose key has a
 * date next, which is not after the day.
 */
Datum
last_row_until(PG_FUNCTION_ARGS)
{
	RowKey		key = {.is_part = true, .has_day = true};

	if (PG_ARGISNULL(1))
		PG_RETURN_NULL();
	key.day = PG_GETARG_DATEADT(1);
	return row_with_key(fcinfo, 2, &key);
}
