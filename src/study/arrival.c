/*-------------------------------------------------------------------------
 *
 * arrival.c
 *	  What arrived at a centre by replication, and breaks the rules of its tables.
 *
 * Rules do not fire in an apply worker.  They are run afterwards over all rows of
 * the subjects of whom something arrived: a row may break a rule by what came
 * later than it, and may cease to.  What is read grows with what arrived, and not
 * with what is stored.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "study/rule_reads.h"
#include "study/rule_results.h"
#include "study/rule_statement.h"
#include "study/study.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(arrival_findings);

/* An array of the call as a literal. */
static char *
array_literal(FunctionCallInfo fcinfo, int place)
{
	return quote_literal_cstr(OidOutputFunctionCall(F_ARRAY_OUT, PG_GETARG_DATUM(place)));
}

/* The subjects of whom something arrived, as a query. */
static char *
arrived_subjects(FunctionCallInfo fcinfo)
{
	return psprintf("select distinct site_id, subject_id from unnest(%s::text[], %s::text[]) as arrived (site_id, subject_id)",
					array_literal(fcinfo, 1), array_literal(fcinfo, 2));
}

static char *
finding_query(const RuleResults *results)
{
	bool	   *is_blinded = palloc(sizeof(bool) * results->nruns);

	for (int i = 0; i < results->nruns; i++)
		is_blinded[i] = has_blinded_reasons(results->rules, results->runs[i].rule);
	return arrival_statement(results->rules, results->runs, results->nruns, results->argument, is_blinded);
}

/* A rule that cannot run is a row without a subject. */
static void
add_failure(const RuleResults *results, Datum reason)
{
	ReturnSetInfo *result = (ReturnSetInfo *) results->call->fcinfo->resultinfo;
	Datum		values[8] = {0};
	bool		nulls[8] = {false, false, true, true, true, false, true, true};

	values[0] = CStringGetTextDatum(results->runs[0].rule->name);
	values[1] = CStringGetTextDatum(results->rules->table_name);
	values[5] = reason;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

/*
 * The same rule over the rows of the subjects; or of their sites, or of all, where
 * it compares rows of its table so widely.
 */
static Rule *
rule_of_subjects(const Rule *rule)
{
	Rule	   *same = palloc(sizeof(Rule));

	*same = *rule;
	if (!rule->reads_own || rule->by_subject)
		same->key = "site_id, subject_id";
	return same;
}

static void
add_findings_of(StudyCall *call, const RuleSet *rules, char *subjects)
{
	RuleRun    *runs = palloc0(sizeof(RuleRun) * (rules->nrules + 1));
	RuleResults results = {.call = call, .rules = rules, .runs = runs, .statement = finding_query, .add_failure = add_failure, .argument = subjects};

	for (int i = 0; i < rules->nrules; i++)
	{
		Rule	   *rule = rule_of_subjects(&rules->rules[i]);

		if (rule->is_guarded && !rule->records)
			runs[results.nruns++] = (RuleRun) {.rule = rule, .action = RUN_REFUSES, .rows = rule->key ? ROWS_CONCERNED : ROWS_ALL};
	}
	add_rule_results(&results);
}

static void
add_findings(StudyCall *call, const char *table, char *subjects)
{
	RuleSet    *rules;

	SPI_connect();
	rules = rule_set_open(get_relname_relid(table, call->study.namespace), call->fcinfo->flinfo->fn_oid);
	if (rules->has_subjects)
		add_findings_of(call, rules, subjects);
	SPI_finish();
}

/* All reasons are told, so that the caller must have the rights of the owner. */
static void
require_owner(const StudyCall *call)
{
	if (!has_privs_of_role(call->caller, call->study.owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("study \"%s\" belongs to \"%s\"", call->study.name, GetUserNameFromId(call->study.owner, false)),
				 errhint("Only its owner does that: set role %s", quote_identifier(GetUserNameFromId(call->study.owner, false)))));
}

/*
 * arrival_findings(study, sites, subjects): which rows of these subjects break a
 * rule that refuses.
 */
Datum
arrival_findings(PG_FUNCTION_ARGS)
{
	StudyCall	call;
	char	   *subjects = arrived_subjects(fcinfo);
	SPITupleTable *tables;
	uint64		ntables;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, TextDatumGetCString(PG_GETARG_DATUM(0)));
	require_owner(&call);
	reset_analysis_settings();
	study_call_query(&call, "select table_name from rule where active and action = 'refuse' and to_regclass(quote_ident(table_name)) is not null "
					 "group by table_name order by min(priority), table_name", 0, NULL, NULL);
	tables = SPI_tuptable;
	ntables = SPI_processed;
	for (uint64 i = 0; i < ntables; i++)
		add_findings(&call, SPI_getvalue(tables->vals[i], tables->tupdesc, 1), subjects);
	study_call_end(&call);
	return (Datum) 0;
}
