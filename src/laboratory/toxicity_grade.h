/*-------------------------------------------------------------------------
 *
 * toxicity_grade.h
 *	  Grading tables, compiled from what is in the database.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TOXICITY_GRADE_H
#define TOXICITY_GRADE_H

#include "core/laboratory/toxicity.h"

extern ToxicityTable *toxicity_load(Oid grade_table, Oid unit_table, text *scheme,
									MemoryContext context);
extern const ToxicityEntry *toxicity_keep(MemoryContext context, ToxicityTable *table, const char *test,
										  const char *unit, const ToxicityEntry *entry);

#endif							/* TOXICITY_GRADE_H */
