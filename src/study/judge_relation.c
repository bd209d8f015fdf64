/*-------------------------------------------------------------------------
 *
 * judge_relation.c
 *	  judge(): what the rows of a relation would break if they came into a
 *	  table of a study; the dry run of a load.
 *
 * The relation is read as the caller.  All else runs as the owner of the study:
 * the rows take the types of the table, get its defaults, pass its triggers
 * before a row, and get its generated columns, as rows that come in do; then
 * they are "changed" to the same statement that enforce() runs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/executor.h"
#include "executor/tstoreReceiver.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/tuplestore.h"

#include "study/row_entry.h"
#include "study/rule_reads.h"
#include "study/rule_results.h"
#include "study/rule_statement.h"
#include "study/statement_trigger.h"
#include "study/study.h"
#include "study/study_query.h"
#include "study/study_rule.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(judge_relation);
PG_FUNCTION_INFO_V1(judge_completed);

#define ROW_ID "row_id"

/* The rows of a relation, as the caller reads them. */
typedef struct GivenRows
{
	Tuplestorestate *rows;
	TupleDesc	shape;
	bool		are_completed;	/* they have the shape of the table, and are as its triggers leave them */
} GivenRows;

/* What a column has where the relation has none of its name: its default, or null. */
static char *
default_of(Relation table, AttrNumber number)
{
	Node	   *expression = build_column_default(table, number);

	if (expression == NULL)
		return "null";
	return deparse_expression(expression, NIL, false, false);
}

/* "given" in the shape of a table, as a query.  Its columns get numbers for names, as one may be called row_id. */
static char *
rows_of_table(Relation table, TupleDesc given)
{
	TupleDesc	tupdesc = RelationGetDescr(table);
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfoString(&query, "select ");
	for (int i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(tupdesc, i);
		bool		is_own = column->attisdropped || column->attgenerated;
		int			number = SPI_fnumber(given, NameStr(column->attname));

		appendStringInfo(&query, "(%s)::%s, ",
						 is_own ? "null" :
						 number > 0 ? psprintf("c%d", number) :
						 default_of(table, column->attnum),
						 column->attisdropped ? "integer" :
						 format_type_extended(column->atttypid, column->atttypmod, FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY));
	}
	appendStringInfo(&query, "c%d from given as given (c1", given->natts);
	for (int i = 2; i <= given->natts; i++)
		appendStringInfo(&query, ", c%d", i);
	appendStringInfoChar(&query, ')');
	return query.data;
}

/* The shape of a relation's rows, and which rows they are. */
static TupleDesc
shape_of_rows(Relation relation, bool keeps_dropped)
{
	TupleDesc	columns = RelationGetDescr(relation);
	TupleDesc	tupdesc;
	AttrNumber	natts = 0;

	for (int i = 0; i < columns->natts; i++)
		natts += keeps_dropped || !TupleDescAttr(columns, i)->attisdropped;
	tupdesc = CreateTemplateTupleDesc(natts + 1);
	natts = 0;
	for (AttrNumber i = 1; i <= columns->natts; i++)
	{
		if (keeps_dropped || !TupleDescAttr(columns, i - 1)->attisdropped)
			TupleDescCopyEntry(tupdesc, ++natts, columns, i);
	}
	TupleDescInitEntry(tupdesc, natts + 1, ROW_ID, TIDOID, -1, 0);
	return tupdesc;
}

/* Runs a query whose rows are many. */
static Tuplestorestate *
rows_of_query(SPIPlanPtr plan)
{
	Tuplestorestate *rows = tuplestore_begin_heap(true, false, work_mem);
	SPIExecuteOptions options = {.read_only = true, .dest = CreateTuplestoreDestReceiver()};

	SetTuplestoreDestReceiverParams(options.dest, rows, CurrentMemoryContext, true, NULL, NULL);
	if (plan == NULL || SPI_execute_plan_extended(plan, &options) != SPI_OK_SELECT)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("the rows cannot be read"),
				 errdetail("SPI answered %s.", SPI_result_code_string(SPI_result))));
	options.dest->rDestroy(options.dest);
	return rows;
}

/* Reads columns of a relation, and which rows they are, as the caller; needs a connection to SPI. */
static Tuplestorestate *
read_relation(Relation relation, const char *columns)
{
	const char *name = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(relation)), RelationGetRelationName(relation));

	return rows_of_query(SPI_prepare(psprintf("select %s, %s from %s as given", columns,
											  relation->rd_rel->relkind == RELKIND_RELATION ? "given.ctid" : "null::tid", name), 0, NULL));
}

/* The columns of a table as a relation has them that was made from it; 42804 if one is missing, or of another type. */
static char *
columns_of_table(Relation table, Relation relation)
{
	TupleDesc	tupdesc = RelationGetDescr(table);
	TupleDesc	given = RelationGetDescr(relation);
	StringInfoData columns;

	initStringInfo(&columns);
	for (int i = 0; i < tupdesc->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(tupdesc, i);
		int			number = column->attisdropped ? 0 : SPI_fnumber(given, NameStr(column->attname));

		if (!column->attisdropped && (number <= 0 || TupleDescAttr(given, number - 1)->atttypid != column->atttypid))
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("relation \"%s\" does not have the columns of table \"%s\"", RelationGetRelationName(relation), RelationGetRelationName(table)),
					 errdetail("Column \"%s\" is missing, or of another type.", NameStr(column->attname)),
					 errhint("Use judge(), which completes the rows.")));
		appendStringInfo(&columns, "%s%s", i > 0 ? ", " : "",
						 column->attisdropped ? "null::integer" : psprintf("given.%s", quote_identifier(NameStr(column->attname))));
	}
	return columns.data;
}

/* Does with a row what is done before it is inserted; false if a trigger drops it. */
static bool
complete_row(RowEntry *entry, TupleTableSlot *given)
{
	int			natts = entry->slot->tts_tupleDescriptor->natts;

	slot_getallattrs(given);
	ExecClearTuple(entry->slot);
	memcpy(entry->slot->tts_values, given->tts_values, natts * sizeof(Datum));
	memcpy(entry->slot->tts_isnull, given->tts_isnull, natts * sizeof(bool));
	ExecStoreVirtualTuple(entry->slot);
	return row_entry_complete(entry);
}

/* All rows as they would be inserted: what the rules find as "changed". */
static Tuplestorestate *
complete_rows(Relation table, Tuplestorestate *given, TupleDesc shape)
{
	Tuplestorestate *changed = tuplestore_begin_heap(true, false, work_mem);
	TupleTableSlot *from = MakeSingleTupleTableSlot(shape, &TTSOpsMinimalTuple);
	TupleTableSlot *to = MakeSingleTupleTableSlot(shape, &TTSOpsVirtual);
	RowEntry	entry;
	int			natts = shape->natts - 1;

	row_entry_begin(&entry, table);
	while (tuplestore_gettupleslot(given, true, false, from))
	{
		CHECK_FOR_INTERRUPTS();
		ResetPerTupleExprContext(entry.estate);
		if (!complete_row(&entry, from))
			continue;
		slot_getallattrs(entry.slot);
		ExecClearTuple(to);
		memcpy(to->tts_values, entry.slot->tts_values, natts * sizeof(Datum));
		memcpy(to->tts_isnull, entry.slot->tts_isnull, natts * sizeof(bool));
		to->tts_values[natts] = slot_getattr(from, natts + 1, &to->tts_isnull[natts]);
		ExecStoreVirtualTuple(to);
		tuplestore_puttupleslot(changed, to);
	}
	row_entry_end(&entry);
	ExecDropSingleTupleTableSlot(from);
	ExecDropSingleTupleTableSlot(to);
	return changed;
}

/* What the rules find, in the columns of judge(). */
static char *
result_query(const RuleResults *results)
{
	char	   *own_views = views_of_own_table(results->rules, results->runs, results->nruns);
	StringInfoData named;

	initStringInfo(&named);
	for (int i = 0; i < results->nruns; i++)
	{
		const Rule *rule = results->runs[i].rule;

		results->runs[i].own_views = own_views;
		appendStringInfo(&named, "%s(%d, %s, %s, %s, %s)", i > 0 ? ", " : "", i, quote_literal_cstr(rule->name),
						 rule->records ? "'record'" : "'refuse'", rule->hint ? quote_literal_cstr(rule->hint) : "null",
						 is_told_reasons(results->rules, rule, results->call->caller) ? "true" : "false");
	}
	return psprintf("select found." ROW_ID ", named.rule, named.action, found.site_id, found.subject_id, found.item, "
					"case when named.is_told then split_part(found.reason, E'\\nHint: ', 1) end, "
					"coalesce(case when named.is_told then nullif(split_part(found.reason, E'\\nHint: ', 2), '') end, named.hint::text) "
					"from (%s) as found (run, is_recorded, site_id, subject_id, item, reason, " ROW_ID ") "
					"join (values %s) as named (run, rule, action, hint, is_told) using (run) order by found.run, found." ROW_ID ", 4, 5, 6",
					judge_statement(results->rules, RULE_DRY_RUN, results->runs, results->nruns), named.data);
}

static void
add_failure(const RuleResults *results, Datum reason)
{
	ReturnSetInfo *result = (ReturnSetInfo *) results->call->fcinfo->resultinfo;
	const Rule *rule = results->runs[0].rule;
	Datum		values[8] = {0};
	bool		nulls[8] = {true, false, false, true, true, true, false, true};

	values[1] = CStringGetTextDatum(rule->name);
	values[2] = CStringGetTextDatum(rule->records ? "record" : "refuse");
	values[6] = reason;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/* 42501 for a row of a site that the caller does not see; he could not enter it. */
static void
require_visible_sites(StudyCall *call, Relation table)
{
	if (get_attnum(RelationGetRelid(table), "site_id") == InvalidAttrNumber)
		return;
	run_query(psprintf("select from changed where not (%s) limit 1", study_call_sites(call)), true);
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("the relation has rows of a site that you do not see"),
				 errhint("Judge the rows of your own sites.")));
}

/* The rows of a relation in the shape of a table, as they would be inserted. */
static Tuplestorestate *
enter_rows(Relation table, const GivenRows *given, TupleDesc shape)
{
	Tuplestorestate *typed;
	Tuplestorestate *changed;

	if (given->are_completed)
		return given->rows;
	name_rows("given", given->rows, given->shape);
	typed = rows_of_query(prepare_query(rows_of_table(table, given->shape), 0, NULL));
	changed = complete_rows(table, typed, shape);
	tuplestore_end(typed);
	return changed;
}

static void
judge_rows(StudyCall *call, RuleSet *rules, Relation table, const GivenRows *given)
{
	TupleDesc	shape = shape_of_rows(table, true);
	RuleRun    *runs = palloc(sizeof(RuleRun) * (rules->nrules + 1));
	RuleResults results = {.call = call, .rules = rules, .runs = runs, .statement = result_query, .add_failure = add_failure};
	Tuplestorestate *changed = enter_rows(table, given, shape);

	name_rows("changed", changed, shape);
	require_visible_sites(call, table);
	for (int i = 0; i < rules->nrules; i++)
	{
		const Rule *rule = &rules->rules[i];

		/* What refuses a row shows itself when the row is entered. */
		if (rule->is_guarded && (!rule->records || is_told_findings(rules, rule, call->caller)))
			runs[results.nruns++] = (RuleRun) {.rule = rule, .action = RUN_REFUSES, .rows = rule->reads_own ? ROWS_CONCERNED : ROWS_CHANGED};
	}
	add_rule_results(&results);
	/* Many rows are in a file, which nobody else closes. */
	if (!given->are_completed)
		tuplestore_end(changed);
}

static void
judge_as_owner(FunctionCallInfo fcinfo, Relation table, const GivenRows *given)
{
	StudyCall	call;

	study_call_begin(&call, fcinfo, get_namespace_name(RelationGetNamespace(table)));
	reset_analysis_settings();
	judge_rows(&call, rule_set_open(RelationGetRelid(table), fcinfo->flinfo->fn_oid), table, given);
	study_call_end(&call);
}

static void
require_access(Relation table)
{
	if (pg_class_aclcheck(RelationGetRelid(table), GetUserId(), ACL_SELECT) != ACLCHECK_OK &&
		pg_class_aclcheck(RelationGetRelid(table), GetUserId(), ACL_INSERT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(table));
}

/* 42703 unless a relation has some of a table's columns. */
static void
require_columns(Relation table, TupleDesc given)
{
	for (int i = 0; i < RelationGetNumberOfAttributes(table); i++)
	{
		Form_pg_attribute column = TupleDescAttr(RelationGetDescr(table), i);

		if (!column->attisdropped && SPI_fnumber(given, NameStr(column->attname)) > 0)
			return;
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_COLUMN),
			 errmsg("the relation has none of the columns of table \"%s\"", RelationGetRelationName(table)),
			 errhint("Columns are found by their names.")));
}

/* Judges the rows of a relation, as they are or as the table's defaults and triggers complete them. */
static Datum
judge_given(FunctionCallInfo fcinfo, bool are_completed)
{
	Relation	table = open_root(PG_GETARG_OID(0), AccessShareLock);
	Relation	relation = open_given(PG_GETARG_OID(1), AccessShareLock);
	GivenRows	given = {.shape = shape_of_rows(relation, false), .are_completed = are_completed};

	require_access(table);
	require_columns(table, given.shape);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	SPI_connect();
	given.rows = read_relation(relation, are_completed ? columns_of_table(table, relation) : "given.*");
	judge_as_owner(fcinfo, table, &given);
	tuplestore_end(given.rows);
	SPI_finish();
	relation_close(relation, AccessShareLock);
	table_close(table, AccessShareLock);
	return (Datum) 0;
}

/*
 * judge("table", relation): what the rows of a relation would break if they
 * came into the table beside what is there.  The caller needs SELECT on the
 * relation, and INSERT or SELECT on the table.
 */
Datum
judge_relation(PG_FUNCTION_ARGS)
{
	return judge_given(fcinfo, false);
}

/* judge_completed("table", relation): the same of rows that are completed already. */
Datum
judge_completed(PG_FUNCTION_ARGS)
{
	return judge_given(fcinfo, true);
}
