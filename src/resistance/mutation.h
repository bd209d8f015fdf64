/*-------------------------------------------------------------------------
 *
 * mutation.h
 *	  Mutations as datums, and arguments that name a gene.
 *
 *-------------------------------------------------------------------------
 */
#ifndef VIROTRIAL_MUTATION_H
#define VIROTRIAL_MUTATION_H

#include "fmgr.h"
#include "utils/array.h"

#include "core/resistance/mutation.h"

#define DatumGetMutation(datum)		((Mutation) DatumGetInt64(datum))
#define MutationGetDatum(mutation)	Int64GetDatum((int64) (mutation))
#define PG_GETARG_MUTATION(n)		DatumGetMutation(PG_GETARG_DATUM(n))
#define PG_RETURN_MUTATION(value)	return MutationGetDatum(value)

extern int	gene_argument(text *name);
extern uint32 gene_list_argument(ArrayType *array);
extern int	mutation_sqlstate(const MutationError *error);

#endif							/* VIROTRIAL_MUTATION_H */
