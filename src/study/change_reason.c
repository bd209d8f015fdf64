/*-------------------------------------------------------------------------
 *
 * change_reason.c
 *	  What a session states of its changes: the reason, by the study's list of
 *	  codes, and the person, where a login is shared.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/snapmgr.h"

#include "study/change_reason.h"
#include "study/record.h"
#include "study/row_trigger.h"

/* Does something with the text in a row of a list; false ends the search. */
typedef bool (*ListAction) (HeapTuple row, TupleDesc tupdesc, const char *text, void *argument);

/* Goes through a small table beside another: the texts of one column. */
static void
search_list(Relation table, const char *list, const char *column, ListAction action, void *argument)
{
	Oid			relid = relation_beside(table, list, RELKIND_RELATION);
	Relation	relation = OidIsValid(relid) ? table_open(relid, AccessShareLock) : NULL;
	int			number = relation ? row_column(RelationGetDescr(relation), column, TEXTOID) : 0;
	SysScanDesc scan;
	Snapshot	snapshot;
	HeapTuple	row;

	if (number == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no table \"%s\" with a column \"%s\" beside table \"%s\"", list, column, RelationGetRelationName(table)),
				 errhint("create_study() makes it.")));
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	scan = systable_beginscan(relation, InvalidOid, false, snapshot, 0, NULL);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		bool		is_null;
		Datum		entry = heap_getattr(row, number, RelationGetDescr(relation), &is_null);

		if (!is_null && !action(row, RelationGetDescr(relation), TextDatumGetCString(entry), argument))
			break;
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	table_close(relation, AccessShareLock);
}

static bool
add_code(HeapTuple row, TupleDesc tupdesc, const char *text, void *argument)
{
	StringInfo	codes = argument;

	if (strcmp(text, SYSTEM_REASON) != 0)
		appendStringInfo(codes, "%s%s", codes->len > 0 ? ", " : "", text);
	return true;
}

/* The codes that may be stated, for a hint. */
char *
reason_codes(Relation table)
{
	StringInfoData codes;

	initStringInfo(&codes);
	search_list(table, "change_reason", "code", add_code, &codes);
	return codes.data;
}

/* A code that is looked for. */
typedef struct CodeSearch
{
	const char *code;
	bool		is_found;
	bool		needs_words;
} CodeSearch;

static bool
match_code(HeapTuple row, TupleDesc tupdesc, const char *text, void *argument)
{
	CodeSearch *search = argument;
	int			column = row_column(tupdesc, "needs_text", BOOLOID);
	bool		is_null = true;
	Datum		needs = column ? heap_getattr(row, column, tupdesc, &is_null) : (Datum) 0;

	search->is_found = strcmp(text, search->code) == 0;
	search->needs_words = !is_null && DatumGetBool(needs);
	return !search->is_found;
}

static char *
trimmed(const char *text, size_t length)
{
	while (length > 0 && isspace((unsigned char) *text))
		text++, length--;
	while (length > 0 && isspace((unsigned char) text[length - 1]))
		length--;
	return pnstrdup(text, length);
}

/* 22023 unless the code is one of the list, and has the words that it needs. */
static void
check_reason(const ChangeReason *reason, Relation table)
{
	CodeSearch	search = {.code = reason->code};

	if (strcmp(reason->code, SYSTEM_REASON) != 0)
		search_list(table, "change_reason", "code", match_code, &search);
	if (!search.is_found)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is no reason for a change", reason->code),
				 strcmp(reason->code, SYSTEM_REASON) == 0 ?
				 errdetail("It is the reason of what the database itself writes.") : 0,
				 errhint("virotrial.reason is a code, or a code and a text, as in 'transcription: what was wrong'. The codes are %s.",
						 reason_codes(table))));
	if (search.needs_words && reason->words == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("the reason \"%s\" needs words of explanation", reason->code),
				 errhint("Add them after a colon: set local virotrial.reason = '%s: ...'.", reason->code)));
}

/* Reads a reason, "code: words" or the code alone; without a code if none is stated. */
void
read_reason(ChangeReason *reason, const char *setting, Relation table)
{
	const char *colon = strchr(setting, ':');
	char	   *words = colon ? trimmed(colon + 1, strlen(colon + 1)) : NULL;

	*reason = (ChangeReason) {
		.code = trimmed(setting, colon ? colon - setting : strlen(setting)),
		.words = words && *words ? words : NULL
	};
	if (*reason->code == '\0' && reason->words == NULL)
		reason->code = NULL;
	else
		check_reason(reason, table);
}

static bool
match_login(HeapTuple row, TupleDesc tupdesc, const char *text, void *argument)
{
	const char **login = argument;

	if (*login == NULL || strcmp(text, *login) != 0)
		return true;
	*login = NULL;
	return false;
}

/* 23502 if a login that several persons share does not say which of them writes. */
void
require_person(const char *application_user, Oid login, Relation table)
{
	const char *sought = GetUserNameFromId(login, false);

	if (*application_user)
		return;
	search_list(table, "pooled_login", "login", match_login, &sought);
	if (sought == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("login \"%s\" must say which person writes", GetUserNameFromId(login, false)),
				 errdetail("Table \"pooled_login\" has it among the logins that persons share."),
				 errhint("The application says it in each transaction: set local virotrial.application_user = '...'.")));
}
