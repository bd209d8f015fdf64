/*
 * codon_alignment.c
 *	  Aligns nucleotides to the amino acids of a gene, codon by codon.
 *
 * The best way through a table of positions and nucleotides (Needleman and
 * Wunsch, with affine gaps): a codon stands for a position, or is inserted, or
 * a position is deleted; where the frame is lost, one or two nucleotides stand
 * for a position, or are too many.  What lies before and after the gene costs
 * nothing, nor does the part of the gene that was not sequenced.  Of equal
 * ways, an insertion lies as far to the right as it can, and a deletion to the
 * left.
 */
#include "core/resistance/codon_alignment.h"

#include <string.h>

#define MATCH			5
#define MIXED_MATCH		4
#define MISMATCH		(-2)
#define STOP			(-4)
#define GAP_OPEN		(-15)
#define GAP_EXTEND		(-1)
#define FRAMESHIFT		(-16)
#define NOWHERE			(-1000000)

/* How the best way comes to a place, in the low bits of a step. */
enum
{
	STEP_START, STEP_CODON, STEP_DELETION, STEP_INSERTION, STEP_TWO_BASES, STEP_ONE_BASE,
	STEP_EXTRA_BASE, STEP_TWO_EXTRA_BASES
};

#define STEP_MASK			7
#define STEP_DELETION_GOES_ON	8
#define STEP_INSERTION_GOES_ON	16

/* Scores of ways to a place: any, by a deletion, by an insertion. */
enum
{
	WAY_ANY, WAY_DELETION, WAY_INSERTION, WAY_ANY_BEFORE
};

/*
 * The bytes that the steps of an alignment need.
 */
size_t
codon_alignment_steps(int gene, int count)
{
	return (size_t) (reference_length(gene) + 1) * (size_t) (count + 1);
}

static ResidueSet
reference_residues(int gene, int position)
{
	return (ResidueSet) 1 << residue_index(reference_sequence(gene)[position - 1]) |
		(ResidueSet) 1 << residue_index(reference_hxb2(gene, position));
}

/* What a codon shows at a position: unknown if it can be too much. */
static ResidueSet
shown_residues(const Bases *codon)
{
	ResidueSet	residues = codon_residues(codon);

	return residue_count(residues & RESIDUE_ANY_ACID) > MAXIMUM_MIXTURE ? RESIDUE_ANY_ACID : residues;
}

static int
codon_score(ResidueSet residues, ResidueSet reference)
{
	if (residues == RESIDUE_ANY_ACID)
		return 0;
	if ((residues & reference) != 0)
		return residue_count(residues) == 1 ? MATCH : MIXED_MATCH;
	return residues == RESIDUE_STOP ? STOP : MISMATCH;
}

static inline void
better(int *best, uint8_t *step, int score, int how)
{
	if (score > *best)
	{
		*best = score;
		*step = (uint8_t) how;
	}
}

/* The best way to a position with so many nucleotides. */
static int
best_way(const ResidueSet *shown, int i, ResidueSet reference, int (*scores)[4], uint8_t *steps)
{
	int			best = i <= 2 ? 0 : NOWHERE;
	uint8_t		step = STEP_START;
	uint8_t		goes_on = 0;
	int			deletion = scores[i][WAY_ANY_BEFORE] + GAP_OPEN;
	int			insertion = NOWHERE;

	if (scores[i][WAY_DELETION] + GAP_EXTEND > deletion)
	{
		deletion = scores[i][WAY_DELETION] + GAP_EXTEND;
		goes_on |= STEP_DELETION_GOES_ON;
	}
	if (i >= 3)
	{
		insertion = scores[i - 3][WAY_ANY] + GAP_OPEN;
		if (scores[i - 3][WAY_INSERTION] + GAP_EXTEND >= insertion)
		{
			insertion = scores[i - 3][WAY_INSERTION] + GAP_EXTEND;
			goes_on |= STEP_INSERTION_GOES_ON;
		}
		better(&best, &step, insertion, STEP_INSERTION);
		better(&best, &step, scores[i - 3][WAY_ANY_BEFORE] +
			   codon_score(shown[i - 3], reference), STEP_CODON);
	}
	if (i >= 2)
	{
		better(&best, &step, scores[i - 2][WAY_ANY_BEFORE] + FRAMESHIFT, STEP_TWO_BASES);
		better(&best, &step, scores[i - 2][WAY_ANY] + FRAMESHIFT, STEP_TWO_EXTRA_BASES);
	}
	if (i >= 1)
	{
		better(&best, &step, scores[i - 1][WAY_ANY_BEFORE] + FRAMESHIFT, STEP_ONE_BASE);
		better(&best, &step, scores[i - 1][WAY_ANY] + FRAMESHIFT, STEP_EXTRA_BASE);
	}
	better(&best, &step, deletion, STEP_DELETION);
	scores[i][WAY_DELETION] = deletion;
	scores[i][WAY_INSERTION] = insertion;
	*steps = step | goes_on;
	return best;
}

/* The row of a position: the best way to it with each number of nucleotides. */
static void
fill_row(int count, int gene, int position, AlignmentRoom room, uint8_t *steps)
{
	ResidueSet	reference = position > 0 ? reference_residues(gene, position) : 0;

	for (int i = 0; i <= count; i++)
		room.scores[i][WAY_ANY_BEFORE] = room.scores[i][WAY_ANY];
	for (int i = 0; i <= count; i++)
	{
		steps[i] = STEP_START;
		room.scores[i][WAY_ANY] = position == 0 ? 0 :
			best_way(room.shown, i, reference, room.scores, &steps[i]);
	}
}

/* Goes back from the end of the best way, and notes what each position has. */
static void
trace(int count, AlignmentRoom room, int position, int at, CodonAlignment *alignment)
{
	int			gene = alignment->sequence.gene;
	int			inside = WAY_ANY;	/* a gap that goes on */

	alignment->end_base = at;
	for (;;)
	{
		uint8_t		step = room.steps[(size_t) position * (size_t) (count + 1) + (size_t) at];
		int			how = inside == WAY_DELETION ? STEP_DELETION :
			inside == WAY_INSERTION ? STEP_INSERTION : step & STEP_MASK;
		ResidueSet *residues = &alignment->sequence.residues[position];

		inside = WAY_ANY;
		switch (how)
		{
			case STEP_START:
				alignment->first_base = at;
				return;
			case STEP_CODON:
				at -= 3;
				alignment->codon_at[position] = at;
				*residues = room.shown[at];
				alignment->matches += *residues != RESIDUE_ANY_ACID &&
					(*residues & reference_residues(gene, position)) != 0;
				if (alignment->shifted[position])
					*residues = RESIDUE_ANY_ACID;
				else if (alignment->inserted[position] > 0 && *residues != RESIDUE_ANY_ACID)
					*residues |= RESIDUE_INSERTION;
				position--;
				break;
			case STEP_DELETION:
				if ((step & STEP_DELETION_GOES_ON) != 0)
					inside = WAY_DELETION;
				*residues = RESIDUE_DELETION;
				position--;
				break;
			case STEP_INSERTION:
				if ((step & STEP_INSERTION_GOES_ON) != 0)
					inside = WAY_INSERTION;
				alignment->inserted[position]++;
				at -= 3;
				break;
			case STEP_TWO_BASES:
			case STEP_ONE_BASE:
				at -= how == STEP_TWO_BASES ? 2 : 1;
				alignment->shifted[position] = true;
				*residues = RESIDUE_ANY_ACID;
				position--;
				break;
			default:
				at -= how == STEP_TWO_EXTRA_BASES ? 2 : 1;
				alignment->shifted[position] = true;
				break;
		}
	}
}

/*
 * Aligns nucleotides to a gene.  There is room for codon_alignment_steps() steps,
 * for what is shown, and for one entry of scores more than there are
 * nucleotides.
 */
void
codon_align(const Bases *bases, int count, int gene, AlignmentRoom room, CodonAlignment *alignment)
{
	int			length = reference_length(gene);
	int			position = 0;
	int			at = 0;

	memset(alignment, 0, sizeof(*alignment));
	alignment->sequence.gene = gene;
	for (int i = 0; i <= length; i++)
		alignment->codon_at[i] = -1;
	for (int i = 0; i + 3 <= count; i++)
		room.shown[i] = shown_residues(bases + i);
	for (int i = 0; i <= count; i++)
		for (int way = 0; way < 4; way++)
			room.scores[i][way] = NOWHERE;
	for (int row = 0; row <= length; row++)
	{
		fill_row(count, gene, row, room, room.steps + (size_t) row * (size_t) (count + 1));
		for (int i = row == length ? 0 : count - 2 > 0 ? count - 2 : 0; i <= count; i++)
			if (room.scores[i][WAY_ANY] > alignment->score)
			{
				alignment->score = room.scores[i][WAY_ANY];
				position = row;
				at = i;
			}
	}
	trace(count, room, position, at, alignment);
}
