/*-------------------------------------------------------------------------
 *
 * conduct.c
 *	  Functions that say how far the work on a study's data is: which
 *	  signatures are valid, and what is open before it is locked.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "settings.h"
#include "study/rule_reference.h"
#include "study/study.h"
#include "study/study_query.h"

PG_FUNCTION_INFO_V1(conduct_rows);

/*
 * signatures(study), lock_checklist(study): the rows that the internal function
 * <name>_rows finds, of the sites that the caller sees.  It runs as the owner, over
 * all data, for whoever may read signatures.
 */
Datum
conduct_rows(PG_FUNCTION_ARGS)
{
	StudyCall	call;
	char	   *study;
	char	   *sites;

	require_study_argument(fcinfo);
	study = TextDatumGetCString(PG_GETARG_DATUM(0));
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, study);
	sites = study_call_sites(&call);
	check_readable(analyse_query("select from signature", 0, NULL), call.caller, call.is_by_site);
	set_locally("virotrial.data_cut", "");
	study_call_add_rows(&call, psprintf("select * from _virotrial.%s_rows(%s) as found where %s", get_func_name(fcinfo->flinfo->fn_oid),
										quote_literal_cstr(study), sites), 0, NULL, NULL);
	study_call_end(&call);
	return (Datum) 0;
}
