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
 */
typedef int64_t Mutation;

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

/* Reads an aligned sequence position by position. */
typedef struct SequenceCursor
{
	const char *text;
	size_t		length;
	size_t		at;
	size_t		first_residue;	/* what lies outside these two was not */
	size_t		last_residue;	/* sequenced */
	int			gene;
	int			position;		/* of the next aligned column */
} SequenceCursor;

extern const char *reference_sequence(int gene);
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
extern bool sequence_cursor_open(SequenceCursor *cursor, const char *text,
								 size_t length, int gene, int position,
								 MutationError *error);
extern int	sequence_cursor_next(SequenceCursor *cursor, Mutation *result,
								 MutationError *error);

#endif							/* VIROTRIAL_CORE_MUTATION_H */
