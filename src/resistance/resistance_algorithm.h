/*-------------------------------------------------------------------------
 *
 * resistance_algorithm.h
 *	  The type resistance_algorithm, compiled and kept for a query.
 *
 *-------------------------------------------------------------------------
 */
#ifndef VIROTRIAL_RESISTANCE_ALGORITHM_H
#define VIROTRIAL_RESISTANCE_ALGORITHM_H

#include "fmgr.h"
#include "utils/array.h"

#include "core/resistance/resistance_algorithm.h"

/* An algorithm as text, compiled, with room for what an evaluation needs. */
typedef struct CompiledAlgorithm
{
	MemoryContext context;
	struct varatt_external pointer; /* where the text is stored, if it is */
	bool		is_stored;
	struct varlena *text;
	ResistanceAlgorithm *algorithm;
	Observation observation;
	DrugResult *untouched;		/* by drug, the result of no mutation */
	FiredRule  *fired;
	int			fired_count;
	void	   *extra;			/* of the function that keeps it */
} CompiledAlgorithm;

extern CompiledAlgorithm *compiled_algorithm(FunctionCallInfo fcinfo, int argument);
extern ResistanceMemory context_memory(MemoryContext context);
extern int	drug_argument(const ResistanceAlgorithm *algorithm, const char *name, size_t length);
extern void observe_genotype(CompiledAlgorithm *compiled, ArrayType *genotype);
extern DrugResult drug_result(CompiledAlgorithm *compiled, int drug, bool with_fired);
extern text *slice_text(TextSlice slice);

#endif							/* VIROTRIAL_RESISTANCE_ALGORITHM_H */
