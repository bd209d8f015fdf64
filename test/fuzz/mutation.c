/*
 * mutation.c
 *	  Fuzzes the parsers of mutations, lists and aligned sequences: what is
 *	  read is written and read back the same.
 */
#include <stdlib.h>
#include <string.h>

#include "core/resistance/mutation.h"

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
	SequenceCursor sequence;
	char	   *exact = realloc(memcpy(text, data, size), size > 0 ? size : 1);

	list.text = exact;
	if (mutation_parse(exact, size, GENE_RT, &mutation, &error))
		check(mutation);
	while (mutation_cursor_next(&list, &mutation, &error) > 0)
		check(mutation);
	if (sequence_cursor_open(&sequence, exact, size, GENE_PR, 1, &error))
		while (sequence_cursor_next(&sequence, &mutation, &error) > 0)
			check(mutation);
	free(exact);
	return 0;
}
