/*
 * mutation_sequence.c
 *	  The mutations of an aligned amino-acid sequence.
 *
 * One column a position of the reference: an amino acid, an ambiguity code, *
 * for a stop, - for a deletion, [KR] for a mixture, X or ~ for a position
 * that tells nothing.  Small letters are residues inserted after the position
 * before them and full stops are padding, as in the A2M format.  Dashes before
 * the first and after the last residue were not sequenced.
 */
#include "core/resistance/mutation.h"

#include <stdio.h>
#include <string.h>

/* A codon that reads as more amino acids than these tells nothing. */
#define MAXIMUM_MIXTURE		4

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
is_inserted(char letter)
{
	return (letter >= 'a' && letter <= 'z');
}

/* Letters between which a sequence was read: all but dashes and padding. */
static bool
is_sequenced(char letter)
{
	return letter != '-' && letter != '.' && letter != '~' &&
		letter != ' ' && letter != '\n' && letter != '\r' && letter != '\t';
}

/*
 * Prepares to read a sequence whose first column is a position of the gene.
 * Returns false with the error filled in if the position is outside it.
 */
bool
sequence_cursor_open(SequenceCursor *cursor, const char *text, size_t length,
					 int gene, int position, MutationError *error)
{
	if (position < 1 || position > reference_length(gene))
	{
		error->code = MUTATION_OUT_OF_RANGE;
		snprintf(error->detail, sizeof(error->detail), "%s has positions 1 to %d.",
				 gene_name(gene), reference_length(gene));
		snprintf(error->hint, sizeof(error->hint),
				 "Give the position of the first column of the sequence.");
		return false;
	}
	cursor->text = text;
	cursor->length = length;
	cursor->at = 0;
	cursor->gene = gene;
	cursor->position = position;
	cursor->first_residue = 0;
	while (cursor->first_residue < length && !is_sequenced(text[cursor->first_residue]))
		cursor->first_residue++;
	cursor->last_residue = length;
	while (cursor->last_residue > 0 && !is_sequenced(text[cursor->last_residue - 1]))
		cursor->last_residue--;
	return true;
}

static bool
fail_letter(const SequenceCursor *cursor, MutationError *error)
{
	unsigned char letter = cursor->at < cursor->length ?
		(unsigned char) cursor->text[cursor->at] : 0;

	error->code = MUTATION_BAD_SYNTAX;
	if (letter == 0)
		snprintf(error->detail, sizeof(error->detail),
				 "The mixture at position %d has no closing bracket.", cursor->position);
	else if (letter > ' ' && letter < 0x7F)
		snprintf(error->detail, sizeof(error->detail),
				 "\"%c\" at position %d of %s is not a residue.",
				 letter, cursor->position, gene_name(cursor->gene));
	else
		snprintf(error->detail, sizeof(error->detail),
				 "The byte 0x%02x at position %d of %s is not a residue.",
				 letter, cursor->position, gene_name(cursor->gene));
	snprintf(error->hint, sizeof(error->hint),
			 "Write amino acids in capitals, [KR] for a mixture, - for a deletion, small letters for inserted residues, X for unknown.");
	return false;
}

/* The residues of the column at the cursor, which moves behind it. */
static bool
read_column(SequenceCursor *cursor, ResidueSet *residues, MutationError *error)
{
	bool		mixture = cursor->text[cursor->at] == '[';

	*residues = 0;
	if (mixture)
		cursor->at++;
	do
	{
		ResidueSet	letter;

		if (cursor->at >= cursor->length)
			return fail_letter(cursor, error);
		letter = letter_residues(cursor->text[cursor->at]);
		if (letter == 0)
			return fail_letter(cursor, error);
		*residues |= letter;
		cursor->at++;
	} while (mixture && (cursor->at >= cursor->length || cursor->text[cursor->at] != ']'));
	if (mixture)
		cursor->at++;
	return true;
}

/* Skips inserted residues and padding; true if anything was inserted. */
static bool
skip_inserted(SequenceCursor *cursor)
{
	bool		inserted = false;

	while (cursor->at < cursor->length &&
		   (is_inserted(cursor->text[cursor->at]) ||
			strchr(". \t\r\n", cursor->text[cursor->at]) != NULL))
	{
		if (cursor->text[cursor->at] == '\0')
			break;
		inserted |= is_inserted(cursor->text[cursor->at]);
		cursor->at++;
	}
	return inserted;
}

static bool
check_length(const SequenceCursor *cursor, MutationError *error)
{
	if (cursor->position <= reference_length(cursor->gene))
		return true;
	error->code = MUTATION_OUT_OF_RANGE;
	snprintf(error->detail, sizeof(error->detail),
			 "The sequence goes beyond the %d positions of %s.",
			 reference_length(cursor->gene), gene_name(cursor->gene));
	snprintf(error->hint, sizeof(error->hint),
			 "Cut the sequence to the gene, and check its first position.");
	return false;
}

/*
 * The next mutation of an aligned sequence.  Returns 1 for a mutation, 0 at
 * the end, -1 with the error filled in.
 */
int
sequence_cursor_next(SequenceCursor *cursor, Mutation *result, MutationError *error)
{
	skip_inserted(cursor);
	while (cursor->at < cursor->length)
	{
		size_t		start = cursor->at;
		ResidueSet	residues;
		ResidueSet	consensus;
		int			position;

		if (start >= cursor->last_residue)
			return 0;
		if (!check_length(cursor, error) || !read_column(cursor, &residues, error))
			return -1;
		position = cursor->position;
		if (start < cursor->first_residue ||
			residue_count(residues & RESIDUE_ANY_ACID) > MAXIMUM_MIXTURE)
			residues = 0;
		if (skip_inserted(cursor) && start >= cursor->first_residue)
			residues |= RESIDUE_INSERTION;
		cursor->position++;
		consensus = (ResidueSet) 1 << residue_index(reference_sequence(cursor->gene)[position - 1]);
		if (residues == 0 || residues == consensus)
			continue;
		*result = mutation_make(cursor->gene, position, residues);
		return 1;
	}
	return 0;
}
