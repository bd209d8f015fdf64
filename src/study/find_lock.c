/*-------------------------------------------------------------------------
 *
 * find_lock.c
 *	  Looks for locks on the rows of a study, in its table data_lock.
 *
 * The locks on a row are on the study, its site, its subject, its visit, or on
 * itself: each is one probe of the table's index, which is not made again for a
 * row of the same visit.  If there is no lock, it is one probe a statement; and
 * if there never was one, the table is empty.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/genam.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "settings.h"
#include "study/find_lock.h"
#include "study/record.h"
#include "study/row_trigger.h"

#define LOCKS "data_lock"
#define LOCK_INDEX "data_lock_once"

static const char *const column_names[LOCK_TABLE] = {"site_id", "subject_id", "visit"};

/* The value of a column of the lock that was found; 0 if it has none of the type. */
static Datum
lock_value(LockSearch *search, const char *name, Oid type)
{
	int			number = row_column(RelationGetDescr(search->locks), name, type);
	bool		is_null = true;
	Datum		value = number ? slot_getattr(search->found, number, &is_null) : (Datum) 0;

	return is_null ? (Datum) 0 : value;
}

/* A place in words.  Of a record there is no more than its table: its key may tell of a patient. */
static char *
place_in_words(const LockSearch *search, const LockPlace *place)
{
	static const char *const words[LOCK_COLUMNS] = {"site", "subject", "visit", "a record of table"};
	StringInfoData text;

	initStringInfo(&text);
	for (int i = LOCK_COLUMNS - 1; i >= 0; i--)
		if (place->names[i])
			appendStringInfo(&text, "%s%s \"%s\"", text.len > 0 ? " of " : "", words[i], place->names[i]);
	return text.len > 0 ? text.data :
		psprintf("study \"%s\"", get_namespace_name(RelationGetNamespace(search->locks)));
}

/* What is to be said of the lock that was found: 55000, or 55006 while another session locks or unlocks. */
LockWords
describe_lock(LockSearch *search)
{
	bool		is_new = TransactionIdIsValid(search->now.xmin);
	bool		is_open = is_new || TransactionIdIsValid(search->now.xmax);
	Datum		by = lock_value(search, "entered_by", TEXTOID);
	const char *locked_at = timestamptz_to_str(DatumGetTimestampTz(lock_value(search, "entered_at", TIMESTAMPTZOID)));
	long long	number = DatumGetInt64(lock_value(search, "lock_id", INT8OID));
	LockWords	words;

	words.code = is_open ? ERRCODE_OBJECT_IN_USE : ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE;
	words.message = psprintf("%s is %s", place_in_words(search, &search->place),
							 !is_open ? "locked" : is_new ? "being locked" : "being unlocked");
	words.detail = psprintf("Lock %lld, by \"%s\" at %s.", number, by ? TextDatumGetCString(by) : "", locked_at);
	words.hint = is_open ? pstrdup("Another session has not committed that yet. Try again.") :
		psprintf("Who may unlock it says why: set local virotrial.reason = 'unlock: ...'; delete from %s.data_lock where lock_id = %lld.",
				 quote_identifier(get_namespace_name(RelationGetNamespace(search->locks))), number);
	return words;
}

/* Is the lock that was found on this very row?  It has the row's key as an object, in UTC. */
static bool
is_on_row(LockSearch *search, TupleTableSlot *row)
{
	Datum		key = lock_value(search, "row_key", JSONBOID);
	Datum		object;
	int			level;

	if (key == (Datum) 0)
		return false;
	level = NewGUCNestLevel();
	set_locally("timezone", "UTC");
	set_locally("extra_float_digits", "1");
	object = OidFunctionCall1(F_ROW_TO_JSON_RECORD, ExecFetchSlotHeapTupleDatum(row));
	AtEOXact_GUC(false, level);
	object = DirectFunctionCall1(jsonb_in, CStringGetDatum(TextDatumGetCString(object)));
	return DatumGetBool(DirectFunctionCall2(jsonb_contains, object, key));
}

/* Goes to what the index has at a place. */
static void
seek(LockSearch *search, const LockPlace *place)
{
	ScanKeyData keys[LOCK_COLUMNS];

	for (int i = 0; i < LOCK_COLUMNS; i++)
	{
		const char *name = place->names[i];

		ScanKeyEntryInitialize(&keys[i], name ? 0 : SK_ISNULL | SK_SEARCHNULL, i + 1,
							   name ? BTEqualStrategyNumber : InvalidStrategy, InvalidOid,
							   search->index->rd_indcollation[i], name ? F_TEXTEQ : InvalidOid,
							   name ? CStringGetTextDatum(name) : (Datum) 0);
	}
	index_rescan(search->scan, keys, LOCK_COLUMNS, NULL, 0);
}

/* What the scan remembers of dead locks lives as long as the scan, and not as the row. */
static bool
find_next(LockSearch *search)
{
	MemoryContext old = MemoryContextSwitchTo(search->context);
	bool		is_there = index_getnext_slot(search->scan, ForwardScanDirection, search->found);

	MemoryContextSwitchTo(old);
	return is_there;
}

/* Is there a lock on a place; or if a row is given, one on the row? */
static bool
is_locked_at(LockSearch *search, const LockPlace *place, TupleTableSlot *row)
{
	search->place = *place;
	seek(search, place);
	while (find_next(search))
	{
		if (row == NULL || is_on_row(search, row))
			return true;
	}
	return false;
}

/* Is anything locked? */
static bool
has_locks(LockSearch *search)
{
	IndexScanDesc scan = begin_index_scan(search->locks, search->index, &search->now, 0);
	bool		is_there;

	index_rescan(scan, NULL, 0, NULL, 0);
	is_there = index_getnext_slot(scan, ForwardScanDirection, search->found);
	index_endscan(scan);
	return is_there;
}

/* Opens the index by which locks are found; 42P01 if it is not the one that create_study() makes. */
static Relation
open_lock_index(Relation locks)
{
	Oid			relid = relation_beside(locks, LOCK_INDEX, RELKIND_INDEX);
	Relation	index = OidIsValid(relid) ? index_open(relid, AccessShareLock) : NULL;
	bool		fits = index && index->rd_index->indrelid == RelationGetRelid(locks) && index->rd_index->indisvalid &&
		index->rd_index->indnkeyatts >= LOCK_COLUMNS && index->rd_indpred == NIL;

	for (int i = 0; fits && i < LOCK_COLUMNS; i++)
		fits = TupleDescAttr(RelationGetDescr(index), i)->atttypid == TEXTOID;
	if (!fits)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("table \"%s\" does not have its index \"%s\"", LOCKS, LOCK_INDEX),
				 errhint("It is a constraint: unique nulls not distinct (site_id, subject_id, visit, table_name, row_key).")));
	return index;
}

/*
 * Begins to search for the locks on rows of a shape that are of a table; false if
 * nothing in the study is locked, and there is nothing to end.
 */
bool
lock_search_begin(LockSearch *search, Relation table, TupleDesc shape)
{
	Oid			relid = relation_beside(table, LOCKS, RELKIND_RELATION);
	LockPlace	study = {0};

	if (!OidIsValid(relid))
		return false;
	memset(search, 0, sizeof(LockSearch));
	search->context = CurrentMemoryContext;
	search->table = table;
	search->locks = table_open(relid, AccessShareLock);
	if (RelationGetNumberOfBlocks(search->locks) == 0)
	{
		table_close(search->locks, AccessShareLock);
		return false;
	}
	search->index = open_lock_index(search->locks);
	search->found = table_slot_create(search->locks, NULL);
	InitDirtySnapshot(search->now);
	if (!has_locks(search))
	{
		lock_search_end(search);
		return false;
	}
	search->scan = begin_index_scan(search->locks, search->index, &search->now, LOCK_COLUMNS);
	search->is_all_locked = is_locked_at(search, &study, NULL);
	search->of_row = AllocSetContextCreate(search->context, "locks on a row", ALLOCSET_DEFAULT_SIZES);
	for (int i = 0; i < LOCK_TABLE; i++)
		search->columns[i] = Max(SPI_fnumber(shape, column_names[i]), 0);
	return true;
}

void
lock_search_end(LockSearch *search)
{
	if (search->scan)
		index_endscan(search->scan);
	ExecDropSingleTupleTableSlot(search->found);
	index_close(search->index, AccessShareLock);
	table_close(search->locks, AccessShareLock);
}

/* What a column of a row says, or NULL. */
static char *
row_text(TupleTableSlot *row, int number)
{
	bool		is_null = true;
	Datum		value = number ? slot_getattr(row, number, &is_null) : (Datum) 0;
	Oid			function;
	bool		is_varlena;

	if (is_null)
		return NULL;
	getTypeOutputInfo(TupleDescAttr(row->tts_tupleDescriptor, number - 1)->atttypid, &function, &is_varlena);
	return OidOutputFunctionCall(function, value);
}

static bool
is_same(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

static bool
is_last_place(const LockSearch *search, const LockPlace *place)
{
	for (int i = 0; i < LOCK_TABLE; i++)
	{
		if (!is_same(search->last.names[i], place->names[i]))
			return false;
	}
	return search->has_last;
}

static void
remember_place(LockSearch *search, const LockPlace *place)
{
	for (int i = 0; i < LOCK_TABLE; i++)
	{
		if (search->last.names[i])
			pfree(search->last.names[i]);
		search->last.names[i] = place->names[i] ? MemoryContextStrdup(search->context, place->names[i]) : NULL;
	}
	search->has_last = true;
}

/* Where single rows of the table are locked that are in the same place. */
static LockPlace
place_of_records(const LockSearch *search, const LockPlace *place)
{
	LockPlace	records = *place;

	records.names[LOCK_VISIT] = NULL;
	records.names[LOCK_TABLE] = RelationGetRelationName(search->table);
	return records;
}

/* Is the site, subject or visit of a row locked? */
static bool
is_place_locked(LockSearch *search, const LockPlace *place)
{
	LockPlace	part = {0};
	LockPlace	records = place_of_records(search, place);

	for (int i = 0; i < LOCK_TABLE && place->names[i]; i++)
	{
		part.names[i] = place->names[i];
		if (i == LOCK_SITE && search->has_last && is_same(search->last.names[i], part.names[i]))
			continue;
		if (is_locked_at(search, &part, NULL))
			return true;
	}
	seek(search, &records);
	search->has_records = find_next(search);
	return false;
}

/* Is a row locked?  Where it is not, the next one of its place is looked for no more. */
bool
is_row_locked(LockSearch *search, TupleTableSlot *row)
{
	MemoryContext old;
	LockPlace	place = {0};
	bool		is_locked = search->is_all_locked;

	if (is_locked)
		return true;
	MemoryContextReset(search->of_row);
	old = MemoryContextSwitchTo(search->of_row);
	for (int i = 0; i < LOCK_TABLE; i++)
		place.names[i] = row_text(row, search->columns[i]);
	if (!is_last_place(search, &place))
	{
		is_locked = is_place_locked(search, &place);
		if (!is_locked)
			remember_place(search, &place);
	}
	if (!is_locked && search->has_records)
	{
		LockPlace	records = place_of_records(search, &place);

		is_locked = is_locked_at(search, &records, row);
	}
	MemoryContextSwitchTo(old);
	return is_locked;
}
