/*-------------------------------------------------------------------------
 *
 * genotype.c
 *	  Genotypes: arrays of mutations, one entry a position, in order.
 *
 * Arrays that users build themselves may be in any order and may name a
 * position twice; then its residues add up.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "resistance/genotype.h"

PG_FUNCTION_INFO_V1(genotype_from_text);
PG_FUNCTION_INFO_V1(genotype_from_sequence);
PG_FUNCTION_INFO_V1(genotype_union);
PG_FUNCTION_INFO_V1(genotype_add);
PG_FUNCTION_INFO_V1(genotype_final);
PG_FUNCTION_INFO_V1(genotype_matches);
PG_FUNCTION_INFO_V1(genotype_matches_all);

/* Mutations that are being gathered. */
typedef struct MutationList
{
	Mutation   *items;
	int			count;
	int			room;
} MutationList;

/*
 * The mutations of an array, in place; 2202E for an array of more than one
 * dimension, 22004 for one with NULLs.
 */
const Mutation *
genotype_mutations(ArrayType *array, int *count)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR,
				(errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
				 errmsg("a genotype has one dimension, not %d", ARR_NDIM(array)),
				 errhint("Join the mutations in one array.")));
	if (array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
				 errmsg("a genotype may not contain NULL"),
				 errhint("Remove the NULLs with array_remove(genotype, NULL).")));
	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	return (const Mutation *) ARR_DATA_PTR(array);
}

static int
compare_mutations(const void *left, const void *right)
{
	Mutation	a = *(const Mutation *) left;
	Mutation	b = *(const Mutation *) right;

	return (a > b) - (a < b);
}

/* Gene, position: what is above the residues. */
static inline int64
place_of(Mutation mutation)
{
	return mutation >> 32;
}

/* Sorts mutations and unites those of one position; returns their number. */
static int
genotype_normalize(Mutation *mutations, int count)
{
	int			kept = 0;
	bool		sorted = true;

	for (int i = 1; i < count && sorted; i++)
		sorted = place_of(mutations[i - 1]) < place_of(mutations[i]);
	if (sorted)
		return count;
	qsort(mutations, count, sizeof(Mutation), compare_mutations);
	for (int i = 1; i < count; i++)
	{
		if (place_of(mutations[i]) == place_of(mutations[kept]))
			mutations[kept] = mutation_union(mutations[kept], mutations[i]);
		else
			mutations[++kept] = mutations[i];
	}
	return kept + 1;
}

/* The array of mutations that a function returns, put in order first. */
static ArrayType *
genotype_build(FunctionCallInfo fcinfo, Mutation *mutations, int count)
{
	Oid			element = get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid));

	count = genotype_normalize(mutations, count);
	if (count == 0)
		return construct_empty_array(element);
	return construct_array((Datum *) mutations, count, element, sizeof(Mutation), true,
						   TYPALIGN_DOUBLE);
}

static void
add_mutation(MutationList *list, Mutation mutation)
{
	if (list->count == list->room)
	{
		list->room = list->room == 0 ? 32 : list->room * 2;
		list->items = list->items == NULL ?
			palloc(sizeof(Mutation) * list->room) :
			repalloc(list->items, sizeof(Mutation) * list->room);
	}
	list->items[list->count++] = mutation;
}

/* Up to 60 bytes of a list that end where its reading stopped. */
static const char *
text_before(text *whole, size_t at)
{
	const char *data = VARDATA_ANY(whole);
	size_t		start = at > 60 ? at - 60 : 0;

	while (start < at && IS_HIGHBIT_SET(data[start]))
		start++;
	return psprintf("%s%.*s", start > 0 ? "..." : "", (int) (at - start), data + start);
}

/* The genotype of a list such as 'RT: M41L, M184V; IN: N155H'. */
Datum
genotype_from_text(PG_FUNCTION_ARGS)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	MutationCursor cursor = {VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source), 0, GENE_NONE};
	MutationList list = {0};
	Mutation	mutation;
	MutationError error;
	int			status;

	while ((status = mutation_cursor_next(&cursor, &mutation, &error)) > 0)
	{
		CHECK_FOR_INTERRUPTS();
		add_mutation(&list, mutation);
	}
	if (status < 0)
		ereport(ERROR,
				(errcode(mutation_sqlstate(&error)),
				 errmsg("invalid list of mutations: \"%s\"", text_before(source, cursor.at)),
				 errdetail("%s", error.detail),
				 errhint("%s", error.hint)));
	PG_RETURN_ARRAYTYPE_P(genotype_build(fcinfo, list.items, list.count));
}

/* The genotype of an aligned amino-acid sequence; see mutation_sequence.c. */
Datum
genotype_from_sequence(PG_FUNCTION_ARGS)
{
	int			gene = gene_argument(PG_GETARG_TEXT_PP(0));
	text	   *sequence = PG_GETARG_TEXT_PP(1);
	SequenceCursor cursor;
	MutationList list = {0};
	Mutation	mutation;
	MutationError error;
	int			status = -1;

	if (sequence_cursor_open(&cursor, VARDATA_ANY(sequence), VARSIZE_ANY_EXHDR(sequence),
							 gene, PG_GETARG_INT32(2), &error))
		while ((status = sequence_cursor_next(&cursor, &mutation, &error)) > 0)
			add_mutation(&list, mutation);
	if (status < 0)
		ereport(ERROR,
				(errcode(mutation_sqlstate(&error)),
				 errmsg("invalid aligned sequence of %s", gene_name(gene)),
				 errdetail("%s", error.detail),
				 errhint("%s", error.hint)));
	PG_RETURN_ARRAYTYPE_P(genotype_build(fcinfo, list.items, list.count));
}

/* The union of two genotypes. */
Datum
genotype_union(PG_FUNCTION_ARGS)
{
	int			left_count;
	int			right_count;
	const Mutation *left = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &left_count);
	const Mutation *right = genotype_mutations(PG_GETARG_ARRAYTYPE_P(1), &right_count);
	Mutation   *both = palloc(sizeof(Mutation) * (left_count + right_count + 1));

	memcpy(both, left, sizeof(Mutation) * left_count);
	memcpy(both + left_count, right, sizeof(Mutation) * right_count);
	PG_RETURN_ARRAYTYPE_P(genotype_build(fcinfo, both, left_count + right_count));
}

/* A genotype and one mutation more; either may be NULL, which adds nothing. */
Datum
genotype_add(PG_FUNCTION_ARGS)
{
	int			count = 0;
	const Mutation *state = NULL;
	Mutation   *all;

	if (PG_ARGISNULL(1))
	{
		if (PG_ARGISNULL(0))
			PG_RETURN_NULL();
		PG_RETURN_DATUM(PG_GETARG_DATUM(0));
	}
	if (!PG_ARGISNULL(0))
		state = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &count);
	all = palloc(sizeof(Mutation) * (count + 1));
	if (count > 0)
		memcpy(all, state, sizeof(Mutation) * count);
	all[count] = PG_GETARG_MUTATION(1);
	PG_RETURN_ARRAYTYPE_P(genotype_build(fcinfo, all, count + 1));
}

/* A genotype in order, one entry a position. */
Datum
genotype_final(PG_FUNCTION_ARGS)
{
	ArrayType  *array = PG_GETARG_ARRAYTYPE_P(0);
	int			count;
	const Mutation *mutations = genotype_mutations(array, &count);
	Mutation   *sorted = palloc(sizeof(Mutation) * (count + 1));

	memcpy(sorted, mutations, sizeof(Mutation) * count);
	PG_RETURN_ARRAYTYPE_P(genotype_build(fcinfo, sorted, count));
}

/* Whether a genotype shows one of a mutation's residues. */
static bool
shows(const Mutation *genotype, int count, Mutation wanted)
{
	for (int i = 0; i < count; i++)
		if (place_of(genotype[i]) == place_of(wanted) &&
			(mutation_seen(genotype[i]) & mutation_seen(wanted)) != 0)
			return true;
	return false;
}

Datum
genotype_matches(PG_FUNCTION_ARGS)
{
	int			count;
	const Mutation *genotype = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &count);

	PG_RETURN_BOOL(shows(genotype, count, PG_GETARG_MUTATION(1)));
}

/* Whether a genotype shows one residue of each of several mutations. */
Datum
genotype_matches_all(PG_FUNCTION_ARGS)
{
	int			count;
	int			wanted_count;
	const Mutation *genotype = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &count);
	const Mutation *wanted = genotype_mutations(PG_GETARG_ARRAYTYPE_P(1), &wanted_count);

	for (int i = 0; i < wanted_count; i++)
		if (!shows(genotype, count, wanted[i]))
			PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(true);
}
