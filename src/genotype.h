/*-------------------------------------------------------------------------
 *
 * genotype.h
 *	  Mutations and genotypes, which are arrays of them, as datums.
 *
 *-------------------------------------------------------------------------
 */
#ifndef VIROTRIAL_GENOTYPE_H
#define VIROTRIAL_GENOTYPE_H

#include "fmgr.h"
#include "utils/array.h"

#include "core/mutation.h"

#define DatumGetMutation(datum)		((Mutation) DatumGetInt64(datum))
#define MutationGetDatum(mutation)	Int64GetDatum((int64) (mutation))
#define PG_GETARG_MUTATION(n)		DatumGetMutation(PG_GETARG_DATUM(n))
#define PG_RETURN_MUTATION(value)	return MutationGetDatum(value)

extern const Mutation *genotype_mutations(ArrayType *array, int *count);
extern ArrayType *genotype_build(FunctionCallInfo fcinfo, Mutation *mutations, int count);
extern ArrayType *genotype_array(Mutation *mutations, int count, Oid element);
extern int	genotype_normalize(Mutation *mutations, int count);
extern int	gene_argument(text *name);
extern uint32 gene_list_argument(ArrayType *array);
extern int	mutation_sqlstate(const MutationError *error);

#endif							/* VIROTRIAL_GENOTYPE_H */
