/*-------------------------------------------------------------------------
 *
 * seal.c
 *	  The seal of a study: its blocks are written by the database alone, and
 *	  verified by all of its rows.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "settings.h"
#include "study/frozen.h"
#include "study/rule_reference.h"
#include "study/study.h"
#include "study/study_query.h"

PG_FUNCTION_INFO_V1(seal);
PG_FUNCTION_INFO_V1(seal_rows);
PG_FUNCTION_INFO_V1(seal_proof);

/* Sorting many rows is maintenance; and keys are written alike by whoever seals and verifies. */
static void
set_for_sealing(void)
{
	set_locally("work_mem", GetConfigOption("maintenance_work_mem", false, false));
	set_locally("timezone", "UTC");
}

static char *
study_argument(FunctionCallInfo fcinfo)
{
	require_study_argument(fcinfo);
	return text_to_cstring(PG_GETARG_TEXT_PP(0));
}

static void
require_owner(const StudyCall *call)
{
	if (!has_privs_of_role(call->caller, call->study.owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("study \"%s\" belongs to \"%s\"", call->study.name, GetUserNameFromId(call->study.owner, false)),
				 errhint("Its owner seals it.")));
}

/* seal(study): a procedure; writes the next block of the seal. */
Datum
seal(PG_FUNCTION_ARGS)
{
	StudyCall	call;

	study_call_begin(&call, fcinfo, study_argument(fcinfo));
	require_owner(&call);
	set_for_sealing();
	write_frozen(psprintf("select _virotrial.seal_block(%s)", quote_literal_cstr(call.study.name)));
	if (SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1) == NULL)
		ereport(NOTICE,
				(errmsg("nothing was committed in study \"%s\" since it was sealed", call.study.name)));
	study_call_end(&call);
	PG_RETURN_VOID();
}

/* The call of the internal function that returns the rows: of the same name, with _rows behind it, and arguments. */
static char *
query_of_rows(FunctionCallInfo fcinfo)
{
	StringInfoData query;

	initStringInfo(&query);
	appendStringInfo(&query, "select * from _virotrial.%s_rows(", get_func_name(fcinfo->flinfo->fn_oid));
	for (int i = 0; i < PG_NARGS(); i++)
		appendStringInfo(&query, "%s%s", i > 0 ? ", " : "",
						 PG_ARGISNULL(i) ? "null" : quote_literal_cstr(text_to_cstring(PG_GETARG_TEXT_PP(i))));
	appendStringInfoChar(&query, ')');
	return query.data;
}

/* Rows about all sites of a study, for who could run a query himself. */
static void
add_rows_for_reader(FunctionCallInfo fcinfo, const char *read)
{
	StudyCall	call;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, study_argument(fcinfo));
	check_readable(analyse_query(read, 0, NULL), call.caller, study_call_sees_all(&call));
	set_for_sealing();
	study_call_add_rows(&call, query_of_rows(fcinfo), 0, NULL, NULL);
	study_call_end(&call);
}

/* verify(study, head), seal_head(study): they name rows, and show none. */
Datum
seal_rows(PG_FUNCTION_ARGS)
{
	add_rows_for_reader(fcinfo, "select from change");
	return (Datum) 0;
}

/* seal_proof(study, table, key): the row itself, and digests of others, whose values can be guessed. */
Datum
seal_proof(PG_FUNCTION_ARGS)
{
	add_rows_for_reader(fcinfo, "select from seal, seal_leaf, change");
	return (Datum) 0;
}
