/*-------------------------------------------------------------------------
 *
 * seal_value.c
 *	  The canonical bytes of a value: the same whatever the settings, the
 *	  encoding of the database and the version of the server are.
 *
 * They are those of the type's binary output, which no setting changes.  There
 * are exceptions: texts, which that would write in the client's encoding, are in
 * UTF-8; so are enums and JSON; and arrays, in whose binary form stands the
 * number of a type in the catalog, are written element by element.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "libpq/pqformat.h"
#include "mb/pg_wchar.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "study/seal_value.h"

/* The name of a type that a seal holds: without its schema, and that of a domain is that of its type. */
char *
value_type_name(Oid type)
{
	Oid			base = getBaseType(type);
	Oid			element = get_element_type(base);
	HeapTuple	tuple;
	char	   *name;

	if (OidIsValid(element))
		return psprintf("%s[]", value_type_name(element));
	tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(base));
	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("there is no type %u", base),
				 errhint("Was it dropped meanwhile? Try again.")));
	name = pstrdup(NameStr(((Form_pg_type) GETSTRUCT(tuple))->typname));
	ReleaseSysCache(tuple);
	return name;
}

static int
integer_size(Oid type)
{
	switch (type)
	{
		case BOOLOID:
			return 1;
		case INT2OID:
			return 2;
		case INT4OID:
		case DATEOID:
			return 4;
		case INT8OID:
		case FLOAT8OID:
		case TIMESTAMPOID:
		case TIMESTAMPTZOID:
			return 8;
		default:
			return 0;
	}
}

static bool
is_written_as_text(Oid type)
{
	char		category;
	bool		is_preferred;

	get_type_category_preferred(type, &category, &is_preferred);
	return category == TYPCATEGORY_STRING || category == TYPCATEGORY_ENUM ||
		type == JSONOID || type == JSONBOID || type == XMLOID;
}

static void
plan_array(ValuePlan *plan, Oid element, MemoryContext context)
{
	plan->form = FORM_ARRAY;
	plan->element_type = element;
	get_typlenbyvalalign(element, &plan->element_length, &plan->element_by_value, &plan->element_alignment);
	plan->element = MemoryContextAllocZero(context, sizeof(ValuePlan));
	plan_value(plan->element, element, context);
}

/* How the values of a type are written; 0A000 for one that has no binary form. */
void
plan_value(ValuePlan *plan, Oid type, MemoryContext context)
{
	Oid			base = getBaseType(type);
	Oid			element = get_element_type(base);
	Oid			function;
	bool		is_varlena;

	plan->size = integer_size(base);
	if (OidIsValid(element))
		plan_array(plan, element, context);
	else if (plan->size > 0)
		plan->form = FORM_INTEGER;
	else if (base == TEXTOID || base == VARCHAROID || base == BPCHAROID)
		plan->form = FORM_TEXT;
	else if (is_written_as_text(base))
	{
		plan->form = FORM_OUTPUT;
		getTypeOutputInfo(base, &function, &is_varlena);
		fmgr_info_cxt(function, &plan->function, context);
	}
	else if (get_typtype(base) == TYPTYPE_COMPOSITE || base == RECORDOID)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a column of the composite type %s cannot be sealed", format_type_be(type)),
				 errhint("Give each of its fields a column.")));
	else
	{
		plan->form = FORM_SEND;
		getTypeBinaryOutputInfo(base, &function, &is_varlena);
		fmgr_info_cxt(function, &plan->function, context);
	}
}

/* Adds a text of the server's encoding. */
void
append_utf8(StringInfo out, const char *text, int length)
{
	char	   *converted;

	if (GetDatabaseEncoding() == PG_UTF8 || GetDatabaseEncoding() == PG_SQL_ASCII)
	{
		appendBinaryStringInfo(out, text, length);
		return;
	}
	converted = pg_server_to_any(text, length, PG_UTF8);
	appendBinaryStringInfo(out, converted, converted == text ? length : strlen(converted));
}

/* The same, with its length before it. */
void
append_counted_utf8(StringInfo out, const char *text)
{
	int			start = out->len;
	uint32		length;

	pq_sendint32(out, 0);
	append_utf8(out, text, strlen(text));
	length = pg_hton32((uint32) (out->len - start - 4));
	memcpy(out->data + start, &length, 4);
}

static void
append_integer(StringInfo out, int size, Datum value)
{
	switch (size)
	{
		case 1:
			pq_sendint8(out, DatumGetBool(value) ? 1 : 0);
			break;
		case 2:
			pq_sendint16(out, DatumGetInt16(value));
			break;
		case 4:
			pq_sendint32(out, DatumGetInt32(value));
			break;
		default:
			pq_sendint64(out, DatumGetInt64(value));
			break;
	}
}

static void
append_varlena(StringInfo out, struct varlena *value, bool is_text)
{
	struct varlena *plain = pg_detoast_datum_packed(value);

	if (is_text)
		append_utf8(out, VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain));
	else
		appendBinaryStringInfo(out, VARDATA_ANY(plain), VARSIZE_ANY_EXHDR(plain));
	if (plain != value)
		pfree(plain);
}

/* The dimensions, and each element: 0, or 1 and its length and bytes. */
static void
append_array(StringInfo out, ValuePlan *plan, Datum value)
{
	ArrayType  *array = DatumGetArrayTypeP(value);
	Datum	   *elements;
	bool	   *nulls;
	int			count;

	pq_sendint32(out, ARR_NDIM(array));
	for (int i = 0; i < ARR_NDIM(array); i++)
	{
		pq_sendint32(out, ARR_DIMS(array)[i]);
		pq_sendint32(out, ARR_LBOUND(array)[i]);
	}
	deconstruct_array(array, plan->element_type, plan->element_length, plan->element_by_value,
					  plan->element_alignment, &elements, &nulls, &count);
	for (int i = 0; i < count; i++)
	{
		pq_sendint8(out, nulls[i] ? 0 : 1);
		if (!nulls[i])
			append_value(out, plan->element, elements[i]);
	}
}

static void
append_plain(StringInfo out, ValuePlan *plan, Datum value)
{
	char	   *text;

	switch (plan->form)
	{
		case FORM_INTEGER:
			append_integer(out, plan->size, value);
			break;
		case FORM_TEXT:
			append_varlena(out, (struct varlena *) DatumGetPointer(value), true);
			break;
		case FORM_OUTPUT:
			text = OutputFunctionCall(&plan->function, value);
			append_utf8(out, text, strlen(text));
			break;
		case FORM_SEND:
			append_varlena(out, (struct varlena *) SendFunctionCall(&plan->function, value), false);
			break;
		case FORM_ARRAY:
			append_array(out, plan, value);
			break;
	}
}

/* Adds the length of a value's bytes, and the bytes. */
void
append_value(StringInfo out, ValuePlan *plan, Datum value)
{
	int			start = out->len;
	uint32		length;

	pq_sendint32(out, 0);
	append_plain(out, plan, value);
	length = pg_hton32((uint32) (out->len - start - 4));
	memcpy(out->data + start, &length, 4);
}
