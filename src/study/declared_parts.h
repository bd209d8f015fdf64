/*-------------------------------------------------------------------------
 *
 * declared_parts.h
 *	  What the DDL of a study declares, and its schema does not have.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DECLARED_PARTS_H
#define DECLARED_PARTS_H

#include "nodes/parsenodes.h"
#include "parser/parse_node.h"
#include "utils/relcache.h"

/* A part that is missing, or is not as it was declared. */
typedef struct MissingPart
{
	const char *problem;
	const char *object;			/* the table, view or function */
	const char *detail;			/* NULL where the object says it */
} MissingPart;

/* A schema that is compared with DDL. */
typedef struct Comparison
{
	Oid			namespace;
	const char *ddl;
	RawStmt    *statement;		/* of the DDL */
	List	   *missing;		/* of MissingPart */
} Comparison;

/* A declared condition as PostgreSQL writes it, and as it writes it after a dump and restore: the two may differ. */
typedef struct Condition
{
	const char *text;
	const char *restored;
} Condition;

/* missing_part.c */
extern void add_missing(Comparison *comparison, const char *problem, const char *object, const char *detail);
extern Oid	declared_relation(const Comparison *comparison, const RangeVar *name);

/* declared_expression.c */
extern ParseState *state_over(const Comparison *comparison, Relation table);
extern char *expression_text(Relation table, Node *expression);
extern Node *read_expression(const char *text);
extern char *condition_text(ParseState *state, Relation table, Node *declared, ParseExprKind kind);
extern const Condition *declared_condition(ParseState *state, Relation table, Node *declared, ParseExprKind kind);
extern bool is_same_condition(const Condition *declared, const char *live);

/* declared_table.c */
extern void compare_table(Comparison *comparison, const CreateStmt *declared);

/* declared_like.c */
extern List *elements_like(const TableLikeClause *source);

/* declared_index.c */
extern List *key_of(Relation index);
extern bool has_key(Relation table, List *columns, bool is_primary, bool nulls_not_distinct);
extern void compare_index(Comparison *comparison, const IndexStmt *declared);

#endif							/* DECLARED_PARTS_H */
