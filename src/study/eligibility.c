/*-------------------------------------------------------------------------
 *
 * eligibility.c
 *	  The verdicts on a study's eligibility criteria; and the trigger function
 *	  on them that refuses a criterion that could not run.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "extension.h"
#include "study/eligibility_query.h"
#include "study/judge.h"
#include "study/statement_trigger.h"
#include "study/study.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(eligibility);
PG_FUNCTION_INFO_V1(eligibility_of);
PG_FUNCTION_INFO_V1(criteria_changed);

/* The type candidate[] of the extension, which the function is of. */
static Oid
candidate_array(Oid function)
{
	return get_array_type(GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum("candidate"),
										  ObjectIdGetDatum(extension_namespace(function))));
}

#define WITH_CANDIDATES "with candidate as materialized (select distinct * from unnest($1)) "

/* The verdicts on all criteria for the candidates $1, to be selected from. */
static char *
all_verdicts(StudyCall *call)
{
	study_call_query(call, CRITERIA, 0, NULL, NULL);
	return psprintf("(" WITH_CANDIDATES "%s) as " VERDICT, verdicts_query(SPI_tuptable, SPI_processed));
}

/* The candidates that a query finds. */
static Datum
array_of_candidates(StudyCall *call, const char *query, Oid type, Datum argument)
{
	bool		is_null;

	study_call_query(call, psprintf("select array(%s)", query), 1, &type, &argument);
	return SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null);
}

/* Adds the verdicts on candidates, whom the caller sees; they may rest on rows that he does not see. */
static void
add_verdicts(StudyCall *call, const char *columns, const char *order, Oid type, Datum candidates)
{
	judge_all_rows();
	study_call_add_rows(call, psprintf("select %s from %s order by %s", columns, all_verdicts(call), order), 1, &type, &candidates);
}

/* eligibility_of(study, candidates): the verdict on each criterion for each candidate. */
Datum
eligibility_of(PG_FUNCTION_ARGS)
{
	StudyCall	call;
	Datum		candidates = PG_GETARG_DATUM(1);
	Oid			type = candidate_array(fcinfo->flinfo->fn_oid);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, TextDatumGetCString(PG_GETARG_DATUM(0)));
	candidates = array_of_candidates(&call, psprintf("select candidate from unnest($1) as candidate where %s", study_call_sites(&call)), type, candidates);
	add_verdicts(&call, "*", "1, 2, 3, 4", type, candidates);
	study_call_end(&call);
	return (Datum) 0;
}

/* The subject at each site that the caller sees, as candidates on the day of enrolment or today. */
static Datum
candidates_of_subject(StudyCall *call, Datum subject)
{
	return array_of_candidates(call, psprintf("select row(subject.site_id, subject.subject_id, coalesce(enrolment.enrolled, current_date))::candidate "
											  "from subject left join enrolment using (site_id, subject_id) where subject.subject_id = $1 and %s",
											  study_call_sites(call)), TEXTOID, subject);
}

/* eligibility(study, subject): the same of one subject. */
Datum
eligibility(PG_FUNCTION_ARGS)
{
	StudyCall	call;
	Datum		candidates;
	Oid			type = candidate_array(fcinfo->flinfo->fn_oid);

	require_study_argument(fcinfo);
	require_argument(fcinfo, 1, "subject", "Give the subject's code, as table subject has it.");
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, TextDatumGetCString(PG_GETARG_DATUM(0)));
	study_call_require_subject(&call, PG_GETARG_DATUM(1));
	candidates = candidates_of_subject(&call, PG_GETARG_DATUM(1));
	add_verdicts(&call, "site_id, criterion, description, verdict, evidence", "site_id, position, criterion", type, candidates);
	study_call_end(&call);
	return (Datum) 0;
}

/*
 * Whoever is on record, and two who are not: what fails or gives two verdicts
 * for anybody does so for them.  Two, as a query may join candidates.
 */
#define TRIED "with candidate as materialized (select subject.site_id, subject.subject_id, coalesce(enrolment.enrolled, today()) as as_of " \
	"from subject left join enrolment using (site_id, subject_id) " \
	"union all select '', nobody, today() from (values (''), (' ')) as made_up (nobody)) "

/* A criterion that was read, to be run. */
typedef struct Criterion
{
	SPITupleTable *table;
	uint64		row;
	char	   *name;
} Criterion;

static void
run_criterion(void *argument)
{
	const Criterion *criterion = argument;

	run_query(psprintf(TRIED "select count(*), bool_and(verdict.is_met), max(verdict.evidence) from %s "
					   "group by candidate.site_id, candidate.subject_id having count(*) > 1 limit 1",
					   judged_candidates(criterion->table, criterion->row)), true);
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
				 errmsg("criterion \"%s\" gives several verdicts on one candidate", criterion->name),
				 errhint("Its query must give one row for each candidate: group by candidate.site_id, candidate.subject_id.")));
}

/* The error that running a criterion fails with, or that it gives a candidate two verdicts; or NULL. */
ErrorData *
error_of_criterion(SPITupleTable *criteria, uint64 row, char **name)
{
	Criterion	criterion = {.table = criteria, .row = row, .name = SPI_getvalue(criteria->vals[row], criteria->tupdesc, 1)};
	ErrorData  *error = error_of(run_criterion, &criterion);

	if (error)
	{
		/* Not all of the SQL around it. */
		error->context = psprintf("criterion \"%s\"", criterion.name);
		error->internalquery = NULL;
		error->internalpos = 0;
	}
	*name = criterion.name;
	return error;
}

/* Checks each criterion that a statement brought in. */
static void
check_criteria(void)
{
	SPITupleTable *criteria;
	uint64		count;

	run_query("select criterion, position::integer, description, effective_from::date, null::date, query from changed", true);
	criteria = SPI_tuptable;
	count = SPI_processed;
	for (uint64 i = 0; i < count; i++)
	{
		char	   *name;
		ErrorData  *error = error_of_criterion(criteria, i, &name);

		if (error)
			ReThrowError(error);
	}
}

/* Trigger function on a study's eligibility criteria: refuses those that could not run. */
Datum
criteria_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = statement_trigger(fcinfo);
	Relation	relation = trigger->tg_relation;
	OwnerState	state;

	require_owner_writes(relation);
	rules_invalidate(get_relname_relid("rule", RelationGetNamespace(relation)));
	if (trigger->tg_newtable == NULL)
		return PointerGetDatum(NULL);
	SPI_connect();
	if (SPI_register_trigger_data(trigger) != SPI_OK_TD_REGISTER)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("the transition tables cannot be used"),
				 errdetail("SPI answered %s.", SPI_result_code_string(SPI_result))));
	become_study_owner(&state, relation->rd_rel->relowner,
					   study_search_path(RelationGetNamespace(relation), fcinfo->flinfo->fn_oid));
	check_criteria();
	restore_user(&state);
	SPI_finish();
	return PointerGetDatum(NULL);
}
