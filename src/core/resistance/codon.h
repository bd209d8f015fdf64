/*
 * codon.h
 *	  Nucleotides with their ambiguity codes, and what codons of them mean.
 */
#ifndef VIROTRIAL_CORE_CODON_H
#define VIROTRIAL_CORE_CODON_H

#include "core/resistance/mutation.h"

/* A set of nucleotides: A, C, G, T. */
typedef uint8_t Bases;

#define BASE_A		((Bases) 1)
#define BASE_C		((Bases) 2)
#define BASE_G		((Bases) 4)
#define BASE_T		((Bases) 8)

extern Bases bases_of(char letter);
extern ResidueSet codon_residues(const Bases *codon);
extern int	codon_distance(const Bases *codon, ResidueSet residues);
extern bool codon_is_edited(const Bases *codon, Bases after, ResidueSet residues);

#endif							/* VIROTRIAL_CORE_CODON_H */
