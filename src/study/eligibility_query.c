/*-------------------------------------------------------------------------
 *
 * eligibility_query.c
 *	  The criteria of a study as one query: the verdict on each of them for each
 *	  row of "candidate".
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "study/eligibility_query.h"
#include "study/rule_text.h"
#include "study/study_query.h"

static void
criterion_context(void *argument)
{
	errcontext("criterion \"%s\"", (const char *) argument);
}

static char *
literal(SPITupleTable *table, uint64 row, int column)
{
	char	   *value = SPI_getvalue(table->vals[row], table->tupdesc, column);

	return value ? quote_literal_cstr(value) : "null";
}

/*
 * The candidates with what the query of one criterion says of each; it must be one query.
 * It is run once: the planner expects few candidates, and would run it anew for each of many.
 */
char *
judged_candidates(SPITupleTable *table, uint64 row)
{
	char	   *name = SPI_getvalue(table->vals[row], table->tupdesc, 1);
	char	   *query = SPI_getvalue(table->vals[row], table->tupdesc, 6);
	ErrorContextCallback context = {.previous = error_context_stack, .callback = criterion_context, .arg = name};

	error_context_stack = &context;
	require_query(query);
	error_context_stack = context.previous;
	return psprintf("candidate left join (with said as materialized (%s\n) select * from said) "
					"as verdict (site_id, subject_id, is_met, evidence) using (site_id, subject_id)", query);
}

/* A query over "candidate" that gives the verdict on one criterion.  Several are none: which one would count? */
static char *
verdict_query(SPITupleTable *table, uint64 row)
{
	return psprintf("select candidate.site_id, candidate.subject_id, %s::integer, %s::text, %s::text, "
					"case when count(*) > 1 then 'unknown' when bool_and(verdict.is_met) then 'met' "
					"when not bool_and(verdict.is_met) then 'not met' else 'unknown' end, "
					"case when count(*) > 1 then format('the criterion gives %%s verdicts', count(*)) "
					"else coalesce(max(verdict.evidence), '') end, candidate.as_of "
					"from %s where candidate.as_of >= %s and candidate.as_of < %s "
					"group by candidate.site_id, candidate.subject_id, candidate.as_of",
					literal(table, row, 2), literal(table, row, 1), literal(table, row, 3),
					judged_candidates(table, row), literal(table, row, 4), literal(table, row, 5));
}

/* The verdicts on the criteria that were read, as a query over "candidate". */
char *
verdicts_query(SPITupleTable *criteria, uint64 count)
{
	StringInfoData merged;

	initStringInfo(&merged);
	for (uint64 i = 0; i < count; i++)
		appendStringInfo(&merged, "%s%s", i > 0 ? " union all " : "", verdict_query(criteria, i));
	if (count == 0)
		appendStringInfoString(&merged, "select site_id, subject_id, 0, '', '', '', '', as_of from candidate where false");
	return merged.data;
}

/*
 * What queries over enrolments begin with: the candidates that these are, and
 * the verdicts on them.  The user is the owner of the study.
 */
char *
enrolment_verdicts(void)
{
	run_query(CRITERIA, true);
	return psprintf("with candidate as materialized (select site_id, subject_id, enrolled as as_of from changed), "
					VERDICT " as (%s) ", verdicts_query(SPI_tuptable, SPI_processed));
}
