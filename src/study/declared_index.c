/*-------------------------------------------------------------------------
 *
 * declared_index.c
 *	  Compares the indexes of a table with the keys and the CREATE INDEX that
 *	  declare them.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/genam.h"
#include "access/table.h"
#include "catalog/pg_index.h"
#include "commands/defrem.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "study/declared_parts.h"

/* The condition of a partial index. */
static Node *
predicate_of(Relation index)
{
	bool		is_null;
	Datum		predicate = SysCacheGetAttr(INDEXRELID, index->rd_indextuple, Anum_pg_index_indpred, &is_null);

	return is_null ? NULL : stringToNode(TextDatumGetCString(predicate));
}

/* The names of the columns of a key. */
List *
key_of(Relation index)
{
	List	   *names = NIL;

	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
		names = lappend(names, makeString(get_attname(index->rd_index->indrelid, index->rd_index->indkey.values[i], false)));
	return names;
}

static bool
is_of_columns(Relation index, List *columns)
{
	const FormData_pg_index *form = index->rd_index;

	if (form->indnkeyatts != list_length(columns))
		return false;
	for (int i = 0; i < form->indnkeyatts; i++)
		if (form->indkey.values[i] <= 0 ||
			strcmp(get_attname(form->indrelid, form->indkey.values[i], false), strVal(list_nth(columns, i))) != 0)
			return false;
	return true;
}

/* Does an index hold a table to a key of these columns? */
bool
has_key(Relation table, List *columns, bool is_primary, bool nulls_not_distinct)
{
	bool		is_held = false;
	ListCell   *cell;

	foreach(cell, RelationGetIndexList(table))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);
		const FormData_pg_index *form = index->rd_index;

		is_held = is_held || (form->indisunique && form->indisvalid && form->indimmediate && (form->indisprimary || !is_primary) &&
							  form->indnullsnotdistinct == nulls_not_distinct && predicate_of(index) == NULL &&
							  is_of_columns(index, columns));
		index_close(index, AccessShareLock);
	}
	return is_held;
}

/* What an index is of, as PostgreSQL writes it. */
static char *
index_columns(ParseState *state, Relation table, List *elements)
{
	StringInfoData list;
	ListCell   *cell;

	initStringInfo(&list);
	foreach(cell, elements)
	{
		const IndexElem *element = lfirst_node(IndexElem, cell);

		appendStringInfo(&list, "%s%s", list.len ? ", " : "",
						 element->name ? quote_identifier(element->name) :
						 condition_text(state, table, element->expr, EXPR_KIND_INDEX_EXPRESSION));
	}
	return list.data;
}

static bool
is_declared_index(Relation index, Relation table, const IndexStmt *declared, const char *columns, const Condition *predicate)
{
	Node	   *live = predicate_of(index);

	if (index->rd_index->indisunique != declared->unique || !index->rd_index->indisvalid ||
		strcmp(get_am_name(index->rd_rel->relam), declared->accessMethod) != 0 ||
		strcmp(pg_get_indexdef_columns(RelationGetRelid(index), true), columns) != 0)
		return false;
	if (live == NULL || predicate == NULL)
		return live == NULL && predicate == NULL;
	return is_same_condition(predicate, expression_text(table, live));
}

void
compare_index(Comparison *comparison, const IndexStmt *declared)
{
	Oid			relid = declared_relation(comparison, declared->relation);
	bool		is_there = false;
	Relation	table;
	ParseState *state;
	char	   *columns;
	const Condition *predicate;
	ListCell   *cell;

	if (!OidIsValid(relid))
		return;
	table = table_open(relid, AccessShareLock);
	state = state_over(comparison, table);
	columns = index_columns(state, table, declared->indexParams);
	predicate = declared_condition(state, table, declared->whereClause, EXPR_KIND_INDEX_PREDICATE);
	foreach(cell, RelationGetIndexList(table))
	{
		Relation	index = index_open(lfirst_oid(cell), AccessShareLock);

		is_there = is_there || is_declared_index(index, table, declared, columns, predicate);
		index_close(index, AccessShareLock);
	}
	table_close(table, AccessShareLock);
	if (!is_there)
		add_missing(comparison, "missing index", declared->relation->relname,
					psprintf("%s(%s)%s%s", declared->unique ? "UNIQUE " : "", columns, predicate ? " WHERE " : "", predicate ? predicate->text : ""));
}
