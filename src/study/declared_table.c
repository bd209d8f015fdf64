/*-------------------------------------------------------------------------
 *
 * declared_table.c
 *	  Compares a table with the CREATE TABLE that declares it: its columns,
 *	  their types and defaults, and its constraints.
 *
 * A constraint is known by what it says, not by its name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/genam.h"
#include "access/table.h"
#include "catalog/heap.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "study/declared_parts.h"

/* A table and its declaration. */
typedef struct TableComparison
{
	Comparison *all;
	Relation	table;
	ParseState *state;
	List	   *checks;			/* of the table, as texts */
} TableComparison;

static void
add_part(TableComparison *comparison, const char *problem, const char *detail)
{
	add_missing(comparison->all, problem, RelationGetRelationName(comparison->table), detail);
}

static Form_pg_attribute
column_of(const TableComparison *comparison, const char *name)
{
	AttrNumber	number = get_attnum(RelationGetRelid(comparison->table), name);

	return number > 0 ? TupleDescAttr(RelationGetDescr(comparison->table), number - 1) : NULL;
}

/* Is the column there?  Says so if not, and if it has another type. */
static bool
compare_column(TableComparison *comparison, const ColumnDef *declared)
{
	Form_pg_attribute column = column_of(comparison, declared->colname);
	Oid			type;
	int32		modifier;

	if (column == NULL)
	{
		add_part(comparison, "missing column", quote_identifier(declared->colname));
		return false;
	}
	typenameTypeIdAndMod(NULL, declared->typeName, &type, &modifier);
	if (column->atttypid != type || column->atttypmod != modifier)
		add_part(comparison, "column of another type",
				 psprintf("%s: %s, and not %s", quote_identifier(declared->colname),
						  format_type_with_typemod(column->atttypid, column->atttypmod), format_type_with_typemod(type, modifier)));
	return true;
}

static Node *
default_of(const TableComparison *comparison, AttrNumber column)
{
	const TupleConstr *constraints = RelationGetDescr(comparison->table)->constr;

	for (int i = 0; constraints && i < constraints->num_defval; i++)
		if (constraints->defval[i].adnum == column)
			return stringToNode(constraints->defval[i].adbin);
	return NULL;
}

/* A default, or the expression of a generated column. */
static void
compare_default(TableComparison *comparison, const Form_pg_attribute column, const Constraint *declared)
{
	char		generated = declared->contype == CONSTR_GENERATED ? ATTRIBUTE_GENERATED_STORED : '\0';
	Node	   *expression = cookDefault(comparison->state, declared->raw_expr, column->atttypid, column->atttypmod,
										 NameStr(column->attname), generated);
	const char *text = expression_text(comparison->table, expression);
	Node	   *live = default_of(comparison, column->attnum);

	if (column->attgenerated != generated)
		add_part(comparison, "column that is not generated", quote_identifier(NameStr(column->attname)));
	else if (live == NULL || strcmp(expression_text(comparison->table, live), text) != 0)
		add_part(comparison, "missing default", psprintf("%s: %s", quote_identifier(NameStr(column->attname)), text));
}

/* The CHECKs that hold on a table. */
static List *
checks_of(Relation table)
{
	const TupleConstr *constraints = RelationGetDescr(table)->constr;
	List	   *checks = NIL;

	for (int i = 0; constraints && i < constraints->num_check; i++)
	{
#if PG_VERSION_NUM >= 180000
		if (!constraints->check[i].ccenforced)
			continue;
#endif
		checks = lappend(checks, expression_text(table, stringToNode(constraints->check[i].ccbin)));
	}
	return checks;
}

static void
compare_check(TableComparison *comparison, const Constraint *declared)
{
	const Condition *condition = declared_condition(comparison->state, comparison->table, declared->raw_expr, EXPR_KIND_CHECK_CONSTRAINT);
	ListCell   *cell;

	foreach(cell, comparison->checks)
		if (is_same_condition(condition, lfirst(cell)))
			return;
	add_part(comparison, "missing constraint", psprintf("CHECK (%s)", condition->text));
}

static char *
column_list(List *names)
{
	StringInfoData list;
	ListCell   *cell;

	initStringInfo(&list);
	foreach(cell, names)
		appendStringInfo(&list, "%s%s", list.len ? ", " : "", quote_identifier(strVal(lfirst(cell))));
	return list.data;
}

/* The columns that a foreign key refers to where it does not say so. */
static List *
primary_key(Oid relid)
{
	Relation	table = table_open(relid, AccessShareLock);
	Oid			key = primary_key_index(table);
	List	   *names = NIL;

	if (OidIsValid(key))
	{
		Relation	index = index_open(key, AccessShareLock);

		names = key_of(index);
		index_close(index, AccessShareLock);
	}
	table_close(table, AccessShareLock);
	return names;
}

static const char *
action_text(const char *event, char action)
{
	return action == FKCONSTR_ACTION_CASCADE ? psprintf(" ON %s CASCADE", event) :
		action == FKCONSTR_ACTION_SETNULL ? psprintf(" ON %s SET NULL", event) :
		action == FKCONSTR_ACTION_SETDEFAULT ? psprintf(" ON %s SET DEFAULT", event) :
		action == FKCONSTR_ACTION_RESTRICT ? psprintf(" ON %s RESTRICT", event) : "";
}

/* A foreign key in the words of PostgreSQL; that it is not validated is said elsewhere. */
static void
compare_foreign_key(TableComparison *comparison, const Constraint *declared, List *columns)
{
	Oid			target = declared_relation(comparison->all, declared->pktable);
	List	   *referenced = declared->pk_attrs || !OidIsValid(target) ? declared->pk_attrs : primary_key(target);
	char	   *words = psprintf("FOREIGN KEY (%s) REFERENCES %s%s%s%s%s", column_list(columns), quote_identifier(declared->pktable->relname),
								 referenced ? psprintf("(%s)", column_list(referenced)) : "",
								 declared->fk_matchtype == FKCONSTR_MATCH_FULL ? " MATCH FULL" : "",
								 action_text("UPDATE", declared->fk_upd_action), action_text("DELETE", declared->fk_del_action));
	ListCell   *cell;

	foreach(cell, RelationGetFKeyList(comparison->table))
	{
		Oid			key = lfirst_node(ForeignKeyCacheInfo, cell)->conoid;
		char	   *live = TextDatumGetCString(DirectFunctionCall1(pg_get_constraintdef, ObjectIdGetDatum(key)));

		if (strcmp(live, words) == 0 || strcmp(live, psprintf("%s NOT VALID", words)) == 0)
			return;
	}
	add_part(comparison, "missing constraint", words);
}

static void
compare_key(TableComparison *comparison, const Constraint *declared, List *columns)
{
	bool		is_primary = declared->contype == CONSTR_PRIMARY;

	if (!has_key(comparison->table, columns, is_primary, declared->nulls_not_distinct))
		add_part(comparison, "missing constraint",
				 psprintf("%s%s (%s)", is_primary ? "PRIMARY KEY" : "UNIQUE", declared->nulls_not_distinct ? " NULLS NOT DISTINCT" : "",
						  column_list(columns)));
}

/* A constraint of a column, or of the table if that is NULL. */
static void
compare_constraint(TableComparison *comparison, const Constraint *declared, Form_pg_attribute column)
{
	List	   *own = column ? list_make1(makeString(NameStr(column->attname))) : NIL;

	switch (declared->contype)
	{
		case CONSTR_NOTNULL:
			if (!column->attnotnull)
				add_part(comparison, "missing constraint", psprintf("%s NOT NULL", quote_identifier(NameStr(column->attname))));
			break;
		case CONSTR_DEFAULT:
		case CONSTR_GENERATED:
			compare_default(comparison, column, declared);
			break;
		case CONSTR_IDENTITY:
			if (column->attidentity != declared->generated_when)
				add_part(comparison, "missing identity", quote_identifier(NameStr(column->attname)));
			break;
		case CONSTR_CHECK:
			compare_check(comparison, declared);
			break;
		case CONSTR_PRIMARY:
		case CONSTR_UNIQUE:
			compare_key(comparison, declared, column ? own : declared->keys);
			break;
		case CONSTR_FOREIGN:
			compare_foreign_key(comparison, declared, column ? own : declared->fk_attrs);
			break;
		default:
			break;
	}
}

static void
compare_constraints(TableComparison *comparison, List *elements)
{
	ListCell   *element;
	ListCell   *constraint;

	foreach(element, elements)
	{
		Node	   *declared = lfirst(element);

		if (IsA(declared, Constraint))
			compare_constraint(comparison, (Constraint *) declared, NULL);
		if (!IsA(declared, ColumnDef))
			continue;
		foreach(constraint, ((ColumnDef *) declared)->constraints)
			compare_constraint(comparison, lfirst_node(Constraint, constraint), column_of(comparison, ((ColumnDef *) declared)->colname));
	}
}

static List *
elements_of(const CreateStmt *declared)
{
	List	   *elements = NIL;
	ListCell   *cell;

	foreach(cell, declared->tableElts)
		elements = IsA(lfirst(cell), TableLikeClause) ? list_concat(elements, elements_like(lfirst(cell))) : lappend(elements, lfirst(cell));
	return elements;
}

/* Constraints over columns that are not there go unsaid: with those they come again. */
static void
compare_elements(TableComparison *comparison, List *elements)
{
	bool		is_whole = true;
	ListCell   *cell;

	foreach(cell, elements)
		if (IsA(lfirst(cell), ColumnDef))
			is_whole = compare_column(comparison, lfirst(cell)) && is_whole;
	if (is_whole)
		compare_constraints(comparison, elements);
}

void
compare_table(Comparison *comparison, const CreateStmt *declared)
{
	Oid			relid = declared_relation(comparison, declared->relation);
	char		kind = OidIsValid(relid) ? get_rel_relkind(relid) : '\0';
	TableComparison own = {.all = comparison};

	if (!OidIsValid(relid))
		add_missing(comparison, "missing table", declared->relation->relname, NULL);
	if (kind != RELKIND_RELATION && kind != RELKIND_PARTITIONED_TABLE)
		return;
	own.table = table_open(relid, AccessShareLock);
	own.state = state_over(comparison, own.table);
	own.checks = checks_of(own.table);
	compare_elements(&own, elements_of(declared));
	table_close(own.table, AccessShareLock);
}
