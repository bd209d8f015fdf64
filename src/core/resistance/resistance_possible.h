/*
 * resistance_possible.h
 *	  What rules can say, and say for certain, where positions were not read.
 */
#ifndef VIROTRIAL_CORE_RESISTANCE_POSSIBLE_H
#define VIROTRIAL_CORE_RESISTANCE_POSSIBLE_H

#include "core/resistance/resistance_algorithm.h"

/* Whether the position of a slot was not read. */
static inline bool
is_unread(const Observation *observation, uint32_t slot)
{
	return (observation->unread[slot / 64] >> slot % 64 & 1) != 0;
}

extern bool condition_can(const ConditionStep *step, uint32_t count,
						  const Observation *observation, bool possible);
extern const ScoreNode *certain_item(const ResistanceAlgorithm *algorithm,
									 const ScoreNode *maximum, const Observation *observation);
extern DrugResult possible_results(const ResistanceAlgorithm *algorithm, int drug,
								   const Observation *observation);
extern void add_certain(const ResistanceAlgorithm *algorithm, const ResistanceRule *rule,
						const Observation *observation, FiredRule *fired, int *fired_count);

#endif							/* VIROTRIAL_CORE_RESISTANCE_POSSIBLE_H */
