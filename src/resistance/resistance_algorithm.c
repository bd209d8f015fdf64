/*-------------------------------------------------------------------------
 *
 * resistance_algorithm.c
 *	  The type resistance_algorithm: the rules of a published algorithm as
 *	  one value, which is its text.
 *
 * The text is compiled at input, which checks it, and again by each function
 * that evaluates it: once a query, since the result is kept as long as the
 * same value comes.  A value that lies out of line in a table is known by its
 * place there and not fetched again.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/detoast.h"
#include "compat.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "resistance/resistance_algorithm.h"

#define ALGORITHM_BINARY_VERSION 1

PG_FUNCTION_INFO_V1(resistance_algorithm_in);
PG_FUNCTION_INFO_V1(resistance_algorithm_out);
PG_FUNCTION_INFO_V1(resistance_algorithm_recv);
PG_FUNCTION_INFO_V1(resistance_algorithm_send);
PG_FUNCTION_INFO_V1(resistance_algorithm_name);
PG_FUNCTION_INFO_V1(resistance_algorithm_version);

static void *
allocate_in_context(void *context, size_t size)
{
	return MemoryContextAllocExtended((MemoryContext) context, size,
									  MCXT_ALLOC_HUGE | MCXT_ALLOC_NO_OOM);
}

static void
check_for_interrupts(void)
{
	CHECK_FOR_INTERRUPTS();
}

/* Lets the core take its memory from a context. */
ResistanceMemory
context_memory(MemoryContext context)
{
	ResistanceMemory memory = {allocate_in_context, context, check_for_interrupts};

	return memory;
}

text *
slice_text(TextSlice slice)
{
	return cstring_to_text_with_len(slice.text, slice.length);
}

/* Compiles a text only to see whether it is an algorithm. */
static bool
text_is_algorithm(const char *text, size_t length, ResistanceError *error)
{
	MemoryContext scratch = AllocSetContextCreate(CurrentMemoryContext, "resistance algorithm check",
												  ALLOCSET_DEFAULT_SIZES);
	bool		valid = resistance_algorithm_compile(text, length, context_memory(scratch), error) != NULL;

	MemoryContextDelete(scratch);
	return valid;
}

/* Text to algorithm, checked whole; errors are soft where asked for. */
Datum
resistance_algorithm_in(PG_FUNCTION_ARGS)
{
	char	   *source = PG_GETARG_CSTRING(0);
	ResistanceError error;

	if (!text_is_algorithm(source, strlen(source), &error))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid resistance algorithm: %s", error.message),
				 errdetail("This is in %s.", error.place),
				 errhint("Correct the algorithm there; doc/resistance.md describes the language of rules.")));
	PG_RETURN_TEXT_P(cstring_to_text(source));
}

Datum
resistance_algorithm_out(PG_FUNCTION_ARGS)
{
	PG_RETURN_CSTRING(TextDatumGetCString(PG_GETARG_DATUM(0)));
}

/* Binary to algorithm, checked whole; 22P03 for what is none. */
Datum
resistance_algorithm_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(buffer);
	char	   *source;
	int			length;
	ResistanceError error;

	if (version != ALGORITHM_BINARY_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported version %d of type %s", version, "resistance_algorithm"),
				 errhint("The sender may run a newer version of the extension.")));
	source = pq_getmsgtext(buffer, buffer->len - buffer->cursor, &length);
	if (!text_is_algorithm(source, length, &error))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid resistance algorithm: %s", error.message),
				 errdetail("This is in %s.", error.place),
				 errhint("Send what the type's binary output wrote.")));
	PG_RETURN_TEXT_P(cstring_to_text_with_len(source, length));
}

Datum
resistance_algorithm_send(PG_FUNCTION_ARGS)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendbyte(&buffer, ALGORITHM_BINARY_VERSION);
	pq_sendtext(&buffer, VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

/* Whether a kept algorithm is that of the datum, without fetching it. */
static bool
is_same_stored(const CompiledAlgorithm *kept, const struct varlena *datum)
{
	struct varatt_external pointer;

	if (!kept->is_stored || !VARATT_IS_EXTERNAL_ONDISK(datum))
		return false;
	VARATT_EXTERNAL_GET_POINTER(pointer, datum);
	return memcmp(&pointer, &kept->pointer, sizeof(pointer)) == 0;
}

static bool
is_same_text(const CompiledAlgorithm *kept, const struct varlena *source)
{
	return VARSIZE_ANY_EXHDR(kept->text) == VARSIZE_ANY_EXHDR(source) &&
		memcmp(VARDATA_ANY(kept->text), VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source)) == 0;
}

/* Compiles a text for a function that keeps it. */
static CompiledAlgorithm *
compile_kept(MemoryContext parent, struct varlena *source)
{
	MemoryContext context = AllocSetContextCreate(parent, "resistance algorithm",
												  ALLOCSET_DEFAULT_SIZES);
	MemoryContext previous = MemoryContextSwitchTo(context);
	CompiledAlgorithm *compiled = palloc0(sizeof(CompiledAlgorithm));
	ResistanceError error;

	compiled->context = context;
	compiled->text = cstring_to_text_with_len(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source));
	compiled->algorithm = resistance_algorithm_compile(VARDATA(compiled->text),
													   VARSIZE(compiled->text) - VARHDRSZ,
													   context_memory(context), &error);
	if (compiled->algorithm == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATA_CORRUPTED),
				 errmsg("invalid resistance algorithm: %s", error.message),
				 errdetail("This is in %s.", error.place),
				 errhint("The stored value is damaged: load the algorithm again.")));
	compiled->observation.residues = palloc0(sizeof(ResidueSet) * compiled->algorithm->slots);
	compiled->observation.touched = palloc0(sizeof(uint64_t) * compiled->algorithm->touched_words);
	compiled->observation.unread = palloc0(sizeof(uint64_t) * compiled->algorithm->slot_words);
	compiled->fired = palloc(sizeof(FiredRule) * Max(compiled->algorithm->largest_rule_list, 1));
	compiled->untouched = palloc(sizeof(DrugResult) * compiled->algorithm->drug_count);
	for (int i = 0; i < compiled->algorithm->drug_count; i++)
		compiled->untouched[i] = resistance_evaluate(compiled->algorithm, i, &compiled->observation,
													 NULL, NULL);
	MemoryContextSwitchTo(previous);
	return compiled;
}

/*
 * The algorithm of an argument, compiled: kept by the calling function from
 * one call to the next for as long as the value is the same.
 */
CompiledAlgorithm *
compiled_algorithm(FunctionCallInfo fcinfo, int argument)
{
	CompiledAlgorithm *kept = fcinfo->flinfo->fn_extra;
	struct varlena *datum = (struct varlena *) PG_GETARG_POINTER(argument);
	struct varlena *source;

	if (kept != NULL && is_same_stored(kept, datum))
		return kept;
	source = pg_detoast_datum_packed(datum);
	if (kept == NULL || !is_same_text(kept, source))
	{
		fcinfo->flinfo->fn_extra = NULL;
		if (kept != NULL)
			MemoryContextDelete(kept->context);
		kept = compile_kept(fcinfo->flinfo->fn_mcxt, source);
		fcinfo->flinfo->fn_extra = kept;
	}
	kept->is_stored = VARATT_IS_EXTERNAL_ONDISK(datum);
	if (kept->is_stored)
		VARATT_EXTERNAL_GET_POINTER(kept->pointer, datum);
	if (source != datum)
		pfree(source);
	return kept;
}

/* The names of the algorithm's drugs, for a hint. */
static const char *
drug_list(const ResistanceAlgorithm *algorithm)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < algorithm->drug_count; i++)
		appendStringInfo(&list, "%s%.*s", i > 0 ? ", " : "", algorithm->drugs[i].name.length,
						 algorithm->drugs[i].name.text);
	return list.data;
}

/* The index of a drug that the user named; 22023 if there is no such drug. */
int
drug_argument(const ResistanceAlgorithm *algorithm, const char *name, size_t length)
{
	int			drug = resistance_algorithm_drug(algorithm, name, length);

	if (drug < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("drug \"%.*s\" is unknown to %.*s %.*s", (int) length, name,
						algorithm->name.length, algorithm->name.text,
						algorithm->version.length, algorithm->version.text),
				 errhint("Its drugs are %s.", drug_list(algorithm))));
	return drug;
}

static void
raise_gap(const ResistanceAlgorithm *algorithm, int drug, Score score)
{
	char		text[32];

	score_print(score, text);
	ereport(ERROR,
			(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
			 errmsg("the score %s of drug %.*s lies in no range of %.*s %.*s", text,
					algorithm->drugs[drug].name.length, algorithm->drugs[drug].name.text,
					algorithm->name.length, algorithm->name.text,
					algorithm->version.length, algorithm->version.text),
			 errhint("The algorithm's ranges leave scores out: correct them and load it again.")));
}

/*
 * The result of a drug for what was observed; 22003 if its score lies in none
 * of the algorithm's ranges.
 */
DrugResult
drug_result(CompiledAlgorithm *compiled, int drug, bool with_fired)
{
	DrugResult	result;

	if (with_fired)
		result = resistance_evaluate(compiled->algorithm, drug, &compiled->observation,
									 compiled->fired, &compiled->fired_count);
	else if (resistance_is_touched(compiled->algorithm, drug, &compiled->observation) ||
			 resistance_is_unread(compiled->algorithm, drug, &compiled->observation))
		result = resistance_evaluate(compiled->algorithm, drug, &compiled->observation, NULL, NULL);
	else
		result = compiled->untouched[drug];
	if (unlikely(result.in_gap))
		raise_gap(compiled->algorithm, drug, result.lowest_score);
	return result;
}

Datum
resistance_algorithm_name(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(slice_text(compiled_algorithm(fcinfo, 0)->algorithm->name));
}

Datum
resistance_algorithm_version(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(slice_text(compiled_algorithm(fcinfo, 0)->algorithm->version));
}
