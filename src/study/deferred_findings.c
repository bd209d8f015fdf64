/*-------------------------------------------------------------------------
 *
 * deferred_findings.c
 *	  What the rules that wait will refuse of a table's changed rows.
 *
 * judge() is for rows that are not in yet.  Rows that a transaction has corrected
 * are there, and their rules wait: they are judged by the statement that the end
 * of the transaction would run, and all that it finds is shown.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/tuplestore.h"

#include "study/earlier_findings.h"
#include "study/rule_event.h"
#include "study/rule_reads.h"
#include "study/rule_results.h"
#include "study/rule_statement.h"
#include "study/study.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(deferred_findings);

/* Is a row of the table judged by itself?  Then no other row that changed is to blame, and its key tells which it is. */
static bool
is_judged_alone(const RuleRun *run)
{
	return run->rule->is_guarded && run->rows == ROWS_CHANGED;
}

static char *
finding_query(const RuleResults *results)
{
	StringInfoData named;

	initStringInfo(&named);
	for (int i = 0; i < results->nruns; i++)
	{
		const Rule *rule = results->runs[i].rule;

		appendStringInfo(&named, "%s(%d, %s, %s, %s, %s)", i > 0 ? ", " : "", i, quote_literal_cstr(rule->name), quote_literal_cstr(rule->table_name),
						 rule->hint ? quote_literal_cstr(rule->hint) : "null",
						 is_told_reasons(results->rules, rule, results->call->caller) ? "true" : "false");
	}
	/* The other rows that a rule reads may be of sites that the caller does not see. */
	return psprintf("select named.rule, named.table_name, found.site_id, found.subject_id, found.item, "
					"case when named.is_told then split_part(found.reason, E'\\nHint: ', 1) end, "
					"coalesce(case when named.is_told then nullif(split_part(found.reason, E'\\nHint: ', 2), '') end, named.hint::text), found.row_key "
					"from (%s) as found (run, is_recorded, site_id, subject_id, item, reason, row_key) "
					"join (values %s) as named (run, rule, table_name, hint, is_told) using (run) where site_id is null or %s order by found.run, 3, 4, 5, 6",
					new_findings(results->rules, RULE_DEFERRED_UPDATE, results->runs, results->nruns), named.data, study_call_sites(results->call));
}

static void
add_failure(const RuleResults *results, Datum reason)
{
	ReturnSetInfo *result = (ReturnSetInfo *) results->call->fcinfo->resultinfo;
	Datum		values[8] = {0};
	bool		nulls[8] = {false, false, true, true, true, false, true, true};

	values[0] = CStringGetTextDatum(results->runs[0].rule->name);
	values[1] = CStringGetTextDatum(results->runs[0].rule->table_name);
	values[5] = reason;
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
add_findings(StudyCall *call, RuleSet *rules)
{
	const EventRules *event = event_rules(rules, RULE_DEFERRED_UPDATE);
	RuleRun    *runs = palloc0(sizeof(RuleRun) * (event->nruns + 1));
	RuleResults results = {.call = call, .rules = rules, .runs = runs, .statement = finding_query, .add_failure = add_failure};
	char	   *key = row_key(rules->relid);

	for (int i = 0; i < event->nruns; i++)
	{
		if (event->runs[i].action != RUN_REFUSES)
			continue;
		runs[results.nruns] = event->runs[i];
		runs[results.nruns++].row_key = is_judged_alone(&event->runs[i]) ? key : "null::jsonb";
	}
	add_rule_results(&results);
}

/*
 * deferred_findings("table"): which rules the changes of the transaction in a table
 * break, in that and in other tables, while virotrial.defer_rules has them wait.
 */
Datum
deferred_findings(PG_FUNCTION_ARGS)
{
	Oid			relid = PG_GETARG_OID(0);
	StudyCall	call;

	if (pg_class_aclcheck(relid, GetUserId(), ACL_UPDATE) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, get_rel_name(relid));
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, get_namespace_name(get_rel_namespace(relid)));
	reset_analysis_settings();
	add_findings(&call, rule_set_open(relid, fcinfo->flinfo->fn_oid));
	study_call_end(&call);
	return (Datum) 0;
}
