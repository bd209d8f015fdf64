/*-------------------------------------------------------------------------
 *
 * row_constraints.c
 *	  A row that breaks a CHECK or a NOT NULL is refused without being shown.
 *
 * PostgreSQL's own error shows the whole row, which is a patient's, and nothing
 * that runs later can change it.  So the trigger before each row judges by the
 * same constraints first, all of them as one expression.  A session keeps that
 * until the table changes, or a function that is called there.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/sysattr.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/hsearch.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/plancache.h"

#include "study/permitted_words.h"
#include "study/row_constraints.h"
#include "study/row_trigger.h"

/* A constraint: what is not to be false of a row. */
typedef struct RowConstraint
{
	const char *name;			/* NULL of a NOT NULL */
	AttrNumber	column;			/* of a NOT NULL */
	Expr	   *condition;
} RowConstraint;

/* What a session keeps of a table: its constraints, joined by AND. */
typedef struct TableConstraints
{
	Oid			relid;			/* hash key */
	bool		is_valid;
	bool		is_in_use;		/* by a row, while a CHECK may write to the table */
	CachedExpression *expression;
	MemoryContext memory;		/* of what follows; NULL if there are none */
	ExprState  *all;
	ExprContext *context;		/* set last */
} TableConstraints;

/* The tables that a session keeps the constraints of: it is not to grow without end. */
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

/* A generated column has its value after the triggers: what it will be stands in its place. */
static Node *
with_generated(Node *node, void *context)
{
	Relation	table = context;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var))
	{
		AttrNumber	column = ((Var *) node)->varattno;

		return column > 0 && TupleDescAttr(RelationGetDescr(table), column - 1)->attgenerated ?
			build_column_default(table, column) : node;
	}
	return expression_tree_mutator(node, with_generated, context);
}

/*
 * Can a condition be judged before the row is in the table?  Not if it is about
 * the whole row, what PostgreSQL sets itself, or the stamp, which follows.
 */
static bool
is_known_before(Node *condition, Relation table)
{
	Bitmapset  *columns = NULL;
	int			stamps[STAMP_COLUMNS];

	pull_varattnos(condition, 1, &columns);
	if (bms_next_member(columns, -1) >= 0 &&
		bms_next_member(columns, -1) <= -FirstLowInvalidHeapAttributeNumber)
		return false;
	if (stamp_columns(RelationGetDescr(table), stamps))
		for (int i = 0; i < STAMP_COLUMNS; i++)
			if (bms_is_member(stamps[i] - FirstLowInvalidHeapAttributeNumber, columns))
				return false;
	return true;
}

static List *
add_constraint(List *list, Relation table, const char *name, AttrNumber column, Node *condition)
{
	RowConstraint *constraint;

	if (!is_known_before(condition, table))
		return list;
	constraint = palloc(sizeof(RowConstraint));
	*constraint = (RowConstraint) {
		.name = name, .column = column, .condition = (Expr *) with_generated(condition, table)
	};
	return lappend(list, constraint);
}

/* The constraints of a table, in the order in which PostgreSQL judges by them. */
static List *
constraints_of(Relation table)
{
	TupleDesc	shape = RelationGetDescr(table);
	const TupleConstr *constraints = shape->constr;
	List	   *list = NIL;

	for (int i = 0; i < shape->natts; i++)
	{
		Form_pg_attribute column = TupleDescAttr(shape, i);
		NullTest   *test;

		if (!column->attnotnull || column->attisdropped)
			continue;
		test = makeNode(NullTest);
		test->arg = (Expr *) makeVar(1, column->attnum, column->atttypid, column->atttypmod, column->attcollation, 0);
		test->nulltesttype = IS_NOT_NULL;
		test->location = -1;
		list = add_constraint(list, table, NULL, column->attnum, (Node *) test);
	}
	for (int i = 0; constraints && i < constraints->num_check; i++)
		if (is_in_force(&constraints->check[i]))
			list = add_constraint(list, table, constraints->check[i].ccname, InvalidAttrNumber,
								  stringToNode(constraints->check[i].ccbin));
	return list;
}

static void
forget_constraints(TableConstraints *table)
{
	if (table->memory)
		MemoryContextDelete(table->memory);
	if (table->expression)
		FreeCachedExpression(table->expression);
	*table = (TableConstraints) {.relid = table->relid};
}

/* Of the table as it is, and whole: reading fails if the role may not call a function of a CHECK. */
static bool
is_current(const TableConstraints *table)
{
	return table->is_valid &&
		(table->memory == NULL || (table->context && table->expression->is_valid));
}

static void
read_constraints(TableConstraints *table, Relation relation)
{
	List	   *conditions = NIL;
	const ListCell *cell;
	MemoryContext old;

	forget_constraints(table);
	foreach(cell, constraints_of(relation))
		conditions = lappend(conditions, ((RowConstraint *) lfirst(cell))->condition);
	table->is_valid = true;
	if (conditions == NIL)
		return;
	table->memory = AllocSetContextCreate(CacheMemoryContext, "virotrial constraints", ALLOCSET_SMALL_SIZES);
	table->expression = GetCachedExpression((Node *) make_ands_explicit(conditions));
	old = MemoryContextSwitchTo(table->memory);
	table->all = ExecInitExpr((Expr *) table->expression->expr, NULL);
	table->context = CreateStandaloneExprContext();
	MemoryContextSwitchTo(old);
}

static void
forget_tables(void)
{
	HASH_SEQ_STATUS scan;
	TableConstraints *table;

	hash_seq_init(&scan, tables);
	while ((table = hash_seq_search(&scan)) != NULL)
	{
		if (table->is_in_use)
			continue;
		forget_constraints(table);
		hash_search(tables, &table->relid, HASH_REMOVE, NULL);
	}
}

void
forget_row_constraints(Oid relid)
{
	HASH_SEQ_STATUS scan;
	TableConstraints *table;

	if (tables == NULL)
		return;
	hash_seq_init(&scan, tables);
	while ((table = hash_seq_search(&scan)) != NULL)
		table->is_valid = table->is_valid && OidIsValid(relid) && table->relid != relid;
}

static TableConstraints *
kept_constraints(Relation relation)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(TableConstraints)};
	Oid			relid = RelationGetRelid(relation);
	TableConstraints *table;
	bool		found;

	if (tables == NULL)
		tables = hash_create("virotrial constraints", TABLES_KEPT, &control, HASH_ELEM | HASH_BLOBS);
	if (hash_get_num_entries(tables) > TABLES_KEPT)
		forget_tables();
	table = hash_search(tables, &relid, HASH_ENTER, &found);
	if (!found)
		*table = (TableConstraints) {.relid = relid};
	if (!table->is_in_use && !is_current(table))
		read_constraints(table, relation);
	return table;
}

/* Whose the row is, as rules say it: all that is shown of a patient. */
static const char *
owner_of(Relation table, TupleTableSlot *row)
{
	static const char *const columns[] = {"site_id", "subject_id"};
	static const char *const words[] = {"Site", "subject"};
	StringInfoData owner;

	initStringInfo(&owner);
	for (int i = 0; i < lengthof(columns); i++)
	{
		int			column = row_column(RelationGetDescr(table), columns[i], TEXTOID);
		bool		is_null = true;
		Datum		value = column ? slot_getattr(row, column, &is_null) : (Datum) 0;

		if (!is_null)
			appendStringInfo(&owner, "%s%s %s", owner.len > 0 ? ", " : "", words[i], TextDatumGetCString(value));
	}
	return owner.len > 0 ? owner.data : NULL;
}

static void
refuse_null(Relation table, const RowConstraint *constraint, TupleTableSlot *row)
{
	const char *owner = owner_of(table, row);

	ereport(ERROR,
			(errcode(ERRCODE_NOT_NULL_VIOLATION),
			 errmsg("null value in column \"%s\" of relation \"%s\" violates not-null constraint",
					NameStr(TupleDescAttr(RelationGetDescr(table), constraint->column - 1)->attname),
					RelationGetRelationName(table)),
			 owner ? errdetail("%s.", owner) : 0,
			 errtablecol(table, constraint->column)));
}

/* Says what the constraint is; its comment, if it has one, as a hint. */
static void
refuse_check(Relation table, const RowConstraint *constraint, TupleTableSlot *row)
{
	Oid			oid = get_relation_constraint_oid(RelationGetRelid(table), constraint->name, false);
	const char *owner = owner_of(table, row);
	const char *comment = GetComment(oid, ConstraintRelationId, 0);
	const char *definition = TextDatumGetCString(OidFunctionCall2(F_PG_GET_CONSTRAINTDEF_OID_BOOL,
																  ObjectIdGetDatum(oid), BoolGetDatum(true)));

	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("new row for relation \"%s\" violates check constraint \"%s\"",
					RelationGetRelationName(table), constraint->name),
			 errdetail("%s%s%s.", owner ? owner : "", owner ? ": " : "", definition),
			 comment ? errhint("%s", comment) : 0,
			 errtableconstraint(table, constraint->name)));
}

/* A wrong word comes before all else that the row breaks: its error says the most. */
static void
refuse_broken(Relation table, ExprContext *context)
{
	TupleTableSlot *row = context->ecxt_scantuple;
	const RowConstraint *first = NULL;
	const ListCell *cell;

	foreach(cell, constraints_of(table))
	{
		const RowConstraint *constraint = lfirst(cell);

		if (ExecCheck(ExecInitExpr(expression_planner(constraint->condition), NULL), context))
			continue;
		if (constraint->name)
			require_permitted_word(table, constraint->name, constraint->condition, row);
		if (first == NULL)
			first = constraint;
	}
	if (first && first->name)
		refuse_check(table, first, row);
	else if (first)
		refuse_null(table, first, row);
}

/*
 * Fails with 23502 or 23514 if a row breaks a constraint.  What a CHECK writes to
 * its own table is left to PostgreSQL.
 */
void
require_row_constraints(Relation relation, TupleTableSlot *row)
{
	TableConstraints *table = kept_constraints(relation);

	if (table->memory == NULL || table->is_in_use)
		return;
	ResetExprContext(table->context);
	table->context->ecxt_scantuple = row;
	table->is_in_use = true;
	PG_TRY();
	{
		if (!ExecCheck(table->all, table->context))
			refuse_broken(relation, table->context);
	}
	PG_FINALLY();
	{
		table->is_in_use = false;
	}
	PG_END_TRY();
}
