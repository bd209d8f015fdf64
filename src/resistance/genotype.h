/*-------------------------------------------------------------------------
 *
 * genotype.h
 *	  Genotypes, which are arrays of mutations, as datums.
 *
 *-------------------------------------------------------------------------
 */
#ifndef VIROTRIAL_GENOTYPE_H
#define VIROTRIAL_GENOTYPE_H

#include "fmgr.h"
#include "utils/array.h"

#include "resistance/mutation.h"

extern const Mutation *genotype_mutations(ArrayType *array, int *count);
extern ArrayType *genotype_array(Mutation *mutations, int count, Oid element);

#endif							/* VIROTRIAL_GENOTYPE_H */
