/*-------------------------------------------------------------------------
 *
 * study_changes.c
 *	  What was changed in a study between two moments.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "funcapi.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"

#include "extension.h"
#include "study/study.h"
#include "study/study_query.h"

PG_FUNCTION_INFO_V1(study_changes);

/* Tells of the tables that the caller may not read: their changes are left out. */
static void
note_unreadable(const StudyCall *call)
{
	Oid			types[] = {NAMEOID, OIDOID};
	Datum		values[] = {CStringGetDatum(call->study.name), ObjectIdGetDatum(call->caller)};
	char	   *names;

	run_called("select string_agg(name, ', ' order by name) from _virotrial.kept_tables($1, $2) where not is_readable", lengthof(types), types, values);
	names = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	if (names)
		ereport(NOTICE,
				(errmsg("changes of tables of study \"%s\" are left out", call->study.name),
				 errdetail("You may not read these, or their histories: %s.", names)));
}

/*
 * changes(study, since, until): one row per column that an update changed; one per
 * row that was entered or deleted.  It runs as the owner of the study, and shows
 * what the caller may read.
 */
Datum
study_changes(PG_FUNCTION_ARGS)
{
	Oid			parts[] = {NAMEOID, OIDOID, TEXTOID};
	Oid			types[] = {NAMEOID, TIMESTAMPTZOID, TIMESTAMPTZOID};
	Datum		values[] = {PG_GETARG_DATUM(0), PG_GETARG_DATUM(1), PG_GETARG_DATUM(2)};
	Oid			builder = LookupFuncName(internal_name("changes_query"), lengthof(parts), parts, false);
	StudyCall	call;
	char	   *sites;
	Datum		query;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, NameStr(*PG_GETARG_NAME(0)));
	sites = study_call_sites(&call);
	query = OidFunctionCall3(builder, values[0], ObjectIdGetDatum(call.caller), CStringGetTextDatum(sites));
	study_call_add_rows(&call, TextDatumGetCString(query), lengthof(types), types, values);
	note_unreadable(&call);
	study_call_end(&call);
	return (Datum) 0;
}
