/*
 * codon_alignment.c
 *	  Fuzzes the reader of nucleotides: whatever they are, the alignment goes
 *	  forwards through them and makes valid entries.
 */
#include <stdlib.h>
#include <string.h>

#include "core/resistance/codon_alignment.h"

/* An input costs as much as so many of other targets: scripts/test tries fewer. */
#define FUZZ_COST 100

static void
check(const Bases *bases, int count, const CodonAlignment *alignment)
{
	Mutation	entries[MAXIMUM_ENTRIES];
	AlignedSequence sequence = alignment->sequence;
	MutationError error;
	int			at = alignment->first_base;
	int			entry_count;

	if (alignment->first_base < 0 || alignment->end_base > count || alignment->first_base > alignment->end_base)
		abort();
	for (int i = 1; i <= reference_length(sequence.gene); i++)
	{
		if (alignment->codon_at[i] < 0)
			continue;
		if (alignment->codon_at[i] < at || alignment->codon_at[i] + 3 > alignment->end_base)
			abort();
		at = alignment->codon_at[i] + 3 + 3 * alignment->inserted[i];
		codon_distance(bases + alignment->codon_at[i], RESIDUE_ANY_ACID);
		codon_is_edited(bases + alignment->codon_at[i], 0, RESIDUE_ANY_ACID);
	}
	if (!sequence_trim(&sequence))
		return;
	sequence_check(&sequence, &error);
	entry_count = sequence_entries(&sequence, entries);
	if (entry_count < 1 || entry_count > MAXIMUM_ENTRIES)
		abort();
	for (int i = 0; i < entry_count; i++)
		if (!mutation_is_valid(entries[i]))
			abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char letters[] = "ACGTRYSWKMBDHVN";
	int			count = 0;
	Bases	   *bases = malloc(size + 1);
	AlignmentRoom room;
	static CodonAlignment alignment;

	for (size_t i = 0; i < size && i < 600; i++)
	{
		Bases		read = bases_of((char) data[i]);

		bases[count++] = read != 0 ? read : bases_of(letters[data[i] % 15]);
	}
	room.steps = malloc(codon_alignment_steps(GENE_PR, count));
	room.scores = malloc(sizeof(*room.scores) * (size_t) (count + 1));
	room.shown = malloc(sizeof(ResidueSet) * (size_t) (count + 1));
	codon_align(bases, count, GENE_PR, room, &alignment);
	check(bases, count, &alignment);
	free(room.steps);
	free(room.scores);
	free(room.shown);
	free(bases);
	return 0;
}
