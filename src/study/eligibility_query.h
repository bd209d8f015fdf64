/*-------------------------------------------------------------------------
 *
 * eligibility_query.h
 *	  The criteria of a study as one query.
 *
 *-------------------------------------------------------------------------
 */
#ifndef ELIGIBILITY_QUERY_H
#define ELIGIBILITY_QUERY_H

#include "executor/spi.h"

/* What is read of criteria, in this order. */
#define CRITERION_COLUMNS "criterion, position::integer, description, effective_from::date, effective_before::date, query"

#define CRITERIA "select " CRITERION_COLUMNS " from eligibility_criterion_period where required order by position, criterion"
#define VERDICT "verdict (site_id, subject_id, position, criterion, description, verdict, evidence, as_of)"

extern char *judged_candidates(SPITupleTable *table, uint64 row);
extern char *verdicts_query(SPITupleTable *criteria, uint64 count);
extern char *enrolment_verdicts(void);

#endif							/* ELIGIBILITY_QUERY_H */
