/*
 * mutation_sequence.c
 *	  What an aligned amino-acid sequence shows, and what of the gene it covers.
 *
 * One column a position of the reference: an amino acid, an ambiguity code, *
 * for a stop, - for a deletion, [KR] for a mixture, X or ~ for a position
 * that tells nothing.  Small letters are residues inserted after the position
 * before them and full stops are padding, as in the A2M format; a sequence in
 * small letters throughout is read as if they were capitals.  What lies before
 * the first and after the last residue was not sequenced, nor was a gap that
 * is too long for a deletion.
 */
#include "core/resistance/mutation.h"

#include <stdio.h>
#include <string.h>

/* The longest gap that is a deletion; in the envelope any is. */
#define MAXIMUM_DELETION	5

typedef struct SequenceReader
{
	const char *text;
	size_t		length;
	size_t		at;
	bool		folded;			/* small letters throughout: they are capitals */
	int			position;		/* of the next column */
	AlignedSequence *sequence;
} SequenceReader;

static bool
is_small(char letter)
{
	return letter >= 'a' && letter <= 'z';
}

static bool
is_padding(char letter)
{
	return letter == '.' || letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

/*
 * The residues of one letter of an aligned sequence; all amino acids if it is
 * unknown, none if the letter has no meaning.
 */
static ResidueSet
letter_residues(char letter)
{
	int			index;

	switch (letter)
	{
		case 'X':
		case '~':
			return RESIDUE_ANY_ACID;
		case 'B':
			return (ResidueSet) 1 << residue_index('D') | (ResidueSet) 1 << residue_index('N');
		case 'Z':
			return (ResidueSet) 1 << residue_index('E') | (ResidueSet) 1 << residue_index('Q');
		case 'J':
			return (ResidueSet) 1 << residue_index('I') | (ResidueSet) 1 << residue_index('L');
		case '-':
			return RESIDUE_DELETION;
		case 'i':
		case 'd':
			return 0;
		default:
			index = residue_index(letter);
			return index >= 0 ? (ResidueSet) 1 << index : 0;
	}
}

static bool
fail_letter(const SequenceReader *reader, MutationError *error)
{
	unsigned char letter = reader->at < reader->length ?
		(unsigned char) reader->text[reader->at] : 0;
	int			gene = reader->sequence->gene;

	error->code = MUTATION_BAD_SYNTAX;
	if (letter == 0)
		snprintf(error->detail, sizeof(error->detail),
				 "The mixture at position %d has no closing bracket.", reader->position);
	else if (letter > ' ' && letter < 0x7F)
		snprintf(error->detail, sizeof(error->detail),
				 "\"%c\" at position %d of %s is not a residue.",
				 letter, reader->position, gene_name(gene));
	else
		snprintf(error->detail, sizeof(error->detail),
				 "The byte 0x%02x at position %d of %s is not a residue.",
				 letter, reader->position, gene_name(gene));
	snprintf(error->hint, sizeof(error->hint),
			 "Write amino acids in capitals, [KR] for a mixture, - for a deletion, small letters for inserted residues, X for unknown.");
	return false;
}

static char
next_letter(SequenceReader *reader)
{
	char		letter = reader->text[reader->at];

	return reader->folded && is_small(letter) ? (char) (letter - 'a' + 'A') : letter;
}

/* The residues of the column at the reader, which moves behind it. */
static bool
read_column(SequenceReader *reader, ResidueSet *residues, MutationError *error)
{
	bool		mixture = reader->text[reader->at] == '[';

	*residues = 0;
	if (mixture)
		reader->at++;
	do
	{
		ResidueSet	letter;

		if (reader->at >= reader->length)
			return fail_letter(reader, error);
		letter = letter_residues(next_letter(reader));
		if (letter == 0)
			return fail_letter(reader, error);
		*residues |= letter;
		reader->at++;
	} while (mixture && (reader->at >= reader->length || reader->text[reader->at] != ']'));
	if (mixture)
		reader->at++;
	if (residue_count(*residues & RESIDUE_ANY_ACID) > MAXIMUM_MIXTURE)
		*residues = RESIDUE_ANY_ACID;
	return true;
}

/* Skips inserted residues and padding; true if anything was inserted. */
static bool
skip_inserted(SequenceReader *reader)
{
	bool		inserted = false;

	for (; reader->at < reader->length; reader->at++)
	{
		char		letter = reader->text[reader->at];
		bool		is_residue = is_small(letter) && !reader->folded;

		if (!is_residue && !is_padding(letter))
			break;
		inserted |= is_residue;
	}
	return inserted;
}

static bool
fail_length(const SequenceReader *reader, MutationError *error)
{
	int			gene = reader->sequence->gene;

	error->code = MUTATION_OUT_OF_RANGE;
	snprintf(error->detail, sizeof(error->detail),
			 "The sequence goes beyond the %d positions of %s.",
			 reference_length(gene), gene_name(gene));
	snprintf(error->hint, sizeof(error->hint),
			 "Cut the sequence to the gene, and check its first position.");
	return false;
}

/* Whether a sequence has small letters, and no capital. */
static bool
is_small_throughout(const char *text, size_t length)
{
	bool		small = false;

	for (size_t i = 0; i < length; i++)
	{
		if (text[i] >= 'A' && text[i] <= 'Z')
			return false;
		small |= is_small(text[i]);
	}
	return small;
}

/*
 * Whether a sequence is of nucleotides: their codes alone, and four of five
 * are A, C, G and T, which amino acids would be by chance in one of a million.
 */
static bool
is_nucleotides(const char *text, size_t length)
{
	int			letters = 0;
	int			bases = 0;

	for (size_t i = 0; i < length; i++)
	{
		char		letter = is_small(text[i]) ? (char) (text[i] - 'a' + 'A') : text[i];

		if (letter == '-' || letter == '~' || letter == 'N' || is_padding(letter))
			continue;
		if (strchr("ACGTURYKMSWBDHV", letter) == NULL || letter == '\0')
			return false;
		letters++;
		bases += strchr("ACGTU", letter) != NULL;
	}
	return letters >= 15 && bases * 5 >= letters * 4;
}

static bool
fail_nucleotides(MutationError *error)
{
	error->code = MUTATION_BAD_SYNTAX;
	snprintf(error->detail, sizeof(error->detail), "Its letters are those of nucleotides.");
	snprintf(error->hint, sizeof(error->hint), "Use genotype_from_nucleotides().");
	return false;
}

/*
 * Takes away what was not sequenced: gaps and unknown residues at both ends,
 * and gaps within that are too long for a deletion.  Returns false if nothing
 * is left.
 */
bool
sequence_trim(AlignedSequence *sequence)
{
	bool		is_envelope = sequence->gene == GENE_GP120 || sequence->gene == GENE_GP41;
	ResidueSet *residues = sequence->residues;
	int			length = reference_length(sequence->gene);
	int			seen = 0;		/* the last position with a residue */
	int			gap = 0;		/* positions deleted right before this one */

	for (int i = 1; i <= length; i++)
	{
		if (residues[i] == RESIDUE_DELETION)
		{
			gap++;
			continue;
		}
		if (gap > MAXIMUM_DELETION && !is_envelope)
			memset(&residues[i - gap], 0, sizeof(ResidueSet) * (size_t) gap);
		gap = 0;
		if (residues[i] == 0 || residues[i] == RESIDUE_ANY_ACID)
			continue;
		if (seen == 0)
			memset(residues, 0, sizeof(ResidueSet) * (size_t) i);
		seen = i;
	}
	for (int i = seen + 1; i <= length; i++)
		residues[i] = 0;
	return seen > 0;
}

/*
 * Reads a sequence whose first column is a position of the gene.  Returns
 * false with the error filled in if that is not possible, or no residue was
 * read.
 */
bool
sequence_read(const char *text, size_t length, int gene, int first,
			  AlignedSequence *sequence, MutationError *error)
{
	SequenceReader reader = {text, length, 0, is_small_throughout(text, length), first, sequence};

	memset(sequence, 0, sizeof(*sequence));
	sequence->gene = gene;
	if (first < 1 || first > reference_length(gene))
	{
		error->code = MUTATION_OUT_OF_RANGE;
		snprintf(error->detail, sizeof(error->detail), "%s has positions 1 to %d.",
				 gene_name(gene), reference_length(gene));
		snprintf(error->hint, sizeof(error->hint),
				 "Give the position of the first column of the sequence.");
		return false;
	}
	if (is_nucleotides(text, length))
		return fail_nucleotides(error);
	skip_inserted(&reader);
	while (reader.at < length)
	{
		ResidueSet	residues;

		if (reader.position > reference_length(gene) && strchr("-~X", text[reader.at]) == NULL)
			return fail_length(&reader, error);
		if (!read_column(&reader, &residues, error))
			return false;
		if (skip_inserted(&reader) && residues != RESIDUE_ANY_ACID)
			residues |= RESIDUE_INSERTION;
		if (reader.position <= reference_length(gene))
			sequence->residues[reader.position++] = residues;
	}
	if (sequence_trim(sequence))
		return true;
	error->code = MUTATION_BAD_SYNTAX;
	snprintf(error->detail, sizeof(error->detail), "It has no residue that was read.");
	snprintf(error->hint, sizeof(error->hint),
			 "A gene that was not sequenced has no genotype: leave it out, or NULL.");
	return false;
}

/*
 * The entries of a genotype that a sequence stands for: what was sequenced,
 * mutations, and positions that tell nothing.  There is room for
 * MAXIMUM_ENTRIES; returns their number.
 */
int
sequence_entries(const AlignedSequence *sequence, Mutation *entries)
{
	int			length = reference_length(sequence->gene);
	int			count = 0;
	int			start = 0;

	for (int position = 1; position <= length + 1; position++)
	{
		ResidueSet	residues = position <= length ? sequence->residues[position] : 0;

		if (residues == 0 && start > 0)
			entries[count++] = coverage_make(sequence->gene, start, position - 1);
		if (residues == 0)
			start = 0;
		else if (start == 0)
			start = position;
		if (residues != 0 &&
			residues != (ResidueSet) 1 << residue_index(reference_sequence(sequence->gene)[position - 1]))
			entries[count++] = mutation_make(sequence->gene, position, residues);
	}
	return count;
}
