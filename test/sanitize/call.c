/*
 * call.c: calls of the fuzzer of the glue.
 */
#include "fuzz.h"

#include "access/xact.h"
#include "catalog/pg_collation.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/regproc.h"
#include "utils/resowner.h"

const char *attempt_message;

/* Values may cause errors, but not those that PostgreSQL calls internal. */
static void
judge(ErrorData *error)
{
	int			category = ERRCODE_TO_CATEGORY(error->sqlerrcode);

	if (category == ERRCODE_OPERATOR_INTERVENTION)
		ReThrowError(error);
	if (category == ERRCODE_INTERNAL_ERROR)
		fault("internal error", error->message);
	attempt_message = psprintf("%s: %s", error->message, error->detail ? error->detail : "");
}

bool
attempt(Action action, void *what, Datum *result)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData  *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		*result = action(what);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error != NULL)
		judge(error);
	return error == NULL;
}

/* Sets are read by a query. */
static SPIPlanPtr
plan_of(const Routine *routine)
{
	StringInfoData query;
	SPIPlanPtr	plan;

	initStringInfo(&query);
	appendStringInfo(&query, "select count(x::text) from %s(",
					 quote_qualified_identifier(get_namespace_name(get_func_namespace(routine->oid)),
												get_func_name(routine->oid)));
	for (int i = 0; i < routine->nargs; i++)
		appendStringInfo(&query, "%s$%d", i == 0 ? "" : ", ", i + 1);
	appendStringInfoString(&query, ") x");
	plan = SPI_prepare(query.data, routine->nargs, routine->argtypes);
	SPI_keepplan(plan);
	return plan;
}

Routine *
routine_of(Oid oid)
{
	MemoryContext caller = MemoryContextSwitchTo(fuzz_memory);
	Routine    *routine = palloc0(sizeof(Routine));

	routine->oid = oid;
	routine->name = format_procedure(oid);
	routine->memory = AllocSetContextCreate(fuzz_memory, "routine", ALLOCSET_SMALL_SIZES);
	fmgr_info_cxt(oid, &routine->function, routine->memory);
	routine->result = get_func_signature(oid, &routine->argtypes, &routine->nargs);
	if (routine->function.fn_retset)
		routine->plan = plan_of(routine);
	MemoryContextSwitchTo(caller);
	return routine;
}

/* The context by which a function knows that an aggregate calls it. */
AggState *
aggregate_call(MemoryContext memory)
{
	AggState   *state = makeNode(AggState);

	state->curaggcontext = makeNode(ExprContext);
	state->curaggcontext->ecxt_per_tuple_memory = memory;
	return state;
}

static Datum
query(Call *call)
{
	const Routine *routine = call->routine;
	Datum		values[FUNC_MAX_ARGS];
	char		nulls[FUNC_MAX_ARGS];

	for (int i = 0; i < routine->nargs; i++)
	{
		values[i] = call->arguments[i].value;
		nulls[i] = call->arguments[i].isnull ? 'n' : ' ';
	}
	SPI_execute_plan(routine->plan, values, nulls, true, 0);
	SPI_freetuptable(SPI_tuptable);
	return (Datum) 0;
}

/* As the executor does: a state that is not the old one goes to the aggregate's memory. */
static Datum
keep_state(const Call *call, Datum state)
{
	MemoryContext caller;
	Datum		kept;

	if (call->aggregate == NULL || call->isnull || call->routine->result != call->routine->argtypes[0] ||
		get_typlen(call->routine->result) != -1 ||
		(!call->arguments[0].isnull && state == call->arguments[0].value))
		return state;
	caller = MemoryContextSwitchTo(call->aggregate->curaggcontext->ecxt_per_tuple_memory);
	kept = PointerGetDatum(PG_DETOAST_DATUM_COPY(state));
	MemoryContextSwitchTo(caller);
	if (!call->arguments[0].isnull)
		pfree(DatumGetPointer(call->arguments[0].value));
	return kept;
}

Datum
make_call(void *what)
{
	Call	   *call = what;
	Routine    *routine = call->routine;
	LOCAL_FCINFO(fcinfo, FUNC_MAX_ARGS);
	Datum		result;

	call->isnull = true;
	trail_call(routine->name);
	if (routine->plan != NULL)
		return query(call);
	InitFunctionCallInfoData(*fcinfo, &routine->function, routine->nargs, DEFAULT_COLLATION_OID,
							 (Node *) call->aggregate, NULL);
	for (int i = 0; i < routine->nargs; i++)
	{
		fcinfo->args[i] = call->arguments[i];
		if (call->arguments[i].isnull && routine->function.fn_strict)
			return (Datum) 0;
	}
	result = FunctionCallInvoke(fcinfo);
	call->isnull = fcinfo->isnull;
	return keep_state(call, result);
}
