/*-------------------------------------------------------------------------
 *
 * susceptibility_score.c
 *	  The genotypic susceptibility score of some drugs.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "compat.h"
#include "utils/builtins.h"
#include "utils/float.h"

#include "resistance/genotype.h"
#include "resistance/resistance_algorithm.h"

PG_FUNCTION_INFO_V1(genotypic_susceptibility_score_weights);
PG_FUNCTION_INFO_V1(genotypic_susceptibility_score_sir);

/* The weights of the levels, one for each, in their order. */
static const float8 *
weights_argument(const ResistanceAlgorithm *algorithm, ArrayType *array)
{
	if (ARR_NDIM(array) != 1 || ARR_DIMS(array)[0] != algorithm->level_count ||
		array_contains_nulls(array))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the weights do not fit the levels of %.*s %.*s",
						algorithm->name.length, algorithm->name.text,
						algorithm->version.length, algorithm->version.text),
				 errdetail("It has %d levels, and each needs one weight.", algorithm->level_count),
				 errhint("Give the weights in the order of the levels, such as array[1, 0.75, 0.5, 0.25, 0].")));
	return (const float8 *) ARR_DATA_PTR(array);
}

static float8
sir_weight(char sir)
{
	return sir == 'S' ? 1.0 : sir == 'I' ? 0.5 : 0.0;
}

/* The least weight that a drug can have: what is established of it. */
static float8
least_weight(const ResistanceAlgorithm *algorithm, const DrugResult *result, const float8 *weights)
{
	float8		least = get_float8_infinity();

	for (int i = result->lowest_level; i <= result->highest_level; i++)
		least = Min(least, weights != NULL ? weights[i] : sir_weight(algorithm->levels[i].sir));
	return least;
}

/*
 * The sum of the least weights of some drugs' levels, by S/I/R where no weights are
 * given.  A drug that is listed twice counts once; a NULL is an error.
 */
static float8
susceptibility_score(FunctionCallInfo fcinfo, CompiledAlgorithm *compiled, const float8 *weights)
{
	const ResistanceAlgorithm *algorithm = compiled->algorithm;
	Datum	   *names;
	bool	   *nulls;
	int			count;
	bool	   *counted = palloc0(sizeof(bool) * algorithm->drug_count);
	float8		sum = 0.0;

	deconstruct_array(PG_GETARG_ARRAYTYPE_P(0), TEXTOID, -1, false, TYPALIGN_INT,
					  &names, &nulls, &count);
	observe_genotype(compiled, PG_GETARG_ARRAYTYPE_P(1));
	for (int i = 0; i < count; i++)
	{
		text	   *name = nulls[i] ? NULL : DatumGetTextPP(names[i]);
		int			drug;
		DrugResult	result;

		if (name == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
					 errmsg("the list of drugs may not contain NULL"),
					 errhint("Remove the NULLs with array_remove(drugs, NULL).")));
		drug = drug_argument(algorithm, VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name));
		if (counted[drug])
			continue;
		counted[drug] = true;
		result = drug_result(compiled, drug, false);
		sum += least_weight(algorithm, &result, weights);
	}
	return sum;
}

/* The genotypic susceptibility score by S = 1, I = 0.5, R = 0. */
Datum
genotypic_susceptibility_score_sir(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled = compiled_algorithm(fcinfo, 2);

	PG_RETURN_FLOAT8(susceptibility_score(fcinfo, compiled, NULL));
}

/* The genotypic susceptibility score by a weight for each level. */
Datum
genotypic_susceptibility_score_weights(PG_FUNCTION_ARGS)
{
	CompiledAlgorithm *compiled = compiled_algorithm(fcinfo, 2);
	const float8 *weights = weights_argument(compiled->algorithm, PG_GETARG_ARRAYTYPE_P(3));

	PG_RETURN_FLOAT8(susceptibility_score(fcinfo, compiled, weights));
}
