/*-------------------------------------------------------------------------
 *
 * in_force.c
 *	  The row of one of the protocol's tables that applies on a day.
 *
 * These tables are small and seldom change, and the screens of rules look at
 * them for each row that comes in; so a session keeps them.  A change of one
 * makes every session read it again, as it runs enforce(), which also waits
 * for those who are writing to the tables whose rules rely on it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "row_trigger.h"
#include "study_rule.h"

PG_FUNCTION_INFO_V1(in_force);

typedef struct ProtocolRow
{
	text	   *key;			/* NULL if the table has none */
	DateADT		effective_from;
	HeapTupleHeader row;
} ProtocolRow;

typedef struct ProtocolTable
{
	Oid			relid;			/* hash key */
	bool		is_valid;
	bool		is_being_read;
	Oid			user;			/* who has read it */
	MemoryContext context;		/* holds the rows, or NULL */
	int			nrows;
	ProtocolRow *rows;			/* the latest first */
} ProtocolTable;

static HTAB *protocol_tables = NULL;

static void
invalidate_table(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	ProtocolTable *table;

	hash_seq_init(&scan, protocol_tables);
	while ((table = hash_seq_search(&scan)) != NULL)
	{
		if (relid == InvalidOid || relid == table->relid)
			table->is_valid = false;
	}
}

static ProtocolTable *
find_table(Oid relid)
{
	ProtocolTable *table;
	bool		found;

	if (protocol_tables == NULL)
	{
		HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(ProtocolTable)};

		protocol_tables = hash_create("virotrial protocol tables", 16, &control, HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(invalidate_table, (Datum) 0);
	}
	table = hash_search(protocol_tables, &relid, HASH_ENTER, &found);
	if (!found)
	{
		table->is_valid = false;
		table->is_being_read = false;
		table->context = NULL;
	}
	return table;
}

/* All rows of the table, with its first column as the key. */
static char *
table_query(Oid relid)
{
	const char *name = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
	char	   *key = get_attname(relid, 1, true);

	if (key == NULL || get_attnum(relid, "effective_from") == InvalidAttrNumber)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE),
				 errmsg("%s is not a table of a protocol", name),
				 errdetail("A table of a protocol has a column effective_from, and its key comes first.")));
	return psprintf("select %s, versions.effective_from, versions from %s as versions order by versions.effective_from desc",
					strcmp(key, "effective_from") == 0 ? "null::pg_catalog.text" : psprintf("versions.%s::pg_catalog.text", quote_identifier(key)), name);
}

static void
copy_row(ProtocolRow *copy, HeapTuple tuple, Oid row_type)
{
	bool		has_no_key;
	Datum		key = result_value(tuple, 1, TEXTOID, &has_no_key);

	copy->key = has_no_key ? NULL : DatumGetTextPCopy(key);
	copy->effective_from = DatumGetDateADT(result_given(tuple, 2, DATEOID));
	copy->row = DatumGetHeapTupleHeaderCopy(result_given(tuple, 3, row_type));
}

static void
copy_rows(ProtocolTable *table)
{
	MemoryContext old = MemoryContextSwitchTo(table->context);
	Oid			row_type = get_rel_type_id(table->relid);

	table->nrows = (int) SPI_processed;
	table->rows = palloc(sizeof(ProtocolRow) * (table->nrows + 1));
	for (int i = 0; i < table->nrows; i++)
		copy_row(&table->rows[i], SPI_tuptable->vals[i], row_type);
	MemoryContextSwitchTo(old);
}

static void
read_table(ProtocolTable *table)
{
	volatile bool is_read = false;

	if (table->is_being_read)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_RECURSION),
				 errmsg("in_force() reads table \"%s\" while it reads it", get_rel_name(table->relid)),
				 errhint("A view, policy or type of the table must not call in_force() on it.")));
	if (table->context)
		MemoryContextDelete(table->context);
	table->context = AllocSetContextCreate(CacheMemoryContext, "virotrial protocol table", ALLOCSET_SMALL_SIZES);
	/* Before reading: what changes meanwhile must be seen. */
	table->is_valid = table->is_being_read = true;
	table->user = GetUserId();
	SPI_connect();
	PG_TRY();
	{
		run_query(table_query(table->relid), true);
		copy_rows(table);
		is_read = true;
	}
	PG_FINALLY();
	{
		table->is_being_read = false;
		table->is_valid = table->is_valid && is_read;
	}
	PG_END_TRY();
	SPI_finish();
}

static bool
has_key(const ProtocolRow *row, const text *key)
{
	return row->key == NULL || (key != NULL && VARSIZE_ANY_EXHDR(row->key) == VARSIZE_ANY_EXHDR(key) &&
								memcmp(VARDATA_ANY(row->key), VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)) == 0);
}

/* A copy, as the kept row may go before the query ends. */
static Datum
copy_of(HeapTupleHeader row)
{
	return PointerGetDatum(memcpy(palloc(HeapTupleHeaderGetDatumLength(row)), row, HeapTupleHeaderGetDatumLength(row)));
}

/*
 * in_force(null::table, key, day): the row of one of the protocol's tables
 * that applies on the day; null if none does.  Needs the privilege SELECT.
 */
Datum
in_force(PG_FUNCTION_ARGS)
{
	Oid			relid = get_typ_typrelid(get_fn_expr_argtype(fcinfo->flinfo, 0));
	const text *key = PG_ARGISNULL(1) ? NULL : PG_GETARG_TEXT_PP(1);
	ProtocolTable *table;

	if (!OidIsValid(relid))
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("the first argument must be a null of a table's row type")));
	if (PG_ARGISNULL(2))
		PG_RETURN_NULL();
	table = find_table(relid);
	if (!table->is_valid || table->is_being_read || table->user != GetUserId())
		read_table(table);
	for (int i = 0; i < table->nrows; i++)
	{
		if (table->rows[i].effective_from <= PG_GETARG_DATEADT(2) && has_key(&table->rows[i], key))
			PG_RETURN_DATUM(copy_of(table->rows[i].row));
	}
	PG_RETURN_NULL();
}
