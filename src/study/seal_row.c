/*-------------------------------------------------------------------------
 *
 * seal_row.c
 *	  What a seal digests and keeps of the rows of a study: their canonical
 *	  bytes, and the entries of the seal.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "core/study/seal_entry.h"
#include "study/digest.h"
#include "study/seal_value.h"

PG_FUNCTION_INFO_V1(canonical_row);
PG_FUNCTION_INFO_V1(seal_leaf);
PG_FUNCTION_INFO_V1(seal_entry);
PG_FUNCTION_INFO_V1(seal_entry_fields);
PG_FUNCTION_INFO_V1(seal_column_tag);
PG_FUNCTION_INFO_V1(seal_table_tag);

/* The part of a version that was entered; a row of the history has more, of how it ended. */
#define PART_ENTERED 'e'
static const char *const ending[] = {"ended_at", "ended_in", "ended_as"};

typedef struct RowColumn
{
	char	   *name;
	int			place;			/* in the row, from 0 */
	bool		is_ending;
	uint16		tag;			/* of the name */
	StringInfoData label;		/* name and type, with their lengths */
	ValuePlan	value;
} RowColumn;

/* How the rows of a type are written; kept from one call to the next. */
typedef struct RowPlan
{
	Oid			type;
	int32		typmod;
	TupleDesc	tupdesc;
	int			ncolumns;
	RowColumn  *columns;		/* in the order of their names */
	int			nkeys;
	int		   *keys;			/* places of the columns that name a row */
	FmgrInfo   *outputs;		/* of these */
	Datum	   *values;
	bool	   *nulls;
	StringInfoData bytes;
	StringInfoData entry;
} RowPlan;

static int
compare_columns(const void *a, const void *b)
{
	return strcmp(((const RowColumn *) a)->name, ((const RowColumn *) b)->name);
}

static void
plan_column(RowColumn *column, Form_pg_attribute attribute, MemoryContext context)
{
	StringInfoData name;

	column->name = pstrdup(NameStr(attribute->attname));
	column->place = attribute->attnum - 1;
	for (int i = 0; i < lengthof(ending); i++)
		if (strcmp(column->name, ending[i]) == 0)
			column->is_ending = true;
	initStringInfo(&name);
	append_utf8(&name, column->name, strlen(column->name));
	column->tag = (uint16) seal_tag((uint8 *) name.data, name.len, COLUMN_TAG_SIZE);
	initStringInfo(&column->label);
	append_counted_utf8(&column->label, column->name);
	append_counted_utf8(&column->label, value_type_name(attribute->atttypid));
	plan_value(&column->value, attribute->atttypid, context);
}

static int
place_of_key(TupleDesc tupdesc, const char *name)
{
	for (int i = 0; i < tupdesc->natts; i++)
		if (!TupleDescAttr(tupdesc, i)->attisdropped && strcmp(NameStr(TupleDescAttr(tupdesc, i)->attname), name) == 0)
			return i;
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("a row has no column \"%s\" that could name it", name),
			 errhint("Name columns of the row.")));
}

static void
plan_keys(RowPlan *plan, ArrayType *names, MemoryContext context)
{
	Datum	   *values;
	bool	   *nulls;
	Oid			function;
	bool		is_varlena;

	deconstruct_array(names, TEXTOID, -1, false, TYPALIGN_INT, &values, &nulls, &plan->nkeys);
	plan->keys = palloc(sizeof(int) * Max(plan->nkeys, 1));
	plan->outputs = palloc(sizeof(FmgrInfo) * Max(plan->nkeys, 1));
	for (int i = 0; i < plan->nkeys; i++)
	{
		plan->keys[i] = place_of_key(plan->tupdesc, nulls[i] ? "" : TextDatumGetCString(values[i]));
		getTypeOutputInfo(TupleDescAttr(plan->tupdesc, plan->keys[i])->atttypid, &function, &is_varlena);
		fmgr_info_cxt(function, &plan->outputs[i], context);
	}
}

static RowPlan *
make_plan(FunctionCallInfo fcinfo, Oid type, int32 typmod, ArrayType *keys)
{
	MemoryContext context = fcinfo->flinfo->fn_mcxt;
	MemoryContext old = MemoryContextSwitchTo(context);
	RowPlan    *plan = palloc0(sizeof(RowPlan));

	plan->type = type;
	plan->typmod = typmod;
	plan->tupdesc = lookup_rowtype_tupdesc_copy(type, typmod);
	plan->columns = palloc0(sizeof(RowColumn) * Max(plan->tupdesc->natts, 1));
	plan->values = palloc(sizeof(Datum) * Max(plan->tupdesc->natts, 1));
	plan->nulls = palloc(sizeof(bool) * Max(plan->tupdesc->natts, 1));
	for (int i = 0; i < plan->tupdesc->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(plan->tupdesc, i);

		if (!attribute->attisdropped)
			plan_column(&plan->columns[plan->ncolumns++], attribute, context);
	}
	qsort(plan->columns, plan->ncolumns, sizeof(RowColumn), compare_columns);
	if (keys)
		plan_keys(plan, keys, context);
	initStringInfo(&plan->bytes);
	initStringInfo(&plan->entry);
	fcinfo->flinfo->fn_extra = plan;
	MemoryContextSwitchTo(old);
	return plan;
}

/* The plan for a row, whose values it then holds. */
static RowPlan *
open_row(FunctionCallInfo fcinfo, ArrayType *keys)
{
	HeapTupleHeader row = PG_GETARG_HEAPTUPLEHEADER(0);
	RowPlan    *plan = fcinfo->flinfo->fn_extra;
	Oid			type = HeapTupleHeaderGetTypeId(row);
	int32		typmod = HeapTupleHeaderGetTypMod(row);
	HeapTupleData tuple = {.t_len = HeapTupleHeaderGetDatumLength(row), .t_data = row};

	if (plan == NULL || plan->type != type || plan->typmod != typmod)
		plan = make_plan(fcinfo, type, typmod, keys);
	heap_deform_tuple(&tuple, plan->tupdesc, plan->values, plan->nulls);
	return plan;
}

static char
part_of(FunctionCallInfo fcinfo)
{
	return DatumGetChar(PG_GETARG_DATUM(2));
}

/* Leaves the canonical bytes of a row in the plan; and tags of its columns in the entry, if they are asked for. */
static void
write_row(RowPlan *plan, FunctionCallInfo fcinfo, bool with_tags)
{
	StringInfo	bytes = &plan->bytes;
	char		part = part_of(fcinfo);
	text	   *table = PG_GETARG_TEXT_PP(1);
	int			start;

	resetStringInfo(bytes);
	pq_sendint8(bytes, MERKLE_LEAF);
	pq_sendint8(bytes, part);
	start = bytes->len;
	append_counted_utf8(bytes, text_to_cstring(table));
	if (with_tags)
	{
		pq_sendint32(&plan->entry, seal_tag((uint8 *) bytes->data + start + 4, bytes->len - start - 4, TABLE_TAG_SIZE));
		pq_sendint16(&plan->entry, 0);
	}
	for (int i = 0; i < plan->ncolumns; i++)
	{
		RowColumn  *column = &plan->columns[i];

		if (plan->nulls[column->place] || (column->is_ending && part == PART_ENTERED))
			continue;
		appendBinaryStringInfo(bytes, column->label.data, column->label.len);
		start = bytes->len;
		append_value(bytes, &column->value, plan->values[column->place]);
		if (with_tags)
		{
			pq_sendint16(&plan->entry, column->tag);
			pq_sendint16(&plan->entry, seal_tag((uint8 *) bytes->data + start + 4, bytes->len - start - 4, COLUMN_TAG_SIZE));
		}
	}
}

/* canonical_row(row, table, part): what is digested of a row. */
Datum
canonical_row(PG_FUNCTION_ARGS)
{
	RowPlan    *plan = open_row(fcinfo, NULL);

	write_row(plan, fcinfo, false);
	PG_RETURN_BYTEA_P(cstring_to_text_with_len(plan->bytes.data, plan->bytes.len));
}

/* seal_leaf(row, table, part): the digest of a row. */
Datum
seal_leaf(PG_FUNCTION_ARGS)
{
	RowPlan    *plan = open_row(fcinfo, NULL);
	bytea	   *leaf = palloc(VARHDRSZ + DIGEST_SIZE);

	write_row(plan, fcinfo, false);
	SET_VARSIZE(leaf, VARHDRSZ + DIGEST_SIZE);
	sha256_digest((uint8 *) plan->bytes.data, plan->bytes.len, (uint8 *) VARDATA(leaf));
	PG_RETURN_BYTEA_P(leaf);
}

/* The values of the key, as they are written. */
static void
write_key(RowPlan *plan)
{
	for (int i = 0; i < plan->nkeys; i++)
	{
		char	   *text;

		if (i > 0)
			appendStringInfoString(&plan->entry, ", ");
		if (plan->nulls[plan->keys[i]])
			continue;
		text = OutputFunctionCall(&plan->outputs[i], plan->values[plan->keys[i]]);
		append_utf8(&plan->entry, text, strlen(text));
	}
}

/* seal_entry(row, table, part, key): its entry in a seal. */
Datum
seal_entry(PG_FUNCTION_ARGS)
{
	RowPlan    *plan = open_row(fcinfo, PG_GETARG_ARRAYTYPE_P(3));
	StringInfo	entry = &plan->entry;

	resetStringInfo(entry);
	appendStringInfoSpaces(entry, DIGEST_SIZE);
	pq_sendint8(entry, part_of(fcinfo));
	write_row(plan, fcinfo, true);
	write_number((uint8 *) entry->data + SEAL_ENTRY_HEADER - 2, (entry->len - SEAL_ENTRY_HEADER) / (2 * COLUMN_TAG_SIZE), 2);
	sha256_digest((uint8 *) plan->bytes.data, plan->bytes.len, (uint8 *) entry->data);
	write_key(plan);
	PG_RETURN_BYTEA_P(cstring_to_text_with_len(entry->data, entry->len));
}

static SealEntry
entry_argument(FunctionCallInfo fcinfo)
{
	bytea	   *bytes = PG_GETARG_BYTEA_PP(0);
	SealEntry	entry;

	if (!seal_entry_read((Bytes) {(uint8 *) VARDATA_ANY(bytes), VARSIZE_ANY_EXHDR(bytes)}, &entry))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("these bytes are no entry of a seal"),
				 errhint("The entries of a study's seal are in its table seal_leaf.")));
	return entry;
}

static ArrayType *
column_tags(const SealEntry *entry)
{
	Datum	   *tags = palloc(sizeof(Datum) * (entry->columns + 1));

	for (int i = 0; i < entry->columns; i++)
	{
		uint32		name;
		uint32		value;

		seal_entry_column(entry, i, &name, &value);
		tags[i] = Int32GetDatum((int32) (name << 16 | value));
	}
	return construct_array(tags, entry->columns, INT4OID, sizeof(int32), true, TYPALIGN_INT);
}

/* Bytes are not trusted to be text. */
static Datum
text_of_utf8(Bytes bytes)
{
	const char *data = (const char *) bytes.data;
	char	   *converted;

	if (!pg_verify_mbstr(PG_UTF8, data, bytes.length, true))
		return CStringGetTextDatum("?");
	converted = pg_any_to_server(data, bytes.length, PG_UTF8);
	return PointerGetDatum(cstring_to_text_with_len(converted, converted == data ? bytes.length : strlen(converted)));
}

/* seal_entry_fields(entry): its part, table's tag, key, and the tags of its columns. */
Datum
seal_entry_fields(PG_FUNCTION_ARGS)
{
	SealEntry	entry = entry_argument(fcinfo);
	TupleDesc	tupdesc;
	Datum		values[4];
	bool		nulls[4] = {false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("an entry of a seal is a row"),
				 errhint("Call the function with its declared result.")));
	values[0] = CharGetDatum((char) entry.part);
	values[1] = Int32GetDatum((int32) entry.table);
	values[2] = text_of_utf8(entry.key);
	values[3] = PointerGetDatum(column_tags(&entry));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(tupdesc, values, nulls)));
}

static int32
tag_of_argument(FunctionCallInfo fcinfo, int size)
{
	StringInfoData name;
	char	   *given = text_to_cstring(PG_GETARG_TEXT_PP(0));

	initStringInfo(&name);
	append_utf8(&name, given, strlen(given));
	return (int32) seal_tag((uint8 *) name.data, name.len, size);
}

/* seal_column_tag(name), seal_table_tag(name): the tags by which entries name them. */
Datum
seal_column_tag(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(tag_of_argument(fcinfo, COLUMN_TAG_SIZE));
}

Datum
seal_table_tag(PG_FUNCTION_ARGS)
{
	PG_RETURN_INT32(tag_of_argument(fcinfo, TABLE_TAG_SIZE));
}
