/*-------------------------------------------------------------------------
 *
 * permitted_words.c
 *	  A wrong word in a column of choice is answered with the permitted ones.
 *
 * The words are those of the column's CHECK, as in: sex in ('female', 'male').
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "study/permitted_words.h"

/* The words of a list, to be read. */
static char *
list_words(Datum array)
{
	StringInfoData list;
	Datum	   *words;
	int			nwords;

	initStringInfo(&list);
	deconstruct_array(DatumGetArrayTypeP(array), TEXTOID, -1, false, TYPALIGN_INT, &words, NULL, &nwords);
	for (int i = 0; i < nwords; i++)
		appendStringInfo(&list, "%s\"%s\"", i == 0 ? "" : ", ", TextDatumGetCString(words[i]));
	return list.data;
}

/*
 * Fails with 23514, and says which words are permitted, if the condition of a
 * CHECK, which the row breaks, is that a text column has one of constant words.
 */
void
require_permitted_word(Relation table, const char *constraint, const Expr *condition, TupleTableSlot *row)
{
	const ScalarArrayOpExpr *test = (const ScalarArrayOpExpr *) condition;
	const Var  *column;
	const Const *words;
	const char *name;
	bool		is_null;
	Datum		word;

	if (!IsA(test, ScalarArrayOpExpr) || !test->useOr || test->opno != TextEqualOperator)
		return;
	column = linitial(test->args);
	words = (const Const *) eval_const_expressions(NULL, lsecond(test->args));
	if (!IsA(column, Var) || !IsA(words, Const) || words->constisnull ||
		array_contains_nulls(DatumGetArrayTypeP(words->constvalue)))
		return;
	name = NameStr(TupleDescAttr(RelationGetDescr(table), column->varattno - 1)->attname);
	word = slot_getattr(row, column->varattno, &is_null);
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("\"%s\" is not permitted in column \"%s\" of table \"%s\"",
					TextDatumGetCString(word), name, RelationGetRelationName(table)),
			 errhint("Write one of %s.", list_words(words->constvalue)),
			 err_generic_string(PG_DIAG_COLUMN_NAME, name),
			 errtableconstraint(table, constraint)));
}
