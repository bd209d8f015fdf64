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
#include "commands/trigger.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "study/change_reason.h"
#include "study/record.h"
#include "study/row_trigger.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(require_permitted_reason);

/* What was found when a text was looked for in a list. */
typedef struct Answer
{
	Oid			relid;			/* the list, or 0 if there is no answer */
	char	   *sought;
	bool		is_found;
	bool		needs_words;
} Answer;

/* A small table beside a study's others, and what a session found there last. */
typedef struct WordList
{
	const char *name;
	const char *column;
	Answer		latest;
} WordList;

static WordList reasons = {.name = "change_reason", .column = "code"};
static WordList logins = {.name = "pooled_login", .column = "login"};

/* How often answers have been forgotten. */
static uint64 forgotten = 0;

/* Does something with the text in a row of a list; false ends the search. */
typedef bool (*ListAction) (HeapTuple row, TupleDesc tupdesc, const text *entry, void *argument);

void
forget_answers(Oid relid)
{
	if (!OidIsValid(relid) || relid == reasons.latest.relid)
		reasons.latest.relid = InvalidOid;
	if (!OidIsValid(relid) || relid == logins.latest.relid)
		logins.latest.relid = InvalidOid;
	forgotten++;
}

/* Every transaction needs an answer.  It is kept where a trigger has it forgotten when the list changes. */
static void
keep_answer(WordList *list, const Answer *answer, Relation relation)
{
	const TriggerDesc *triggers = relation->trigdesc;

	for (int i = 0; triggers && i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (strcmp(trigger->tgname, "list_changed") != 0 || trigger->tgenabled != TRIGGER_FIRES_ALWAYS)
			continue;
		if (list->latest.sought)
			pfree(list->latest.sought);
		list->latest = *answer;
		list->latest.sought = MemoryContextStrdup(TopMemoryContext, answer->sought);
	}
}

static void
search_rows(Relation relation, int column, ListAction action, void *argument)
{
	Snapshot	snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = systable_beginscan(relation, InvalidOid, false, snapshot, 0, NULL);
	HeapTuple	row;

	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		bool		is_null;
		Datum		entry = heap_getattr(row, column, RelationGetDescr(relation), &is_null);

		if (!is_null && !action(row, RelationGetDescr(relation), DatumGetTextPP(entry), argument))
			break;
	}
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
}

/* Goes through a list; returns it open. */
static Relation
search_list(Relation table, const WordList *list, ListAction action, void *argument)
{
	Oid			relid = relation_beside(table, list->name, RELKIND_RELATION);
	Relation	relation = OidIsValid(relid) ? table_open(relid, AccessShareLock) : NULL;
	int			column = relation ? row_column(RelationGetDescr(relation), list->column, TEXTOID) : 0;

	if (column == 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("there is no table \"%s\" with a column \"%s\" beside table \"%s\"",
						list->name, list->column, RelationGetRelationName(table)),
				 errhint("create_study() makes it.")));
	search_rows(relation, column, action, argument);
	return relation;
}

static bool
is_text(const text *entry, const char *sought)
{
	size_t		length = strlen(sought);

	return VARSIZE_ANY_EXHDR(entry) == length && memcmp(VARDATA_ANY(entry), sought, length) == 0;
}

static bool
add_code(HeapTuple row, TupleDesc tupdesc, const text *entry, void *argument)
{
	StringInfo	codes = argument;

	if (!is_text(entry, SYSTEM_REASON))
		appendStringInfo(codes, "%s%s", codes->len > 0 ? ", " : "", text_to_cstring(entry));
	return true;
}

/* The codes that may be stated, for a hint. */
char *
reason_codes(Relation table)
{
	StringInfoData codes;

	initStringInfo(&codes);
	table_close(search_list(table, &reasons, add_code, &codes), AccessShareLock);
	return codes.data;
}

static bool
match_entry(HeapTuple row, TupleDesc tupdesc, const text *entry, void *argument)
{
	Answer	   *answer = argument;
	int			column;
	bool		is_null = true;
	Datum		needs;

	if (!is_text(entry, answer->sought))
		return true;
	column = row_column(tupdesc, "needs_text", BOOLOID);
	needs = column ? heap_getattr(row, column, tupdesc, &is_null) : (Datum) 0;
	answer->is_found = true;
	answer->needs_words = !is_null && DatumGetBool(needs);
	return false;
}

/* Looks for a text in a list. */
static Answer
find_entry(Relation table, WordList *list, char *sought)
{
	Answer		answer = {.sought = sought, .relid = relation_beside(table, list->name, RELKIND_RELATION)};
	uint64		before = forgotten;
	Relation	relation;

	if (OidIsValid(list->latest.relid) && list->latest.relid == answer.relid && strcmp(list->latest.sought, sought) == 0)
		return list->latest;
	relation = search_list(table, list, match_entry, &answer);
	if (before == forgotten)
		keep_answer(list, &answer, relation);
	table_close(relation, AccessShareLock);
	return answer;
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

/* Unicode's blanks, and what has no width. */
static bool
is_blank(pg_wchar character)
{
	return character <= 0xA0 || character == 0x1680 || (character >= 0x2000 && character <= 0x200F) ||
		(character >= 0x2028 && character <= 0x202F) || (character >= 0x205F && character <= 0x206F) ||
		character == 0x3000 || character == 0xFEFF;
}

/* Is there a letter or a digit, or a character beyond ASCII that is no blank? */
static bool
has_word(const char *text)
{
	for (; *text; text += pg_mblen(text))
	{
		if (isalnum((unsigned char) *text) && !IS_HIGHBIT_SET(*text))
			return true;
		if (IS_HIGHBIT_SET(*text) &&
			(GetDatabaseEncoding() != PG_UTF8 || !is_blank(utf8_to_unicode((const unsigned char *) text))))
			return true;
	}
	return false;
}

/* 22023 unless the code is one of the list, and has the words that it needs. */
static void
check_reason(const ChangeReason *reason, Relation table)
{
	bool		is_system = strcmp(reason->code, SYSTEM_REASON) == 0;
	Answer		answer = is_system ? (Answer) {.is_found = false} : find_entry(table, &reasons, reason->code);

	if (!answer.is_found)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is no reason for a change", reason->code),
				 is_system ? errdetail("It is the reason of what the database itself writes.") : 0,
				 errhint("virotrial.reason is a code, or a code and a text, as in 'transcription: what was wrong'. The codes are %s.",
						 reason_codes(table))));
	if (answer.needs_words && (reason->words == NULL || !has_word(reason->words)))
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

/* require_permitted_reason("table", reason): 22023 unless a change of the table, into which the caller may insert, can have the reason. */
Datum
require_permitted_reason(PG_FUNCTION_ARGS)
{
	Relation	table = open_given(PG_GETARG_OID(0), AccessShareLock);
	ChangeReason reason;

	if (pg_class_aclcheck(RelationGetRelid(table), GetUserId(), ACL_INSERT) != ACLCHECK_OK)
		aclcheck_error(ACLCHECK_NO_PRIV, OBJECT_TABLE, RelationGetRelationName(table));
	read_reason(&reason, text_to_cstring(PG_GETARG_TEXT_PP(1)), table);
	table_close(table, AccessShareLock);
	PG_RETURN_VOID();
}

/* 23502 if a login that several persons share does not say which of them writes. */
void
require_person(const char *application_user, char *login, Relation table)
{
	if (*application_user == '\0' && find_entry(table, &logins, login).is_found)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("login \"%s\" must say which person writes", login),
				 errdetail("Table \"pooled_login\" has it among the logins that persons share."),
				 errhint("The application says it in each transaction: set local virotrial.application_user = '...'.")));
}
