/*-------------------------------------------------------------------------
 *
 * censored_search.h
 *	  The range of the total order in which a three-valued comparison can be
 *	  true.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CENSORED_SEARCH_H
#define CENSORED_SEARCH_H

#include "access/stratnum.h"

#include "censored/censored_io.h"

/* "column <strategy> key" in the total order, where strategy is of a btree. */
typedef struct CensoredSearch
{
	StrategyNumber strategy;
	CensoredValue key;
} CensoredSearch;

extern bool censored_search(StrategyNumber comparison, ValueSet operand,
							CensoredSearch *search);
extern ValueSet censored_operand(Oid column_type, Oid operand_type, Datum operand);
extern StrategyNumber commuted_strategy(StrategyNumber strategy);

#endif							/* CENSORED_SEARCH_H */
