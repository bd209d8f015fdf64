/*
 * mutation.h
 *	  A mutation of an HIV-1 gene: the residues seen at one position.
 */
#ifndef VIROTRIAL_CORE_MUTATION_H
#define VIROTRIAL_CORE_MUTATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Codes of genes, in the order of the genome, with room between them.  They
 * are stored in values, so that they never change.
 */
enum
{
	GENE_NONE = 0,
	GENE_CA = 2,
	GENE_PR = 4,
	GENE_RT = 5,
	GENE_IN = 6,
	GENE_GP120 = 12,
	GENE_GP41 = 13,
	GENE_LIMIT = 16
};

/*
 * A set of residues: one bit an amino acid in alphabetical order, then
 * insertion, deletion and stop.
 */
typedef uint32_t ResidueSet;

#define RESIDUE_AMINO_ACIDS	20
#define RESIDUE_INSERTION	((ResidueSet) 1 << 20)
#define RESIDUE_DELETION	((ResidueSet) 1 << 21)
#define RESIDUE_STOP		((ResidueSet) 1 << 22)
#define RESIDUE_ANY_ACID	(((ResidueSet) 1 << RESIDUE_AMINO_ACIDS) - 1)
#define RESIDUE_ALL			(((ResidueSet) 1 << 23) - 1)

/*
 * gene << 48 | position << 32 | residues << 8 | consensus, so that the order
 * of the integers is the order by gene, position and residues.
 *
 * With the position 0 it is no mutation but the positions of the gene that
 * were sequenced, gene << 48 | first << 20 | last << 8: a genotype is an array,
 * and so carries its coverage wherever it goes.
 */
typedef int64_t Mutation;

/* A codon that reads as more amino acids than these tells nothing. */
#define MAXIMUM_MIXTURE		4

#define MUTATION_TEXT_SIZE	72	/* longest text of a mutation, with its end */

typedef enum MutationErrorCode
{
	MUTATION_BAD_SYNTAX,
	MUTATION_OUT_OF_RANGE
} MutationErrorCode;

typedef struct MutationError
{
	MutationErrorCode code;
	char		detail[160];
	char		hint[160];
} MutationError;

/* Reads a list of mutations piece by piece. */
typedef struct MutationCursor
{
	const char *text;
	size_t		length;
	size_t		at;
	int			gene;
} MutationCursor;

/*
 * What a sequence shows, position by position: no residue where nothing was
 * sequenced, RESIDUE_ANY_ACID where that tells nothing.
 */
#define MAXIMUM_POSITIONS	640

typedef struct AlignedSequence
{
	int			gene;
	ResidueSet	residues[MAXIMUM_POSITIONS + 1];	/* by position; 0 is not used */
} AlignedSequence;

extern const char *reference_sequence(int gene);
extern char reference_hxb2(int gene, int position);
extern int	reference_length(int gene);

extern int	gene_lookup(const char *name, size_t length);
extern const char *gene_name(int gene);
extern const char *gene_list(void);

extern int	residue_index(char letter);
extern char residue_letter(int index);
extern int	residue_count(ResidueSet residues);

extern int	mutation_gene(Mutation mutation);
extern int	mutation_position(Mutation mutation);
extern ResidueSet mutation_residues(Mutation mutation);
extern ResidueSet mutation_consensus(Mutation mutation);
extern Mutation mutation_make(int gene, int position, ResidueSet residues);
extern Mutation coverage_make(int gene, int first, int last);
extern bool mutation_is_coverage(Mutation mutation);
extern int	coverage_first(Mutation coverage);
extern int	coverage_last(Mutation coverage);
extern bool mutation_is_valid(Mutation mutation);
extern bool mutation_is_unknown(Mutation mutation);
extern ResidueSet mutation_seen(Mutation mutation);
extern Mutation mutation_union(Mutation left, Mutation right);
extern size_t mutation_print(Mutation mutation, char *buffer);
extern size_t residues_print(ResidueSet residues, ResidueSet first, char *buffer);

extern bool mutation_parse(const char *text, size_t length, int gene,
						   Mutation *result, MutationError *error);
extern int	mutation_cursor_next(MutationCursor *cursor, Mutation *result,
								 MutationError *error);
extern bool sequence_read(const char *text, size_t length, int gene, int first,
						  AlignedSequence *sequence, MutationError *error);
extern bool sequence_trim(AlignedSequence *sequence);
extern bool sequence_check(const AlignedSequence *sequence, MutationError *error);
extern int	sequence_entries(const AlignedSequence *sequence, Mutation *entries);

/* Entries that a sequence can have: a position, and what was sequenced. */
#define MAXIMUM_ENTRIES		(2 * MAXIMUM_POSITIONS)

#endif							/* VIROTRIAL_CORE_MUTATION_H */
