/*
 * resistance_comment.c
 *	  The text of comments, with the mutations that it names.
 */
#include "core/resistance/resistance_algorithm.h"

#include <stdio.h>
#include <string.h>

#define LIST_START		"$listMutsIn{"

typedef struct Writer
{
	void		(*write) (void *context, const char *text, size_t length);
	void	   *context;
} Writer;

/*
 * Reads "position(NOT letters)" or "position letters" up to a brace; returns
 * the length with the brace, 0 if it is nothing of the kind.
 */
static size_t
read_residues(const char *text, const char *end, int *position, ResidueSet *residues)
{
	const char *at = text;
	ResidueSet	listed = 0;
	bool		negate;

	for (*position = 0; at < end && *at >= '0' && *at <= '9' && at - text < 4; at++)
		*position = *position * 10 + (*at - '0');
	negate = end - at > 4 && memcmp(at, "(NOT", 4) == 0;
	if (negate)
		at += 4;
	for (; at < end && *at != '}' && *at != ')'; at++)
	{
		int			index = residue_index(*at);

		if (index >= 0)
			listed |= (ResidueSet) 1 << index;
		else if (*at != ' ')
			return 0;
	}
	if (negate && at < end && *at == ')')
		at++;
	if (at >= end || *at != '}' || at == text)
		return 0;
	*residues = negate ? RESIDUE_ALL & ~listed : listed;
	return (size_t) (at - text) + 1;
}

/* Writes the mutations of a genotype at a position that show the residues. */
static void
write_mutations(Writer writer, int gene, int position, ResidueSet residues,
				const Mutation *genotype, int count)
{
	ResidueSet	seen = 0;
	char		text[MUTATION_TEXT_SIZE];
	int			length;

	if (position < 1 || position > reference_length(gene))
		return;
	for (int i = 0; i < count; i++)
		if (mutation_gene(genotype[i]) == gene && mutation_position(genotype[i]) == position)
			seen |= mutation_seen(genotype[i]) & residues & ~mutation_consensus(genotype[i]);
	if (seen == 0)
		return;
	length = snprintf(text, sizeof(text), "%c%d", reference_sequence(gene)[position - 1], position);
	length += (int) residues_print(seen, 0, text + length);
	writer.write(writer.context, text, (size_t) length);
}

/*
 * Writes the text of a comment on a gene (GENE_NONE if it is on results) with
 * its escapes undone and "$listMutsIn{118(NOT R)}" replaced by the mutations
 * that it stands for.
 */
void
resistance_comment_write(TextSlice comment, int gene, const Mutation *genotype, int count,
						 void (*write) (void *context, const char *text, size_t length),
						 void *context)
{
	Writer		writer = {write, context};
	const char *at = comment.text;
	const char *end = comment.text + comment.length;
	size_t		start_length = sizeof(LIST_START) - 1;

	while (at < end)
	{
		const char *plain = at;
		int			position;
		ResidueSet	residues;
		size_t		length = 0;

		while (at < end && *at != '\\' && *at != '$')
			at++;
		if (at > plain)
			write(context, plain, (size_t) (at - plain));
		if (at >= end)
			break;
		if (*at == '\\' && at + 1 < end)
		{
			write(context, at[1] == 'n' ? "\n" : at[1] == 't' ? "\t" : at + 1, 1);
			at += 2;
			continue;
		}
		if ((size_t) (end - at) > start_length && memcmp(at, LIST_START, start_length) == 0)
			length = read_residues(at + start_length, end, &position, &residues);
		if (length > 0)
		{
			write_mutations(writer, gene, position, residues, genotype, count);
			at += start_length + length;
			continue;
		}
		write(context, at++, 1);
	}
}
