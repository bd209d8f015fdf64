/*
 * resistance_algorithm.c
 *	  Fuzzes the compiler of resistance algorithms, on whole texts and on one
 *	  statement, and evaluates what compiles.
 */
#include <stdlib.h>
#include <string.h>

#include "core/resistance/resistance_algorithm.h"

static void *blocks[1 << 16];
static int	block_count;

static void *
allocate(void *context, size_t size)
{
	(void) context;
	if (block_count == 1 << 16)
		return NULL;
	return blocks[block_count++] = malloc(size);
}

/* Whether the range of a result with unread positions holds that of a set. */
static void
check_interval(const ResistanceAlgorithm *algorithm, const Observation *open, const Observation *read, FiredRule *fired)
{
	int			positions[MAXIMUM_POSITIONS];
	int			count;

	for (int drug = 0; drug < algorithm->drug_count; drug++)
	{
		DrugResult	range = resistance_evaluate(algorithm, drug, open, fired, &count);
		DrugResult	one = resistance_evaluate(algorithm, drug, read, NULL, NULL);

		if (count > algorithm->largest_rule_list)
			abort();
		if (one.lowest_score < range.lowest_score || one.highest_score > range.highest_score ||
			(!one.in_gap && !range.in_gap &&
			 (one.lowest_level < range.lowest_level || one.highest_level > range.highest_level)))
			abort();
		if (resistance_open_positions(algorithm, drug, open, positions) > MAXIMUM_POSITIONS)
			abort();
	}
}

/* Interprets some genotypes twice: with the index, and without it. */
static void
evaluate(const ResistanceAlgorithm *algorithm)
{
	Mutation	genotype[3] = {mutation_make(GENE_RT, 41, 1 << 9), mutation_make(GENE_RT, 65, 3 << 14),
	mutation_make(GENE_PR, 90, 1 << 10)};
	Observation indexed = {allocate(NULL, sizeof(ResidueSet) * (size_t) algorithm->slots),
	allocate(NULL, sizeof(uint64_t) * (size_t) algorithm->touched_words)};
	Observation plain = {.residues = indexed.residues};
	Observation open = {allocate(NULL, sizeof(ResidueSet) * (size_t) algorithm->slots), NULL,
	allocate(NULL, sizeof(uint64_t) * (size_t) algorithm->slot_words), false};
	Mutation	unknown[3];
	FiredRule  *fired = allocate(NULL, sizeof(FiredRule) * (size_t) (algorithm->largest_rule_list + 1));
	int			count;

	for (int size = 0; size <= 3; size++)
	{
		resistance_observe(algorithm, genotype, size, &indexed);
		for (int drug = 0; drug < algorithm->drug_count; drug++)
		{
			DrugResult	a = resistance_evaluate(algorithm, drug, &indexed, fired, &count);
			DrugResult	b = resistance_evaluate(algorithm, drug, &plain, NULL, NULL);

			if (a.lowest_level != b.lowest_level || a.lowest_score != b.lowest_score || count > algorithm->largest_rule_list)
				abort();
		}
		for (int i = 0; i < 3; i++)
			unknown[i] = i >= size - 1 ? mutation_make(mutation_gene(genotype[i]), mutation_position(genotype[i]), RESIDUE_ANY_ACID) : genotype[i];
		resistance_observe(algorithm, unknown, 3, &open);
		check_interval(algorithm, &open, &plain, fired);
	}
}

static void
go_on(void)
{
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char head[] =
		"resistance algorithm 1\nalgorithm\tT\t1\t\nlevel\t1\tS\ta\nlevel\t2\tR\tb\n"
		"globalrange\t(-INF TO 9 => 1, 10 TO INF => 2)\ncomment\tC\t\tc\n"
		"gene\tRT\tN\ngene\tPR\tP\nclass\tN\tA\nclass\tP\tB\ndrug\tA\t\n";
	ResistanceMemory memory = {allocate, NULL, go_on};
	ResistanceError error;
	char	   *text = malloc(sizeof(head) + size + 32);
	size_t		length;
	ResistanceAlgorithm *algorithm;

	block_count = 0;
	memcpy(text, data, size);
	algorithm = resistance_algorithm_compile(text, size, memory, &error);
	if (algorithm != NULL)
		evaluate(algorithm);
	resistance_statement_compile(text, size, GENE_RT, memory, &error);

	/* The input as the rules of an algorithm, so that it gets there soon. */
	memcpy(text, head, sizeof(head) - 1);
	memcpy(text + sizeof(head) - 1, data, size);
	length = sizeof(head) - 1 + size;
	memcpy(text + length, "\ndrug\tB\t\n", 9);
	algorithm = resistance_algorithm_compile(text, length + 9, memory, &error);
	if (algorithm != NULL)
		evaluate(algorithm);
	while (block_count > 0)
		free(blocks[--block_count]);
	free(text);
	return 0;
}
