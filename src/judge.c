/*-------------------------------------------------------------------------
 *
 * judge.c
 *	  Runs statements that judge rows by rules, and gathers what they find.
 *
 * A rule whose SQL fails must be named, and a statement of all rules cannot
 * say which one it was: then they are run one by one.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"

#include "judge.h"

/* Runs for few rows by a plan that is kept; the result is left in SPI_tuptable. */
void
judge_few(KeptQuery *query, const RuleRun *runs, int nruns)
{
	run_kept(query, 0, NULL, NULL);
}

/* Runs for many rows; of each run the first offenders are left in SPI_tuptable. */
void
judge_many(const char *statement, const RuleRun *runs, int nruns)
{
	run_query(first_offenders(statement), true);
}

/* A line of an error's DETAIL: which row, and what is wrong with it. */
static void
append_offender(StringInfo detail, HeapTuple row, TupleDesc tupdesc)
{
	char	   *part[4];

	for (int i = 0; i < 4; i++)
		part[i] = SPI_getvalue(row, tupdesc, i + 3);
	if (detail->len > 0)
		appendStringInfoChar(detail, '\n');
	if (part[1])
		appendStringInfo(detail, "Site %s, subject %s", part[0] ? part[0] : "unknown", part[1]);
	else if (part[0])
		appendStringInfo(detail, "Site %s", part[0]);
	if (part[2])
		appendStringInfo(detail, "%s%s", part[0] || part[1] ? ", " : "", part[2]);
	if (part[3])
		appendStringInfo(detail, "%s%s", part[0] || part[1] || part[2] ? ": " : "", part[3]);
	appendStringInfoChar(detail, '.');
}

static void
add_offender(Finding *finding, HeapTuple row, TupleDesc tupdesc)
{
	bool		is_null = true;
	Datum		total = tupdesc->natts > 6 ? SPI_getbinval(row, tupdesc, 7, &is_null) : (Datum) 0;

	if (finding->offenders.data == NULL)
		initStringInfo(&finding->offenders);
	/* The total is given with the first ones, which all come. */
	finding->count = is_null ? finding->count + 1 : DatumGetInt64(total);
	if (finding->nshown == OFFENDERS_SHOWN)
		return;
	append_offender(&finding->offenders, row, tupdesc);
	finding->nshown++;
}

/* Adds what was found to the findings, one for each run. */
void
collect_findings(Finding *findings, const RuleRun *runs, int nruns)
{
	TupleDesc	tupdesc = SPI_tuptable->tupdesc;

	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	row = SPI_tuptable->vals[i];
		bool		has_no_run;
		bool		is_null;
		int			run = DatumGetInt32(SPI_getbinval(row, tupdesc, 1, &has_no_run));

		if (has_no_run || run < 0 || run >= nruns)
			ereport(ERROR,
					(errcode(ERRCODE_DATA_CORRUPTED),
					 errmsg("the rules of a study found rows of a rule that is not there")));
		if (DatumGetBool(SPI_getbinval(row, tupdesc, 2, &is_null)))
			findings[run].is_recorded = true;
		else
			add_offender(&findings[run], row, tupdesc);
	}
}
