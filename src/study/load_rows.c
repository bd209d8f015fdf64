/*-------------------------------------------------------------------------
 *
 * load_rows.c
 *	  load_rows(): the rows of a file as a table of a study would take them, or
 *	  what keeps the table from taking them.
 *
 * Cells are text.  Each takes the type of its column, the row gets its defaults,
 * passes the triggers before a row, and is held against NOT NULL and CHECK, all
 * as an INSERT does.  An error costs a subtransaction, a good row none: many rows
 * share one.  It runs as the caller.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/resowner.h"

#include "study/loaded_cell.h"
#include "study/moment_day.h"
#include "study/row_entry.h"
#include "study/row_trigger.h"

PG_FUNCTION_INFO_V1(load_rows);

#define BATCH 1000

/* The columns of load_rows(). */
enum
{
	OUT_LINE,
	OUT_COMPLETED,
	OUT_COLUMN,
	OUT_RULE,
	OUT_REASON,
	OUT_HINT,
	OUT_COLUMNS
};

typedef struct Loader
{
	Relation	table;
	RowEntry	entry;
	ReturnSetInfo *result;
	bool		has_comma;
	int			ncolumns;
	CellColumn *columns;
	int			site;			/* which of them is site_id, or ncolumns */
	SiteDays	days;
	ExprState **defaults;		/* by the table's columns, NULL for none */
	MemoryContext row_context;

	/* the row that is read, where an error interrupts it */
	uint64		row;
	int			column;			/* the cell that is read; ncolumns after them all */
	bool		is_bad;			/* a cell of it was refused */
} Loader;

/* What a column of the query becomes; its format is the element of its number. */
static void
find_column(Loader *loader, CellColumn *column, const char *name, const char *format, Oid function)
{
	TupleDesc	shape = RelationGetDescr(loader->table);
	int			number = SPI_fnumber(shape, name);
	Form_pg_attribute attribute;
	Oid			input;

	if (number <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("table \"%s\" has no column \"%s\"", RelationGetRelationName(loader->table), name),
				 errhint("Name each column of the query as the table's column that it is for.")));
	require_date_format(format);
	attribute = TupleDescAttr(shape, number - 1);
	column->target = number - 1;
	column->kind = cell_kind(attribute->atttypid, function);
	column->format = format ? pstrdup(format) : NULL;
	column->typmod = attribute->atttypmod;
	getTypeInputInfo(attribute->atttypid, &input, &column->io_parameter);
	fmgr_info(input, &column->input);
}

/* The columns of the query, after its line; the plan tells them before it runs. */
static void
find_columns(Loader *loader, TupleDesc query, ArrayType *formats, Oid function)
{
	Datum	   *format;
	bool	   *is_null;
	int			nformats;

	deconstruct_array(formats, TEXTOID, -1, false, TYPALIGN_INT, &format, &is_null, &nformats);
	loader->ncolumns = loader->site = query->natts - 1;
	loader->columns = palloc0(sizeof(CellColumn) * (loader->ncolumns + 1));
	if (query->natts < 2 || TupleDescAttr(query, 0)->atttypid != INT8OID || nformats != loader->ncolumns)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the query does not give the rows of a file"),
				 errdetail("It has %d columns, and %d formats came with it.", query->natts, nformats),
				 errhint("Its first column is the line, a bigint; a format, or null, is needed for each of the others.")));
	for (int i = 0; i < loader->ncolumns; i++)
	{
		if (TupleDescAttr(query, i + 1)->atttypid != TEXTOID)
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("column \"%s\" of the query is not of type text", NameStr(TupleDescAttr(query, i + 1)->attname)),
					 errhint("Give the cells as they stand in the file.")));
		find_column(loader, &loader->columns[i], NameStr(TupleDescAttr(query, i + 1)->attname),
					is_null[i] ? NULL : TextDatumGetCString(format[i]), function);
		if (strcmp(NameStr(TupleDescAttr(query, i + 1)->attname), "site_id") == 0)
			loader->site = i;
	}
}

/* What columns get whose cells are empty or missing; an identity takes no number for a row that is only read. */
static void
find_defaults(Loader *loader)
{
	TupleDesc	shape = RelationGetDescr(loader->table);

	loader->defaults = palloc0(sizeof(ExprState *) * shape->natts);
	for (int i = 0; i < shape->natts; i++)
	{
		Form_pg_attribute attribute = TupleDescAttr(shape, i);
		Node	   *expression = NULL;

		if (!attribute->attisdropped && !attribute->attgenerated && !attribute->attidentity)
			expression = build_column_default(loader->table, i + 1);
		if (expression)
			loader->defaults[i] = ExecInitExpr(expression_planner((Expr *) expression), NULL);
	}
}

static void
put_row(Loader *loader, Datum line, Datum completed)
{
	Datum		values[OUT_COLUMNS] = {0};
	bool		nulls[OUT_COLUMNS] = {false, false, true, true, true, true};

	values[OUT_LINE] = line;
	values[OUT_COMPLETED] = completed;
	tuplestore_putvalues(loader->result->setResult, loader->result->setDesc, values, nulls);
}

static void
put_text(Datum *values, bool *nulls, int column, const char *text)
{
	nulls[column] = text == NULL;
	values[column] = text ? CStringGetTextDatum(text) : (Datum) 0;
}

/* The rule that an error is said to break: the constraint, or what kind of error it is. */
static const char *
rule_of_error(const Loader *loader, const ErrorData *error)
{
	if (error->constraint_name)
		return error->constraint_name;
	if (error->sqlerrcode == ERRCODE_NOT_NULL_VIOLATION)
		return "not null";
	return loader->column < loader->ncolumns ? "type" : "value";
}

static void
put_error(Loader *loader, Datum line, const ErrorData *error)
{
	Datum		values[OUT_COLUMNS] = {0};
	bool		nulls[OUT_COLUMNS] = {false, true};
	const char *column = error->column_name;
	bool		is_constraint = error->constraint_name || error->sqlerrcode == ERRCODE_NOT_NULL_VIOLATION;

	if (loader->column < loader->ncolumns)
		column = NameStr(TupleDescAttr(RelationGetDescr(loader->table), loader->columns[loader->column].target)->attname);
	values[OUT_LINE] = line;
	put_text(values, nulls, OUT_COLUMN, column);
	put_text(values, nulls, OUT_RULE, rule_of_error(loader, error));
	/* The detail of a constraint says whose the row is, or shows it; the file does so better. */
	put_text(values, nulls, OUT_REASON, error->detail && !is_constraint ?
			 psprintf("%s: %s", error->message, error->detail) : error->message);
	put_text(values, nulls, OUT_HINT, error->hint);
	tuplestore_putvalues(loader->result->setResult, loader->result->setDesc, values, nulls);
}

/* The text of a cell; NULL for none. */
static char *
given_cell(const Loader *loader, int column, HeapTuple row, TupleDesc shape)
{
	bool		is_null = true;
	Datum		given = column < loader->ncolumns ? heap_getattr(row, column + 2, shape, &is_null) : (Datum) 0;

	return is_null ? NULL : TextDatumGetCString(given);
}

/* The value of the cell that is read. */
static void
read_cell(Loader *loader, HeapTuple row, TupleDesc shape)
{
	CellColumn *column = &loader->columns[loader->column];
	TupleTableSlot *slot = loader->entry.slot;
	bool		is_null;
	Datum		given = heap_getattr(row, loader->column + 2, shape, &is_null);
	char	   *cell;

	if (is_null)
		return;
	if (column->kind == CELL_TEXT && column->typmod < 0 && column->input.fn_oid == F_TEXTIN)
	{
		slot->tts_values[column->target] = given;
		slot->tts_isnull[column->target] = false;
		return;
	}
	cell = TextDatumGetCString(given);
	if (*cell == '\0' && column->kind != CELL_TEXT)
		return;
	cell = cell_is_of_moment(column, cell) ? day_at_site(&loader->days, loader->table, given_cell(loader, loader->site, row, shape), cell) :
		cell_text(column, cell, loader->has_comma);
	slot->tts_values[column->target] = InputFunctionCall(&column->input, cell, column->io_parameter, column->typmod);
	slot->tts_isnull[column->target] = false;
}

/* Gives the columns that have no value their defaults. */
static void
set_defaults(Loader *loader)
{
	TupleTableSlot *slot = loader->entry.slot;
	ExprContext *context = GetPerTupleExprContext(loader->entry.estate);

	for (int i = 0; i < slot->tts_tupleDescriptor->natts; i++)
		if (slot->tts_isnull[i] && loader->defaults[i])
			slot->tts_values[i] = ExecEvalExpr(loader->defaults[i], context, &slot->tts_isnull[i]);
}

static void
begin_row(Loader *loader)
{
	TupleTableSlot *slot = loader->entry.slot;

	CHECK_FOR_INTERRUPTS();
	MemoryContextReset(loader->row_context);
	ExecClearTuple(slot);
	memset(slot->tts_isnull, true, slot->tts_tupleDescriptor->natts * sizeof(bool));
	loader->column = 0;
	loader->is_bad = false;
}

/* Reads a row from the cell on that is next. */
static void
read_row(Loader *loader, HeapTuple row, TupleDesc shape)
{
	MemoryContext outer = MemoryContextSwitchTo(loader->row_context);
	Datum		line;
	bool		is_null;

	for (; loader->column < loader->ncolumns; loader->column++)
		read_cell(loader, row, shape);
	if (!loader->is_bad)
	{
		set_defaults(loader);
		ExecStoreVirtualTuple(loader->entry.slot);
		line = heap_getattr(row, 1, shape, &is_null);
		if (!row_entry_complete(&loader->entry))
			ereport(ERROR,
					(errcode(ERRCODE_TRIGGERED_ACTION_EXCEPTION),
					 errmsg("a trigger of the table drops the row"),
					 errhint("Ask the owner of the study.")));
		row_entry_check(&loader->entry);
		put_row(loader, line, ExecFetchSlotHeapTupleDatum(loader->entry.slot));
	}
	MemoryContextSwitchTo(outer);
}

/* Is an error one of the row, and not of the server, of rights or of the study? */
static bool
is_of_row(const ErrorData *error)
{
	int			category = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	return category == ERRCODE_DATA_EXCEPTION || category == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION ||
		category == ERRCODE_PLPGSQL_ERROR || category == ERRCODE_TRIGGERED_ACTION_EXCEPTION;
}

/* Tells of an error, and goes to what is to be read after it. */
static void
note_error(Loader *loader, HeapTuple row, TupleDesc shape, ErrorData *error)
{
	bool		is_null;

	if (!is_of_row(error))
		ReThrowError(error);
	put_error(loader, heap_getattr(row, 1, shape, &is_null), error);
	FreeErrorData(error);
	loader->is_bad = true;
	if (loader->column < loader->ncolumns)
		loader->column++;
	else
	{
		loader->row++;
		begin_row(loader);
	}
}

/* Reads rows in one subtransaction, until the last or one with an error. */
static void
read_until_error(Loader *loader, const SPITupleTable *rows, uint64 nrows)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		for (; loader->row < nrows; loader->row++, begin_row(loader))
			read_row(loader, rows->vals[loader->row], rows->tupdesc);
		ReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
	}
	PG_CATCH();
	{
		ErrorData  *error;

		/* First, as in error_of(): there may be no memory for the copy. */
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		CurrentResourceOwner = owner;
		error = CopyErrorData();
		FlushErrorState();
		note_error(loader, rows->vals[loader->row], rows->tupdesc, error);
	}
	PG_END_TRY();
}

static void
read_batches(Loader *loader, Portal portal)
{
	for (;;)
	{
		SPITupleTable *rows;
		uint64		nrows;

		SPI_cursor_fetch(portal, true, BATCH);
		rows = SPI_tuptable;
		nrows = SPI_processed;
		if (nrows == 0)
			break;
		loader->row = 0;
		begin_row(loader);
		while (loader->row < nrows)
			read_until_error(loader, rows, nrows);
		SPI_freetuptable(rows);
	}
}

static void
read_query(Loader *loader, const char *query, ArrayType *formats, Oid function)
{
	Portal		portal;
	SPIPlanPtr	plan;

	SPI_connect();
	plan = SPI_prepare_cursor(query, 0, NULL, CURSOR_OPT_NO_SCROLL);
	if (plan == NULL || !SPI_is_cursor_plan(plan))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("the rows of a file are not given by a query"),
				 errhint("Give one SELECT.")));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	find_columns(loader, portal->tupDesc, formats, function);
	read_batches(loader, portal);
	SPI_cursor_close(portal);
	SPI_finish();
}

/*
 * load_rows(null::"table", query, formats, decimal_comma): one row for each row
 * of the query as the table would take it, or for each of its errors.  The caller
 * needs INSERT on the table.
 */
Datum
load_rows(PG_FUNCTION_ARGS)
{
	Loader		loader = {.result = (ReturnSetInfo *) fcinfo->resultinfo, .has_comma = !PG_ARGISNULL(3) && PG_GETARG_BOOL(3)};
	Oid			relid = get_typ_typrelid(get_fn_expr_argtype(fcinfo->flinfo, 0));

	if (PG_ARGISNULL(1) || PG_ARGISNULL(2))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the query and the formats of its columns must not be null"),
				 errhint("The format of a column may be null: array[null]::text[].")));
	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("rows are read for a table alone"),
				 errhint("Give null, cast to the table.")));
	loader.table = table_open(relid, AccessShareLock);
	if (pg_class_aclcheck(relid, GetUserId(), ACL_INSERT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(loader.table));
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	loader.row_context = AllocSetContextCreate(CurrentMemoryContext, "row of a file", ALLOCSET_DEFAULT_SIZES);
	row_entry_begin(&loader.entry, loader.table);
	loader.entry.decimal_mark = loader.has_comma ? ',' : 0;
	find_defaults(&loader);
	read_query(&loader, text_to_cstring(PG_GETARG_TEXT_PP(1)), PG_GETARG_ARRAYTYPE_P(2), fcinfo->flinfo->fn_oid);
	row_entry_end(&loader.entry);
	table_close(loader.table, AccessShareLock);
	return (Datum) 0;
}
