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

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "core/resistance/coverage.h"
#include "resistance/genotype.h"

PG_FUNCTION_INFO_V1(genotype_from_text);
PG_FUNCTION_INFO_V1(genotype_from_sequence);
PG_FUNCTION_INFO_V1(genotype_union);
PG_FUNCTION_INFO_V1(genotype_add);
PG_FUNCTION_INFO_V1(genotype_final);
PG_FUNCTION_INFO_V1(genotype_matches);
PG_FUNCTION_INFO_V1(genotype_matches_all);
PG_FUNCTION_INFO_V1(genotype_read_text);
PG_FUNCTION_INFO_V1(genotype_unread_positions);
PG_FUNCTION_INFO_V1(genotype_with_coverage);

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
		sorted = place_of(mutations[i - 1]) < place_of(mutations[i]) ||
			(mutation_is_coverage(mutations[i]) && mutations[i - 1] < mutations[i]);
	if (sorted)
		return count;
	qsort(mutations, count, sizeof(Mutation), compare_mutations);
	for (int i = 1; i < count; i++)
	{
		if (mutation_is_coverage(mutations[i]) ? mutations[i] == mutations[kept] :
			place_of(mutations[i]) == place_of(mutations[kept]))
			mutations[kept] = mutation_union(mutations[kept], mutations[i]);
		else
			mutations[++kept] = mutations[i];
	}
	return kept + 1;
}

/* An array of mutations, which are put in order first. */
ArrayType *
genotype_array(Mutation *mutations, int count, Oid element)
{
	count = genotype_normalize(mutations, count);
	if (count == 0)
		return construct_empty_array(element);
	return construct_array((Datum *) mutations, count, element, sizeof(Mutation), true,
						   TYPALIGN_DOUBLE);
}

/* The array of mutations that a function returns. */
static ArrayType *
genotype_build(FunctionCallInfo fcinfo, Mutation *mutations, int count)
{
	return genotype_array(mutations, count,
						  get_element_type(get_func_rettype(fcinfo->flinfo->fn_oid)));
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

/* Up to 60 bytes of one item of a list, without what separates it. */
static text *
item_text(const MutationCursor *cursor, size_t start)
{
	while (start < cursor->at && strchr(" \t\r\n,;+", cursor->text[start]) != NULL)
		start++;
	return cstring_to_text_with_len(cursor->text + start, cursor->at - start);
}

/*
 * The genotype of a list, and what of it could not be read, with the reasons;
 * the genotype is NULL if anything could not.
 */
Datum
genotype_read_text(PG_FUNCTION_ARGS)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	MutationCursor cursor = {VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source), 0, GENE_NONE};
	MutationList list = {0};
	ArrayBuildState *unread = NULL;
	ArrayBuildState *reasons = NULL;
	TupleDesc	tupdesc;
	Datum		values[3];
	bool		nulls[3];

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("read_mutations() is called where no row can be returned"),
				 errhint("Call it in FROM.")));
	for (;;)
	{
		Mutation	mutation;
		MutationError error;
		size_t		start = cursor.at;
		int			status = mutation_cursor_next(&cursor, &mutation, &error);

		CHECK_FOR_INTERRUPTS();
		if (status == 0)
			break;
		if (status > 0)
		{
			add_mutation(&list, mutation);
			continue;
		}
		unread = accumArrayResult(unread, PointerGetDatum(item_text(&cursor, start)), false,
								  TEXTOID, CurrentMemoryContext);
		reasons = accumArrayResult(reasons, CStringGetTextDatum(error.detail), false,
								   TEXTOID, CurrentMemoryContext);
	}
	nulls[0] = unread != NULL;
	nulls[1] = nulls[2] = unread == NULL;
	values[0] = nulls[0] ? (Datum) 0 :
		PointerGetDatum(genotype_array(list.items, list.count,
									   get_element_type(TupleDescAttr(tupdesc, 0)->atttypid)));
	values[1] = nulls[1] ? (Datum) 0 : makeArrayResult(unread, CurrentMemoryContext);
	values[2] = nulls[2] ? (Datum) 0 : makeArrayResult(reasons, CurrentMemoryContext);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}

/* The genotype of an aligned amino-acid sequence; see mutation_sequence.c. */
Datum
genotype_from_sequence(PG_FUNCTION_ARGS)
{
	int			gene = gene_argument(PG_GETARG_TEXT_PP(0));
	text	   *source = PG_GETARG_TEXT_PP(1);
	AlignedSequence sequence;
	Mutation   *entries;
	MutationError error;

	if (!sequence_read(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source), gene, PG_GETARG_INT32(2),
					   &sequence, &error) ||
		!sequence_check(&sequence, &error))
		ereport(ERROR,
				(errcode(mutation_sqlstate(&error)),
				 errmsg("invalid aligned sequence of %s", gene_name(gene)),
				 errdetail("%s", error.detail),
				 errhint("%s", error.hint)));
	entries = palloc(sizeof(Mutation) * MAXIMUM_ENTRIES);
	PG_RETURN_ARRAYTYPE_P(genotype_build(fcinfo, entries, sequence_entries(&sequence, entries)));
}

/* Whether a genotype says which positions it lacks: unites as coverages do. */
static bool
lacks_positions(const Mutation *genotype, int count)
{
	for (int i = 0; i < count; i++)
		if (mutation_is_coverage(genotype[i]) || mutation_is_unknown(genotype[i]))
			return true;
	return false;
}

/* The mutations of a genotype, without what was sequenced and unknown. */
static void
add_seen(MutationList *list, const Mutation *genotype, int count)
{
	for (int i = 0; i < count; i++)
		if (!mutation_is_coverage(genotype[i]) && !mutation_is_unknown(genotype[i]))
			add_mutation(list, genotype[i]);
}

/*
 * The mutations of two genotypes, of which one or both lack positions: what one
 * has read, the other need not.
 */
static MutationList
unite_coverage(const Mutation *left, int left_count, const Mutation *right, int right_count)
{
	MutationList list = {0};
	Mutation   *entries = palloc(sizeof(Mutation) * MAXIMUM_ENTRIES);

	add_seen(&list, left, left_count);
	add_seen(&list, right, right_count);
	for (int gene = GENE_NONE + 1; gene < GENE_LIMIT; gene++)
	{
		Coverage	coverage;
		Coverage	other;
		int			count = 0;

		if (reference_length(gene) == 0)
			continue;
		coverage_of(left, left_count, gene, &coverage);
		coverage_of(right, right_count, gene, &other);
		coverage_unite(&coverage, &other);
		if (coverage.any)
			count = coverage_entries(&coverage, gene, entries);
		for (int i = 0; i < count; i++)
			add_mutation(&list, entries[i]);
	}
	return list;
}

/* The union of two genotypes. */
Datum
genotype_union(PG_FUNCTION_ARGS)
{
	int			left_count;
	int			right_count;
	const Mutation *left = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &left_count);
	const Mutation *right = genotype_mutations(PG_GETARG_ARRAYTYPE_P(1), &right_count);
	Mutation   *both;

	if (lacks_positions(left, left_count) || lacks_positions(right, right_count))
	{
		MutationList list = unite_coverage(left, left_count, right, right_count);

		PG_RETURN_ARRAYTYPE_P(genotype_build(fcinfo, list.items, list.count));
	}
	both = palloc(sizeof(Mutation) * (left_count + right_count + 1));
	memcpy(both, left, sizeof(Mutation) * left_count);
	memcpy(both + left_count, right, sizeof(Mutation) * right_count);
	PG_RETURN_ARRAYTYPE_P(genotype_build(fcinfo, both, left_count + right_count));
}

/*
 * A genotype that says of the genes that are listed that they were sequenced,
 * whole where it does not say which positions.
 */
Datum
genotype_with_coverage(PG_FUNCTION_ARGS)
{
	int			count;
	const Mutation *genotype = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &count);
	uint32		genes = gene_list_argument(PG_GETARG_ARRAYTYPE_P(1));
	MutationList list = {0};

	for (int i = 0; i < count; i++)
	{
		add_mutation(&list, genotype[i]);
		if (mutation_is_coverage(genotype[i]))
			genes &= ~((uint32) 1 << mutation_gene(genotype[i]));
	}
	for (int gene = GENE_NONE + 1; gene < GENE_LIMIT; gene++)
		if (genes >> gene & 1)
			add_mutation(&list, coverage_make(gene, 1, reference_length(gene)));
	PG_RETURN_ARRAYTYPE_P(genotype_build(fcinfo, list.items, list.count));
}

/* The positions of a gene that a genotype has not read. */
Datum
genotype_unread_positions(PG_FUNCTION_ARGS)
{
	int			count;
	const Mutation *genotype = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &count);
	int			gene = gene_argument(PG_GETARG_TEXT_PP(1));
	Datum	   *positions = palloc(sizeof(Datum) * MAXIMUM_POSITIONS);
	int			unread = 0;
	Coverage	coverage;

	coverage_of(genotype, count, gene, &coverage);
	for (int i = 1; i <= reference_length(gene); i++)
		if (!coverage_bit(coverage.read, i))
			positions[unread++] = Int32GetDatum(i);
	PG_RETURN_ARRAYTYPE_P(construct_array(positions, unread, INT4OID, sizeof(int32), true,
										  TYPALIGN_INT));
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

/* What a genotype shows of a mutation's residues. */
typedef enum Sight
{
	SIGHT_NO, SIGHT_UNKNOWN, SIGHT_YES
} Sight;

static Sight
sight_of(const Mutation *genotype, int count, Mutation wanted)
{
	Coverage	coverage;
	bool		lacking = mutation_is_coverage(wanted) || mutation_is_unknown(wanted);

	for (int i = 0; i < count; i++)
	{
		if (place_of(genotype[i]) == place_of(wanted) &&
			(mutation_seen(genotype[i]) & mutation_seen(wanted)) != 0)
			return SIGHT_YES;
		lacking |= mutation_is_coverage(genotype[i]) ||
			(place_of(genotype[i]) == place_of(wanted) && mutation_is_unknown(genotype[i]));
	}
	if (!lacking)
		return SIGHT_NO;
	coverage_of(genotype, count, mutation_gene(wanted), &coverage);
	return coverage_bit(coverage.read, mutation_position(wanted)) ? SIGHT_NO : SIGHT_UNKNOWN;
}

/* Whether a genotype shows one of a mutation's residues; NULL if not read. */
Datum
genotype_matches(PG_FUNCTION_ARGS)
{
	int			count;
	const Mutation *genotype = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &count);
	Sight		sight = sight_of(genotype, count, PG_GETARG_MUTATION(1));

	if (sight == SIGHT_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(sight == SIGHT_YES);
}

/* Whether a genotype shows one residue of each of several mutations. */
Datum
genotype_matches_all(PG_FUNCTION_ARGS)
{
	int			count;
	int			wanted_count;
	const Mutation *genotype = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &count);
	const Mutation *wanted = genotype_mutations(PG_GETARG_ARRAYTYPE_P(1), &wanted_count);
	Sight		all = SIGHT_YES;

	for (int i = 0; i < wanted_count; i++)
	{
		Sight		sight = sight_of(genotype, count, wanted[i]);

		all = sight < all ? sight : all;
	}
	if (all == SIGHT_UNKNOWN)
		PG_RETURN_NULL();
	PG_RETURN_BOOL(all == SIGHT_YES);
}
