/*-------------------------------------------------------------------------
 *
 * covariates.c
 *	  The covariates of a regression, which come as an array, and the
 *	  coefficients, which go as one.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/covariates.h"

#include "catalog/pg_type.h"
#include "utils/float.h"

void
report_covariates(int64 one, int64 other)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("number of covariates differs within a group"),
			 errdetail("It is " INT64_FORMAT " and " INT64_FORMAT ".", one, other),
			 errhint("Give an array of the same covariates in every row, NULL where one is missing.")));
}

/* The covariates of a row; NULL if one is missing. */
const double *
covariates_of(ArrayType *array, int largest, int64 *count)
{
	const double *x = (const double *) ARR_DATA_PTR(array);

	*count = ArrayGetNItems(ARR_NDIM(array), ARR_DIMS(array));
	if (*count > largest)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("a regression takes at most %d covariates", largest),
				 errdetail("There are " INT64_FORMAT ".", *count),
				 errhint("An intercept is not one of them.")));
	if (array_contains_nulls(array))
		return NULL;
	for (int64 i = 0; i < *count; i++)
		if (!isfinite(x[i]))
			ereport(ERROR,
					(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
					 errmsg("covariate %s is not finite", float8out_internal(x[i])),
					 errhint("Write NULL for a value that is missing.")));
	return x;
}

/* Adds an array of figures, which are NULL where they are NAN. */
void
add_coefficients(Figures *row, const double *figures, int64 count)
{
	Datum		values[MAX_COEFFICIENTS];
	bool		nulls[MAX_COEFFICIENTS];
	int			length = (int) count;
	int			lower = 1;

	for (int64 i = 0; i < count; i++)
	{
		values[i] = Float8GetDatum(figures[i]);
		nulls[i] = isnan(figures[i]);
	}
	row->nulls[row->length] = false;
	row->values[row->length++] = PointerGetDatum(construct_md_array(values, nulls, 1, &length, &lower, FLOAT8OID,
																   sizeof(float8), true, TYPALIGN_DOUBLE));
}
