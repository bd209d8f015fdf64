/*-------------------------------------------------------------------------
 *
 * declared_expression.c
 *	  Conditions and defaults that DDL declares for a table, in the words of
 *	  PostgreSQL: what a table has is compared with them as text.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "nodes/nodes.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
#include "storage/lockdefs.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "study/declared_parts.h"

/* For expressions over the columns of a table. */
ParseState *
state_over(const Comparison *comparison, Relation table)
{
	ParseState *state = make_parsestate(NULL);
	ParseNamespaceItem *item;

	state->p_sourcetext = comparison->ddl;
	item = addRangeTableEntryForRelation(state, table, AccessShareLock, NULL, false, true);
	addNSItemToQuery(state, item, true, true, true);
	return state;
}

/* Without needless parentheses: one between ANDs says nothing, and upgrade_study() leaves it out. */
char *
expression_text(Relation table, Node *expression)
{
	return TextDatumGetCString(DirectFunctionCall3(pg_get_expr_ext, CStringGetTextDatum(nodeToString(expression)),
												   ObjectIdGetDatum(RelationGetRelid(table)), BoolGetDatum(true)));
}

/* A declared condition, or expression of an index, as PostgreSQL writes it. */
char *
condition_text(ParseState *state, Relation table, Node *declared, ParseExprKind kind)
{
	Node	   *expression = transformExpr(state, declared, kind);

	if (kind != EXPR_KIND_INDEX_EXPRESSION)
		expression = coerce_to_boolean(state, expression, "CHECK");
	assign_expr_collations(state, expression);
	return expression_text(table, expression);
}

/* The expression that a text is. */
Node *
read_expression(const char *text)
{
	RawStmt    *statement = linitial_node(RawStmt, raw_parser(text, RAW_PARSE_PLPGSQL_EXPR));
	SelectStmt *select = castNode(SelectStmt, statement->stmt);

	return linitial_node(ResTarget, select->targetList)->val;
}

/* A declared condition, NULL for none. */
const Condition *
declared_condition(ParseState *state, Relation table, Node *declared, ParseExprKind kind)
{
	Condition  *condition;

	if (declared == NULL)
		return NULL;
	condition = palloc(sizeof(Condition));
	condition->text = condition_text(state, table, declared, kind);
	condition->restored = condition_text(state, table, read_expression(condition->text), kind);
	return condition;
}

bool
is_same_condition(const Condition *declared, const char *live)
{
	return strcmp(live, declared->text) == 0 || strcmp(live, declared->restored) == 0;
}
