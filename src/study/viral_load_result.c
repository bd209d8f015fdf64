/*-------------------------------------------------------------------------
 *
 * viral_load_result.c
 *	  The trigger function before each row of a study's viral loads: the limit
 *	  of a target not detected.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/date.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "censored/censored_io.h"
#include "study/row_trigger.h"
#include "study/study_query.h"
#include "study/study_rule.h"

PG_FUNCTION_INFO_V1(complete_viral_load);

/* A row of table assay. */
typedef struct AssayLimit
{
	text	   *assay;
	DateADT		effective_from;
	float8		lower_limit;
} AssayLimit;

/* What one statement's calls of complete_viral_load() share. */
typedef struct Assays
{
	int			assay;			/* columns of the table of results */
	int			collected;
	int			viral_load;
	bool		is_read;		/* the limits are, with the first TND */
	int			nlimits;
	AssayLimit *limits;			/* of each assay, the latest first */
} Assays;

static void
copy_limits(Assays *assays, MemoryContext context)
{
	assays->nlimits = (int) SPI_processed;
	assays->limits = MemoryContextAlloc(context, sizeof(AssayLimit) * (assays->nlimits + 1));
	for (int i = 0; i < assays->nlimits; i++)
	{
		HeapTuple	tuple = SPI_tuptable->vals[i];
		AssayLimit *limit = &assays->limits[i];

		limit->assay = NULL;
		row_remember_text(&limit->assay, result_given(tuple, 1, TEXTOID), context);
		limit->effective_from = DatumGetDateADT(result_given(tuple, 2, DATEOID));
		limit->lower_limit = DatumGetFloat8(result_given(tuple, 3, FLOAT8OID));
	}
}

static Assays *
make_assays(FunctionCallInfo fcinfo, const TriggerData *trigger)
{
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	Assays	   *assays = MemoryContextAllocZero(fcinfo->flinfo->fn_mcxt, sizeof(Assays));

	assays->assay = row_column(tupdesc, "assay", TEXTOID);
	assays->collected = row_column(tupdesc, "collected", DATEOID);
	assays->viral_load = row_column(tupdesc, "viral_load", extension_type(fcinfo->flinfo->fn_oid, "viral_load"));
	if (!assays->assay || !assays->collected || !assays->viral_load)
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("table \"%s\" has no viral loads of assays", RelationGetRelationName(trigger->tg_relation)),
				 errdetail("It needs assay of type text, collected of type date and viral_load of type viral_load."),
				 errhint("Use the trigger on the table viral_load_result of a study.")));
	fcinfo->flinfo->fn_extra = assays;
	return assays;
}

static void
read_limits(FunctionCallInfo fcinfo, const TriggerData *trigger, Assays *assays)
{
	OwnerState	state;
	RuleSet    *rules;

	SPI_connect();
	rules = rule_set_open(RelationGetRelid(trigger->tg_relation), fcinfo->flinfo->fn_oid);
	rule_set_close(rules);
	become_owner(&state, rules);
	run_query("select assay, effective_from, lower_limit from assay order by assay, effective_from desc", true);
	copy_limits(assays, fcinfo->flinfo->fn_mcxt);
	restore_user(&state);
	SPI_finish();
	assays->is_read = true;
}

/* The row with the limit of its assay, as far as the study knows that. */
static HeapTuple
complete_row(const Assays *assays, HeapTuple tuple, TupleDesc tupdesc)
{
	bool		null[2];
	Datum		assay = heap_getattr(tuple, assays->assay, tupdesc, &null[0]);
	Datum		collected = heap_getattr(tuple, assays->collected, tupdesc, &null[1]);

	for (int i = 0; !null[0] && !null[1] && i < assays->nlimits; i++)
	{
		const AssayLimit *limit = &assays->limits[i];

		if (row_same_text(limit->assay, assay) && limit->effective_from <= DatumGetDateADT(collected))
		{
			Datum		value = CensoredGetDatum(censored_from_float8(limit->lower_limit, QUALIFIER_NOT_DETECTED, &viral_load_domain));
			bool		is_null = false;

			return heap_modify_tuple_by_cols(tuple, tupdesc, 1, (int *) &assays->viral_load, &value, &is_null);
		}
	}
	return tuple;
}

/* Trigger function before each row: TND without a limit gets its assay's. */
Datum
complete_viral_load(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = row_trigger(fcinfo);
	TupleDesc	tupdesc = RelationGetDescr(trigger->tg_relation);
	HeapTuple	tuple = trigger_event(trigger) == RULE_UPDATE ? trigger->tg_newtuple : trigger->tg_trigtuple;
	Assays	   *assays = fcinfo->flinfo->fn_extra;
	Datum		value;
	bool		is_null;

	if (assays == NULL)
		assays = make_assays(fcinfo, trigger);
	value = heap_getattr(tuple, assays->viral_load, tupdesc, &is_null);
	if (is_null || !censored_lacks_limit(DatumGetCensored(value)))
		return PointerGetDatum(tuple);
	if (!assays->is_read)
		read_limits(fcinfo, trigger, assays);
	return PointerGetDatum(complete_row(assays, tuple, tupdesc));
}
