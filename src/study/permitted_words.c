/*-------------------------------------------------------------------------
 *
 * permitted_words.c
 *	  A wrong word in a column of choice is answered with the permitted ones.
 *
 * The words are those of the column's CHECK, as in: sex in ('female', 'male').
 * The error of a CHECK would show the whole row, and not the words.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "study/permitted_words.h"
#include "study/row_trigger.h"

/* A column of choice. */
typedef struct Choice
{
	AttrNumber	column;
	char	   *name;
	char	   *constraint;
	int			nwords;
	Datum	   *words;
} Choice;

static bool
is_in_force(const ConstrCheck *check)
{
#if PG_VERSION_NUM >= 180000
	return check->ccenforced;
#else
	return true;
#endif
}

/* The choice that a CHECK leaves; NULL if it is none of a text column among constant words. */
static Choice *
choice_of_check(TupleDesc shape, const ConstrCheck *check)
{
	ScalarArrayOpExpr *test;
	Choice	   *choice;
	Var		   *column;
	Const	   *words;

	/* To read the expressions of all CHECKs takes longer than the rest of an INSERT's stamp. */
	if (strncmp(check->ccbin, "{SCALARARRAYOPEXPR ", strlen("{SCALARARRAYOPEXPR ")) != 0)
		return NULL;
	test = stringToNode(check->ccbin);
	if (!test->useOr || test->opno != TextEqualOperator ||
		!get_collation_isdeterministic(test->inputcollid))
		return NULL;
	column = linitial(test->args);
	words = (Const *) eval_const_expressions(NULL, lsecond(test->args));
	if (!IsA(column, Var) || !IsA(words, Const) || words->constisnull ||
		array_contains_nulls(DatumGetArrayTypeP(words->constvalue)))
		return NULL;
	choice = palloc(sizeof(Choice));
	choice->column = column->varattno;
	choice->name = pstrdup(NameStr(TupleDescAttr(shape, column->varattno - 1)->attname));
	choice->constraint = pstrdup(check->ccname);
	deconstruct_array(DatumGetArrayTypeP(words->constvalue), TEXTOID, -1, false, TYPALIGN_INT,
					  &choice->words, NULL, &choice->nwords);
	return choice;
}

/* The columns of choice of a table, in the memory context of the caller. */
List *
permitted_words(Relation table)
{
	TupleDesc	shape = RelationGetDescr(table);
	const TupleConstr *constraints = shape->constr;
	List	   *choices = NIL;

	for (int i = 0; constraints && i < constraints->num_check; i++)
	{
		const ConstrCheck *check = &constraints->check[i];
		Choice	   *choice = is_in_force(check) ? choice_of_check(shape, check) : NULL;

		if (choice)
			choices = lappend(choices, choice);
	}
	return choices;
}

static bool
is_permitted(const Choice *choice, Datum value)
{
	text	   *word = DatumGetTextPP(value);

	for (int i = 0; i < choice->nwords; i++)
		if (row_same_text(word, choice->words[i]))
			return true;
	return false;
}

/* The words of a choice, as a list to be read. */
static char *
list_words(const Choice *choice)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < choice->nwords; i++)
		appendStringInfo(&list, "%s\"%s\"", i == 0 ? "" : ", ", TextDatumGetCString(choice->words[i]));
	return list.data;
}

/* Fails with 23514, and says which words are permitted, if a column of choice has another one. */
void
require_permitted_words(const List *choices, Relation table, HeapTuple row)
{
	const ListCell *cell;

	foreach(cell, choices)
	{
		const Choice *choice = lfirst(cell);
		bool		is_null;
		Datum		value = heap_getattr(row, choice->column, RelationGetDescr(table), &is_null);

		if (!is_null && !is_permitted(choice, value))
			ereport(ERROR,
					(errcode(ERRCODE_CHECK_VIOLATION),
					 errmsg("\"%s\" is not permitted in column \"%s\" of table \"%s\"",
							TextDatumGetCString(value), choice->name, RelationGetRelationName(table)),
					 errhint("Write one of %s.", list_words(choice)),
					 err_generic_string(PG_DIAG_COLUMN_NAME, choice->name),
					 errtableconstraint(table, choice->constraint)));
	}
}
