/*-------------------------------------------------------------------------
 *
 * statement_trigger.c
 *	  What the trigger functions for statements share: how they were called, how
 *	  many rows a statement has changed, and their names in queries.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/acl.h"
#include "utils/rel.h"
#include "utils/tuplestore.h"

#include "study/one_row.h"
#include "study/row_trigger.h"
#include "study/statement_trigger.h"
#include "study/study_rule.h"

/* The data of a trigger after each statement. */
TriggerData *
statement_trigger(FunctionCallInfo fcinfo)
{
	return trigger_fired(fcinfo, TRIGGER_EVENT_AFTER, "after each statement");
}

/* What stands in a table of rules runs as its owner, so the privilege INSERT is not enough. */
void
require_owner_writes(Relation relation)
{
	Oid			owner = relation->rd_rel->relowner;

	if (!has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("only \"%s\" writes to table \"%s\"", GetUserNameFromId(owner, false), RelationGetRelationName(relation)),
				 errdetail("What is written there runs with the rights of its owner.")));
}

/* How many pages a table has, in all of its partitions. */
static int64
pages_of(Relation table)
{
	int64		pages = 0;
	ListCell   *cell;

	if (RELKIND_HAS_STORAGE(table->rd_rel->relkind))
		return RelationGetNumberOfBlocks(table);
	if (table->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return 0;
	foreach(cell, find_inheritance_children(RelationGetRelid(table), AccessShareLock))
	{
		Relation	part = table_open(lfirst_oid(cell), NoLock);

		pages += pages_of(part);
		table_close(part, NoLock);
	}
	return pages;
}

/* The size of a statement that changes so many rows of a table. */
static StatementSize
size_of_rows(Relation table, int64 nrows)
{
	if (nrows <= FEW_ROWS)
		return SIZE_FEW;
	/* At a guess of 100 rows a page, five rows a page are a twentieth. */
	return nrows < 5 * pages_of(table) ? SIZE_MANY : SIZE_BULK;
}

static int64
count_stored(Tuplestorestate *rows)
{
	return rows ? tuplestore_tuple_count(rows) : 0;
}

/* What a statement has changed: the rows that it brought in and removed. */
StatementRows
rows_of_statement(Relation table, Tuplestorestate *changed, Tuplestorestate *removed)
{
	return (StatementRows) {
		.size = size_of_rows(table, count_stored(changed) + count_stored(removed)),
		.one = one_row(table, changed, removed)
	};
}

/* How many rows a statement has brought in and removed. */
int64
count_rows(const TriggerData *trigger)
{
	return count_stored(trigger->tg_newtable) + count_stored(trigger->tg_oldtable);
}

static void
register_relation(char *name, Tuplestorestate *rows, Oid relid, TupleDesc shape, int64 expected)
{
	EphemeralNamedRelation relation = palloc0(sizeof(EphemeralNamedRelationData));

	relation->md.name = name;
	relation->md.reliddesc = relid;
	relation->md.tupdesc = shape;
	relation->md.enrtype = ENR_NAMED_TUPLESTORE;
	relation->md.enrtuples = expected;
	relation->reldata = rows;
	if (SPI_register_relation(relation) != SPI_OK_REL_REGISTER)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("the rows of a statement cannot be used"),
				 errdetail("SPI answered %s.", SPI_result_code_string(SPI_result))));
}

/* Gives rows a name in the queries of this connection to SPI. */
void
name_rows(char *name, Tuplestorestate *rows, TupleDesc shape)
{
	register_relation(name, rows, InvalidOid, shape, tuplestore_tuple_count(rows));
}

/* The same with rows of a table.  A plan for few rows is kept, and made for one of them. */
static void
register_rows_as(char *name, Tuplestorestate *rows, Oid relid)
{
	if (rows)
		register_relation(name, rows, relid, NULL, tuplestore_tuple_count(rows) > FEW_ROWS ? tuplestore_tuple_count(rows) : 1);
}

/* The rules say "changed" and "removed", and so must the trigger. */
void
require_transitions(const TriggerData *trigger)
{
	RuleEvent	event = trigger_event(trigger);
	bool		needs_new = event == RULE_INSERT || event == RULE_UPDATE;
	bool		needs_old = event == RULE_DELETE || event == RULE_UPDATE;

	if ((needs_new && (!trigger->tg_newtable || strcmp(trigger->tg_trigger->tgnewtable, "changed") != 0)) ||
		(needs_old && (!trigger->tg_oldtable || strcmp(trigger->tg_trigger->tgoldtable, "removed") != 0)))
		ereport(ERROR,
				(errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
				 errmsg("trigger \"%s\" must be declared as the procedure guard() does it", trigger->tg_trigger->tgname),
				 errhint("REFERENCING OLD TABLE AS removed NEW TABLE AS changed, as far as the event has them.")));
}

/* Gives rows of a table the names that rules know. */
void
register_rows(Tuplestorestate *changed, Tuplestorestate *removed, Oid relid)
{
	register_rows_as("changed", changed, relid);
	register_rows_as("removed", removed, relid);
}

void
register_changes(const TriggerData *trigger)
{
	require_transitions(trigger);
	register_rows(trigger->tg_newtable, trigger->tg_oldtable, RelationGetRelid(trigger->tg_relation));
}
