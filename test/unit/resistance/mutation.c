/*
 * mutation.c
 *	  Unit tests of the text, order and union of mutations, and of aligned
 *	  sequences.
 */
#include <stdlib.h>

#include "core/resistance/mutation.h"
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
	static char buffer[1024];
	SequenceCursor cursor;
	Mutation	mutation;
	static MutationError error;
	size_t		length = 0;
	int			status = -1;

	buffer[0] = '\0';
	if (sequence_cursor_open(&cursor, text, strlen(text), gene_lookup(gene, strlen(gene)), first, &error))
		while ((status = sequence_cursor_next(&cursor, &mutation, &error)) > 0)
		{
			if (length > 0)
				buffer[length++] = ' ';
			length += mutation_print(mutation, buffer + length);
		}
	return status < 0 ? error.detail : buffer;
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
	is_string(read_back("RT:T69S/T_S/GG", GENE_NONE), "RT:T69T/S/i", "nor are mixtures of them");
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
	is_string(read_sequence("PR", "PQITLW", 1), "", "the reference has no mutation");
	is_string(read_sequence("PR", "PQVTLW", 1), "PR:I3V", "a substitution");
	is_string(read_sequence("PR", "TLWQ", 4), "", "from a position on");
	is_string(read_sequence("RT", "VKQ[KR]TDS", 0), "RT has positions 1 to 560.", "a first position outside");
	is_string(read_sequence("RT", "KKK-STKW", 64), "RT:D67d", "a dash is a deletion");
	is_string(read_sequence("RT", "KKKDSSsgKW", 64), "RT:T69S/i", "small letters are an insertion after 69");
	is_string(read_sequence("RT", "KKKDSTsgKW", 64), "RT:T69T/i", "an insertion after the wild type");
	is_string(read_sequence("RT", "K[KR]KDXTKW", 64), "RT:K65K/R", "a mixture; X tells nothing");
	is_string(read_sequence("RT", "K[KRNQE]KDS.TKW", 64), "", "five amino acids tell nothing");
	is_string(read_sequence("RT", "K[KRNQ]KDSTKW", 64), "RT:K65K/N/Q/R", "four amino acids are a mixture");
	is_string(read_sequence("RT", "--KNSTKW--", 64), "RT:D67N", "dashes at the ends were not sequenced");
	is_string(read_sequence("RT", "KZKBSTKW", 64), "RT:K65E/Q RT:D67D/N", "ambiguity codes");
	is_string(read_sequence("RT", "KKKDST*W", 64), "RT:K70*", "a stop");
	is_string(read_sequence("RT", "KK1", 64), "\"1\" at position 66 of RT is not a residue.", "no letter");
	is_string(read_sequence("RT", "K[KR", 64), "The mixture at position 65 has no closing bracket.", "an open bracket");
	is_string(read_sequence("PR", "NFP", 98), "The sequence goes beyond the 99 positions of PR.", "too long");
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
