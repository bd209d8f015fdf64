/*-------------------------------------------------------------------------
 *
 * quarantine.c
 *	  Which rows of a study the analysis leaves out: those in quarantine.
 *
 * The policies of a centre's tables for the role that owns the views call
 * is_analysed().  The planner has it replaced by true while no row of the table
 * is in quarantine, and else puts before it a comparison with the subjects that
 * have such rows.  A plan is made anew when the quarantine changes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "parser/parse_func.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "extension.h"
#include "study/row_trigger.h"
#include "study/study_query.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(is_analysed);
PG_FUNCTION_INFO_V1(is_analysed_support);

/* What is in quarantine of a table: the keys of rows, and whose they are. */
typedef struct Quarantine
{
	Oid			owner;			/* of the study */
	int			nrows;
	int			capacity;
	Datum	   *subjects;		/* text */
	Datum	   *keys;			/* jsonb */
} Quarantine;

enum
{
	TABLE_NAME, SUBJECT_ID, ROW_KEY, ACCEPTED, QUARANTINE_COLUMNS
};

/* Who misses a whole subject misses all rows about him. */
#define SUBJECT_TABLE "subject"

/* The columns of the quarantine; its owner may have changed the table. */
static void
find_columns(Relation quarantine, int *columns)
{
	static const char *const names[] = {"table_name", "subject_id", "row_key", "accepted"};
	static const Oid types[] = {TEXTOID, TEXTOID, JSONBOID, TIMESTAMPTZOID};

	for (int i = 0; i < QUARANTINE_COLUMNS; i++)
	{
		columns[i] = row_column(RelationGetDescr(quarantine), names[i], types[i]);
		if (columns[i] == 0)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("table \"%s\" has no column \"%s\" of type %s", RelationGetRelationName(quarantine), names[i], format_type_be(types[i])),
					 errhint("The analysis reads the table. Make it again as it is in another study.")));
	}
}

static void
add_row(Quarantine *found, Datum subject, Datum key)
{
	if (found->nrows == found->capacity)
	{
		found->capacity = Max(8, 2 * found->capacity);
		found->subjects = found->nrows ? repalloc(found->subjects, found->capacity * sizeof(Datum)) : palloc(found->capacity * sizeof(Datum));
		found->keys = found->nrows ? repalloc(found->keys, found->capacity * sizeof(Datum)) : palloc(found->capacity * sizeof(Datum));
	}
	found->subjects[found->nrows] = PointerGetDatum(PG_DETOAST_DATUM_COPY(subject));
	found->keys[found->nrows++] = PointerGetDatum(PG_DETOAST_DATUM_COPY(key));
}

/* Adds the rows of a table that are in quarantine, and not accepted. */
static void
add_rows_of(Quarantine *found, Relation quarantine, const int *columns, const char *table)
{
	TupleDesc	tupdesc = RelationGetDescr(quarantine);
	ScanKeyData scan_key;
	SysScanDesc scan;
	HeapTuple	row;

	ScanKeyInit(&scan_key, columns[TABLE_NAME], BTEqualStrategyNumber, F_TEXTEQ, CStringGetTextDatum(table));
	scan_key.sk_collation = DEFAULT_COLLATION_OID;
	list_free(RelationGetIndexList(quarantine));
	/* Of the newest snapshot: what comes into quarantine is left out at once. */
	scan = systable_beginscan(quarantine, quarantine->rd_pkindex, OidIsValid(quarantine->rd_pkindex), NULL, 1, &scan_key);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		bool		nulls[QUARANTINE_COLUMNS];
		Datum		values[QUARANTINE_COLUMNS];

		for (int i = 0; i < QUARANTINE_COLUMNS; i++)
			values[i] = heap_getattr(row, columns[i], tupdesc, &nulls[i]);
		if (nulls[ACCEPTED] && !nulls[SUBJECT_ID] && !nulls[ROW_KEY])
			add_row(found, values[SUBJECT_ID], values[ROW_KEY]);
	}
	systable_endscan(scan);
}

static void
find_quarantined(Quarantine *found, Oid relid, const char *table)
{
	Relation	quarantine = open_given(relid, AccessShareLock);
	int			columns[QUARANTINE_COLUMNS];

	memset(found, 0, sizeof(Quarantine));
	found->owner = quarantine->rd_rel->relowner;
	find_columns(quarantine, columns);
	add_rows_of(found, quarantine, columns, table);
	if (strcmp(table, SUBJECT_TABLE) != 0)
		add_rows_of(found, quarantine, columns, SUBJECT_TABLE);
	table_close(quarantine, AccessShareLock);
}

/*
 * is_analysed(quarantine, table, subject, key): whether a row of a table of a study
 * counts in the analysis, as neither it nor its subject is in quarantine.
 */
Datum
is_analysed(PG_FUNCTION_ARGS)
{
	Quarantine *found = fcinfo->flinfo->fn_extra;
	Datum		key = PG_GETARG_DATUM(3);

	if (found == NULL)
	{
		MemoryContext context = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		found = palloc(sizeof(Quarantine));
		find_quarantined(found, PG_GETARG_OID(0), text_to_cstring(PG_GETARG_TEXT_PP(1)));
		fcinfo->flinfo->fn_extra = found;
		MemoryContextSwitchTo(context);
	}
	/* What is in quarantine must not decide what is judged to be in it. */
	if (judges_all_rows(found->owner))
		PG_RETURN_BOOL(true);
	for (int i = 0; i < found->nrows; i++)
		if (DatumGetBool(DirectFunctionCall2(jsonb_contains, key, found->keys[i])))
			PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(true);
}

/* Is a subject none of those that have rows in quarantine? */
static Expr *
none_of_subjects(const Quarantine *found, Node *subject)
{
	ArrayType  *subjects = construct_array(found->subjects, found->nrows, TEXTOID, -1, false, TYPALIGN_INT);
	ScalarArrayOpExpr *none = makeNode(ScalarArrayOpExpr);

	none->opno = get_negator(TextEqualOperator);
	none->opfuncid = F_TEXTNE;
	none->useOr = false;
	none->inputcollid = exprCollation(subject);
	none->args = list_make2(subject, makeConst(TEXTARRAYOID, -1, DEFAULT_COLLATION_OID, -1, PointerGetDatum(subjects), false, false));
	none->location = -1;
	return (Expr *) none;
}

/* The same call, which is not simplified again. */
static Expr *
exact_call(const FuncExpr *call)
{
	Oid			types[] = {REGCLASSOID, TEXTOID, TEXTOID, JSONBOID};
	Oid			function = LookupFuncName(internal_name("is_out_of_quarantine"), lengthof(types), types, false);

	return (Expr *) makeFuncExpr(function, BOOLOID, call->args, InvalidOid, call->inputcollid, COERCE_EXPLICIT_CALL);
}

/* The condition that stands for a call while a query is planned, or NULL. */
static Node *
simplified(PlannerInfo *root, const FuncExpr *call)
{
	Const	   *quarantine = linitial(call->args);
	Const	   *table = lsecond(call->args);
	Quarantine	found;

	if (root == NULL || !IsA(quarantine, Const) || quarantine->constisnull || !IsA(table, Const) || table->constisnull)
		return NULL;
	find_quarantined(&found, DatumGetObjectId(quarantine->constvalue), TextDatumGetCString(table->constvalue));
	root->glob->relationOids = lappend_oid(root->glob->relationOids, DatumGetObjectId(quarantine->constvalue));
	if (found.nrows == 0)
		return makeBoolConst(true, false);
	return (Node *) makeBoolExpr(OR_EXPR, list_make2(none_of_subjects(&found, lthird(call->args)), exact_call(call)), -1);
}

/* Support function of is_analysed(). */
Datum
is_analysed_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(simplified(((SupportRequestSimplify *) request)->root, ((SupportRequestSimplify *) request)->fcall));
}
