/*-------------------------------------------------------------------------
 *
 * declared_parts.c
 *	  What the DDL of a study declares, and its schema does not have:
 *	  missing_parts(study, ddl).
 *
 * The DDL is parsed, and nothing of it is run.  What it declares is compared in
 * the words that this server has for both, so that neither a dump nor another
 * version of PostgreSQL makes a difference.  What DO and CALL make is not seen.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "access/table.h"
#include "funcapi.h"
#include "nodes/nodeFuncs.h"
#include "parser/analyze.h"
#include "parser/parse_func.h"
#include "parser/parse_type.h"
#include "parser/parser.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/reltrigger.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "study/declared_parts.h"
#include "study/judge.h"
#include "study/study.h"

PG_FUNCTION_INFO_V1(missing_parts);

static bool
has_arguments(const Trigger *trigger, List *arguments)
{
	if (trigger->tgnargs != list_length(arguments))
		return false;
	for (int i = 0; i < trigger->tgnargs; i++)
		if (strcmp(trigger->tgargs[i], strVal(list_nth(arguments, i))) != 0)
			return false;
	return true;
}

/* A trigger is known by what it calls, and when. */
static void
compare_trigger(Comparison *comparison, const CreateTrigStmt *declared)
{
	Oid			relid = declared_relation(comparison, declared->relation);
	int16		type = (declared->row ? TRIGGER_TYPE_ROW : TRIGGER_TYPE_STATEMENT) | declared->timing | declared->events;
	Oid			function = LookupFuncName(declared->funcname, 0, NULL, true);
	bool		is_there = false;
	Relation	table;

	if (!OidIsValid(relid))
		return;
	table = table_open(relid, AccessShareLock);
	for (int i = 0; table->trigdesc && i < table->trigdesc->numtriggers; i++)
	{
		const Trigger *trigger = &table->trigdesc->triggers[i];

		is_there = is_there || (trigger->tgfoid == function && trigger->tgtype == type && has_arguments(trigger, declared->args));
	}
	table_close(table, AccessShareLock);
	if (!is_there)
		add_missing(comparison, "missing trigger", declared->relation->relname, quote_identifier(declared->trigname));
}

/* Gives the columns of a query their names, and those of the queries that it unites. */
static void
name_columns(Query *query, List *names)
{
	ListCell   *name = list_head(names);
	ListCell   *cell;

	foreach(cell, query->targetList)
	{
		TargetEntry *column = lfirst_node(TargetEntry, cell);

		if (name == NULL || column->resjunk)
			continue;
		column->resname = lfirst(name);
		name = lnext(names, name);
	}
	if (query->setOperations == NULL)
		return;
	foreach(cell, query->rtable)
		if (lfirst_node(RangeTblEntry, cell)->rtekind == RTE_SUBQUERY)
			name_columns(lfirst_node(RangeTblEntry, cell)->subquery, names);
}

/* The query of a view as PostgreSQL writes it. */
static char *
query_text(Query *query)
{
	List	   *names = NIL;
	ListCell   *cell;

	foreach(cell, query->targetList)
		if (!lfirst_node(TargetEntry, cell)->resjunk)
			names = lappend(names, lfirst_node(TargetEntry, cell)->resname);
	name_columns(query, names);
	return pg_get_querydef(query, false);
}

static char *
view_text(const Comparison *comparison, const ViewStmt *declared, Node *select)
{
	RawStmt    *statement = makeNode(RawStmt);
	List	   *aliases = NIL;
	Query	   *query;
	ListCell   *cell;

	statement->stmt = select;
	query = parse_analyze_fixedparams(statement, comparison->ddl, NULL, 0, NULL);
	foreach(cell, declared->aliases)
		aliases = lappend(aliases, strVal(lfirst(cell)));
	name_columns(query, aliases);
	return query_text(query);
}

/* What PostgreSQL reads of its own words, which it writes in others, as after a dump. */
static char *
restored_view_text(const Comparison *comparison, const ViewStmt *declared, const char *text)
{
	return view_text(comparison, declared, linitial_node(RawStmt, raw_parser(text, RAW_PARSE_DEFAULT))->stmt);
}

/* Does a query say *?  Then its columns are those that a table had when the view was made. */
static bool
has_star(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, ColumnRef))
		return IsA(llast(((ColumnRef *) node)->fields), A_Star);
	return raw_expression_tree_walker(node, has_star, context);
}

static void
compare_view(Comparison *comparison, const ViewStmt *declared)
{
	Oid			relid = declared_relation(comparison, declared->view);
	const char *name = declared->view->relname;
	Relation	view;
	char	   *live;
	char	   *text;

	if (!OidIsValid(relid))
		add_missing(comparison, "missing view", name, NULL);
	if (!OidIsValid(relid) || get_rel_relkind(relid) != RELKIND_VIEW || has_star(declared->query, NULL))
		return;
	view = table_open(relid, AccessShareLock);
	live = query_text(copyObject(get_view_query(view)));
	table_close(view, AccessShareLock);
	text = view_text(comparison, declared, declared->query);
	if (strcmp(text, live) != 0 &&
		strcmp(restored_view_text(comparison, declared, text), restored_view_text(comparison, declared, live)) != 0)
		add_missing(comparison, "view of another make", name, NULL);
}

/* The text between the quotes of AS; NULL for a body of standard SQL. */
static const char *
body_of(const CreateFunctionStmt *declared)
{
	ListCell   *cell;

	foreach(cell, declared->options)
	{
		DefElem    *option = lfirst_node(DefElem, cell);

		if (strcmp(option->defname, "as") == 0)
			return strVal(linitial(castNode(List, option->arg)));
	}
	return NULL;
}

static void
compare_function(Comparison *comparison, const CreateFunctionStmt *declared)
{
	const char *name = strVal(llast(declared->funcname));
	Oid			types[FUNC_MAX_ARGS];
	int			count = 0;
	HeapTuple	function;
	ListCell   *cell;
	const char *body = body_of(declared);
	bool		is_null;

	foreach(cell, declared->parameters)
	{
		const FunctionParameter *parameter = lfirst_node(FunctionParameter, cell);

		if (parameter->mode != FUNC_PARAM_OUT && parameter->mode != FUNC_PARAM_TABLE)
			types[count++] = typenameTypeId(NULL, parameter->argType);
	}
	function = SearchSysCache3(PROCNAMEARGSNSP, PointerGetDatum(name), PointerGetDatum(buildoidvector(types, count)),
							   ObjectIdGetDatum(comparison->namespace));
	if (!HeapTupleIsValid(function))
	{
		add_missing(comparison, "missing function", name, NULL);
		return;
	}
	if (body && strcmp(body, TextDatumGetCString(SysCacheGetAttr(PROCNAMEARGSNSP, function, Anum_pg_proc_prosrc, &is_null))) != 0)
		add_missing(comparison, "function of another make", name, NULL);
	ReleaseSysCache(function);
}

static void
compare_statement(void *argument)
{
	Comparison *comparison = argument;
	Node	   *declared = comparison->statement->stmt;

	switch (nodeTag(declared))
	{
		case T_CreateStmt:
			compare_table(comparison, (CreateStmt *) declared);
			break;
		case T_IndexStmt:
			compare_index(comparison, (IndexStmt *) declared);
			break;
		case T_CreateTrigStmt:
			compare_trigger(comparison, (CreateTrigStmt *) declared);
			break;
		case T_ViewStmt:
			compare_view(comparison, (ViewStmt *) declared);
			break;
		case T_CreateFunctionStmt:
			compare_function(comparison, (CreateFunctionStmt *) declared);
			break;
		default:
			break;
	}
}

/* What the error of a statement is about. */
static const char *
declared_name(const Node *declared)
{
	switch (nodeTag(declared))
	{
		case T_CreateStmt:
			return ((const CreateStmt *) declared)->relation->relname;
		case T_IndexStmt:
			return ((const IndexStmt *) declared)->relation->relname;
		case T_ViewStmt:
			return ((const ViewStmt *) declared)->view->relname;
		case T_CreateFunctionStmt:
			return strVal(llast(((const CreateFunctionStmt *) declared)->funcname));
		default:
			return "";
	}
}

/* What a declaration reads may be gone: then the study cannot have it as declared. */
static void
compare_declared(Comparison *comparison)
{
	ListCell   *cell;

	foreach(cell, raw_parser(comparison->ddl, RAW_PARSE_DEFAULT))
	{
		ErrorData  *error;

		comparison->statement = lfirst_node(RawStmt, cell);
		error = error_of(compare_statement, comparison);
		if (error && !is_error_of_rule(error))
			ReThrowError(error);
		if (error)
			add_missing(comparison, "part that cannot be as declared", declared_name(comparison->statement->stmt), error->message);
	}
}

/* missing_parts(study, ddl): problem, object and detail. */
Datum
missing_parts(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;
	Comparison	comparison = {0};
	StudyCall	call;
	ListCell   *cell;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, text_to_cstring(PG_GETARG_TEXT_PP(0)));
	comparison.namespace = call.study.namespace;
	comparison.ddl = text_to_cstring(PG_GETARG_TEXT_PP(1));
	compare_declared(&comparison);
	foreach(cell, comparison.missing)
	{
		const MissingPart *part = lfirst(cell);
		Datum		values[3] = {CStringGetTextDatum(part->problem), CStringGetTextDatum(part->object)};
		bool		nulls[3] = {false, false, part->detail == NULL};

		if (part->detail)
			values[2] = CStringGetTextDatum(part->detail);
		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	study_call_end(&call);
	return (Datum) 0;
}
