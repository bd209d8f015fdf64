/*
 * codon_alignment.h
 *	  Aligns nucleotides to the amino acids of a gene, codon by codon.
 */
#ifndef VIROTRIAL_CORE_CODON_ALIGNMENT_H
#define VIROTRIAL_CORE_CODON_ALIGNMENT_H

#include "core/resistance/codon.h"

#define MAXIMUM_NUCLEOTIDES		20000

/* Memory for an alignment; see codon_alignment_room(). */
typedef struct AlignmentRoom
{
	uint8_t    *steps;			/* a way back for each position and nucleotide */
	int			(*scores)[4];	/* for each nucleotide, and one more */
	ResidueSet *shown;			/* by the codon that each nucleotide begins */
} AlignmentRoom;

typedef struct CodonAlignment
{
	int			score;
	int			matches;		/* codons that can mean the reference */
	int			first_base;		/* what of the nucleotides is the gene, and */
	int			end_base;		/* the end */
	int			codon_at[MAXIMUM_POSITIONS + 1];	/* by position, its first
													 * base; -1 if it has none */
	int			inserted[MAXIMUM_POSITIONS + 1];	/* codons after it */
	bool		shifted[MAXIMUM_POSITIONS + 1]; /* the frame is lost at it */
	AlignedSequence sequence;
} CodonAlignment;

extern size_t codon_alignment_steps(int gene, int count);
extern void codon_align(const Bases *bases, int count, int gene, AlignmentRoom room,
						CodonAlignment *alignment);

#endif							/* VIROTRIAL_CORE_CODON_ALIGNMENT_H */
