/*-------------------------------------------------------------------------
 *
 * declared_like.c
 *	  What CREATE TABLE (LIKE ... INCLUDING ALL) declares: the columns,
 *	  defaults, CHECKs and primary key of another table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/genam.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "nodes/makefuncs.h"
#include "utils/rel.h"

#include "study/declared_parts.h"

static Constraint *
make_constraint(ConstrType type, Node *expression, List *keys)
{
	Constraint *constraint = makeNode(Constraint);

	constraint->contype = type;
	constraint->raw_expr = expression;
	constraint->keys = keys;
	return constraint;
}

static Node *
read_stored(Relation table, char *stored)
{
	return read_expression(expression_text(table, stringToNode(stored)));
}

static ColumnDef *
column_like(Relation table, const FormData_pg_attribute *column)
{
	const TupleConstr *constraints = RelationGetDescr(table)->constr;
	ColumnDef  *declared = makeColumnDef(NameStr(column->attname), column->atttypid, column->atttypmod, column->attcollation);

	if (column->attnotnull)
		declared->constraints = lappend(declared->constraints, make_constraint(CONSTR_NOTNULL, NULL, NIL));
	for (int i = 0; constraints && i < constraints->num_defval; i++)
		if (constraints->defval[i].adnum == column->attnum)
			declared->constraints = lappend(declared->constraints,
											make_constraint(CONSTR_DEFAULT, read_stored(table, constraints->defval[i].adbin), NIL));
	return declared;
}

/* The elements of a CREATE TABLE that would make such a table. */
List *
elements_like(const TableLikeClause *source)
{
	Relation	table = table_openrv(source->relation, AccessShareLock);
	const TupleConstr *constraints = RelationGetDescr(table)->constr;
	Oid			key = primary_key_index(table);
	List	   *elements = NIL;

	for (int i = 0; i < RelationGetNumberOfAttributes(table); i++)
		if (!TupleDescAttr(RelationGetDescr(table), i)->attisdropped)
			elements = lappend(elements, column_like(table, TupleDescAttr(RelationGetDescr(table), i)));
	for (int i = 0; constraints && i < constraints->num_check; i++)
		elements = lappend(elements, make_constraint(CONSTR_CHECK, read_stored(table, constraints->check[i].ccbin), NIL));
	if (OidIsValid(key))
	{
		Relation	index = index_open(key, AccessShareLock);

		elements = lappend(elements, make_constraint(CONSTR_PRIMARY, NULL, key_of(index)));
		index_close(index, AccessShareLock);
	}
	table_close(table, AccessShareLock);
	return elements;
}
