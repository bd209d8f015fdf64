/*-------------------------------------------------------------------------
 *
 * rule_results.c
 *	  What rules find, as the rows that a function returns: of all rules by one
 *	  statement, and rule by rule where that fails.  A rule that cannot run is
 *	  then a row of its own, and the others are run.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/tuplestore.h"

#include "study/judge.h"
#include "study/rule_results.h"
#include "study/study_query.h"

static void
add_rows(void *argument)
{
	const RuleResults *results = argument;
	ReturnSetInfo *result = (ReturnSetInfo *) results->call->fcinfo->resultinfo;

	run_query_for(results->statement(results), SIZE_BULK, true);
	for (uint64 i = 0; i < SPI_processed; i++)
		tuplestore_puttuple(result->setResult, SPI_tuptable->vals[i]);
	SPI_freetuptable(SPI_tuptable);
}

static void
add_one_by_one(const RuleResults *results)
{
	for (int i = 0; i < results->nruns; i++)
	{
		RuleResults alone = *results;

		alone.runs = &results->runs[i];
		alone.nruns = 1;
		add_rule_results(&alone);
	}
}

/* Adds the rows to the result of the call. */
void
add_rule_results(const RuleResults *results)
{
	ErrorData  *error = results->nruns > 0 ? error_of(add_rows, (void *) results) : NULL;

	if (error == NULL)
		return;
	if (!is_error_of_rule(error))
		ReThrowError(error);
	if (results->nruns > 1)
		add_one_by_one(results);
	else
		results->add_failure(results, CStringGetTextDatum(psprintf("the rule cannot run: %s", error->message)));
}
