/*-------------------------------------------------------------------------
 *
 * mutation.c
 *	  The type mutation: the residues seen at a position of a gene.
 *
 * The order, equality and hash of the type are those of the 64-bit integer
 * that holds it.  The binary form is a version byte, the gene's code, the
 * position as int16 and the residues as int32; of a coverage, 0 and its first
 * and last position, 12 bits each.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"

#include "resistance/mutation.h"

#define MUTATION_BINARY_VERSION 1

PG_FUNCTION_INFO_V1(mutation_in);
PG_FUNCTION_INFO_V1(mutation_out);
PG_FUNCTION_INFO_V1(mutation_recv);
PG_FUNCTION_INFO_V1(mutation_send);
PG_FUNCTION_INFO_V1(mutation_from_gene);
PG_FUNCTION_INFO_V1(mutation_any_change);
PG_FUNCTION_INFO_V1(mutation_gene_name);
PG_FUNCTION_INFO_V1(mutation_codon);
PG_FUNCTION_INFO_V1(mutation_consensus_text);
PG_FUNCTION_INFO_V1(mutation_residues_text);
PG_FUNCTION_INFO_V1(mutation_is_mixture);

/* The SQLSTATE of what the core found wrong. */
int
mutation_sqlstate(const MutationError *error)
{
	return error->code == MUTATION_OUT_OF_RANGE ?
		ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE : ERRCODE_INVALID_TEXT_REPRESENTATION;
}

/* The code of a gene that the user named; 22023 if there is no such gene. */
int
gene_argument(text *name)
{
	int			gene = gene_lookup(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));

	if (gene == GENE_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("gene \"%s\" is unknown", text_to_cstring(name)),
				 errhint("The genes are %s.", gene_list())));
	return gene;
}

/* Genes that the user listed, one bit a gene; a NULL among them is none. */
uint32
gene_list_argument(ArrayType *array)
{
	Datum	   *names;
	bool	   *nulls;
	int			count;
	uint32		genes = 0;

	deconstruct_array(array, TEXTOID, -1, false, TYPALIGN_INT, &names, &nulls, &count);
	for (int i = 0; i < count; i++)
		if (!nulls[i])
			genes |= (uint32) 1 << gene_argument(DatumGetTextPP(names[i]));
	return genes;
}

/* Text to mutation; errors are soft where the caller asks for that. */
Datum
mutation_in(PG_FUNCTION_ARGS)
{
	char	   *text = PG_GETARG_CSTRING(0);
	Mutation	mutation;
	MutationError error;

	if (!mutation_parse(text, strlen(text), GENE_NONE, &mutation, &error))
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(mutation_sqlstate(&error)),
				 errmsg("invalid input syntax for type %s: \"%s\"", "mutation", text),
				 errdetail("%s", error.detail),
				 errhint("%s", error.hint)));
	PG_RETURN_MUTATION(mutation);
}

Datum
mutation_out(PG_FUNCTION_ARGS)
{
	char	   *text = palloc(MUTATION_TEXT_SIZE);

	mutation_print(PG_GETARG_MUTATION(0), text);
	PG_RETURN_CSTRING(text);
}

/* Binary to mutation; 22P03 for what input could not have made. */
Datum
mutation_recv(PG_FUNCTION_ARGS)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(buffer);
	int			gene;
	int			position;
	uint32		residues;
	Mutation	mutation = 0;

	if (version != MUTATION_BINARY_VERSION)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("unsupported version %d of type %s", version, "mutation"),
				 errhint("The sender may run a newer version of the extension.")));
	gene = pq_getmsgbyte(buffer);
	position = (int16) pq_getmsgint(buffer, 2);
	residues = pq_getmsgint(buffer, 4);
	if (gene < GENE_LIMIT && position == 0 && residues <= 0xFFFFFF)
		mutation = coverage_make(gene, residues >> 12, residues & 0xFFF);
	else if (gene < GENE_LIMIT && position >= 1 && position <= reference_length(gene) &&
			 residues <= RESIDUE_ALL)
		mutation = mutation_make(gene, position, residues);
	if (!mutation_is_valid(mutation))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
				 errmsg("invalid binary value of type %s", "mutation"),
				 errdetail("Gene %d, position %d, residues 0x%x.", gene, position, residues),
				 errhint("Send what the type's binary output wrote.")));
	PG_RETURN_MUTATION(mutation);
}

Datum
mutation_send(PG_FUNCTION_ARGS)
{
	Mutation	mutation = PG_GETARG_MUTATION(0);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	pq_sendbyte(&buffer, MUTATION_BINARY_VERSION);
	pq_sendbyte(&buffer, mutation_gene(mutation));
	pq_sendint16(&buffer, mutation_position(mutation));
	pq_sendint32(&buffer, mutation_is_coverage(mutation) ?
				 (uint32) coverage_first(mutation) << 12 | coverage_last(mutation) :
				 mutation_residues(mutation));
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}

/* A mutation in a gene given apart, such as ('RT', 'M184V'). */
Datum
mutation_from_gene(PG_FUNCTION_ARGS)
{
	int			gene = gene_argument(PG_GETARG_TEXT_PP(0));
	text	   *change = PG_GETARG_TEXT_PP(1);
	Mutation	mutation;
	MutationError error;

	if (!mutation_parse(VARDATA_ANY(change), VARSIZE_ANY_EXHDR(change), gene, &mutation, &error))
		ereport(ERROR,
				(errcode(mutation_sqlstate(&error)),
				 errmsg("invalid input syntax for type %s: \"%s\"", "mutation",
						text_to_cstring(change)),
				 errdetail("%s", error.detail),
				 errhint("%s", error.hint)));
	if (mutation_gene(mutation) != gene)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("mutation \"%s\" is not of gene %s", text_to_cstring(change), gene_name(gene)),
				 errhint("Leave one of the two genes out, or make them the same.")));
	PG_RETURN_MUTATION(mutation);
}

/* Every residue at a position other than the consensus, as one mutation. */
Datum
mutation_any_change(PG_FUNCTION_ARGS)
{
	int			gene = gene_argument(PG_GETARG_TEXT_PP(0));
	int32		position = PG_GETARG_INT32(1);
	Mutation	all;

	if (position < 1 || position > reference_length(gene))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("position %d is outside %s", position, gene_name(gene)),
				 errdetail("%s has positions 1 to %d.", gene_name(gene), reference_length(gene)),
				 errhint("Check the position and the gene.")));
	all = mutation_make(gene, position, RESIDUE_ALL);
	PG_RETURN_MUTATION(mutation_make(gene, position, RESIDUE_ALL & ~mutation_consensus(all)));
}

Datum
mutation_gene_name(PG_FUNCTION_ARGS)
{
	PG_RETURN_TEXT_P(cstring_to_text(gene_name(mutation_gene(PG_GETARG_MUTATION(0)))));
}

Datum
mutation_codon(PG_FUNCTION_ARGS)
{
	if (mutation_is_coverage(PG_GETARG_MUTATION(0)))
		PG_RETURN_NULL();
	PG_RETURN_INT32(mutation_position(PG_GETARG_MUTATION(0)));
}

Datum
mutation_consensus_text(PG_FUNCTION_ARGS)
{
	char		letter = residue_letter(PG_GETARG_MUTATION(0) & 0x1F);

	if (mutation_is_coverage(PG_GETARG_MUTATION(0)))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(&letter, 1));
}

/* The residues with strokes between them, such as K/R; the consensus first. */
Datum
mutation_residues_text(PG_FUNCTION_ARGS)
{
	Mutation	mutation = PG_GETARG_MUTATION(0);
	char		text[MUTATION_TEXT_SIZE];

	if (mutation_is_coverage(mutation))
		PG_RETURN_NULL();
	if (mutation_is_unknown(mutation))
		strcpy(text, "X");
	else
		residues_print(mutation_residues(mutation), mutation_consensus(mutation), text);
	PG_RETURN_TEXT_P(cstring_to_text(text));
}

/* More than one residue was seen; NULL where they are unknown. */
Datum
mutation_is_mixture(PG_FUNCTION_ARGS)
{
	Mutation	mutation = PG_GETARG_MUTATION(0);

	if (mutation_is_unknown(mutation) || mutation_is_coverage(mutation))
		PG_RETURN_NULL();
	PG_RETURN_BOOL(residue_count(mutation_residues(mutation)) > 1);
}
