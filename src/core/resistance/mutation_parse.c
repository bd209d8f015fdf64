/*
 * mutation_parse.c
 *	  Reads mutations as laboratories write them, one or a list.
 */
#include "core/resistance/mutation.h"

#include <stdio.h>
#include <string.h>

typedef struct Reader
{
	const char *at;
	const char *end;
} Reader;

/* Words for residues that have no letter of their own. */
typedef struct ResidueWord
{
	const char *word;
	ResidueSet	residues;
} ResidueWord;

static const ResidueWord residue_words[] = {
	{"Insertion", RESIDUE_INSERTION}, {"insertion", RESIDUE_INSERTION},
	{"ins", RESIDUE_INSERTION}, {"#", RESIDUE_INSERTION},
	{"Deletion", RESIDUE_DELETION}, {"deletion", RESIDUE_DELETION},
	{"del", RESIDUE_DELETION}, {"-", RESIDUE_DELETION}, {"~", RESIDUE_DELETION},
};

#define RESIDUE_WORDS ((int) (sizeof(residue_words) / sizeof(residue_words[0])))

static bool
is_blank(char letter)
{
	return letter == ' ' || letter == '\t' || letter == '\n' || letter == '\r';
}

static bool
is_digit(char letter)
{
	return letter >= '0' && letter <= '9';
}

static bool
is_letter(char letter)
{
	return (letter >= 'A' && letter <= 'Z') || (letter >= 'a' && letter <= 'z');
}

static bool
fail(MutationError *error, MutationErrorCode code, const char *detail, const char *hint)
{
	error->code = code;
	snprintf(error->detail, sizeof(error->detail), "%s", detail);
	snprintf(error->hint, sizeof(error->hint), "%s", hint);
	return false;
}

/* A letter that stands for no residue: says what to write instead. */
static bool
fail_residue(MutationError *error, const char *at)
{
	unsigned char letter = (unsigned char) *at;

	error->code = MUTATION_BAD_SYNTAX;
	if (letter > ' ' && letter < 0x7F)
		snprintf(error->detail, sizeof(error->detail),
				 "\"%c\" is not a residue.", letter);
	else
		snprintf(error->detail, sizeof(error->detail),
				 "The byte 0x%02x is not a residue.", letter);
	if (letter == 'B' || letter == 'Z' || letter == 'J')
		snprintf(error->hint, sizeof(error->hint),
				 "Write both amino acids of an ambiguity code, such as D/N for B.");
	else
		snprintf(error->hint, sizeof(error->hint),
				 "Write amino acids in capitals, i for an insertion, d for a deletion, * for a stop, X for unknown.");
	return false;
}

/*
 * Skips "gene:" if the text starts with one.  Returns 1 if it did, 0 if it
 * doesn't, -1 if the name is no gene's.
 */
static int
read_gene(Reader *reader, int *gene, MutationError *error)
{
	const char *at = reader->at;
	const char *start = at;
	size_t		length;

	while (at < reader->end && (is_letter(*at) || (at > start && is_digit(*at))))
		at++;
	length = (size_t) (at - start);
	while (at < reader->end && is_blank(*at))
		at++;
	if (length == 0 || at >= reader->end || *at != ':')
		return 0;
	*gene = gene_lookup(start, length);
	if (*gene == GENE_NONE)
	{
		error->code = MUTATION_BAD_SYNTAX;
		snprintf(error->detail, sizeof(error->detail),
				 "\"%.*s\" is not a gene.", length > 20 ? 20 : (int) length, start);
		snprintf(error->hint, sizeof(error->hint), "The genes are %s.", gene_list());
		return -1;
	}
	reader->at = at + 1;
	return 1;
}

static bool
is_acid(char letter)
{
	int			index = residue_index(letter);

	return index >= 0 && index < RESIDUE_AMINO_ACIDS;
}

/* What was inserted: letters of amino acids, which are no residues here. */
static void
skip_inserted(Reader *reader)
{
	if (reader->at < reader->end && *reader->at == '_')
		reader->at++;
	while (reader->at < reader->end && (is_acid(*reader->at) || *reader->at == 'X'))
		reader->at++;
}

/*
 * The word for an insertion or a deletion, with the letters that follow it:
 * those inserted, or the wild type that was deleted.
 */
static bool
read_word(Reader *reader, const ResidueWord *word, int gene, int position,
		  ResidueSet *residues, MutationError *error)
{
	const char *after = reader->at += strlen(word->word);

	*residues |= word->residues;
	if (word->residues == RESIDUE_INSERTION)
		skip_inserted(reader);
	else if (reader->at < reader->end && strlen(word->word) > 1 && *reader->at != '/')
	{
		reader->at++;
		if ((*after != reference_sequence(gene)[position - 1] &&
			 *after != reference_hxb2(gene, position)) || reader->at < reader->end)
			return fail(error, MUTATION_BAD_SYNTAX,
						"The letters after a deletion are not the wild type that was deleted.",
						"Write a deletion as D67del, and a mixture with one as D67N/d.");
	}
	return true;
}

/* One residue, or what was inserted, which an underscore starts. */
static bool
read_residue(Reader *reader, int gene, int position, ResidueSet *residues,
			 MutationError *error)
{
	size_t		left = (size_t) (reader->end - reader->at);
	int			index;

	for (int i = 0; i < RESIDUE_WORDS; i++)
	{
		size_t		length = strlen(residue_words[i].word);

		if (length <= left && memcmp(reader->at, residue_words[i].word, length) == 0)
			return read_word(reader, &residue_words[i], gene, position, residues, error);
	}
	if (*reader->at == '_')
	{
		const char *start = reader->at;

		skip_inserted(reader);
		*residues |= RESIDUE_INSERTION;
		if (reader->at == start + 1)
			return fail(error, MUTATION_BAD_SYNTAX, "The inserted residues are missing after \"_\".",
						"Write an insertion as T69S_SG or T69ins.");
		return true;
	}
	index = residue_index(*reader->at);
	if (index < 0)
		return fail_residue(error, reader->at);
	if ((*residues >> index & 1) != 0)
		return fail(error, MUTATION_BAD_SYNTAX, "A residue is named twice, which no mixture does.",
					"Write an insertion with an underscore before the inserted residues, such as T69S_SS.");
	*residues |= (ResidueSet) 1 << index;
	reader->at++;
	return true;
}

/* The residues of a mutation, to the end of the text. */
static bool
read_residues(Reader *reader, int gene, int position, ResidueSet *residues,
			  MutationError *error)
{
	*residues = 0;
	if (reader->at >= reader->end)
		return fail(error, MUTATION_BAD_SYNTAX, "The residues are missing.",
					"Write the position and then the residues, such as M184V.");
	if (*reader->at == 'X' && reader->at + 1 == reader->end)
	{
		reader->at++;
		*residues = RESIDUE_ANY_ACID;
		return true;
	}
	for (;;)
	{
		if (!read_residue(reader, gene, position, residues, error))
			return false;
		if (reader->at >= reader->end)
			return true;
		if (*reader->at == '/' && ++reader->at >= reader->end)
			return fail(error, MUTATION_BAD_SYNTAX, "A residue is missing after \"/\".",
						"Write a mixture as Q148H/K/R or Q148HKR.");
	}
}

static bool
check_consensus(int gene, int position, char wild_type, ResidueSet residues,
				MutationError *error)
{
	char		consensus = reference_sequence(gene)[position - 1];
	char		text[48];

	if (wild_type != '\0' && wild_type != consensus && wild_type != reference_hxb2(gene, position))
	{
		error->code = MUTATION_BAD_SYNTAX;
		snprintf(error->detail, sizeof(error->detail),
				 "The wild type of %s at position %d is %c, not %c.",
				 gene_name(gene), position, consensus, wild_type);
		residues_print(residues, 0, text);
		snprintf(error->hint, sizeof(error->hint), "Write %s:%c%d%s, or check the position and the gene.",
				 gene_name(gene), consensus, position,
				 residues == RESIDUE_ANY_ACID ? "X" : text);
		return false;
	}
	if (residues == (ResidueSet) 1 << residue_index(consensus))
	{
		error->code = MUTATION_BAD_SYNTAX;
		snprintf(error->detail, sizeof(error->detail),
				 "%c is the wild type of %s at position %d, and alone no mutation.",
				 consensus, gene_name(gene), position);
		snprintf(error->hint, sizeof(error->hint),
				 "Leave it out; a mixture with the wild type is written with both, such as K65K/R.");
		return false;
	}
	return true;
}

static bool
check_position(int gene, int position, MutationError *error)
{
	if (position >= 1 && position <= reference_length(gene))
		return true;
	error->code = MUTATION_OUT_OF_RANGE;
	snprintf(error->detail, sizeof(error->detail), "%s has positions 1 to %d.",
			 gene_name(gene), reference_length(gene));
	snprintf(error->hint, sizeof(error->hint), "Check the position and the gene.");
	return false;
}

/* The digits of a position; 0 if they are none, or too many for any gene. */
static int
read_position(Reader *reader)
{
	int			position = 0;
	int			digits = 0;

	for (; reader->at < reader->end && is_digit(*reader->at); reader->at++)
		if (++digits <= 6)
			position = position * 10 + (*reader->at - '0');
	return digits > 6 ? 0 : position;
}

/* The end of the positions that were sequenced, such as -240 in RT:1-240. */
static bool
read_coverage(Reader *reader, int gene, int first, Mutation *result, MutationError *error)
{
	int			last;

	reader->at++;
	last = read_position(reader);
	if (reader->at < reader->end)
		return fail_residue(error, reader->at);
	if (!check_position(gene, last, error))
		return false;
	if (last < first)
		return fail(error, MUTATION_BAD_SYNTAX, "The last position lies before the first.",
					"Write the positions that were sequenced as RT:1-240.");
	*result = coverage_make(gene, first, last);
	return true;
}

static bool
fail_gene(MutationError *error)
{
	fail(error, MUTATION_BAD_SYNTAX, "The gene is missing.", "");
	snprintf(error->hint, sizeof(error->hint),
			 "Write the gene before it, such as RT:M184V; the genes are %s.", gene_list());
	return false;
}

/*
 * [wild type] position residues, or the positions that were sequenced, filling
 * the whole of the text.  *is_consensus says that the residue is another
 * reference's mutation, and the consensus here: no mutation.
 */
static bool
read_change(Reader *reader, int gene, Mutation *result, bool *is_consensus,
			MutationError *error)
{
	char		wild_type = '\0';
	int			position;
	const char *digits;
	ResidueSet	residues;

	*is_consensus = false;
	if (reader->at < reader->end && !is_digit(*reader->at))
	{
		if (!is_acid(*reader->at))
			return fail_residue(error, reader->at);
		wild_type = *reader->at++;
	}
	digits = reader->at;
	position = read_position(reader);
	if (digits == reader->at)
		return fail(error, MUTATION_BAD_SYNTAX, "The position is missing.",
					"Write a mutation as RT:M184V.");
	if (gene == GENE_NONE)
		return fail_gene(error);
	if (!check_position(gene, position, error))
		return false;
	if (wild_type == '\0' && reader->at + 1 < reader->end && *reader->at == '-' &&
		is_digit(reader->at[1]))
		return read_coverage(reader, gene, position, result, error);
	if (!read_residues(reader, gene, position, &residues, error))
		return false;
	*result = mutation_make(gene, position, residues);
	*is_consensus = residues == mutation_consensus(*result) && wild_type != '\0' &&
		wild_type != reference_sequence(gene)[position - 1] &&
		wild_type == reference_hxb2(gene, position);
	return *is_consensus || check_consensus(gene, position, wild_type, residues, error);
}

/*
 * Reads one mutation, such as RT:M184V, 184V, Q148H/K/R, Q148HKR, T69_SSS,
 * 69ins, 67d or K65K/R, or what was sequenced, RT:1-240; `gene` holds where the text names none, and may be
 * GENE_NONE.  Returns false with the error filled in if it is none.
 */
bool
mutation_parse(const char *text, size_t length, int gene, Mutation *result,
			   MutationError *error)
{
	Reader		reader = {text, text + length};
	bool		is_consensus;

	while (reader.at < reader.end && is_blank(*reader.at))
		reader.at++;
	while (reader.end > reader.at && is_blank(reader.end[-1]))
		reader.end--;
	if (reader.at == reader.end)
		return fail(error, MUTATION_BAD_SYNTAX, "The text is empty.",
					"Write a mutation as RT:M184V.");
	if (read_gene(&reader, &gene, error) < 0)
		return false;
	while (reader.at < reader.end && is_blank(*reader.at))
		reader.at++;
	if (!read_change(&reader, gene, result, &is_consensus, error))
		return false;
	if (is_consensus)
		return fail(error, MUTATION_BAD_SYNTAX,
					"The residue is the consensus of subtype B, and alone no mutation.",
					"Leave it out: mutations are told from the consensus, not from HXB2.");
	return true;
}

static bool
is_separator(char letter)
{
	return is_blank(letter) || letter == ',' || letter == ';' || letter == '+';
}

/* The next item of a list, its gene put aside; false at the end. */
static int
next_item(MutationCursor *cursor, Reader *item, MutationError *error)
{
	const char *end = cursor->text + cursor->length;

	for (;;)
	{
		int			named;

		while (cursor->at < cursor->length && is_separator(cursor->text[cursor->at]))
			cursor->at++;
		if (cursor->at >= cursor->length)
			return 0;
		item->at = cursor->text + cursor->at;
		item->end = end;
		named = read_gene(item, &cursor->gene, error);
		if (named == 0)
			break;
		if (named < 0)
			cursor->gene = GENE_NONE;
		cursor->at = (size_t) (item->at - cursor->text);
		if (named < 0)
			break;
	}
	item->end = item->at;
	while (item->end < end && !is_separator(*item->end))
		item->end++;
	cursor->at = (size_t) (item->end - cursor->text);
	return cursor->gene == GENE_NONE && error->detail[0] != '\0' ? -1 : 1;
}

/*
 * Reads the next mutation of a list such as "RT: M41L, M184V; IN: N155H"; a
 * gene holds until the next one.  A mixture of too many amino acids tells
 * nothing, and another reference's mutation to the consensus is left out.
 * Returns 1 for a mutation, 0 at the end, -1 with the error filled in; then
 * the cursor stands behind what could not be read.
 */
int
mutation_cursor_next(MutationCursor *cursor, Mutation *result, MutationError *error)
{
	Reader		item;
	bool		is_consensus = true;

	while (is_consensus)
	{
		int			found;

		error->detail[0] = '\0';
		found = next_item(cursor, &item, error);
		if (found <= 0)
			return found;
		if (!read_change(&item, cursor->gene, result, &is_consensus, error))
			return -1;
	}
	if (!mutation_is_coverage(*result) &&
		residue_count(mutation_residues(*result) & RESIDUE_ANY_ACID) > MAXIMUM_MIXTURE)
		*result = mutation_make(mutation_gene(*result), mutation_position(*result), RESIDUE_ANY_ACID);
	return 1;
}
