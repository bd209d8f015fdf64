/*-------------------------------------------------------------------------
 *
 * resistance.c
 *	  The resistance of a genotype, drug by drug.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "resistance/genotype.h"
#include "resistance/resistance_algorithm.h"

PG_FUNCTION_INFO_V1(resistance);
PG_FUNCTION_INFO_V1(resistance_of_genes);
PG_FUNCTION_INFO_V1(resistance_score);
PG_FUNCTION_INFO_V1(resistance_level);
PG_FUNCTION_INFO_V1(resistance_sir);
PG_FUNCTION_INFO_V1(resistance_scores);
PG_FUNCTION_INFO_V1(resistance_levels);

/* Columns of resistance(): all but scores, levels and rules are kept. */
enum
{
	COLUMN_DRUG, COLUMN_CLASS, COLUMN_GENE, COLUMN_SCORE, COLUMN_LEVEL, COLUMN_LEVEL_TEXT,
	COLUMN_SIR, COLUMN_LOWEST_SCORE, COLUMN_HIGHEST_SCORE, COLUMN_LOWEST_LEVEL,
	COLUMN_HIGHEST_LEVEL, COLUMN_LOWEST_SIR, COLUMN_HIGHEST_SIR, COLUMN_OPEN_POSITIONS, COLUMN_RULES, COLUMNS
};

/* A row of a drug at a level without rules, and where its scores are. */
typedef struct RowPattern
{
	HeapTuple	tuple;
	size_t		score;			/* right before the level */
	size_t		lowest_score;	/* after the text of S, I or R; the highest follows */
} RowPattern;

/* What resistance() keeps to make its rows of, by drug and by level. */
typedef struct ResistanceRows
{
	Datum	   *drug;
	Datum	   *drug_class;
	Datum	   *gene;
	Datum	   *level_text;
	Datum	   *sir;
	HeapTuple  *untouched;		/* the row of no mutation, once it was made */
	RowPattern *patterns;		/* by drug and level */
	HeapTupleData row;			/* the row that is being made, of so much room */
	size_t		room;
	struct varlena *rules;		/* an empty text */
} ResistanceRows;

/* Puts the residues that a genotype shows where the rules look for them. */
void
observe_genotype(CompiledAlgorithm *compiled, ArrayType *genotype)
{
	int			count;
	const Mutation *mutations = genotype_mutations(genotype, &count);

	resistance_observe(compiled->algorithm, mutations, count, &compiled->observation);
}

/* Whether the result of a drug may not be that of no mutation. */
static bool
is_touched(const CompiledAlgorithm *compiled, int drug)
{
	return resistance_is_touched(compiled->algorithm, drug, &compiled->observation) ||
		resistance_is_unread(compiled->algorithm, drug, &compiled->observation);
}

static ResistanceRows *
make_rows(CompiledAlgorithm *compiled)
{
	const ResistanceAlgorithm *algorithm = compiled->algorithm;
	MemoryContext previous = MemoryContextSwitchTo(compiled->context);
	ResistanceRows *rows = palloc0(sizeof(ResistanceRows));

	rows->untouched = palloc0(sizeof(HeapTuple) * algorithm->drug_count);
	rows->patterns = palloc0(sizeof(RowPattern) * algorithm->drug_count * algorithm->level_count);
	rows->drug = palloc(sizeof(Datum) * algorithm->drug_count);
	rows->drug_class = palloc(sizeof(Datum) * algorithm->drug_count);
	rows->gene = palloc(sizeof(Datum) * algorithm->drug_count);
	rows->level_text = palloc(sizeof(Datum) * algorithm->level_count);
	rows->sir = palloc(sizeof(Datum) * algorithm->level_count);
	for (int i = 0; i < algorithm->drug_count; i++)
	{
		const ResistanceDrug *drug = &algorithm->drugs[i];

		rows->drug[i] = PointerGetDatum(slice_text(drug->name));
		rows->drug_class[i] = PointerGetDatum(slice_text(algorithm->classes[drug->class_index].name));
		rows->gene[i] = CStringGetTextDatum(gene_name(drug->gene));
	}
	for (int i = 0; i < algorithm->level_count; i++)
	{
		rows->level_text[i] = PointerGetDatum(slice_text(algorithm->levels[i].text));
		rows->sir[i] = PointerGetDatum(cstring_to_text_with_len(&algorithm->levels[i].sir, 1));
	}
	rows->rules = cstring_to_text("");
	MemoryContextSwitchTo(previous);
	return rows;
}

/*
 * Writes what fired: "41L => 5; 184IV => -10" of scores, "151M => level 3" of
 * rules with a level.  Returns its end.
 */
static char *
write_fired(const CompiledAlgorithm *compiled, char *out)
{
	for (int i = 0; i < compiled->fired_count; i++)
	{
		const FiredRule *rule = &compiled->fired[i];

		if (i > 0)
		{
			*out++ = ';';
			*out++ = ' ';
		}
		memcpy(out, rule->text.text, rule->text.length);
		out += rule->text.length;
		if (rule->level >= 0)
			out += sprintf(out, " => level %d", compiled->algorithm->levels[rule->level].order);
	}
	return out;
}

/* Whether the unread positions leave more than one score or level. */
static bool
is_open(const DrugResult *result)
{
	return result->lowest_score != result->highest_score ||
		result->lowest_level != result->highest_level;
}

/* Whether all levels that are possible are one of S, I and R. */
static bool
sir_is_settled(const ResistanceAlgorithm *algorithm, const DrugResult *result)
{
	for (int i = result->lowest_level; i < result->highest_level; i++)
		if (algorithm->levels[i].sir != algorithm->levels[i + 1].sir)
			return false;
	return true;
}

/* The values of a row without rules. */
static void
fill_row(CompiledAlgorithm *compiled, ResistanceRows *rows, int drug, const DrugResult *result,
		 Datum *values, bool *nulls)
{
	const ResistanceAlgorithm *algorithm = compiled->algorithm;

	memset(nulls, 0, sizeof(bool) * COLUMNS);
	values[COLUMN_DRUG] = rows->drug[drug];
	values[COLUMN_CLASS] = rows->drug_class[drug];
	values[COLUMN_GENE] = rows->gene[drug];
	values[COLUMN_LOWEST_SCORE] = Float8GetDatum((float8) result->lowest_score / SCORE_UNIT);
	values[COLUMN_HIGHEST_SCORE] = Float8GetDatum((float8) result->highest_score / SCORE_UNIT);
	values[COLUMN_SCORE] = values[COLUMN_LOWEST_SCORE];
	nulls[COLUMN_LOWEST_SCORE] = nulls[COLUMN_HIGHEST_SCORE] = !result->has_score;
	nulls[COLUMN_SCORE] = !result->has_score || result->lowest_score != result->highest_score;
	values[COLUMN_LOWEST_LEVEL] = Int32GetDatum(algorithm->levels[result->lowest_level].order);
	values[COLUMN_HIGHEST_LEVEL] = Int32GetDatum(algorithm->levels[result->highest_level].order);
	values[COLUMN_LEVEL] = values[COLUMN_LOWEST_LEVEL];
	values[COLUMN_LEVEL_TEXT] = rows->level_text[result->lowest_level];
	nulls[COLUMN_LEVEL] = nulls[COLUMN_LEVEL_TEXT] = result->lowest_level != result->highest_level;
	values[COLUMN_SIR] = rows->sir[result->lowest_level];
	values[COLUMN_LOWEST_SIR] = rows->sir[result->lowest_level];
	values[COLUMN_HIGHEST_SIR] = rows->sir[result->highest_level];
	nulls[COLUMN_SIR] = !sir_is_settled(algorithm, result);
	nulls[COLUMN_OPEN_POSITIONS] = true;
	values[COLUMN_RULES] = PointerGetDatum(rows->rules);
}

/* Where a column of a tuple begins. */
static size_t
column_offset(HeapTuple tuple, int column, TupleDesc tupdesc)
{
	bool		is_null;

	return DatumGetPointer(heap_getattr(tuple, column + 1, tupdesc, &is_null)) - (char *) tuple->t_data;
}

static RowPattern
make_pattern(CompiledAlgorithm *compiled, ResistanceRows *rows, int drug, const DrugResult *result, TupleDesc tupdesc)
{
	MemoryContext previous = MemoryContextSwitchTo(compiled->context);
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS];
	RowPattern	pattern;
	size_t		sir;

	fill_row(compiled, rows, drug, result, values, nulls);
	pattern.tuple = heap_form_tuple(tupdesc, values, nulls);
	pattern.score = column_offset(pattern.tuple, COLUMN_LEVEL_TEXT, tupdesc) - sizeof(int32) - sizeof(float8);
	sir = column_offset(pattern.tuple, COLUMN_SIR, tupdesc);
	pattern.lowest_score = DOUBLEALIGN(sir + VARSIZE_ANY((char *) pattern.tuple->t_data + sir));
	MemoryContextSwitchTo(previous);
	return pattern;
}

/* Room for the row: a pattern's, and the text of what fired. */
static void
make_room(CompiledAlgorithm *compiled, ResistanceRows *rows, HeapTuple pattern)
{
	size_t		needed = pattern->t_len + VARHDRSZ + sizeof(int32);

	for (int i = 0; i < compiled->fired_count; i++)
		needed += compiled->fired[i].text.length + 24;
	if (needed <= rows->room)
		return;
	rows->room = needed * 2;
	if (rows->row.t_data)
		pfree(rows->row.t_data);
	rows->row.t_data = MemoryContextAlloc(compiled->context, rows->room);
}

/* Ends a row with the rules, a short text at once, a long one aligned. */
static void
append_rules(CompiledAlgorithm *compiled, HeapTuple row, char *place)
{
	char	   *end = write_fired(compiled, place + VARHDRSZ_SHORT);
	size_t		length = end - place - VARHDRSZ_SHORT;
	char	   *aligned = (char *) INTALIGN(place);

	if (length + VARHDRSZ_SHORT <= VARATT_SHORT_MAX)
		SET_VARSIZE_SHORT(place, length + VARHDRSZ_SHORT);
	else
	{
		memmove(aligned + VARHDRSZ, place + VARHDRSZ_SHORT, length);
		memset(place, 0, aligned - place);
		SET_VARSIZE(aligned, length + VARHDRSZ);
		end = aligned + VARHDRSZ + length;
	}
	row->t_len = end - (char *) row->t_data;
}

/* Puts the score into a copy of a pattern, and as the lowest and the highest. */
static void
put_score(char *data, const RowPattern *pattern, float8 score)
{
	memcpy(data + pattern->score, &score, sizeof(score));
	memcpy(data + pattern->lowest_score, &score, sizeof(score));
	memcpy(data + pattern->lowest_score + sizeof(score), &score, sizeof(score));
}

/*
 * The row of a drug, valid until the next one.  Forming each of its columns
 * would take as long as evaluating the rules: it is copied from that of its
 * level, in which only the scores and the rules, which come last, are not the
 * same.
 */
static HeapTuple
make_row(CompiledAlgorithm *compiled, ResistanceRows *rows, int drug, const DrugResult *result,
		 TupleDesc tupdesc)
{
	RowPattern *pattern = &rows->patterns[drug * compiled->algorithm->level_count + result->lowest_level];
	char	   *data;

	if (pattern->tuple == NULL)
		*pattern = make_pattern(compiled, rows, drug, result, tupdesc);
	make_room(compiled, rows, pattern->tuple);
	data = (char *) rows->row.t_data;
	memcpy(data, pattern->tuple->t_data, pattern->tuple->t_len);
	if (result->has_score)
		put_score(data, pattern, (float8) result->lowest_score / SCORE_UNIT);
	append_rules(compiled, &rows->row, data + pattern->tuple->t_len - VARHDRSZ_SHORT);
	return &rows->row;
}

/* Adds the row of a drug that unread positions leave open. */
static void
put_open(CompiledAlgorithm *compiled, ResistanceRows *rows, int drug, const DrugResult *result,
		 ReturnSetInfo *result_info)
{
	Datum		values[COLUMNS];
	bool		nulls[COLUMNS];
	int			positions[MAXIMUM_POSITIONS];
	Datum		elements[MAXIMUM_POSITIONS];
	int			count = resistance_open_positions(compiled->algorithm, drug, &compiled->observation, positions);
	size_t		room = VARHDRSZ;
	text	   *rules;

	for (int i = 0; i < compiled->fired_count; i++)
		room += compiled->fired[i].text.length + 24;
	rules = palloc(room);
	SET_VARSIZE(rules, write_fired(compiled, VARDATA(rules)) - (char *) rules);
	for (int i = 0; i < count; i++)
		elements[i] = Int32GetDatum(positions[i]);
	fill_row(compiled, rows, drug, result, values, nulls);
	nulls[COLUMN_OPEN_POSITIONS] = false;
	values[COLUMN_OPEN_POSITIONS] =
		PointerGetDatum(construct_array(elements, count, INT4OID, sizeof(int32), true, TYPALIGN_INT));
	values[COLUMN_RULES] = PointerGetDatum(rules);
	tuplestore_putvalues(result_info->setResult, result_info->setDesc, values, nulls);
}

/* Adds the row of a drug: most are those of no mutation, which are kept. */
static void
put_drug(CompiledAlgorithm *compiled, ResistanceRows *rows, int drug, ReturnSetInfo *result_info)
{
	bool		touched = is_touched(compiled, drug);
	DrugResult	result;

	if (!touched && rows->untouched[drug] != NULL)
	{
		tuplestore_puttuple(result_info->setResult, rows->untouched[drug]);
		return;
	}
	result = drug_result(compiled, drug, true);
	if (is_open(&result))
	{
		put_open(compiled, rows, drug, &result, result_info);
		return;
	}
	tuplestore_puttuple(result_info->setResult,
						make_row(compiled, rows, drug, &result, result_info->setDesc));
	if (!touched)
	{
		MemoryContext previous = MemoryContextSwitchTo(compiled->context);

		rows->untouched[drug] = heap_copytuple(&rows->row);
		MemoryContextSwitchTo(previous);
	}
}

/* The rows of the drugs of some genes, one bit a gene. */
static Datum
put_genes(FunctionCallInfo fcinfo, uint32 genes)
{
	CompiledAlgorithm *compiled = compiled_algorithm(fcinfo, 1);
	ReturnSetInfo *result_info;

	InitMaterializedSRF(fcinfo, MAT_SRF_USE_EXPECTED_DESC);
	result_info = (ReturnSetInfo *) fcinfo->resultinfo;
	if (compiled->extra == NULL)
		compiled->extra = make_rows(compiled);
	observe_genotype(compiled, PG_GETARG_ARRAYTYPE_P(0));
	for (int i = 0; i < compiled->algorithm->drug_count; i++)
		if (genes >> compiled->algorithm->drugs[i].gene & 1)
			put_drug(compiled, compiled->extra, i, result_info);
	return (Datum) 0;
}

/*
 * One row per drug of the algorithm, in its order: drug, class, gene, score
 * (NULL without score rules), level, its text, S/I/R, and what fired.
 */
Datum
resistance(PG_FUNCTION_ARGS)
{
	return put_genes(fcinfo, ~(uint32) 0);
}

/* The same for the drugs whose genes are listed: those that were sequenced. */
Datum
resistance_of_genes(PG_FUNCTION_ARGS)
{
	return put_genes(fcinfo, gene_list_argument(PG_GETARG_ARRAYTYPE_P(2)));
}

/* The result of one drug that is named. */
static DrugResult
result_of_argument(FunctionCallInfo fcinfo, CompiledAlgorithm **compiled)
{
	text	   *name = PG_GETARG_TEXT_PP(2);
	int			drug;

	*compiled = compiled_algorithm(fcinfo, 1);
	drug = drug_argument((*compiled)->algorithm, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
	observe_genotype(*compiled, PG_GETARG_ARRAYTYPE_P(0));
	return drug_result(*compiled, drug, false);
}

/* The score of a drug; NULL if the algorithm has none for it, or it is open. */
Datum
resistance_score(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled;
	DrugResult	result = result_of_argument(fcinfo, &compiled);

	if (!result.has_score || result.lowest_score != result.highest_score)
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8((float8) result.lowest_score / SCORE_UNIT);
}

/* The level of a drug, by its number in the algorithm; NULL if it is open. */
Datum
resistance_level(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled;
	DrugResult	result = result_of_argument(fcinfo, &compiled);

	if (result.lowest_level != result.highest_level)
		PG_RETURN_NULL();
	PG_RETURN_INT32(compiled->algorithm->levels[result.lowest_level].order);
}

/* S, I or R; NULL if that is open. */
Datum
resistance_sir(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled;
	DrugResult	result = result_of_argument(fcinfo, &compiled);

	if (!sir_is_settled(compiled->algorithm, &result))
		PG_RETURN_NULL();
	PG_RETURN_TEXT_P(cstring_to_text_with_len(&compiled->algorithm->levels[result.lowest_level].sir, 1));
}

/* The scores of all drugs, in their order; NULL where there is none. */
Datum
resistance_scores(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled = compiled_algorithm(fcinfo, 1);
	int			count = compiled->algorithm->drug_count;
	int			lower = 1;
	Datum	   *scores = palloc(sizeof(Datum) * count);
	bool	   *nulls = palloc(sizeof(bool) * count);

	observe_genotype(compiled, PG_GETARG_ARRAYTYPE_P(0));
	for (int i = 0; i < count; i++)
	{
		DrugResult	result = drug_result(compiled, i, false);

		scores[i] = Float8GetDatum((float8) result.lowest_score / SCORE_UNIT);
		nulls[i] = !result.has_score || result.lowest_score != result.highest_score;
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(scores, nulls, 1, &count, &lower, FLOAT8OID,
											 sizeof(float8), true, TYPALIGN_DOUBLE));
}

/* The levels of all drugs, in their order; NULL where they are open. */
Datum
resistance_levels(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled = compiled_algorithm(fcinfo, 1);
	const ResistanceAlgorithm *algorithm = compiled->algorithm;
	int			count = algorithm->drug_count;
	int			lower = 1;
	Datum	   *levels = palloc(sizeof(Datum) * count);
	bool	   *nulls = palloc(sizeof(bool) * count);

	observe_genotype(compiled, PG_GETARG_ARRAYTYPE_P(0));
	for (int i = 0; i < count; i++)
	{
		DrugResult	result = drug_result(compiled, i, false);

		levels[i] = Int32GetDatum(algorithm->levels[result.lowest_level].order);
		nulls[i] = result.lowest_level != result.highest_level;
	}
	PG_RETURN_ARRAYTYPE_P(construct_md_array(levels, nulls, 1, &count, &lower, INT4OID,
											 sizeof(int32), true, TYPALIGN_INT));
}
