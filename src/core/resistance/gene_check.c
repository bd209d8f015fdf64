/*
 * gene_check.c
 *	  Whether a sequence is that of the gene it is said to be, in its place.
 *
 * Subtypes and resistance change a fifth of the positions at most; another
 * gene, another frame or a shift by one residue changes nine of ten.
 */
#include "core/resistance/mutation.h"

#include <stdio.h>
#include <string.h>

#define FEWEST_COMPARED		12	/* fewer residues can't be judged */
#define WINDOW				20	/* residues that are judged together ... */
#define WINDOW_MISMATCHES	13	/* ... and so many are too many */

/* The share of mismatches, in hundredths, that no sequence of a gene has. */
static int
largest_share(int gene)
{
	return gene == GENE_GP120 || gene == GENE_GP41 ? 60 : 40;
}

/* Whether a position shows amino acids that can be compared. */
static bool
is_compared(ResidueSet residues)
{
	return (residues & RESIDUE_ANY_ACID) != 0 && (residues & RESIDUE_ANY_ACID) != RESIDUE_ANY_ACID;
}

static bool
is_match(ResidueSet residues, int gene, int position)
{
	ResidueSet	reference = (ResidueSet) 1 << residue_index(reference_sequence(gene)[position - 1]) |
		(ResidueSet) 1 << residue_index(reference_hxb2(gene, position));

	return (residues & reference) != 0;
}

typedef struct Fit
{
	int			gene;
	int			shift;
	int			matches;
} Fit;

/* The gene and the shift at which most of the residues from a position fit. */
static Fit
best_fit(const AlignedSequence *sequence, int from)
{
	int			length = reference_length(sequence->gene);
	Fit			best = {GENE_NONE, 0, 0};

	for (int gene = GENE_NONE + 1; gene < GENE_LIMIT; gene++)
		for (int shift = -length; reference_sequence(gene) != NULL && shift < reference_length(gene); shift++)
		{
			int			matches = 0;

			for (int i = from; i <= length; i++)
				if (i + shift >= 1 && i + shift <= reference_length(gene) &&
					is_compared(sequence->residues[i]))
					matches += is_match(sequence->residues[i], gene, i + shift);
			if (matches > best.matches)
				best = (Fit) {gene, shift, matches};
		}
	return best;
}

/* Says what is wrong, and where the residues from a position fit instead. */
static bool
fail_fit(const AlignedSequence *sequence, int from, int mismatches, int compared,
		 MutationError *error)
{
	int			length = reference_length(sequence->gene);
	int			first = from;
	int			left = 0;
	Fit			fit = best_fit(sequence, from);

	while (first < length && sequence->residues[first] == 0)
		first++;
	for (int i = from; i <= length; i++)
		left += is_compared(sequence->residues[i]);
	error->code = MUTATION_BAD_SYNTAX;
	snprintf(error->detail, sizeof(error->detail),
			 "From position %d on, %d of %d residues are not those of %s.",
			 first, mismatches, compared, gene_name(sequence->gene));
	if (fit.matches * 100 < left * (100 - largest_share(fit.gene)))
		snprintf(error->hint, sizeof(error->hint), "It fits none of %s: check the sequence.", gene_list());
	else
		snprintf(error->hint, sizeof(error->hint), "It fits %s, with position %d there.",
				 gene_name(fit.gene), first + fit.shift);
	return false;
}

/*
 * Whether the residues of a sequence are those of its gene, in their places;
 * false with the error filled in if they fit another gene, or others.
 */
bool
sequence_check(const AlignedSequence *sequence, MutationError *error)
{
	int			length = reference_length(sequence->gene);
	int			share = largest_share(sequence->gene);
	bool		mismatch[WINDOW] = {false};
	int			position_of[WINDOW] = {0};
	int			in_window = 0;
	int			compared = 0;
	int			mismatches = 0;
	int			shifted = 0;

	for (int i = 1; i <= length; i++)
	{
		int			slot = compared % WINDOW;

		if (!is_compared(sequence->residues[i]))
			continue;
		in_window -= mismatch[slot];
		mismatch[slot] = !is_match(sequence->residues[i], sequence->gene, i);
		position_of[slot] = i;
		in_window += mismatch[slot];
		mismatches += mismatch[slot];
		compared++;
		if (shifted == 0 && share < 60 && compared >= WINDOW && in_window >= WINDOW_MISMATCHES)
			shifted = position_of[compared % WINDOW];
	}
	if (shifted > 0)
		return fail_fit(sequence, shifted, WINDOW_MISMATCHES, WINDOW, error);
	if (compared >= FEWEST_COMPARED && mismatches * 100 > compared * share)
		return fail_fit(sequence, 1, mismatches, compared, error);
	return true;
}
