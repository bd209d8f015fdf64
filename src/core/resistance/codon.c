/*
 * codon.c
 *	  Nucleotides with their ambiguity codes, and what codons of them mean.
 */
#include "core/resistance/codon.h"

#include <string.h>

/* The standard genetic code; each base runs through T, C, A, G. */
static const char genetic_code[] =
"FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG";
static const Bases code_order[] = {BASE_T, BASE_C, BASE_A, BASE_G};

/*
 * The nucleotides that a letter of IUPAC stands for, in either case; none if it
 * is no such letter.
 */
Bases
bases_of(char letter)
{
	static const char letters[] = "ACMGRSVTWYHKDBN";	/* by their sets, from 1 on */
	char		capital = letter >= 'a' && letter <= 'z' ? (char) (letter - 'a' + 'A') : letter;
	const char *found;

	if (capital == 'U')
		capital = 'T';
	found = capital != '\0' ? strchr(letters, capital) : NULL;
	return found != NULL ? (Bases) (found - letters + 1) : 0;
}

static ResidueSet
code_residue(int codon)
{
	return (ResidueSet) 1 << residue_index(genetic_code[codon]);
}

static Bases
code_base(int codon, int place)
{
	return code_order[codon >> (4 - 2 * place) & 3];
}

/*
 * The amino acids, and the stop, that a codon may mean.
 */
ResidueSet
codon_residues(const Bases *codon)
{
	ResidueSet	residues = 0;

	for (int i = 0; i < 64; i++)
		if ((codon[0] & code_base(i, 0)) != 0 && (codon[1] & code_base(i, 1)) != 0 &&
			(codon[2] & code_base(i, 2)) != 0)
			residues |= code_residue(i);
	return residues;
}

/*
 * The fewest nucleotides that must change to make a codon of one for any of
 * some residues.
 */
int
codon_distance(const Bases *codon, ResidueSet residues)
{
	int			fewest = 3;

	for (int i = 0; i < 64; i++)
	{
		int			changes = 0;

		if ((code_residue(i) & residues) == 0)
			continue;
		for (int place = 0; place < 3; place++)
			changes += (codon[place] & code_base(i, place)) == 0;
		fewest = changes < fewest ? changes : fewest;
	}
	return fewest;
}

/*
 * Whether a codon comes from one of some residues as APOBEC3 edits it: G
 * became A before A or G, and nothing else changed.
 */
bool
codon_is_edited(const Bases *codon, Bases after, ResidueSet residues)
{
	for (int i = 0; i < 64; i++)
	{
		bool		edited = false;
		bool		other = false;

		if ((code_residue(i) & residues) == 0)
			continue;
		for (int place = 0; place < 3; place++)
		{
			Bases		original = code_base(i, place);
			Bases		next = place < 2 ? codon[place + 1] : after;

			if ((codon[place] & original) != 0 && codon[place] != (BASE_A | BASE_G))
				continue;
			if (original == BASE_G && (codon[place] & BASE_A) != 0 && (next & (BASE_A | BASE_G)) != 0)
				edited = true;
			else if ((codon[place] & original) == 0)
				other = true;
		}
		if (edited && !other)
			return true;
	}
	return false;
}
