/*
 * coverage.c
 *	  Which positions of a gene a genotype has read.
 *
 * A gene of which the genotype says what was sequenced was read there; one of
 * which it has only mutations was read whole, as lists of mutations mean it.
 * A genotype that says of any gene what was sequenced says it of all: the
 * genes it does not name were not.  A position that is unknown was not read.
 */
#include "core/resistance/coverage.h"

#include <string.h>

static void
set_bits(uint64_t *bits, int first, int last)
{
	for (int word = first / 64; word <= last / 64; word++)
	{
		uint64_t	mask = ~(uint64_t) 0;

		if (word == first / 64)
			mask &= ~(uint64_t) 0 << first % 64;
		if (word == last / 64)
			mask &= ~(uint64_t) 0 >> (63 - last % 64);
		bits[word] |= mask;
	}
}

/*
 * What a genotype has read of a gene.
 */
void
coverage_of(const Mutation *genotype, int count, int gene, Coverage *coverage)
{
	bool		is_list = true;
	uint64_t	unknown[COVERAGE_WORDS] = {0};
	uint64_t	seen[COVERAGE_WORDS] = {0};

	memset(coverage, 0, sizeof(*coverage));
	for (int i = 0; i < count; i++)
	{
		int			position = mutation_position(genotype[i]);
		bool		is_coverage = mutation_is_coverage(genotype[i]);

		is_list = is_list && !is_coverage;
		if (mutation_gene(genotype[i]) != gene)
			continue;
		coverage->any = true;
		coverage->is_named |= is_coverage;
		if (is_coverage)
			set_bits(coverage->sequenced, coverage_first(genotype[i]), coverage_last(genotype[i]));
		else
			set_bits(mutation_is_unknown(genotype[i]) ? unknown : seen, position, position);
	}
	if (!coverage->is_named && (is_list || coverage->any))
		set_bits(coverage->sequenced, 1, reference_length(gene));
	for (int i = 0; i < COVERAGE_WORDS; i++)
	{
		coverage->sequenced[i] |= unknown[i] | seen[i];
		coverage->read[i] = (coverage->sequenced[i] & ~unknown[i]) | seen[i];
	}
}

/*
 * What either of two genotypes has read of a gene.
 */
void
coverage_unite(Coverage *coverage, const Coverage *other)
{
	if (!other->any)
		return;
	if (!coverage->any)
	{
		*coverage = *other;
		return;
	}
	coverage->is_named |= other->is_named;
	for (int i = 0; i < COVERAGE_WORDS; i++)
	{
		coverage->sequenced[i] |= other->sequenced[i];
		coverage->read[i] |= other->read[i];
	}
}

/*
 * The entries of a genotype that a coverage stands for: what was sequenced, if
 * that is not the whole gene as of a list, and the positions that are unknown.
 * There is room for MAXIMUM_ENTRIES; returns their number.
 */
int
coverage_entries(const Coverage *coverage, int gene, Mutation *entries)
{
	int			length = reference_length(gene);
	int			count = 0;
	int			start = 0;

	for (int position = 1; position <= length + 1; position++)
	{
		bool		sequenced = position <= length && coverage_bit(coverage->sequenced, position);

		if (sequenced && start == 0)
			start = position;
		if (sequenced && !coverage_bit(coverage->read, position))
			entries[count++] = mutation_make(gene, position, RESIDUE_ANY_ACID);
		if (!sequenced && start > 0 && coverage->is_named)
			entries[count++] = coverage_make(gene, start, position - 1);
		if (!sequenced)
			start = 0;
	}
	return count;
}
