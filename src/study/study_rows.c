/*-------------------------------------------------------------------------
 *
 * study_rows.c
 *	  Functions that return what the SQL of a study finds.
 *
 * Its rules, criteria and views may call functions of its owner.  So they run
 * as he, in a security-restricted context, and never as the caller; who must
 * have USAGE on the study's schema, and SELECT on what the query reads, as if
 * he ran it himself.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/supportnodes.h"
#include "optimizer/plancat.h"
#include "parser/parse_func.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "extension.h"
#include "settings.h"
#include "study/rule_reference.h"
#include "study/site_access.h"
#include "study/study.h"
#include "study/study_query.h"

PG_FUNCTION_INFO_V1(study_rows);
PG_FUNCTION_INFO_V1(endpoint_rows);
PG_FUNCTION_INFO_V1(analysis_group);
PG_FUNCTION_INFO_V1(analysis_member);
PG_FUNCTION_INFO_V1(analysis_member_support);
PG_FUNCTION_INFO_V1(subject_count);

static void
require_usage(const Study *study, Oid reader)
{
#if PG_VERSION_NUM >= 160000
	AclResult	access = object_aclcheck(NamespaceRelationId, study->namespace, reader, ACL_USAGE);
#else
	AclResult	access = pg_namespace_aclcheck(study->namespace, reader, ACL_USAGE);
#endif

	if (access != ACLCHECK_OK)
		aclcheck_error(access, OBJECT_SCHEMA, study->name);
}

/* Without a study, or a subject, there is no answer: that no row came would be taken for one. */
void
require_argument(FunctionCallInfo fcinfo, int number, const char *what, const char *hint)
{
	if (PG_ARGISNULL(number))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("the %s must not be null", what),
				 errhint("%s", hint)));
}

void
require_study_argument(FunctionCallInfo fcinfo)
{
	require_argument(fcinfo, 0, "study", "Name the schema of the study, such as 'ral'.");
}

/* Becomes the owner of a study, as whom its SQL runs until study_call_end(). */
void
study_call_begin(StudyCall *call, FunctionCallInfo fcinfo, const char *study)
{
	call->fcinfo = fcinfo;
	open_study(&call->study, study, fcinfo->flinfo->fn_oid);
	call->caller = study_reader(call->study.owner);
	call->is_by_site = false;
	require_usage(&call->study, call->caller);
	SPI_connect();
	become_study_owner(&call->state, call->study.owner, call->study.search_path);
	set_reader(call->caller);
	set_locally("jit", "off");
}

void
study_call_end(StudyCall *call)
{
	restore_user(&call->state);
	SPI_finish();
}

/* Runs a query that the caller may read; its rows are left in SPI_tuptable. */
void
study_call_query(StudyCall *call, const char *query, int nargs, Oid *types, Datum *values)
{
	check_readable(analyse_query(query, nargs, types), call->caller, call->is_by_site);
	if (!run_called(query, nargs, types, values))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("a query of study \"%s\" returns no rows", call->study.name),
				 errhint("Its views were replaced by hand. Compare them with those of a new study.")));
}

/* What the owner of the study has put in a view need not be what was there. */
static void
require_columns(const StudyCall *call, TupleDesc expected, TupleDesc found)
{
	bool		is_same = expected->natts == found->natts;

	for (int i = 0; is_same && i < found->natts; i++)
		is_same = TupleDescAttr(expected, i)->atttypid == TupleDescAttr(found, i)->atttypid;
	if (!is_same)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("a query of study \"%s\" does not return the columns that are expected", call->study.name),
				 errhint("Its views were replaced by hand. Compare them with those of a new study.")));
}

/* Runs a query, and adds its rows to the result of the call. */
void
study_call_add_rows(StudyCall *call, const char *query, int nargs, Oid *types, Datum *values)
{
	ReturnSetInfo *result = (ReturnSetInfo *) call->fcinfo->resultinfo;

	study_call_query(call, query, nargs, types, values);
	require_columns(call, result->setDesc, SPI_tuptable->tupdesc);
	for (uint64 i = 0; i < SPI_processed; i++)
		tuplestore_puttuple(result->setResult, SPI_tuptable->vals[i]);
	SPI_freetuptable(SPI_tuptable);
}

/*
 * The sites that the caller sees, as a condition in SQL on site_id.  The call is to
 * show nothing of others; so its queries may read tables that are secured by site.
 */
char *
study_call_sites(StudyCall *call)
{
	call->is_by_site = true;
	return visible_sites_condition(call->study.namespace, call->caller);
}

/* Does the caller see all sites?  Then the call's queries may read tables that are secured by site. */
bool
study_call_sees_all(StudyCall *call)
{
	return strcmp(study_call_sites(call), "true") == 0;
}

/* Fails with 22023 unless the study has a subject of this code, at a site that the caller sees. */
void
study_call_require_subject(StudyCall *call, Datum subject)
{
	Oid			type = TEXTOID;

	study_call_query(call, psprintf("select from subject where subject_id = $1 and %s limit 1", study_call_sites(call)), 1, &type, &subject);
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("there is no subject \"%s\" in study \"%s\"", TextDatumGetCString(subject), call->study.name),
				 errhint("The codes are in %s.subject.", quote_identifier(call->study.name))));
}

/* The text that the internal function <name>_query returns. */
char *
text_of_query(Oid function)
{
	char	   *name = psprintf("%s_query", get_func_name(function));
	Oid			query = LookupFuncName(internal_name(name), 0, NULL, false);

	return TextDatumGetCString(OidFunctionCall0(query));
}

/*
 * obt_candidates(study, subject, ...) and its like: the rows of a query that
 * the extension has beside the function, whose arguments are its parameters.
 */
Datum
study_rows(PG_FUNCTION_ARGS)
{
	StudyCall	call;
	char	   *query = text_of_query(fcinfo->flinfo->fn_oid);
	Datum		values[FUNC_MAX_ARGS];
	Oid		   *types;
	int			nargs;

	(void) get_func_signature(fcinfo->flinfo->fn_oid, &types, &nargs);
	require_study_argument(fcinfo);
	require_argument(fcinfo, 1, "subject", "Give the subject's code, as table subject has it.");
	for (int i = 2; i < nargs; i++)
		require_argument(fcinfo, i, "day", "Leave it out for today.");
	for (int i = 0; i < nargs; i++)
		values[i] = PG_GETARG_DATUM(i);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, TextDatumGetCString(values[0]));
	study_call_require_subject(&call, values[1]);
	study_call_add_rows(&call, psprintf("select * from (%s) as found where %s", query, study_call_sites(&call)), nargs, types, values);
	study_call_end(&call);
	return (Datum) 0;
}

/* The data cut as the setting has it; nothing for no cut. */
static const char *
cut_setting(DateADT data_cut)
{
	if (DATE_IS_NOBEGIN(data_cut))
		ereport(ERROR,
				(errcode(ERRCODE_DATETIME_VALUE_OUT_OF_RANGE),
				 errmsg("a data cut cannot be -infinity"),
				 errhint("Give the last day whose data are taken, or nothing for all data.")));
	return DATE_NOT_FINITE(data_cut) ? "" : DatumGetCString(DirectFunctionCall1(date_out, DateADTGetDatum(data_cut)));
}

/* The column of analysis_subject that the endpoint views group by, or NULL for the site. */
static const char *
grouping_setting(void)
{
	const char *column = setting_value("virotrial.group_by");

	return *column == '\0' || strcmp(column, "site_id") == 0 ? NULL : column;
}

/* The analysis set that the views are about, or NULL for the treated, whom they find themselves. */
static const char *
analysis_set_setting(void)
{
	const char *set = setting_value("virotrial.analysis_set");

	return *set == '\0' || strcmp(set, "treated") == 0 ? NULL : set;
}

/*
 * endpoint_rows(study, view, data_cut, group_by, display, analysis_set): the rows of a
 * view, for a data cut, a grouping and an analysis set that are NULL where the session's
 * settings apply; of a view with a column "display" those of one alone, so that no other
 * is computed.
 */
Datum
endpoint_rows(PG_FUNCTION_ARGS)
{
	StudyCall	call;
	char	   *query;

	require_study_argument(fcinfo);
	require_argument(fcinfo, 1, "view", "Name the view of the study that has the rows.");
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, NameStr(*PG_GETARG_NAME(0)));
	if (!PG_ARGISNULL(2))
		set_locally("virotrial.data_cut", cut_setting(PG_GETARG_DATEADT(2)));
	if (!PG_ARGISNULL(3))
		set_locally("virotrial.group_by", NameStr(*PG_GETARG_NAME(3)));
	if (PG_NARGS() > 5 && !PG_ARGISNULL(5))
		set_locally("virotrial.analysis_set", text_to_cstring(PG_GETARG_TEXT_PP(5)));
	/* The view reads groups and members by functions, as whoever reads the view. */
	if (grouping_setting())
		check_readable(analyse_query("select from analysis_subject", 0, NULL), call.caller, false);
	if (analysis_set_setting())
		check_readable(analyse_query("select from analysis_set", 0, NULL), call.caller, false);
	query = psprintf("select * from %s", quote_qualified_identifier(call.study.name, NameStr(*PG_GETARG_NAME(1))));
	if (!PG_ARGISNULL(4))
		query = psprintf("%s where display = %s", query, quote_literal_cstr(text_to_cstring(PG_GETARG_TEXT_PP(4))));
	study_call_add_rows(&call, query, 0, NULL, NULL);
	study_call_end(&call);
	return (Datum) 0;
}

/* The names of a relation's columns, for a hint. */
static char *
column_names(Oid relid)
{
	StringInfoData names;
	char	   *name;

	initStringInfo(&names);
	for (AttrNumber number = 1; (name = get_attname(relid, number, true)) != NULL; number++)
		appendStringInfo(&names, "%s%s", number > 1 ? ", " : "", name);
	return names.data;
}

/*
 * analysis_group(subjects): the group of each subject, by the column of a
 * study's relation that virotrial.group_by names; no rows if it names none or
 * the site.
 */
Datum
analysis_group(PG_FUNCTION_ARGS)
{
	const char *column = grouping_setting();
	Oid			relid = PG_GETARG_OID(0);
	char	   *name = get_rel_name(relid);
	StudyCall	call;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (column == NULL)
		return (Datum) 0;
	if (name == NULL || get_attnum(relid, column) <= 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_COLUMN),
				 errmsg("there is no column \"%s\" to group subjects by", column),
				 errdetail("It is not in %s.", name ? name : "a relation that is gone"),
				 errhint("The columns are %s.", column_names(relid))));
	study_call_begin(&call, fcinfo, get_namespace_name(get_rel_namespace(relid)));
	study_call_add_rows(&call, psprintf("select site_id, subject_id, %s::text from %s", quote_identifier(column),
										quote_qualified_identifier(call.study.name, name)), 0, NULL, NULL);
	study_call_end(&call);
	return (Datum) 0;
}

/*
 * analysis_member(sets): the members of the analysis set that virotrial.analysis_set
 * names, by a study's relation analysis_set; no rows of the treated.
 */
Datum
analysis_member(PG_FUNCTION_ARGS)
{
	const char *set = analysis_set_setting();
	Oid			relid = PG_GETARG_OID(0);
	char	   *name = get_rel_name(relid);
	StudyCall	call;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	if (set == NULL || name == NULL)
		return (Datum) 0;
	study_call_begin(&call, fcinfo, get_namespace_name(get_rel_namespace(relid)));
	study_call_query(&call, psprintf("select _virotrial.require_in_report('analysis_set', %s)", quote_literal_cstr(set)), 0, NULL, NULL);
	study_call_add_rows(&call, psprintf("select site_id, subject_id, day_1 from %s where analysis_set = %s",
										quote_qualified_identifier(call.study.name, name), quote_literal_cstr(set)), 0, NULL, NULL);
	study_call_end(&call);
	return (Datum) 0;
}

/* How many rows the planner expects in the table of a name beside a relation. */
static double
expected_rows(Oid relid, const char *name)
{
	Oid			found = get_relname_relid(name, get_rel_namespace(relid));
	Relation	table = OidIsValid(found) ? try_table_open(found, AccessShareLock) : NULL;
	BlockNumber pages;
	double		rows = 1;
	double		all_visible;

	if (table)
	{
		estimate_rel_size(table, NULL, &pages, &rows, &all_visible);
		table_close(table, NoLock);
	}
	return rows;
}

/* Planner support of analysis_member(): one row, the least, where no set is chosen, else as many as are enrolled. */
Datum
analysis_member_support(PG_FUNCTION_ARGS)
{
	SupportRequestRows *request = (SupportRequestRows *) PG_GETARG_POINTER(0);
	Node	   *sets;

	if (!IsA(request, SupportRequestRows))
		PG_RETURN_POINTER(NULL);
	sets = linitial(castNode(FuncExpr, request->node)->args);
	if (analysis_set_setting() == NULL)
		request->rows = 1;
	else if (IsA(sets, Const) && !castNode(Const, sets)->constisnull)
		request->rows = expected_rows(DatumGetObjectId(castNode(Const, sets)->constvalue), "enrolment");
	else
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(request);
}

/* subject_count(study): how many subjects a study holds, of those that the caller sees. */
Datum
subject_count(PG_FUNCTION_ARGS)
{
	StudyCall	call;
	Datum		count;
	bool		is_null;

	study_call_begin(&call, fcinfo, TextDatumGetCString(PG_GETARG_DATUM(0)));
	study_call_query(&call, psprintf("select count(*) from subject where %s", study_call_sites(&call)), 0, NULL, NULL);
	count = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
	study_call_end(&call);
	PG_RETURN_INT64(DatumGetInt64(count));
}
