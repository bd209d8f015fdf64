/*-------------------------------------------------------------------------
 *
 * study.c
 *	  A study by its name: a schema whose tables and rules have one owner, and
 *	  whose rules this extension watches.
 *
 * Whoever may create a schema can make one that looks like a study.  It is
 * then one, of his; nothing in it runs with other rights than his.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_namespace.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"
#include "utils/syscache.h"

#include "extension.h"
#include "study/study.h"
#include "study/study_query.h"

PG_FUNCTION_INFO_V1(is_study);
PG_FUNCTION_INFO_V1(require_own_study);

static Oid
owner_of_namespace(Oid namespace)
{
	HeapTuple	tuple = SearchSysCache1(NAMESPACEOID, ObjectIdGetDatum(namespace));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_namespace) GETSTRUCT(tuple))->nspowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

/* Is it an ordinary table of that owner? */
static bool
is_table_of(Oid relid, Oid owner)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool		is_so = false;

	if (HeapTupleIsValid(tuple))
	{
		Form_pg_class class = (Form_pg_class) GETSTRUCT(tuple);

		is_so = class->relkind == RELKIND_RELATION && class->relowner == owner;
		ReleaseSysCache(tuple);
	}
	return is_so;
}

/* Does the extension's trigger function watch the table of rules? */
static bool
is_watched(Oid relid)
{
	Oid			watcher = LookupFuncName(internal_name("rules_changed"), 0, NULL, true);
	Relation	relation = table_open(relid, AccessShareLock);
	bool		is_so = false;

	for (int i = 0; relation->trigdesc && i < relation->trigdesc->numtriggers; i++)
	{
		Trigger    *trigger = &relation->trigdesc->triggers[i];

		if (trigger->tgfoid == watcher && strcmp(trigger->tgname, "rules_changed_insert") == 0)
			is_so = true;
	}
	table_close(relation, AccessShareLock);
	return is_so && OidIsValid(watcher);
}

/* Finds a study; function is one of the extension.  False if there is none of the name. */
static bool
find_study_by_name(Study *study, const char *name, Oid function)
{
	static const char *const tables[] = {"rule", "eligibility_criterion", "site", "subject", "deviation"};

	study->namespace = get_namespace_oid(name, true);
	study->owner = owner_of_namespace(study->namespace);
	if (!OidIsValid(study->owner))
		return false;
	for (int i = 0; i < lengthof(tables); i++)
	{
		if (!is_table_of(get_relname_relid(tables[i], study->namespace), study->owner))
			return false;
	}
	if (!is_watched(get_relname_relid("rule", study->namespace)))
		return false;
	study->name = get_namespace_name(study->namespace);
	study->search_path = study_search_path(study->namespace, function);
	return true;
}

/* The same; 3F000 if there is none. */
void
open_study(Study *study, const char *name, Oid function)
{
	if (!find_study_by_name(study, name, function))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_SCHEMA_NAME),
				 errmsg("there is no study \"%s\"", name),
				 OidIsValid(study->owner) ?
				 errdetail("A study is a schema with the tables of one, all of them owned by the owner of the schema, \"%s\".",
						   GetUserNameFromId(study->owner, false)) : 0,
				 errhint("Make it first: call create_study(%s)", quote_literal_cstr(name))));
}

/* is_study(text): whether a schema of this name is a study. */
Datum
is_study(PG_FUNCTION_ARGS)
{
	Study		study;

	PG_RETURN_BOOL(find_study_by_name(&study, text_to_cstring(PG_GETARG_TEXT_PP(0)), fcinfo->flinfo->fn_oid));
}

/* require_own_study(text): fails unless a study is the caller's own. */
Datum
require_own_study(PG_FUNCTION_ARGS)
{
	Study		study;

	open_study(&study, text_to_cstring(PG_GETARG_TEXT_PP(0)), fcinfo->flinfo->fn_oid);
	if (study.owner != GetUserId())
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("study \"%s\" belongs to \"%s\"", study.name, GetUserNameFromId(study.owner, false)),
				 errdetail("What writes to its tables runs its triggers."),
				 errhint("Only its owner does that: set role %s", quote_identifier(GetUserNameFromId(study.owner, false)))));
	PG_RETURN_VOID();
}
