/*
 * mutation.c
 *	  Fuzzes the parsers of mutations, lists and aligned sequences: what is
 *	  read is written and read back the same.
 */
#include <stdlib.h>
#include <string.h>

#include "core/resistance/mutation.h"

/* An input costs as much as so many of other targets: scripts/test tries fewer. */
#define FUZZ_COST 20

static void
check(Mutation mutation)
{
	char		text[MUTATION_TEXT_SIZE];
	size_t		length;
	Mutation	again;
	MutationError error;

	if (!mutation_is_valid(mutation))
		abort();
	length = mutation_print(mutation, text);
	if (length >= MUTATION_TEXT_SIZE || !mutation_parse(text, length, GENE_NONE, &again, &error) ||
		again != mutation)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* A copy, so that a byte read beyond the end is seen. */
	char	   *text = malloc(size + 1);
	Mutation	mutation;
	MutationError error;
	MutationCursor list = {text, size, 0, GENE_NONE};
	AlignedSequence sequence;
	Mutation	entries[MAXIMUM_ENTRIES];
	char	   *exact = realloc(memcpy(text, data, size), size > 0 ? size : 1);

	list.text = exact;
	if (mutation_parse(exact, size, GENE_RT, &mutation, &error))
		check(mutation);
	/* A list goes on behind what it could not read. */
	for (int status = 1; status != 0;)
	{
		size_t		start = list.at;

		status = mutation_cursor_next(&list, &mutation, &error);
		if (status > 0)
			check(mutation);
		if (status != 0 && list.at <= start)
			abort();
	}
	for (int gene = GENE_CA; gene <= GENE_GP41; gene += GENE_PR)
		if (reference_length(gene) > 0 && sequence_read(exact, size, gene, 1, &sequence, &error))
		{
			int			count = sequence_entries(&sequence, entries);

			if (count > MAXIMUM_ENTRIES)
				abort();
			for (int i = 0; i < count; i++)
				check(entries[i]);
			sequence_check(&sequence, &error);
		}
	free(exact);
	return 0;
}
