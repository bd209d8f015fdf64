/*-------------------------------------------------------------------------
 *
 * rule_reads.h
 *	  Which tables of the study decide whether a row breaks a rule.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RULE_READS_H
#define RULE_READS_H

#include "nodes/parsenodes.h"

extern List *condition_reads(Query *query);
extern List *query_reads(Query *query);
extern void refuse_hidden_reads(Query *query);

#endif							/* RULE_READS_H */
