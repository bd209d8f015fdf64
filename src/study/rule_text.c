/*-------------------------------------------------------------------------
 *
 * rule_text.c
 *	  Whether a text of a rule is what it is pasted as: one query, or one
 *	  expression.  A text that closes a parenthesis is neither.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"

#include "study/rule_text.h"

static void
refuse_text(const char *kind, const char *text)
{
	ereport(ERROR,
			(errcode(ERRCODE_SYNTAX_ERROR),
			 errmsg("a rule's text is not one %s", kind),
			 text ? errdetail("It is: %s", text) : errdetail("It is null.")));
}

/* 42601 unless a text is one query. */
void
require_query(const char *text)
{
	List	   *parsed = text ? raw_parser(text, RAW_PARSE_DEFAULT) : NIL;
	Node	   *statement = list_length(parsed) == 1 ? linitial_node(RawStmt, parsed)->stmt : NULL;

	if (statement == NULL || !IsA(statement, SelectStmt) || ((SelectStmt *) statement)->intoClause)
		refuse_text("query", text);
}

/* 42601 unless a text is one expression. */
void
require_expression(const char *text)
{
	SelectStmt *parsed = (SelectStmt *) linitial_node(RawStmt, raw_parser(text, RAW_PARSE_PLPGSQL_EXPR))->stmt;

	if (!IsA(parsed, SelectStmt) || list_length(parsed->targetList) != 1 ||
		linitial_node(ResTarget, parsed->targetList)->name || parsed->distinctClause || parsed->fromClause ||
		parsed->whereClause || parsed->groupClause || parsed->havingClause || parsed->windowClause ||
		parsed->sortClause || parsed->limitOffset || parsed->limitCount || parsed->lockingClause)
		refuse_text("expression", text);
}

/* Says which rule it is that an error comes from, and not where in the SQL around it. */
void
rule_context(void *argument)
{
	errposition(0);
	internalerrposition(0);
	internalerrquery(NULL);
	errcontext("rule \"%s\"", (const char *) argument);
}
