/*-------------------------------------------------------------------------
 *
 * genotype_nucleotides.c
 *	  The genotype of a nucleotide sequence, with a report of its quality.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "core/resistance/codon_alignment.h"
#include "resistance/genotype.h"

#define FEWEST_BASES	36		/* fewer can't be placed */
#define FEWEST_MATCHES	12		/* codons; fewer can't be judged */

PG_FUNCTION_INFO_V1(genotype_from_nucleotides);

enum
{
	COLUMN_GENOTYPE, COLUMN_ALIGNED, COLUMN_FIRST_CODON, COLUMN_LAST_CODON,
	COLUMN_FIRST_BASE, COLUMN_LAST_BASE, COLUMN_AMBIGUOUS, COLUMN_FRAMESHIFTS,
	COLUMN_STOPS, COLUMN_UNUSUAL, COLUMN_APOBEC, COLUMNS
};

typedef struct Nucleotides
{
	Bases	   *bases;
	int			count;
	AlignmentRoom room;
} Nucleotides;

/* The nucleotides of a text, without blanks and the gaps of an alignment. */
static Nucleotides
read_nucleotides(text *source, int gene)
{
	const char *data = VARDATA_ANY(source);
	int			length = VARSIZE_ANY_EXHDR(source);
	Nucleotides result = {palloc(length + 1)};

	for (int i = 0; i < length; i++)
	{
		Bases		bases = bases_of(data[i]);

		if (bases == 0 && strchr("-.~ \t\r\n", data[i]) != NULL && data[i] != '\0')
			continue;
		if (bases == 0)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
					 errmsg("invalid nucleotide sequence of %s", gene_name(gene)),
					 (unsigned char) data[i] > ' ' && (unsigned char) data[i] < 0x7F ?
					 errdetail("\"%c\" at place %d is no nucleotide.", data[i], i + 1) :
					 errdetail("The byte 0x%02x at place %d is no nucleotide.", (unsigned char) data[i], i + 1),
					 errhint("Write A, C, G, T and the ambiguity codes of IUPAC; amino acids are read by mutations_from_sequence().")));
		result.bases[result.count++] = bases;
		if (result.count > MAXIMUM_NUCLEOTIDES)
			ereport(ERROR,
					(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
					 errmsg("a nucleotide sequence of more than %d is not aligned", MAXIMUM_NUCLEOTIDES),
					 errhint("Cut it to the gene.")));
	}
	return result;
}

/* Aligns to a gene; the room is kept for the next one. */
static void
align(Nucleotides *nucleotides, int gene, CodonAlignment *alignment)
{
	CHECK_FOR_INTERRUPTS();
	if (nucleotides->room.scores == NULL)
	{
		nucleotides->room.scores = palloc(sizeof(*nucleotides->room.scores) * (nucleotides->count + 1));
		nucleotides->room.shown = palloc(sizeof(ResidueSet) * (nucleotides->count + 1));
	}
	if (nucleotides->room.steps != NULL)
		pfree(nucleotides->room.steps);
	nucleotides->room.steps = palloc(codon_alignment_steps(gene, nucleotides->count));
	codon_align(nucleotides->bases, nucleotides->count, gene, nucleotides->room, alignment);
}

/* Refuses a sequence that is not of the gene, and names the one that it fits. */
static void
refuse(Nucleotides *nucleotides, int gene)
{
	CodonAlignment *alignment = palloc(sizeof(CodonAlignment));
	int			best = GENE_NONE;
	int			score = 0;

	for (int other = GENE_NONE + 1; other < GENE_LIMIT; other++)
	{
		MutationError error;

		if (reference_length(other) == 0 || other == gene)
			continue;
		align(nucleotides, other, alignment);
		if (alignment->matches < FEWEST_MATCHES || alignment->score <= score ||
			!sequence_check(&alignment->sequence, &error))
			continue;
		best = other;
		score = alignment->score;
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
			 errmsg("invalid nucleotide sequence of %s", gene_name(gene)),
			 errdetail("Its codons are not those of %s.", gene_name(gene)),
			 best == GENE_NONE ? errhint("It fits none of %s, read forwards: check the sequence.", gene_list()) :
			 errhint("It fits %s.", gene_name(best))));
}

/* An amino acid, a mixture in brackets, or what stands for it. */
static void
append_residues(StringInfo out, ResidueSet residues)
{
	residues &= ~RESIDUE_INSERTION;
	if (residues == RESIDUE_ANY_ACID)
		appendStringInfoChar(out, 'X');
	else if (residues == RESIDUE_DELETION)
		appendStringInfoChar(out, '-');
	else
	{
		bool		mixture = residue_count(residues) > 1;

		if (mixture)
			appendStringInfoChar(out, '[');
		for (int i = 0; residues >> i != 0; i++)
			if (residues >> i & 1)
				appendStringInfoChar(out, residue_letter(i));
		if (mixture)
			appendStringInfoChar(out, ']');
	}
}

/* The residues that were inserted after a position, in small letters. */
static void
append_inserted(StringInfo out, const Bases *codon, int codons)
{
	for (; codons > 0; codons--, codon += 3)
	{
		ResidueSet	residues = codon_residues(codon);
		char		letter = 'X';

		if (residue_count(residues) == 1 && residues != RESIDUE_STOP)
			for (int i = 0; residues >> i != 0; i++)
				letter = residue_letter(i);
		appendStringInfoChar(out, letter - 'A' + 'a');
	}
}

/* The alignment as mutations_from_sequence() reads it. */
static text *
aligned_text(const Nucleotides *nucleotides, const CodonAlignment *alignment, int first, int last)
{
	StringInfoData out;

	initStringInfo(&out);
	for (int i = first; i <= last; i++)
	{
		append_residues(&out, alignment->sequence.residues[i]);
		if (alignment->codon_at[i] >= 0)
			append_inserted(&out, nucleotides->bases + alignment->codon_at[i] + 3, alignment->inserted[i]);
	}
	return cstring_to_text_with_len(out.data, out.len);
}

/* The share of nucleotides of the gene that are not one of A, C, G and T. */
static float8
ambiguous_share(const Nucleotides *nucleotides, const CodonAlignment *alignment)
{
	int			ambiguous = 0;

	for (int i = alignment->first_base; i < alignment->end_base; i++)
		ambiguous += (nucleotides->bases[i] & (nucleotides->bases[i] - 1)) != 0;
	return (float8) ambiguous / Max(alignment->end_base - alignment->first_base, 1);
}

/* What the report lists by positions. */
typedef struct Report
{
	Datum	   *frameshifts;
	int			frameshift_count;
	Datum	   *stops;
	int			stop_count;
	Mutation   *unusual;
	int			unusual_count;
	Mutation   *apobec;
	int			apobec_count;
} Report;

static Report
report_of(const Nucleotides *nucleotides, const CodonAlignment *alignment)
{
	int			gene = alignment->sequence.gene;
	Report		report = {0};

	report.frameshifts = palloc(sizeof(Datum) * MAXIMUM_POSITIONS);
	report.stops = palloc(sizeof(Datum) * MAXIMUM_POSITIONS);
	report.unusual = palloc(sizeof(Mutation) * MAXIMUM_POSITIONS);
	report.apobec = palloc(sizeof(Mutation) * MAXIMUM_POSITIONS);
	for (int i = 1; i <= reference_length(gene); i++)
	{
		ResidueSet	residues = alignment->sequence.residues[i] & ~RESIDUE_INSERTION;
		ResidueSet	reference = (ResidueSet) 1 << residue_index(reference_sequence(gene)[i - 1]) |
			(ResidueSet) 1 << residue_index(reference_hxb2(gene, i));
		int			at = alignment->codon_at[i];
		const Bases *codon = nucleotides->bases + at;
		Bases		after = at >= 0 && at + 3 < nucleotides->count ? codon[3] : 0;

		if (alignment->shifted[i])
			report.frameshifts[report.frameshift_count++] = Int32GetDatum(i);
		if (at < 0 || residues == 0 || residues == RESIDUE_ANY_ACID)
			continue;
		if ((residues & RESIDUE_STOP) != 0)
			report.stops[report.stop_count++] = Int32GetDatum(i);
		if ((residues & ~reference) == 0)
			continue;
		if ((residues & reference) == 0 && codon_distance(codon, reference) > 1)
			report.unusual[report.unusual_count++] = mutation_make(gene, i, residues);
		if (codon_is_edited(codon, after, reference))
			report.apobec[report.apobec_count++] = mutation_make(gene, i, residues);
	}
	return report;
}

static Datum
position_array(Datum *positions, int count)
{
	return PointerGetDatum(construct_array(positions, count, INT4OID, sizeof(int32), true, TYPALIGN_INT));
}

/*
 * The genotype of a nucleotide sequence, and what its quality is; see
 * codon_alignment.c.
 */
Datum
genotype_from_nucleotides(PG_FUNCTION_ARGS)
{
	int			gene = gene_argument(PG_GETARG_TEXT_PP(0));
	Nucleotides nucleotides = read_nucleotides(PG_GETARG_TEXT_PP(1), gene);
	CodonAlignment *alignment = palloc(sizeof(CodonAlignment));
	Mutation   *entries = palloc(sizeof(Mutation) * MAXIMUM_ENTRIES);
	const ResidueSet *residues = alignment->sequence.residues;
	int			first = 1;
	int			last = reference_length(gene);
	MutationError error;
	Report		report;
	TupleDesc	tupdesc;
	Oid			element;
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS] = {false};

	if (get_call_result_type(fcinfo, NULL, &tupdesc) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("genotype_from_nucleotides() is called where no row can be returned"),
				 errhint("Call it in FROM.")));
	if (nucleotides.count < FEWEST_BASES)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid nucleotide sequence of %s", gene_name(gene)),
				 errdetail("It has %d nucleotides, and fewer than %d can't be placed.", nucleotides.count, FEWEST_BASES),
				 errhint("A gene that was not sequenced has no genotype: leave it out, or NULL.")));
	align(&nucleotides, gene, alignment);
	if (alignment->matches < FEWEST_MATCHES || !sequence_check(&alignment->sequence, &error) ||
		!sequence_trim(&alignment->sequence))
		refuse(&nucleotides, gene);
	while (residues[first] == 0)
		first++;
	while (residues[last] == 0)
		last--;
	report = report_of(&nucleotides, alignment);
	element = get_element_type(TupleDescAttr(tupdesc, COLUMN_GENOTYPE)->atttypid);
	values[COLUMN_GENOTYPE] =
		PointerGetDatum(genotype_array(entries, sequence_entries(&alignment->sequence, entries), element));
	values[COLUMN_ALIGNED] = PointerGetDatum(aligned_text(&nucleotides, alignment, first, last));
	values[COLUMN_FIRST_CODON] = Int32GetDatum(first);
	values[COLUMN_LAST_CODON] = Int32GetDatum(last);
	values[COLUMN_FIRST_BASE] = Int32GetDatum(alignment->first_base + 1);
	values[COLUMN_LAST_BASE] = Int32GetDatum(alignment->end_base);
	values[COLUMN_AMBIGUOUS] = Float8GetDatum(ambiguous_share(&nucleotides, alignment));
	values[COLUMN_FRAMESHIFTS] = position_array(report.frameshifts, report.frameshift_count);
	values[COLUMN_STOPS] = position_array(report.stops, report.stop_count);
	values[COLUMN_UNUSUAL] = PointerGetDatum(genotype_array(report.unusual, report.unusual_count, element));
	values[COLUMN_APOBEC] = PointerGetDatum(genotype_array(report.apobec, report.apobec_count, element));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(BlessTupleDesc(tupdesc), values, nulls)));
}
