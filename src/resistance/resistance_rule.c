/*-------------------------------------------------------------------------
 *
 * resistance_rule.c
 *	  The rules of a resistance algorithm as rows, those that fire, the
 *	  comments, and single statements.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "funcapi.h"
#include "lib/stringinfo.h"
#include "utils/builtins.h"

#include "resistance/genotype.h"
#include "resistance/resistance_algorithm.h"

PG_FUNCTION_INFO_V1(resistance_rules);
PG_FUNCTION_INFO_V1(resistance_comments);
PG_FUNCTION_INFO_V1(resistance_algorithm_rules);
PG_FUNCTION_INFO_V1(resistance_statement_true);
PG_FUNCTION_INFO_V1(resistance_statement_score);

static Datum
score_datum(Score score)
{
	return Float8GetDatum((float8) score / SCORE_UNIT);
}

/* What fired: drug, rule, partial score or level. */
Datum
resistance_rules(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled = compiled_algorithm(fcinfo, 1);
	const ResistanceAlgorithm *algorithm = compiled->algorithm;
	ReturnSetInfo *result_info;
	int			count;
	const Mutation *genotype = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &count);

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	result_info = (ReturnSetInfo *) fcinfo->resultinfo;
	resistance_observe(algorithm, genotype, count, &compiled->observation);
	for (int drug = 0; drug < algorithm->drug_count; drug++)
	{
		drug_result(compiled, drug, true);
		for (int i = 0; i < compiled->fired_count; i++)
		{
			const FiredRule *rule = &compiled->fired[i];
			Datum		values[4];
			bool		nulls[4] = {false, false, rule->level >= 0, rule->level < 0};

			values[0] = PointerGetDatum(slice_text(algorithm->drugs[drug].name));
			values[1] = PointerGetDatum(slice_text(rule->text));
			values[2] = score_datum(rule->score);
			values[3] = rule->level < 0 ? (Datum) 0 :
				Int32GetDatum(algorithm->levels[rule->level].order);
			tuplestore_putvalues(result_info->setResult, result_info->setDesc, values, nulls);
		}
	}
	return (Datum) 0;
}

/* The genotype that comments are on, and where their rows go. */
typedef struct CommentRows
{
	const ResistanceAlgorithm *algorithm;
	const Mutation *genotype;
	int			count;
	ReturnSetInfo *result_info;
} CommentRows;

static void
append_text(void *context, const char *text, size_t length)
{
	appendBinaryStringInfo((StringInfo) context, text, (int) length);
}

static void
put_comment(const CommentRows *rows, int gene, const TextSlice *drug, int comment)
{
	const ResistanceComment *entry = &rows->algorithm->comments[comment];
	Datum		values[5];
	bool		nulls[5] = {false};
	StringInfoData expanded;

	initStringInfo(&expanded);
	resistance_comment_write(entry->text, gene, rows->genotype, rows->count, append_text, &expanded);
	nulls[0] = gene == GENE_NONE;
	values[0] = nulls[0] ? (Datum) 0 : CStringGetTextDatum(gene_name(gene));
	nulls[1] = drug == NULL;
	values[1] = nulls[1] ? (Datum) 0 : PointerGetDatum(slice_text(*drug));
	values[2] = PointerGetDatum(slice_text(entry->id));
	values[3] = Int32GetDatum(entry->sort);
	values[4] = PointerGetDatum(cstring_to_text_with_len(expanded.data, expanded.len));
	tuplestore_putvalues(rows->result_info->setResult, rows->result_info->setDesc, values, nulls);
	pfree(expanded.data);
}

/* Comments on mutations of a gene, and those of the rules of a drug. */
static void
put_rule_comments(CompiledAlgorithm *compiled, const CommentRows *rows, uint32 first, uint32 count,
				  int gene, const TextSlice *drug)
{
	for (uint32 i = first; i < first + count; i++)
	{
		const ResistanceRule *rule = &compiled->algorithm->rules[i];

		if (rule->comment >= 0 && !rule->is_score &&
			(compiled->observation.any_unread ?
			 resistance_rule_can_fire(compiled->algorithm, rule, &compiled->observation, false) :
			 resistance_rule_fires(compiled->algorithm, rule, &compiled->observation)))
			put_comment(rows, gene, drug, rule->comment);
	}
}

/* Comments: on mutations by gene, on drugs, and on the levels of drugs. */
Datum
resistance_comments(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled = compiled_algorithm(fcinfo, 1);
	const ResistanceAlgorithm *algorithm = compiled->algorithm;
	CommentRows rows = {algorithm};
	int		   *levels = palloc(sizeof(int) * algorithm->drug_count);

	rows.genotype = genotype_mutations(PG_GETARG_ARRAYTYPE_P(0), &rows.count);
	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	rows.result_info = (ReturnSetInfo *) fcinfo->resultinfo;
	resistance_observe(algorithm, rows.genotype, rows.count, &compiled->observation);
	for (int gene = GENE_NONE + 1; gene < GENE_LIMIT; gene++)
		for (int i = 0; i < algorithm->gene_rule_count; i++)
			if (algorithm->gene_rules[i].gene == gene)
				put_rule_comments(compiled, &rows, algorithm->gene_rules[i].first_rule,
								  algorithm->gene_rules[i].rules, gene, NULL);
	for (int i = 0; i < algorithm->drug_count; i++)
	{
		const ResistanceDrug *drug = &algorithm->drugs[i];
		DrugResult	result;

		put_rule_comments(compiled, &rows, drug->first_rule, drug->rules, drug->gene, &drug->name);
		result = drug_result(compiled, i, false);
		levels[i] = result.lowest_level != result.highest_level ? -1 :
			algorithm->levels[result.lowest_level].order;
	}
	for (int i = 0; i < algorithm->result_comment_count; i++)
		if (resistance_result_comment_fires(algorithm, &algorithm->result_comments[i], levels))
			put_comment(&rows, GENE_NONE, NULL, algorithm->result_comments[i].comment);
	return (Datum) 0;
}

/* The row of a rule without a score, or of one item of a score. */
static void
put_rule(ReturnSetInfo *result_info, const ResistanceAlgorithm *algorithm, int drug, int number,
		 const ResistanceRule *rule, const ScoreNode *node, int item, int maximum)
{
	Datum		values[8] = {0};
	bool		nulls[8] = {false};

	values[0] = PointerGetDatum(slice_text(algorithm->drugs[drug].name));
	values[1] = Int32GetDatum(number);
	values[2] = Int32GetDatum(item);
	nulls[2] = node == NULL;
	values[3] = Int32GetDatum(maximum);
	nulls[3] = maximum == 0;
	values[4] = PointerGetDatum(slice_text(node == NULL ? rule->condition : node->text));
	nulls[5] = node == NULL;
	if (node != NULL)
		values[5] = score_datum(node->score);
	nulls[6] = rule->level < 0;
	if (rule->level >= 0)
		values[6] = Int32GetDatum(algorithm->levels[rule->level].order);
	nulls[7] = rule->comment < 0;
	if (rule->comment >= 0)
		values[7] = PointerGetDatum(slice_text(algorithm->comments[rule->comment].id));
	tuplestore_putvalues(result_info->setResult, result_info->setDesc, values, nulls);
}

/* The rows of a score rule: its items, and the number of the MAX they are in. */
static void
put_score(ReturnSetInfo *result_info, const ResistanceAlgorithm *algorithm, int drug, int number,
		  const ResistanceRule *rule)
{
	int			item = 0;
	int			maximum = 0;
	uint32		maximum_end = rule->first;

	for (uint32 i = rule->first; i < rule->end; i++)
	{
		const ScoreNode *node = &algorithm->nodes[i];

		if (node->kind == SCORE_MAXIMUM)
		{
			/* A MAX inside another is part of the outer one here. */
			if (i >= maximum_end)
			{
				maximum++;
				maximum_end = node->end;
			}
			continue;
		}
		put_rule(result_info, algorithm, drug, number, rule, node, ++item,
				 i < maximum_end ? maximum : 0);
	}
}

/* The rules of an algorithm's drugs, for people to read. */
Datum
resistance_algorithm_rules(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled = compiled_algorithm(fcinfo, 0);
	const ResistanceAlgorithm *algorithm = compiled->algorithm;
	ReturnSetInfo *result_info;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	result_info = (ReturnSetInfo *) fcinfo->resultinfo;
	for (int drug = 0; drug < algorithm->drug_count; drug++)
	{
		for (uint32 i = 0; i < algorithm->drugs[drug].rules; i++)
		{
			const ResistanceRule *rule = &algorithm->rules[algorithm->drugs[drug].first_rule + i];

			if (rule->is_score)
				put_score(result_info, algorithm, drug, (int) i + 1, rule);
			else
				put_rule(result_info, algorithm, drug, (int) i + 1, rule, NULL, 0, 0);
		}
	}
	return (Datum) 0;
}

/* Compiles a statement, and puts the genotype where it looks for residues. */
static ResistanceAlgorithm *
statement_argument(FunctionCallInfo fcinfo, bool is_score, Observation *observation)
{
	text	   *source = PG_GETARG_TEXT_PP(0);
	int			gene = gene_argument(PG_GETARG_TEXT_PP(1));
	int			count;
	const Mutation *genotype = genotype_mutations(PG_GETARG_ARRAYTYPE_P(2), &count);
	ResistanceError error;
	ResistanceAlgorithm *statement;

	statement = resistance_statement_compile(VARDATA_ANY(source), VARSIZE_ANY_EXHDR(source), gene,
											 context_memory(CurrentMemoryContext), &error);
	if (statement == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid resistance statement: %s", error.message),
				 errhint("Write it as in the condition of a rule, such as 184VI AND EXCLUDE 65R.")));
	if (statement->rules[0].is_score != is_score)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 is_score ? errmsg("the statement has no score") : errmsg("the statement has a score"),
				 is_score ? errhint("Use resistance_statement_true().") :
				 errhint("Use resistance_statement_score().")));
	observation->residues = palloc(sizeof(ResidueSet) * statement->slots);
	observation->touched = NULL;
	observation->unread = palloc(sizeof(uint64_t) * statement->slot_words);
	resistance_observe(statement, genotype, count, observation);
	return statement;
}

/*
 * Whether a statement without a score holds for a genotype; NULL if positions
 * that it needs were not read.
 */
Datum
resistance_statement_true(PG_FUNCTION_ARGS)
{
	Observation observation;
	ResistanceAlgorithm *statement = statement_argument(fcinfo, false, &observation);

	if (observation.any_unread)
	{
		bool		certain = resistance_rule_can_fire(statement, statement->rules, &observation, false);

		if (!certain && resistance_rule_can_fire(statement, statement->rules, &observation, true))
			PG_RETURN_NULL();
		PG_RETURN_BOOL(certain);
	}
	PG_RETURN_BOOL(resistance_rule_fires(statement, statement->rules, &observation));
}

/* The score of a statement for a genotype; NULL if unread positions can change it. */
Datum
resistance_statement_score(PG_FUNCTION_ARGS)
{
	Observation observation;
	ResistanceAlgorithm *statement = statement_argument(fcinfo, true, &observation);
	Score		lowest;
	Score		highest;

	if (observation.any_unread)
	{
		resistance_score_range(statement, statement->rules, &observation, &lowest, &highest);
		if (lowest != highest)
			PG_RETURN_NULL();
		return score_datum(lowest);
	}
	return score_datum(resistance_rule_score(statement, statement->rules, &observation));
}
