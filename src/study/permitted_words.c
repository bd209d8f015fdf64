/*-------------------------------------------------------------------------
 *
 * permitted_words.c
 *	  A wrong word in a column of choice is answered with the permitted ones.
 *
 * The words are those of the column's CHECK, as in: sex in ('female', 'male').
 * The error of a CHECK would show the whole row, and not the words.  To read them
 * takes longer than to judge a row, so that a session keeps them until the table
 * changes.
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
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

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

/* The columns of choice of a table. */
typedef struct TableChoices
{
	Oid			relid;			/* hash key */
	bool		is_valid;
	MemoryContext context;
	List	   *choices;
} TableChoices;

/* The tables that a session keeps the choices of: it is not to grow without end. */
#define TABLES_KEPT 256

static HTAB *tables = NULL;

static bool
is_in_force(const ConstrCheck *check)
{
#if PG_VERSION_NUM >= 180000
	return check->ccenforced;
#else
	return true;
#endif
}

/* Adds the choice that a CHECK leaves, if it is one of a text column among constant words. */
static void
add_choice(TableChoices *table, TupleDesc shape, const ConstrCheck *check)
{
	ScalarArrayOpExpr *test;
	MemoryContext old;
	Choice	   *choice;
	Var		   *column;
	Const	   *words;

	if (strncmp(check->ccbin, "{SCALARARRAYOPEXPR ", strlen("{SCALARARRAYOPEXPR ")) != 0)
		return;
	test = stringToNode(check->ccbin);
	if (!test->useOr || test->opno != TextEqualOperator ||
		!get_collation_isdeterministic(test->inputcollid))
		return;
	column = linitial(test->args);
	words = (Const *) eval_const_expressions(NULL, lsecond(test->args));
	if (!IsA(column, Var) || !IsA(words, Const) || words->constisnull ||
		array_contains_nulls(DatumGetArrayTypeP(words->constvalue)))
		return;
	old = MemoryContextSwitchTo(table->context);
	choice = palloc(sizeof(Choice));
	choice->column = column->varattno;
	choice->name = pstrdup(NameStr(TupleDescAttr(shape, column->varattno - 1)->attname));
	choice->constraint = pstrdup(check->ccname);
	deconstruct_array(DatumGetArrayTypePCopy(words->constvalue), TEXTOID, -1, false, TYPALIGN_INT,
					  &choice->words, NULL, &choice->nwords);
	table->choices = lappend(table->choices, choice);
	MemoryContextSwitchTo(old);
}

/* Reads the columns of choice of a table, as they are now. */
static void
read_choices(TableChoices *table, TupleDesc shape)
{
	const TupleConstr *constraints = shape->constr;

	if (table->context)
		MemoryContextReset(table->context);
	else
		table->context = AllocSetContextCreate(CacheMemoryContext, "virotrial choices", ALLOCSET_SMALL_SIZES);
	table->choices = NIL;
	table->is_valid = true;
	for (int i = 0; constraints && i < constraints->num_check; i++)
		if (is_in_force(&constraints->check[i]))
			add_choice(table, shape, &constraints->check[i]);
}

/* A row that is being looked at may still need what is no longer valid: it is not freed here. */
static void
invalidate_choices(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	TableChoices *table;

	hash_seq_init(&scan, tables);
	while ((table = hash_seq_search(&scan)) != NULL)
		table->is_valid = table->is_valid && OidIsValid(relid) && table->relid != relid;
}

static void
forget_tables(void)
{
	HASH_SEQ_STATUS scan;
	TableChoices *table;

	hash_seq_init(&scan, tables);
	while ((table = hash_seq_search(&scan)) != NULL)
	{
		if (table->context)
			MemoryContextDelete(table->context);
		hash_search(tables, &table->relid, HASH_REMOVE, NULL);
	}
}

static const List *
choices_of(Relation relation)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(TableChoices)};
	Oid			relid = RelationGetRelid(relation);
	TableChoices *table;
	bool		found;

	if (tables == NULL)
	{
		tables = hash_create("virotrial choices", TABLES_KEPT, &control, HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(invalidate_choices, (Datum) 0);
	}
	if (hash_get_num_entries(tables) > TABLES_KEPT)
		forget_tables();
	table = hash_search(tables, &relid, HASH_ENTER, &found);
	if (!found)
		*table = (TableChoices) {.relid = relid};
	if (!table->is_valid)
		read_choices(table, RelationGetDescr(relation));
	return table->choices;
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
require_permitted_words(Relation table, HeapTuple row)
{
	const ListCell *cell;

	foreach(cell, choices_of(table))
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
