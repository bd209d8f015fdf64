/*-------------------------------------------------------------------------
 *
 * study_problems.c
 *	  What is wrong with the configuration of a study: study_problems().
 *
 * Most of it is the answer to a query.  What it takes to try rules and criteria
 * is here; what fails is a row of the answer, and the others are tried all the
 * same.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "study/judge.h"
#include "study/rule_check.h"
#include "study/rule_reference.h"
#include "study/study.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(study_problems);

/*
 * What is tried runs over what the tables hold, and the errors may show it: 42501
 * unless the caller may read all.  Nothing of it reads the seal.
 */
static void
read_all(void *argument)
{
	StudyCall  *call = argument;
	SPITupleTable *tables;
	uint64		ntables;
	bool		sees_all = study_call_sees_all(call);

	study_call_query(call, "select format('select from %I.%I', $1, relname) from pg_class "
					 "where relnamespace = to_regnamespace(quote_ident($1)) and relkind in ('r', 'p') and not relispartition and relname not in ('seal', 'seal_leaf', 'exchange_seal')",
					 1, (Oid[]) {TEXTOID}, (Datum[]) {CStringGetTextDatum(call->study.name)});
	tables = SPI_tuptable;
	ntables = SPI_processed;
	for (uint64 i = 0; i < ntables; i++)
		check_readable(analyse_query(SPI_getvalue(tables->vals[i], tables->tupdesc, 1), 0, NULL), call->caller, sees_all);
}

/* Says of who may not who may. */
static void
require_reader(StudyCall *call)
{
	ErrorData  *error = error_of(read_all, call);

	if (error == NULL)
		return;
	if (error->sqlerrcode != ERRCODE_INSUFFICIENT_PRIVILEGE)
		ReThrowError(error);
	ereport(ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("user \"%s\" may not ask what is wrong with the configuration of study \"%s\"", GetUserNameFromId(call->caller, false), call->study.name),
			 errdetail("To try its rules reads every table: %s.", error->message),
			 errhint("Its owner may, and who may read all its tables at all sites. violations('%s') asks for broken rules alone.", call->study.name)));
}

/* What is tried: a rule of a table, or its context if there is no rule. */
typedef struct Trial
{
	StudyCall  *call;
	const RuleSet *rules;
	const Rule *rule;
	Oid			relid;
} Trial;

#define TRIED_TABLES "select distinct table_name from " \
	"(select table_name from rule where active union select table_name from rule_context) as named where table_name is not null"
#define TRIED_CRITERIA "select criterion, position::integer, description, effective_from::date, null::date, query from eligibility_criterion " \
	"where required order by position, criterion, effective_from"
#define BROKEN_RULES "select 'broken rule', violation.table_name, concat_ws(': ', violation.rule, violation.item, violation.reason), rule.hint " \
	"from _virotrial.configuration_violations($1) as violation left join rule on rule.name = violation.rule and rule.table_name = violation.table_name"

static Oid
function_of(const StudyCall *call)
{
	return call->fcinfo->flinfo->fn_oid;
}

/* Adds an error to the answer, unless it is one of the server or the user, who may have cancelled. */
static void
add_problem(StudyCall *call, const char *problem, const char *object, ErrorData *error)
{
	ReturnSetInfo *result = (ReturnSetInfo *) call->fcinfo->resultinfo;
	Datum		values[4] = {0};
	bool		nulls[4] = {false, false, false, error->hint == NULL};

	if (!is_error_of_rule(error) && error->sqlerrcode != ERRCODE_INSUFFICIENT_PRIVILEGE)
		ReThrowError(error);
	values[0] = CStringGetTextDatum(problem);
	values[1] = CStringGetTextDatum(object);
	values[2] = CStringGetTextDatum(error->message);
	if (error->hint)
		values[3] = CStringGetTextDatum(error->hint);
	tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
}

static void
try_context(void *argument)
{
	check_context(((const Trial *) argument)->rules);
}

static void
try_rule(void *argument)
{
	const Trial *trial = argument;

	check_rule(trial->rules, trial->rule);
}

static void
try_rules(const RuleSet *rules, Oid function, void *argument)
{
	Trial		trial = *(Trial *) argument;
	ErrorData  *error;

	trial.rules = rules;
	error = error_of(try_context, &trial);
	if (error)
	{
		add_problem(trial.call, "context that cannot run", rules->table_name, error);
		return;
	}
	for (int i = 0; i < rules->nrules; i++)
	{
		trial.rule = &rules->rules[i];
		error = error_of(try_rule, &trial);
		/* Missing triggers are a problem of their own. */
		if (error && error->sqlerrcode != ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE)
			add_problem(trial.call, "rule that cannot run", psprintf("%s of %s", trial.rule->name, trial.rule->table_name), error);
	}
}

static void
try_table(void *argument)
{
	Trial	   *trial = argument;

	with_rules_of_table(trial->relid, function_of(trial->call), try_rules, trial);
}

/* The rules of each table; what keeps those of all tables from being read is said once. */
static void
add_rule_problems(StudyCall *call, const char *said)
{
	SPITupleTable *tables;
	uint64		ntables;

	study_call_query(call, TRIED_TABLES, 0, NULL, NULL);
	tables = SPI_tuptable;
	ntables = SPI_processed;
	for (uint64 i = 0; i < ntables; i++)
	{
		char	   *name = SPI_getvalue(tables->vals[i], tables->tupdesc, 1);
		Trial		trial = {.call = call, .relid = get_relname_relid(name, call->study.namespace)};
		ErrorData  *error = OidIsValid(trial.relid) ? error_of(try_table, &trial) : NULL;

		if (error && strcmp(error->message, said) != 0)
			add_problem(call, "rules that cannot run", name, error);
		if (error)
			said = error->message;
	}
}

static void
add_criterion_problems(StudyCall *call)
{
	SPITupleTable *criteria;
	uint64		count;

	study_call_query(call, TRIED_CRITERIA, 0, NULL, NULL);
	criteria = SPI_tuptable;
	count = SPI_processed;
	for (uint64 i = 0; i < count; i++)
	{
		char	   *name;
		ErrorData  *error = error_of_criterion(criteria, i, &name);

		if (error)
			add_problem(call, "criterion that cannot run", name, error);
	}
}

static void
add_broken_rules(void *argument)
{
	StudyCall  *call = argument;
	Oid			type = TEXTOID;
	Datum		study = CStringGetTextDatum(call->study.name);

	study_call_add_rows(call, BROKEN_RULES, 1, &type, &study);
}

/* study_problems(study): problem, object, detail and hint. */
Datum
study_problems(PG_FUNCTION_ARGS)
{
	StudyCall	call;
	ErrorData  *error;
	Oid			type = TEXTOID;
	Datum		study = PG_GETARG_DATUM(0);

	require_study_argument(fcinfo);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	study_call_begin(&call, fcinfo, TextDatumGetCString(study));
	reset_analysis_settings();
	require_reader(&call);
	study_call_add_rows(&call, text_of_query(fcinfo->flinfo->fn_oid), 1, &type, &study);
	error = error_of(add_broken_rules, &call);
	if (error)
		add_problem(&call, "rules that cannot run", call.study.name, error);
	add_rule_problems(&call, error ? error->message : "");
	add_criterion_problems(&call);
	study_call_end(&call);
	return (Datum) 0;
}
