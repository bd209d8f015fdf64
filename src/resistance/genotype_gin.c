/*-------------------------------------------------------------------------
 *
 * genotype_gin.c
 *	  GIN indexes on genotypes.
 *
 * A key is one residue at one position, as a mutation of that residue alone;
 * an unknown residue is a key of its own, and so is what was sequenced.  So an index finds "any change at
 * 148" and "184V, also in a mixture", and whole mutations by all their keys
 * with a recheck.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/gin.h"
#include "access/stratnum.h"
#include "compat.h"

#include "resistance/genotype.h"

PG_FUNCTION_INFO_V1(genotype_gin_extract_value);
PG_FUNCTION_INFO_V1(genotype_gin_extract_query);
PG_FUNCTION_INFO_V1(genotype_gin_consistent);

/* The strategies of genotype_ops; the last two are those of array_ops. */
#define STRATEGY_MATCHES		1
#define STRATEGY_MATCHES_ALL	2
#define STRATEGY_OVERLAPS		3
#define STRATEGY_CONTAINS		4

typedef struct KeyList
{
	Datum	   *keys;
	Pointer    *groups;			/* per key, the number of its mutation + 1 */
	int32		count;
} KeyList;

/* Adds the keys of a mutation. */
static void
add_keys(KeyList *list, Mutation mutation, int group)
{
	ResidueSet	residues = mutation_residues(mutation);
	Mutation	base = mutation & ~((Mutation) RESIDUE_ALL << 8);

	if (mutation_is_unknown(mutation) || mutation_is_coverage(mutation))
	{
		list->groups[list->count] = (Pointer) (intptr_t) (group + 1);
		list->keys[list->count++] = MutationGetDatum(mutation);
		return;
	}
	for (; residues != 0; residues &= residues - 1)
	{
		Mutation	residue = (Mutation) (residues & ~(residues - 1));

		list->groups[list->count] = (Pointer) (intptr_t) (group + 1);
		list->keys[list->count++] = MutationGetDatum(base | residue << 8);
	}
}

/* The keys of some mutations; those that can match, if only these count. */
static KeyList
keys_of(const Mutation *mutations, int count, bool only_seen)
{
	KeyList		list = {0};
	int			room = 1;

	for (int i = 0; i < count; i++)
		room += 1 + residue_count(mutation_residues(mutations[i]));
	list.keys = palloc(sizeof(Datum) * room);
	list.groups = palloc(sizeof(Pointer) * room);
	for (int i = 0; i < count; i++)
		if (!only_seen || mutation_seen(mutations[i]) != 0)
			add_keys(&list, mutations[i], i);
	return list;
}

Datum
genotype_gin_extract_value(PG_FUNCTION_ARGS)
{
	int32	   *count = (int32 *) PG_GETARG_POINTER(1);
	int			mutation_count;
	const Mutation *mutations = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &mutation_count);
	KeyList		list = keys_of(mutations, mutation_count, false);

	*count = list.count;
	PG_RETURN_POINTER(list.keys);
}

Datum
genotype_gin_extract_query(PG_FUNCTION_ARGS)
{
	int32	   *count = (int32 *) PG_GETARG_POINTER(1);
	StrategyNumber strategy = PG_GETARG_UINT16(2);
	Pointer   **extra = (Pointer **) PG_GETARG_POINTER(4);
	int32	   *search_mode = (int32 *) PG_GETARG_POINTER(6);
	const Mutation *mutations;
	Mutation	single;
	int			mutation_count = 1;
	KeyList		list;

	if (strategy == STRATEGY_MATCHES)
	{
		single = PG_GETARG_MUTATION(0);
		mutations = &single;
	}
	else
		mutations = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &mutation_count);
	if (mutation_count == 0 && strategy != STRATEGY_OVERLAPS)
		*search_mode = GIN_SEARCH_MODE_ALL;
	list = keys_of(mutations, mutation_count,
				   strategy == STRATEGY_MATCHES || strategy == STRATEGY_MATCHES_ALL);

	/* An unknown residue among the wanted ones is never matched. */
	if (strategy == STRATEGY_MATCHES_ALL)
		for (int i = 0; i < mutation_count; i++)
			if (mutation_seen(mutations[i]) == 0)
				list.count = 0;
	*count = list.count;
	*extra = list.groups;
	PG_RETURN_POINTER(list.keys);
}

/* Whether every group of keys has a key; keys of a group are neighbours. */
static GinTernaryValue
every_group(const GinTernaryValue *check, int32 count, const Pointer *groups)
{
	GinTernaryValue all = GIN_TRUE;

	for (int32 i = 0; i < count;)
	{
		Pointer		group = groups[i];
		GinTernaryValue any = GIN_FALSE;

		for (; i < count && groups[i] == group; i++)
		{
			if (check[i] == GIN_TRUE)
				any = GIN_TRUE;
			else if (check[i] == GIN_MAYBE && any == GIN_FALSE)
				any = GIN_MAYBE;
		}
		if (any == GIN_FALSE)
			return GIN_FALSE;
		if (any == GIN_MAYBE)
			all = GIN_MAYBE;
	}
	return all;
}

Datum
genotype_gin_consistent(PG_FUNCTION_ARGS)
{
	GinTernaryValue *check = (GinTernaryValue *) PG_GETARG_POINTER(0);
	StrategyNumber strategy = PG_GETARG_UINT16(1);
	int32		count = PG_GETARG_INT32(3);
	Pointer    *groups = (Pointer *) PG_GETARG_POINTER(4);
	GinTernaryValue result = GIN_FALSE;

	switch (strategy)
	{
		case STRATEGY_MATCHES:
		case STRATEGY_MATCHES_ALL:
			result = every_group(check, count, groups);
			break;
		case STRATEGY_OVERLAPS:
			for (int32 i = 0; i < count; i++)
				if (check[i] != GIN_FALSE)
					result = GIN_MAYBE;
			break;
		case STRATEGY_CONTAINS:
			result = GIN_MAYBE;
			for (int32 i = 0; i < count; i++)
				if (check[i] == GIN_FALSE)
					result = GIN_FALSE;
			break;
	}
	PG_RETURN_GIN_TERNARY_VALUE(result);
}
