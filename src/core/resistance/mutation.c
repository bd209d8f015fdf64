/*
 * mutation.c
 *	  The value of a mutation: its parts, its order, its text.
 */
#include "core/resistance/mutation.h"

#include <stdio.h>
#include <string.h>

static const char residue_letters[] = "ACDEFGHIKLMNPQRSTVWYid*";

typedef struct GeneName
{
	const char *name;
	int			gene;
} GeneName;

/* The first name of a gene is the one that is written. */
static const GeneName gene_names[] = {
	{"CA", GENE_CA}, {"PR", GENE_PR}, {"RT", GENE_RT}, {"IN", GENE_IN},
	{"GP120", GENE_GP120}, {"GP41", GENE_GP41},
	{"CAPSID", GENE_CA}, {"PROTEASE", GENE_PR}, {"PRO", GENE_PR},
	{"INTEGRASE", GENE_IN}, {"INT", GENE_IN}, {"FU", GENE_GP41},
};

#define GENE_NAMES ((int) (sizeof(gene_names) / sizeof(gene_names[0])))

static char
upper_ascii(char letter)
{
	return (letter >= 'a' && letter <= 'z') ? (char) (letter - 'a' + 'A') : letter;
}

/*
 * The code of a gene by its name in any case, GENE_NONE if there is none.
 */
int
gene_lookup(const char *name, size_t length)
{
	for (int i = 0; i < GENE_NAMES; i++)
	{
		size_t		j = 0;

		if (strlen(gene_names[i].name) != length)
			continue;
		while (j < length && upper_ascii(name[j]) == gene_names[i].name[j])
			j++;
		if (j == length)
			return gene_names[i].gene;
	}
	return GENE_NONE;
}

/*
 * The name of a gene, NULL if the code names none.
 */
const char *
gene_name(int gene)
{
	for (int i = 0; i < GENE_NAMES; i++)
		if (gene_names[i].gene == gene)
			return gene_names[i].name;
	return NULL;
}

/*
 * The names of the genes, for messages.
 */
const char *
gene_list(void)
{
	return "CA, PR, RT, IN, GP120 and GP41";
}

/*
 * The bit number of a residue's letter (i insertion, d deletion, * stop), -1
 * if it is none.  Case matters: I is isoleucine.
 */
int
residue_index(char letter)
{
	const char *found = letter != '\0' ? strchr(residue_letters, letter) : NULL;

	return found != NULL ? (int) (found - residue_letters) : -1;
}

/*
 * The letter of a residue by its bit number.
 */
char
residue_letter(int index)
{
	return residue_letters[index];
}

/*
 * The number of residues in a set.
 */
int
residue_count(ResidueSet residues)
{
	int			count = 0;

	for (; residues != 0; residues &= residues - 1)
		count++;
	return count;
}

int
mutation_gene(Mutation mutation)
{
	return (int) (mutation >> 48) & 0xF;
}

int
mutation_position(Mutation mutation)
{
	return (int) (mutation >> 32) & 0xFFF;
}

ResidueSet
mutation_residues(Mutation mutation)
{
	return (ResidueSet) (mutation >> 8) & RESIDUE_ALL;
}

/*
 * The consensus residue, as a set of one.
 */
ResidueSet
mutation_consensus(Mutation mutation)
{
	return (ResidueSet) 1 << (mutation & 0x1F);
}

/*
 * A mutation of its parts; the caller has checked that the gene has the
 * position.  A set of the consensus alone is no mutation, and not valid.
 */
Mutation
mutation_make(int gene, int position, ResidueSet residues)
{
	int			consensus = residue_index(reference_sequence(gene)[position - 1]);

	return (Mutation) gene << 48 | (Mutation) position << 32 |
		(Mutation) residues << 8 | consensus;
}

/*
 * The positions of a gene that were sequenced, as an entry of a genotype; the
 * caller has checked that the gene has them.
 */
Mutation
coverage_make(int gene, int first, int last)
{
	return (Mutation) gene << 48 | (Mutation) first << 20 | (Mutation) last << 8;
}

/*
 * Whether an entry of a genotype is no mutation but says what was sequenced.
 */
bool
mutation_is_coverage(Mutation mutation)
{
	return mutation_position(mutation) == 0;
}

int
coverage_first(Mutation coverage)
{
	return (int) (coverage >> 20) & 0xFFF;
}

int
coverage_last(Mutation coverage)
{
	return (int) (coverage >> 8) & 0xFFF;
}

/*
 * Whether 64 bits from outside are a mutation that input could have made, or
 * a coverage.
 */
bool
mutation_is_valid(Mutation mutation)
{
	int			gene = mutation_gene(mutation);
	int			position = mutation_position(mutation);
	ResidueSet	residues = mutation_residues(mutation);

	if (mutation_is_coverage(mutation))
		return coverage_first(mutation) >= 1 &&
			coverage_first(mutation) <= coverage_last(mutation) &&
			coverage_last(mutation) <= reference_length(gene) &&
			mutation == coverage_make(gene, coverage_first(mutation), coverage_last(mutation));
	if (position < 1 || position > reference_length(gene))
		return false;
	if (residues == 0 || residues == mutation_consensus(mutation))
		return false;
	return mutation == mutation_make(gene, position, residues);
}

/*
 * Whether the residues are unknown (X, any amino acid): a position that was
 * sequenced without telling anything.
 */
bool
mutation_is_unknown(Mutation mutation)
{
	return !mutation_is_coverage(mutation) &&
		mutation_residues(mutation) == RESIDUE_ANY_ACID;
}

/*
 * The residues that the mutation shows: none if they are unknown.
 */
ResidueSet
mutation_seen(Mutation mutation)
{
	return mutation_is_unknown(mutation) || mutation_is_coverage(mutation) ? 0 :
		mutation_residues(mutation);
}

/*
 * The union of two mutations of one position; an unknown one adds nothing.
 */
Mutation
mutation_union(Mutation left, Mutation right)
{
	if (mutation_is_unknown(left))
		return right;
	if (mutation_is_unknown(right))
		return left;
	return left | right;
}

/*
 * Writes residues with strokes between them, those in `first` before the
 * others, and an end; returns the length.
 */
size_t
residues_print(ResidueSet residues, ResidueSet first, char *buffer)
{
	char	   *out = buffer;

	for (int pass = 0; pass < 2; pass++)
	{
		ResidueSet	part = pass == 0 ? residues & first : residues & ~first;

		for (int i = 0; part >> i != 0; i++)
		{
			if ((part >> i & 1) == 0)
				continue;
			if (out > buffer)
				*out++ = '/';
			*out++ = residue_letters[i];
		}
	}
	*out = '\0';
	return (size_t) (out - buffer);
}

/*
 * Writes the text of a mutation, such as RT:M184V or RT:K65K/R, or of a
 * coverage, such as RT:1-240, into a buffer
 * of MUTATION_TEXT_SIZE bytes, with an end; returns its length.
 */
size_t
mutation_print(Mutation mutation, char *buffer)
{
	int			length;

	if (mutation_is_coverage(mutation))
		return (size_t) snprintf(buffer, MUTATION_TEXT_SIZE, "%s:%d-%d",
								 gene_name(mutation_gene(mutation)),
								 coverage_first(mutation), coverage_last(mutation));
	length = snprintf(buffer, MUTATION_TEXT_SIZE, "%s:%c%d",
					  gene_name(mutation_gene(mutation)),
					  residue_letters[mutation & 0x1F],
					  mutation_position(mutation));
	if (mutation_is_unknown(mutation))
	{
		strcpy(buffer + length, "X");
		return (size_t) length + 1;
	}
	return (size_t) length +
		residues_print(mutation_residues(mutation),
					   mutation_consensus(mutation), buffer + length);
}
