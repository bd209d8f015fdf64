/*
 * mutation.c
 *	  Unit tests of the text, order and union of mutations, and of aligned
 *	  sequences.
 */
#include <stdlib.h>

#include "core/resistance/coverage.h"
#include "tap.h"

/* The canonical text of a mutation, or the detail of the error. */
static const char *
read_back(const char *text, int gene)
{
	static char buffer[256];
	Mutation	mutation;
	MutationError error;

	if (mutation_parse(text, strlen(text), gene, &mutation, &error))
		mutation_print(mutation, buffer);
	else
		snprintf(buffer, sizeof(buffer), "%s", error.detail);
	return buffer;
}

/* The canonical texts of a list, with blanks between, or the error. */
static const char *
read_list(const char *text)
{
	static char buffer[1024];
	MutationCursor cursor = {text, strlen(text), 0, GENE_NONE};
	Mutation	mutation;
	static MutationError error;
	size_t		length = 0;
	int			status;

	buffer[0] = '\0';
	while ((status = mutation_cursor_next(&cursor, &mutation, &error)) > 0)
	{
		if (length > 0)
			buffer[length++] = ' ';
		length += mutation_print(mutation, buffer + length);
	}
	return status < 0 ? error.detail : buffer;
}

static const char *
read_sequence(const char *gene, const char *text, int first)
{
	static char buffer[2048];
	AlignedSequence sequence;
	Mutation	entries[MAXIMUM_ENTRIES];
	static MutationError error;
	size_t		length = 0;
	int			count;

	buffer[0] = '\0';
	if (!sequence_read(text, strlen(text), gene_lookup(gene, strlen(gene)), first, &sequence, &error) ||
		!sequence_check(&sequence, &error))
		return error.detail;
	count = sequence_entries(&sequence, entries);
	for (int i = 0; i < count && length < sizeof(buffer) - MUTATION_TEXT_SIZE; i++)
	{
		if (i > 0)
			buffer[length++] = ' ';
		length += mutation_print(entries[i], buffer + length);
	}
	return buffer;
}

/* The hint to a sequence that is refused. */
static const char *
sequence_hint(const char *gene, const char *text)
{
	AlignedSequence sequence;
	static MutationError error;

	error.hint[0] = '\0';
	if (sequence_read(text, strlen(text), gene_lookup(gene, strlen(gene)), 1, &sequence, &error))
		sequence_check(&sequence, &error);
	return error.hint;
}

static void
test_notations(void)
{
	is_string(read_back("RT:M184V", GENE_NONE), "RT:M184V", "gene, wild type, position, residue");
	is_string(read_back("M184V", GENE_RT), "RT:M184V", "the gene given apart");
	is_string(read_back("184V", GENE_RT), "RT:M184V", "without the wild type");
	is_string(read_back("IN:Q148H/K/R", GENE_NONE), "IN:Q148H/K/R", "a mixture with strokes");
	is_string(read_back("IN:Q148RKH", GENE_NONE), "IN:Q148H/K/R", "a mixture without strokes");
	is_string(read_back("RT:K65K/R", GENE_NONE), "RT:K65K/R", "a mixture with the wild type");
	is_string(read_back("RT:K65RK", GENE_NONE), "RT:K65K/R", "the wild type is written first");
	is_string(read_back("RT:T69_SSS", GENE_NONE), "RT:T69i", "an insertion");
	is_string(read_back("RT:T69S_SG", GENE_NONE), "RT:T69S/i", "inserted residues are no substitutions");
	is_string(read_back("RT:T69S/T_SGG", GENE_NONE), "RT:T69T/S/i", "also behind a mixture");
	is_string(read_back("RT:69i", GENE_NONE), "RT:T69i", "i is an insertion");
	is_string(read_back("RT:T69ins", GENE_NONE), "RT:T69i", "ins is an insertion");
	is_string(read_back("RT:T69Insertion", GENE_NONE), "RT:T69i", "Insertion is one");
	is_string(read_back("RT:67d", GENE_NONE), "RT:D67d", "d is a deletion");
	is_string(read_back("RT:D67del", GENE_NONE), "RT:D67d", "del is a deletion");
	is_string(read_back("RT:D67-", GENE_NONE), "RT:D67d", "a dash is a deletion");
	is_string(read_back("RT:K103*", GENE_NONE), "RT:K103*", "a stop");
	is_string(read_back("RT:K103X", GENE_NONE), "RT:K103X", "unknown residues");
	is_string(read_back(" rt : 184V ", GENE_NONE), "RT:M184V", "blanks and the case of the gene");
	is_string(read_back("FU:G36D", GENE_NONE), "GP41:G36D", "another name of a gene");
	is_string(read_back("PR:V77I", GENE_RT), "PR:V77I", "the gene of the text goes first");
}

static void
test_refusals(void)
{
	is_string(read_back("RT:K184V", GENE_NONE), "The wild type of RT at position 184 is M, not K.", "a wrong wild type");
	is_string(read_back("RT:M184M", GENE_NONE), "M is the wild type of RT at position 184, and alone no mutation.", "the wild type alone");
	is_string(read_back("RT:M561V", GENE_NONE), "RT has positions 1 to 560.", "behind the gene");
	is_string(read_back("RT:M0V", GENE_NONE), "RT has positions 1 to 560.", "position 0");
	is_string(read_back("RT:M99999999999184V", GENE_NONE), "RT has positions 1 to 560.", "a huge position");
	is_string(read_back("XX:M184V", GENE_NONE), "\"XX\" is not a gene.", "an unknown gene");
	is_string(read_back("M184V", GENE_NONE), "The gene is missing.", "no gene");
	is_string(read_back("RT:M184", GENE_NONE), "The residues are missing.", "no residue");
	is_string(read_back("RT:MV", GENE_NONE), "The position is missing.", "no position");
	is_string(read_back("RT:M184v", GENE_NONE), "\"v\" is not a residue.", "small letters");
	is_string(read_back("RT:M184B", GENE_NONE), "\"B\" is not a residue.", "an ambiguity code");
	is_string(read_back("RT:M184V/", GENE_NONE), "A residue is missing after \"/\".", "a stroke at the end");
	is_string(read_back("RT:M184VX", GENE_NONE), "\"X\" is not a residue.", "unknown with others");
	is_string(read_back("", GENE_RT), "The text is empty.", "nothing");
	is_string(read_back("RT:", GENE_NONE), "The position is missing.", "a gene alone");
}

static void
test_lists(void)
{
	is_string(read_list("RT: M41L, M184V; IN: N155H"), "RT:M41L RT:M184V IN:N155H", "a list with genes");
	is_string(read_list("RT:M41L+M184V\nPR:L90M"), "RT:M41L RT:M184V PR:L90M", "other separators");
	is_string(read_list(""), "", "an empty list");
	is_string(read_list("RT:"), "", "a gene without mutations");
	is_string(read_list("M41L"), "The gene is missing.", "a list without a gene");
	is_string(read_list("RT: M41L, FOO"), "The position is missing.", "what is no mutation");
}

static void
test_sequences(void)
{
	is_string(read_sequence("PR", "PQITLW", 1), "PR:1-6", "the reference has no mutation");
	is_string(read_sequence("PR", "PQVTLW", 1), "PR:I3V PR:1-6", "a substitution");
	is_string(read_sequence("PR", "TLWQ", 4), "PR:4-7", "from a position on");
	is_string(read_sequence("RT", "VKQ[KR]TDS", 0), "RT has positions 1 to 560.", "a first position outside");
	is_string(read_sequence("RT", "KKK-STKW", 64), "RT:D67d RT:64-71", "a dash is a deletion");
	is_string(read_sequence("RT", "KKKDSSsgKW", 64), "RT:T69S/i RT:64-71", "small letters are an insertion after 69");
	is_string(read_sequence("RT", "KKKDSTsgKW", 64), "RT:T69T/i RT:64-71", "an insertion after the wild type");
	is_string(read_sequence("RT", "K[KR]KDXTKW", 64), "RT:K65K/R RT:S68X RT:64-71", "a mixture; X tells nothing");
	is_string(read_sequence("RT", "K[KRNQE]KDS.TKW", 64), "RT:K65X RT:64-71", "five amino acids tell nothing");
	is_string(read_sequence("RT", "K[KRNQ]KDSTKW", 64), "RT:K65K/N/Q/R RT:64-71", "four amino acids are a mixture");
	is_string(read_sequence("RT", "--KNSTKW--", 64), "RT:D67N RT:66-71", "dashes at the ends were not sequenced");
	is_string(read_sequence("RT", "XXKNSTKW~~", 64), "RT:D67N RT:66-71", "nor were unknown residues there");
	is_string(read_sequence("RT", "KK~DSTKW", 64), "RT:K66X RT:64-71", "a frameshift tells nothing");
	is_string(read_sequence("RT", "KKK------RKLVDF", 64), "RT:64-66 RT:K73R RT:L74K RT:V75L RT:D76V RT:F77D RT:R78F RT:73-78", "a long gap was not sequenced");
	is_string(read_sequence("RT", "KZKBSTKW", 64), "RT:K65E/Q RT:D67D/N RT:64-71", "ambiguity codes");
	is_string(read_sequence("RT", "KKKDST*W", 64), "RT:K70* RT:64-71", "a stop");
	is_string(read_sequence("PR", "pqvtlw", 1), "PR:I3V PR:1-6", "small letters throughout are capitals");
	is_string(read_sequence("RT", "KK1", 64), "\"1\" at position 66 of RT is not a residue.", "no letter");
	is_string(read_sequence("RT", "K[KR", 64), "The mixture at position 65 has no closing bracket.", "an open bracket");
	is_string(read_sequence("PR", "NFP", 98), "The sequence goes beyond the 99 positions of PR.", "too long");
	is_string(read_sequence("PR", "", 1), "It has no residue that was read.", "nothing");
	is_string(read_sequence("PR", "----------", 1), "It has no residue that was read.", "dashes alone");
	is_string(read_sequence("PR", "XXXXXXXXXX", 1), "It has no residue that was read.", "unknown residues alone");
}

static void
test_gene(void)
{
	static const char shifted[] = "PQITLWQRPLVTIKIGGQLKEALLDTGADDTVLEEMNLPGRWKPKMGGIGGFIKVRQYDQILIEICGHKAIGTVLVGPTPVNIIGRNLLTQIGCTLNF";

	is_string(sequence_hint("PR", reference_sequence(GENE_PR)), "", "the gene itself");
	is_string(sequence_hint("RT", reference_sequence(GENE_PR)), "It fits PR, with position 1 there.", "another gene");
	is_string(sequence_hint("PR", "SFPQITLWQRPLVTIKIGGQLKEALLDTG"), "It fits PR, with position -1 there.", "two residues before the gene");
	is_string(sequence_hint("PR", reference_sequence(GENE_PR) + 1), "It fits PR, with position 2 there.", "one residue short");
	is_string(sequence_hint("PR", shifted), "It fits PR, with position 43 there.", "a residue is missing within");
	is_string(sequence_hint("PR", "CCTCAGGTCACTCTTTGGCAACGACC"), "Use genotype_from_nucleotides().", "nucleotides");
	is_string(sequence_hint("PR", "cctcaggtcactctttggcaacgacc"), "Use genotype_from_nucleotides().", "nucleotides in small letters");
	is_string(sequence_hint("IN", "AAAAAAAAAAEEEEEEEEEEKKKKKKKKKK"),
			  "It fits none of CA, PR, RT, IN, GP120 and GP41: check the sequence.", "no gene");
}

static void
test_coverage(void)
{
	Mutation	coverage = coverage_make(GENE_RT, 1, 240);
	Coverage	read;
	Mutation	genotype[3] = {coverage, mutation_make(GENE_RT, 184, RESIDUE_ANY_ACID),
	mutation_make(GENE_RT, 300, 2)};

	is_string(read_back("RT:1-240", GENE_NONE), "RT:1-240", "what was sequenced");
	is_string(read_back("RT:67-", GENE_NONE), "RT:D67d", "a dash at the end is a deletion");
	is_string(read_back("RT:240-1", GENE_NONE), "The last position lies before the first.", "backwards");
	is_string(read_back("RT:1-561", GENE_NONE), "RT has positions 1 to 560.", "beyond the gene");
	is_string(read_list("RT: 1-240, M41L"), "RT:1-240 RT:M41L", "in a list");
	ok(mutation_is_valid(coverage) && mutation_seen(coverage) == 0, "it shows no residue");
	ok(!mutation_is_valid(coverage_make(GENE_RT, 2, 1)) && !mutation_is_valid(coverage_make(GENE_RT, 1, 561)) &&
	   !mutation_is_valid(coverage_make(1, 1, 1)), "other ranges are not valid");
	coverage_of(genotype, 3, GENE_RT, &read);
	ok(coverage_bit(read.read, 240) && !coverage_bit(read.read, 241) && !coverage_bit(read.read, 184) &&
	   coverage_bit(read.read, 300), "what is unknown was not read, what has a residue was");
	coverage_of(genotype, 3, GENE_PR, &read);
	ok(!coverage_bit(read.read, 1), "a gene beside was not");
	coverage_of(genotype + 1, 2, GENE_PR, &read);
	ok(coverage_bit(read.read, 1), "but in a list it was");
}

/* What laboratories write, and what it is not. */
static void
test_grammar(void)
{
	is_string(read_back("RT:T69SSS", GENE_NONE), "A residue is named twice, which no mixture does.", "a residue twice");
	is_string(read_back("RT:67delD", GENE_NONE), "RT:D67d", "the deleted wild type after del");
	is_string(read_back("RT:D67delD", GENE_NONE), "RT:D67d", "also with the wild type before");
	is_string(read_back("RT:D67delN", GENE_NONE),
			  "The letters after a deletion are not the wild type that was deleted.", "another letter after del");
	is_string(read_back("RT:D67del/N", GENE_NONE), "RT:D67N/d", "a mixture with a deletion");
	is_string(read_back("RT:T69insSS", GENE_NONE), "RT:T69i", "letters after ins are inserted");
	is_string(read_back("RT:T69SinsSG", GENE_NONE), "RT:T69S/i", "beside a residue");
	is_string(read_back("RT:T69ins_SSG", GENE_NONE), "RT:T69i", "after an underscore");
	is_string(read_back("RT:T69S_", GENE_NONE), "The inserted residues are missing after \"_\".", "nothing inserted");
	is_string(read_back("PR:V3I", GENE_NONE), "The residue is the consensus of subtype B, and alone no mutation.",
			  "HXB2's letter before the consensus");
	is_string(read_back("PR:V3L", GENE_NONE), "PR:I3L", "HXB2's letter is a wild type");
	is_string(read_back("IN:N232D", GENE_NONE), "The residue is the consensus of subtype B, and alone no mutation.",
			  "HXB2's letter in IN");
	is_string(read_back("IN:D232N", GENE_NONE), "IN:D232N", "the consensus's letter in IN");
	is_string(read_list("PR: V3I, S37N, L90M; IN: N232D"), "PR:L90M", "a list goes on behind it");
	is_string(read_list("RT: K103KNRSQH"), "RT:K103X", "more than four amino acids tell nothing");
	is_string(read_list("RT: K103KNRS"), "RT:K103K/N/R/S", "four are a mixture");
	is_string(read_back("RT:K103KNRSQH", GENE_NONE), "RT:K103K/H/N/Q/R/S", "a value keeps what it is");
}

int
main(void)
{
	Mutation	a;
	Mutation	b;
	MutationError error;

	test_notations();
	test_refusals();
	test_lists();
	test_sequences();
	test_gene();
	test_coverage();
	test_grammar();

	mutation_parse("RT:K65K/R", 9, GENE_NONE, &a, &error);
	mutation_parse("RT:K65N", 7, GENE_NONE, &b, &error);
	ok(mutation_is_valid(a) && mutation_is_valid(mutation_union(a, b)), "a union is valid");
	is_int(residue_count(mutation_residues(mutation_union(a, b))), 3, "a union has all residues");
	mutation_parse("RT:K65X", 7, GENE_NONE, &b, &error);
	ok(mutation_union(a, b) == a && mutation_union(b, a) == a, "what is unknown adds nothing");
	ok(!mutation_is_valid(0) && !mutation_is_valid(-1) && !mutation_is_valid(a ^ 1), "other bits are not valid");
	mutation_parse("PR:L90M", 7, GENE_NONE, &b, &error);
	ok(b < a, "genes are ordered as on the genome");
	return done_testing();
}
