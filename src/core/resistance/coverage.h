/*
 * coverage.h
 *	  Which positions of a gene a genotype has read.
 */
#ifndef VIROTRIAL_CORE_COVERAGE_H
#define VIROTRIAL_CORE_COVERAGE_H

#include "core/resistance/mutation.h"

#define COVERAGE_WORDS		(MAXIMUM_POSITIONS / 64 + 1)

/* One bit a position, from 1 on. */
typedef struct Coverage
{
	uint64_t	sequenced[COVERAGE_WORDS];
	uint64_t	read[COVERAGE_WORDS];	/* sequenced, and it tells something */
	bool		is_named;		/* the genotype says which positions */
	bool		any;			/* it has something of the gene */
} Coverage;

/* Whether a bit of a position is set. */
static inline bool
coverage_bit(const uint64_t *bits, int position)
{
	return (bits[position / 64] >> position % 64 & 1) != 0;
}

extern void coverage_of(const Mutation *genotype, int count, int gene, Coverage *coverage);
extern void coverage_unite(Coverage *coverage, const Coverage *other);
extern int	coverage_entries(const Coverage *coverage, int gene, Mutation *entries);

#endif							/* VIROTRIAL_CORE_COVERAGE_H */
