/*-------------------------------------------------------------------------
 *
 * enter_rows.c
 *	  enter_rows(): enters the rows of a relation into a table of a study by
 *	  one INSERT, whose foreign keys are checked all at once.
 *
 * Row by row, foreign keys take most of the time of a load.  So this INSERT does
 * not fire the triggers that check them.  The rows that it has written, as all
 * triggers left them, are looked up together, and what they refer to is locked
 * as those triggers lock it.  Nothing tells the server to leave the triggers out
 * but the state of this one execution.  All else is as in any INSERT: it runs as
 * the caller, and every other trigger fires.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "executor/executor.h"
#include "executor/spi.h"
#include "executor/tstoreReceiver.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "tcop/tcopprot.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "study/statement_trigger.h"
#include "study/study_query.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(enter_rows);

/* The rows that an INSERT has written: the columns of their foreign keys. */
#define ENTERED "entered"

/* Is it the operator by which names and dates are compared, in this schema and no other? */
static bool
is_plain_equality(Oid operator)
{
	HeapTuple	tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(operator));
	bool		is_so = false;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_operator form = (Form_pg_operator) GETSTRUCT(tuple);

		is_so = form->oprnamespace == PG_CATALOG_NAMESPACE && strcmp(NameStr(form->oprname), "=") == 0;
		ReleaseSysCache(tuple);
	}
	return is_so;
}

/* Do the two columns of a pair have one type and one order, so that "=" says what the key does? */
static bool
is_plain_pair(const ForeignKeyCacheInfo *key, int pair)
{
	Oid			own;
	Oid			other;
	int32		own_modifier;
	int32		other_modifier;
	Oid			own_collation;
	Oid			other_collation;

	get_atttypetypmodcoll(key->conrelid, key->conkey[pair], &own, &own_modifier, &own_collation);
	get_atttypetypmodcoll(key->confrelid, key->confkey[pair], &other, &other_modifier, &other_collation);
	return own == other && own_collation == other_collation && is_plain_equality(key->conpfeqop[pair]);
}

/* Can a foreign key be checked by the query that check_key() makes of it? */
static bool
is_plain_key(const ForeignKeyCacheInfo *key)
{
	HeapTuple	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(key->conoid));
	bool		is_plain = false;

	if (HeapTupleIsValid(tuple))
	{
		is_plain = ((Form_pg_constraint) GETSTRUCT(tuple))->confmatchtype == FKCONSTR_MATCH_SIMPLE &&
			get_rel_relkind(key->confrelid) == RELKIND_RELATION;
		ReleaseSysCache(tuple);
	}
	for (int i = 0; is_plain && i < key->nkeys; i++)
		is_plain = is_plain_pair(key, i);
	return is_plain;
}

/* The trigger that checks a foreign key at the end of each INSERT, or NULL. */
static Trigger *
trigger_of_key(const TriggerDesc *triggers, const ForeignKeyCacheInfo *key)
{
	for (int i = 0; triggers && i < triggers->numtriggers; i++)
	{
		Trigger    *trigger = &triggers->triggers[i];

		if (trigger->tgconstraint == key->conoid && trigger->tgfoid == F_RI_FKEY_CHECK_INS &&
			!trigger->tgdeferrable && trigger->tgenabled == TRIGGER_FIRES_ON_ORIGIN)
			return trigger;
	}
	return NULL;
}

/* The foreign keys of a table that can be checked for all rows at once. */
static List *
plain_keys(Relation table)
{
	List	   *keys = NIL;
	ListCell   *cell;

	/* What a key is checked by is read from the table; a rewrite rule may do anything. */
	if (table->rd_rel->relkind != RELKIND_RELATION || table->rd_rules ||
		pg_class_aclcheck(RelationGetRelid(table), GetUserId(), ACL_SELECT) != ACLCHECK_OK)
		return NIL;
	foreach(cell, copyObject(RelationGetFKeyList(table)))
	{
		ForeignKeyCacheInfo *key = lfirst(cell);

		if (trigger_of_key(table->trigdesc, key) && is_plain_key(key))
			keys = lappend(keys, key);
	}
	return keys;
}

/* A form of each pair of a key's columns, one after the other. */
static char *
list_pairs(const ForeignKeyCacheInfo *key, const char *form, const char *between)
{
	StringInfoData list;

	initStringInfo(&list);
	for (int i = 0; i < key->nkeys; i++)
	{
		const char *own = quote_identifier(get_attname(key->conrelid, key->conkey[i], false));
		const char *other = quote_identifier(get_attname(key->confrelid, key->confkey[i], false));

		appendStringInfoString(&list, i > 0 ? between : "");
		for (const char *letter = form; *letter; letter++)
		{
			if (*letter == '#')
				appendStringInfoString(&list, own);
			else if (*letter == '@')
				appendStringInfoString(&list, other);
			else
				appendStringInfoChar(&list, *letter);
		}
	}
	return list.data;
}

static char *
qualified_name(Oid relid)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), get_rel_name(relid));
}

/* How many keys of the entered rows are of no row; what the others are of is locked, in the order of the keys. */
static char *
missing_keys_query(const ForeignKeyCacheInfo *key)
{
	return psprintf("with given as materialized (select distinct %s from " ENTERED " where %s), "
					"found as materialized (select from only %s as referenced join given on %s order by %s for key share of referenced) "
					"select (select count(*) from given) - (select count(*) from found)",
					list_pairs(key, "#", ", "), list_pairs(key, "# is not null", " and "), qualified_name(key->confrelid),
					list_pairs(key, "referenced.@ = given.#", " and "), list_pairs(key, "referenced.@", ", "));
}

/* 23503 if a row of the INSERT refers to one that is not there; as the owner of what it refers to. */
static void
check_key(Relation table, const ForeignKeyCacheInfo *key)
{
	Relation	parent = table_open(key->confrelid, RowShareLock);
	OwnerState	state;
	bool		is_null;
	int64		missing;

	become_study_owner(&state, parent->rd_rel->relowner, "pg_catalog, pg_temp");
	run_query_for(missing_keys_query(key), SIZE_MANY, true);
	missing = DatumGetInt64(SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &is_null));
	restore_user(&state);
	if (missing != 0)
		ereport(ERROR,
				(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
				 errmsg("rows of table \"%s\" refer to rows that table \"%s\" does not have",
						RelationGetRelationName(table), RelationGetRelationName(parent)),
				 errdetail("They have %lld keys that are not there.", (long long) missing),
				 errhint("Enter them first, or leave those rows out."),
				 errtableconstraint(table, get_constraint_name(key->conoid))));
	table_close(parent, NoLock);
}

/* The columns of the keys, each once. */
static Bitmapset *
columns_of_keys(const List *keys)
{
	Bitmapset  *columns = NULL;
	ListCell   *cell;

	foreach(cell, keys)
	{
		const ForeignKeyCacheInfo *key = lfirst(cell);

		for (int i = 0; i < key->nkeys; i++)
			columns = bms_add_member(columns, key->conkey[i]);
	}
	return columns;
}

/* The INSERT of some columns, which returns those of the keys. */
static char *
insert_of(Relation table, Relation source, ArrayType *columns, const List *keys)
{
	Bitmapset  *returned = columns_of_keys(keys);
	StringInfoData list;
	StringInfoData query;
	Datum	   *names;
	int			count;

	initStringInfo(&list);
	initStringInfo(&query);
	deconstruct_array(columns, NAMEOID, NAMEDATALEN, false, TYPALIGN_CHAR, &names, NULL, &count);
	for (int i = 0; i < count; i++)
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", quote_identifier(NameStr(*DatumGetName(names[i]))));
	appendStringInfo(&query, "insert into %s (%s) select %s from %s", qualified_name(RelationGetRelid(table)),
					 list.data, list.data, qualified_name(RelationGetRelid(source)));
	for (int column = -1, n = 0; (column = bms_next_member(returned, column)) >= 0; n++)
		appendStringInfo(&query, "%s %s", n > 0 ? "," : " returning",
						 quote_identifier(get_attname(RelationGetRelid(table), column, false)));
	return query.data;
}

/* Keeps an execution from firing the triggers of keys, which check_key() stands for. */
static void
leave_out_triggers(const EState *execution, const List *keys)
{
	const ResultRelInfo *target = linitial(execution->es_opened_result_relations);
	ListCell   *cell;

	foreach(cell, keys)
		trigger_of_key(target->ri_TrigDesc, lfirst(cell))->tgenabled = TRIGGER_DISABLED;
}

/* Runs an INSERT without the triggers of keys; what it returns is called "entered". */
static uint64
run_insert(const char *query, Tuplestorestate *entered, const List *keys)
{
	DestReceiver *receiver = CreateTuplestoreDestReceiver();
	RawStmt    *statement = linitial_node(RawStmt, raw_parser(query, RAW_PARSE_DEFAULT));
	Query	   *analysed = linitial_node(Query, pg_analyze_and_rewrite_fixedparams(statement, query, NULL, 0, NULL));
	QueryDesc  *execution;
	uint64		count;

	SetTuplestoreDestReceiverParams(receiver, entered, CurrentMemoryContext, true, NULL, NULL);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	execution = CreateQueryDesc(pg_plan_query(analysed, query, 0, NULL), query, GetActiveSnapshot(), InvalidSnapshot,
								receiver, NULL, NULL, 0);
	ExecutorStart(execution, 0);
	leave_out_triggers(execution->estate, keys);
	run_to_end(execution);
	ExecutorFinish(execution);
	count = execution->estate->es_processed;
	name_rows(ENTERED, entered, CreateTupleDescCopy(execution->tupDesc));
	ExecutorEnd(execution);
	FreeQueryDesc(execution);
	PopActiveSnapshot();
	return count;
}

static uint64
insert_rows(Relation table, const char *query, const List *keys)
{
	Tuplestorestate *entered;
	uint64		count;
	ListCell   *cell;

	if (keys == NIL)
	{
		SPI_execute(query, false, 0);
		return SPI_processed;
	}
	entered = tuplestore_begin_heap(false, false, work_mem);
	count = run_insert(query, entered, keys);
	foreach(cell, keys)
		check_key(table, lfirst(cell));
	tuplestore_end(entered);
	return count;
}

/*
 * enter_rows("table", columns, source): enters these columns of a relation's rows
 * into the table, as the caller; returns how many rows came in.
 */
Datum
enter_rows(PG_FUNCTION_ARGS)
{
	Relation	table = open_given(PG_GETARG_OID(0), RowExclusiveLock);
	Relation	source = open_given(PG_GETARG_OID(2), AccessShareLock);
	List	   *keys;
	uint64		count;

	SPI_connect();
	keys = plain_keys(table);
	count = insert_rows(table, insert_of(table, source, PG_GETARG_ARRAYTYPE_P(1), keys), keys);
	SPI_finish();
	relation_close(source, AccessShareLock);
	table_close(table, NoLock);
	PG_RETURN_INT64((int64) count);
}
