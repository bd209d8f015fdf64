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
#include "access/xact.h"
#include "utils/memutils.h"
#include "utils/resowner.h"

#include "study/judge.h"
#include "study/rule_event.h"
#include "study/rule_statement.h"
#include "study/study_query.h"
#include "study/study_rule.h"

/* What a statement that judges is run for. */
typedef struct Judgement
{
	RuleSet    *rules;
	RuleEvent	event;
	KeptQuery  *brief;
	KeptQuery  *query;
	StatementRows rows;
	int			place;			/* of the run that is to be run alone */
	bool		is_looked_at;	/* by all of the statement, and not only in brief */
} Judgement;

static void
run_judgement(void *argument)
{
	Judgement  *judgement = argument;
	KeptQuery  *brief = judgement->brief;

	judgement->is_looked_at = true;

	if (judgement->rows.size == SIZE_FEW)
	{
		if (brief)
			judgement->is_looked_at = finds_any(brief, judgement->rows);
		if (judgement->is_looked_at)
			run_kept(judgement->query, 0, NULL, NULL);
	}
	else
		run_query_for(first_offenders(judgement->query->query), judgement->rows.size, true);
}

/* Does the rule of a run fail by itself? */
static void
run_alone(void *argument)
{
	const Judgement *judgement = argument;
	int			place = judgement->place;
	RuleRun    *alone = palloc0(sizeof(RuleRun) * (place + 1));

	alone[place] = event_rules(judgement->rules, judgement->event)->runs[place];
	run_query(judge_statement(judgement->rules, judgement->event, alone, place + 1), true);
}

/* Does something in a subtransaction; the error that it fails with, or NULL. */
ErrorData *
error_of(void (*action) (void *), void *argument)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		action(argument);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		/* First: an error from here on must not leave the session in the subtransaction. */
		RollbackAndReleaseCurrentSubTransaction();
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	return error;
}

/* Is it an error of a rule's SQL, and not of the server, a lock, a privilege or the user? */
bool
is_error_of_rule(const ErrorData *error)
{
	if (error->sqlerrcode == ERRCODE_INSUFFICIENT_PRIVILEGE)
		return false;
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
		case ERRCODE_INTERNAL_ERROR:
			return false;
		default:
			return true;
	}
}

/* Fails with a rule's error, and names the rule instead of showing all of the SQL. */
static void
fail_with(ErrorData *error, const char *where)
{
	error->context = pstrdup(where);
	error->internalquery = NULL;
	error->internalpos = 0;
	ReThrowError(error);
}

static void
name_rule(Judgement *judgement, ErrorData *error)
{
	const EventRules *event = event_rules(judgement->rules, judgement->event);

	for (int i = 0; is_error_of_rule(error) && i < event->nruns; i++)
	{
		ErrorData  *own;

		judgement->place = i;
		own = error_of(run_alone, judgement);
		if (own)
			fail_with(own, psprintf("rule \"%s\" of table \"%s\"", event->runs[i].rule->name, event->runs[i].rule->table_name));
	}
	fail_with(error, psprintf("the rules of table \"%s\"", judgement->rules->table_name));
}

/*
 * Judges by one of the statements of an event.  What it finds is left in
 * SPI_tuptable: of few rows all, of many the first of each run.  Few rows are
 * judged in brief first, unless that is NULL: mostly nothing is found, not even
 * an anchor, and it returns false.
 */
bool
judge(RuleSet *rules, RuleEvent event, KeptQuery *brief, KeptQuery *query, StatementRows rows)
{
	Judgement	judgement = {.rules = rules, .event = event, .brief = brief, .query = query, .rows = rows};
	ErrorData  *error = error_of(run_judgement, &judgement);

	if (error)
		name_rule(&judgement, error);
	return judgement.is_looked_at;
}

/* A line of an error's DETAIL: which row, and what is wrong with it, or NULL for that. */
static void
append_offender(StringInfo detail, char *const *place, const char *reason)
{
	if (detail->len > 0)
		appendStringInfoChar(detail, '\n');
	if (place[1])
		appendStringInfo(detail, "Site %s, subject %s", place[0] ? place[0] : "unknown", place[1]);
	else if (place[0])
		appendStringInfo(detail, "Site %s", place[0]);
	if (place[2])
		appendStringInfo(detail, "%s%s", place[0] || place[1] ? ", " : "", place[2]);
	if (reason)
		appendStringInfo(detail, "%s%s", place[0] || place[1] || place[2] ? ": " : "", reason);
	appendStringInfoChar(detail, '.');
}

static void
add_offender(Finding *finding, HeapTuple row, TupleDesc tupdesc)
{
	bool		is_null = true;
	Datum		total = tupdesc->natts > 6 ? SPI_getbinval(row, tupdesc, 7, &is_null) : (Datum) 0;
	char	   *place[3];
	char	   *reason;
	char	   *hint;

	if (finding->offenders.data == NULL)
	{
		initStringInfo(&finding->offenders);
		initStringInfo(&finding->places);
	}
	/* The total is given with the first ones, which all come. */
	finding->count = is_null ? finding->count + 1 : DatumGetInt64(total);
	if (finding->nshown == OFFENDERS_SHOWN)
		return;
	for (int i = 0; i < lengthof(place); i++)
		place[i] = SPI_getvalue(row, tupdesc, i + 3);
	reason = SPI_getvalue(row, tupdesc, 6);
	hint = reason ? strstr(reason, REASON_HINT) : NULL;
	if (hint)
	{
		*hint = '\0';
		if (finding->nshown == 0)
			finding->hint = hint + strlen(REASON_HINT);
	}
	append_offender(&finding->offenders, place, reason);
	append_offender(&finding->places, place, NULL);
	finding->nshown++;
}

/* Adds what was found to the findings, one for each run. */
void
collect_findings(Finding *findings, int nruns)
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
					 errmsg("the rules of a study found rows of a rule that is not there"),
					 errhint("Reconnect, so that the rules are read again. Report the error if it comes back.")));
		if (DatumGetBool(SPI_getbinval(row, tupdesc, 2, &is_null)))
			findings[run].is_recorded = true;
		else
			add_offender(&findings[run], row, tupdesc);
	}
}
