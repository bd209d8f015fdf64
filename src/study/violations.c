/*-------------------------------------------------------------------------
 *
 * violations.c
 *	  violations(): what in a study breaks its rules.
 *
 * It judges all rows as the owner of the study, and shows those of the sites
 * that the caller sees.  The reasons of a rule are for those who may read all
 * that it reads.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "extension.h"
#include "study/rule_reads.h"
#include "study/rule_reference.h"
#include "study/rule_results.h"
#include "study/rule_statement.h"
#include "study/study.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(violations);
PG_FUNCTION_INFO_V1(configuration_violations);

static char *
violation_query(const RuleResults *results)
{
	bool	   *is_told = palloc(sizeof(bool) * results->nruns);

	for (int i = 0; i < results->nruns; i++)
		is_told[i] = is_told_reasons(results->rules, results->runs[i].rule, results->call->caller);
	return psprintf("select violation.* from (%s) as violation (rule, table_name, site_id, subject_id, item, reason) where %s",
					violation_statement(results->rules, results->runs, results->nruns, is_told), (const char *) results->argument);
}

static void
add_failure(const RuleResults *results, Datum reason)
{
	ReturnSetInfo *result = (ReturnSetInfo *) results->call->fcinfo->resultinfo;
	Datum		values[6] = {0};
	bool		nulls[6] = {false, false, true, true, true, false};

	values[0] = CStringGetTextDatum(results->runs[0].rule->name);
	values[1] = CStringGetTextDatum(results->rules->table_name);
	values[5] = reason;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
add_violations_of(StudyCall *call, const RuleSet *rules, char *shown)
{
	RuleRun    *runs = palloc(sizeof(RuleRun) * (rules->nrules + 1));
	RuleResults results = {.call = call, .rules = rules, .runs = runs, .statement = violation_query, .add_failure = add_failure, .argument = shown};

	for (int i = 0; i < rules->nrules; i++)
	{
		const Rule *rule = &rules->rules[i];

		if (rule->is_guarded && !rule->at_entry_only && is_told_findings(rules, rule, call->caller))
			runs[results.nruns++] = (RuleRun) {.rule = rule, .rows = ROWS_ALL, .action = rule->records || rule->at_entry ? RUN_RECORDS : RUN_REFUSES};
	}
	add_rule_results(&results);
}

/* Adds what breaks the rules that guard a table. */
static void
add_violations(StudyCall *call, const char *table, char *shown)
{
	Oid			relid = get_relname_relid(table, call->study.namespace);

	if (!OidIsValid(relid))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("study \"%s\" has no table \"%s\", which rules guard", call->study.name, table),
				 errhint("If the table was renamed, give its new name in table rule.")));
	SPI_connect();
	add_violations_of(call, rule_set_open(relid, call->fcinfo->flinfo->fn_oid), shown);
	SPI_finish();
}

/* Adds the rows that refer to one that is not there; a study of version 0.1.0 does not look for them. */
static void
add_strays(StudyCall *call, const char *shown)
{
	ReturnSetInfo *result = (ReturnSetInfo *) call->fcinfo->resultinfo;
	Oid			types[] = {NAMEOID, OIDOID};
	Datum		values[] = {DirectFunctionCall1(namein, CStringGetDatum(call->study.name)), ObjectIdGetDatum(call->caller)};
	char	   *strays;

	if (!OidIsValid(LookupFuncName(internal_name("stray_query"), lengthof(types), types, true)))
		return;
	study_call_query(call, "select _virotrial.stray_query($1, $2)", lengthof(types), types, values);
	strays = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
	if (strays == NULL)
		return;
	run_query_for(psprintf("select * from (%s) as stray where %s", strays, shown), SIZE_BULK, true);
	for (uint64 i = 0; i < SPI_processed; i++)
		tuplestore_puttuple(result->setResult, SPI_tuptable->vals[i]);
	SPI_freetuptable(SPI_tuptable);
}

/* Which rows are shown, as a condition: those of the sites that the caller sees, or of one of them; else those of no site, too. */
static char *
shown_rows(StudyCall *call, const char *site)
{
	char	   *sites = study_call_sites(call);

	check_readable(analyse_query("select from site", 0, NULL), call->caller, call->is_by_site);
	return site ? psprintf("site_id = %s and %s", quote_literal_cstr(site), sites) : psprintf("(%s or site_id is null)", sites);
}

/* What breaks the active rules of the tables that a query names, and where rules do not hold by another. */
static void
add_violations_of_tables(FunctionCallInfo fcinfo, const char *site, const char *query, const char *unguarded)
{
	char	   *study = TextDatumGetCString(PG_GETARG_DATUM(0));
	char	   *shown;
	StudyCall	call;
	SPITupleTable *tables;
	uint64		ntables;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, study);
	reset_analysis_settings();
	shown = shown_rows(&call, site);
	study_call_query(&call, query, 0, NULL, NULL);
	tables = SPI_tuptable;
	ntables = SPI_processed;
	for (uint64 i = 0; i < ntables; i++)
		add_violations(&call, SPI_getvalue(tables->vals[i], tables->tupdesc, 1), shown);
	if (unguarded)
	{
		study_call_add_rows(&call, unguarded, 1, (Oid[]) {TEXTOID}, (Datum[]) {CStringGetTextDatum(study)});
		add_strays(&call, shown);
	}
	study_call_end(&call);
}

/* Citus does not run the queries of all rules over its shards. */
#define JUDGED_TABLES "select table_name from rule where active and table_name is not null %s " \
	"and _virotrial.is_distributed(to_regclass(quote_ident(table_name))) is not true " \
	"group by table_name order by min(priority), table_name"

/* violations(study, site): what in the study, or at one site, breaks an active rule; and tables on which the rules do not hold. */
Datum
violations(PG_FUNCTION_ARGS)
{
	require_study_argument(fcinfo);
	add_violations_of_tables(fcinfo, PG_ARGISNULL(1) ? NULL : TextDatumGetCString(PG_GETARG_DATUM(1)), psprintf(JUDGED_TABLES, ""),
							 text_of_query(fcinfo->flinfo->fn_oid));
	return (Datum) 0;
}

/* The same of the tables that belong to no site. */
Datum
configuration_violations(PG_FUNCTION_ARGS)
{
	add_violations_of_tables(fcinfo, NULL, psprintf(JUDGED_TABLES, "and to_regclass(quote_ident(table_name)) is not null and not exists (select from pg_attribute "
													"where attrelid = to_regclass(quote_ident(table_name)) and attname = 'site_id') "), NULL);
	return (Datum) 0;
}
