/*-------------------------------------------------------------------------
 *
 * rule_reference.h
 *	  What the analysed text of a rule refers to: functions, operators,
 *	  types and relations; and whether a study's owner may run it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RULE_REFERENCE_H
#define RULE_REFERENCE_H

#include "nodes/parsenodes.h"

/* Which views the references of a query are looked for in. */
typedef enum ViewDepth
{
	VIEWS_INVOKER,				/* those that are read with the rights of the reader */
	VIEWS_ALL
} ViewDepth;

extern List *node_references(Node *node, Oid closed);
extern bool function_is_open(Oid function);
extern void check_references(Query *query, Oid owner);
extern void check_readable(Query *query, Oid reader, bool is_by_site);

#endif							/* RULE_REFERENCE_H */
