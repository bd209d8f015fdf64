/*-------------------------------------------------------------------------
 *
 * site_access.c
 *	  Which sites of a study a reader sees: the one predicate of row security.
 *
 * The policies of a study's tables call sees_site().  The planner has it replaced
 * by a comparison with the reader's sites, or by true for who sees all, so that
 * a plan is as good as if the reader had written that comparison himself.  A plan
 * is kept for its role alone, and made anew when site_access changes.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "lib/stringinfo.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "study/row_trigger.h"
#include "study/rule_plan.h"
#include "study/site_access.h"
#include "study/study_query.h"
#include "study/table_root.h"

PG_FUNCTION_INFO_V1(sees_site);
PG_FUNCTION_INFO_V1(sees_site_support);
PG_FUNCTION_INFO_V1(reads_table);
PG_FUNCTION_INFO_V1(is_settled);
PG_FUNCTION_INFO_V1(access_changed);

/* In site_access it stands for all sites, those to come included. */
#define EVERY_SITE "*"

/* What a reader sees. */
typedef struct Sight
{
	bool		sees_all;
	bool		is_of_session;	/* by the session's user, whose role has no access of its own */
	int			nsites;
	int			capacity;
	char	  **sites;
} Sight;

static void
add_site(Sight *sight, const char *site)
{
	if (strcmp(site, EVERY_SITE) == 0)
		sight->sees_all = true;
	if (sight->nsites == sight->capacity)
	{
		sight->capacity = Max(8, 2 * sight->capacity);
		sight->sites = sight->sites ? repalloc(sight->sites, sight->capacity * sizeof(char *)) :
			palloc(sight->capacity * sizeof(char *));
	}
	sight->sites[sight->nsites++] = pstrdup(site);
}

/* A column of the table of access; its owner may have changed the table. */
static AttrNumber
access_column(Relation access, const char *name, Oid type)
{
	AttrNumber	number = get_attnum(RelationGetRelid(access), name);

	if (number <= 0 || TupleDescAttr(RelationGetDescr(access), number - 1)->atttypid != type)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("table \"%s\" has no column \"%s\" of type %s", RelationGetRelationName(access), name, format_type_be(type)),
				 errhint("Row security reads the table. Make it again as it is in another study.")));
	return number;
}

/* Adds the sites of a login; what it may read of the table does not matter. */
static void
add_sites(Sight *sight, Relation access, Oid login)
{
	AttrNumber	login_column = access_column(access, "login", NAMEOID);
	AttrNumber	site_column = access_column(access, "site_id", TEXTOID);
	char	   *name = GetUserNameFromId(login, true);
	NameData	key;
	ScanKeyData scan_key;
	SysScanDesc scan;
	HeapTuple	row;
	Oid			index;
	bool		is_null;

	if (name == NULL)
		return;
	list_free(RelationGetIndexList(access));
	index = access->rd_pkindex;
	namestrcpy(&key, name);
	ScanKeyInit(&scan_key, login_column, BTEqualStrategyNumber, F_NAMEEQ, NameGetDatum(&key));
	/* Of the newest snapshot: access that is taken away ends at once. */
	scan = systable_beginscan(access, index, OidIsValid(index), NULL, 1, &scan_key);
	while (HeapTupleIsValid(row = systable_getnext(scan)))
	{
		Datum		site = heap_getattr(row, site_column, RelationGetDescr(access), &is_null);

		if (!is_null)
			add_site(sight, TextDatumGetCString(site));
	}
	systable_endscan(scan);
}

static bool
can_login(Oid role)
{
	HeapTuple	tuple = SearchSysCache1(AUTHOID, ObjectIdGetDatum(role));
	bool		answer = false;

	if (HeapTupleIsValid(tuple))
	{
		answer = ((Form_pg_authid) GETSTRUCT(tuple))->rolcanlogin;
		ReleaseSysCache(tuple);
	}
	return answer;
}

/*
 * What a role sees.  The owner of the study sees all.  A role that nobody can log
 * in as, such as one that a session has set, sees what the session's user sees.
 */
static void
find_sight(Sight *sight, Oid access_table, Oid reader)
{
	Relation	access = open_given(access_table, AccessShareLock);

	memset(sight, 0, sizeof(Sight));
	if (has_privs_of_role(reader, access->rd_rel->relowner))
		sight->sees_all = true;
	else
	{
		add_sites(sight, access, reader);
		if (sight->nsites == 0 && !can_login(reader))
		{
			sight->is_of_session = true;
			add_sites(sight, access, GetSessionUserId());
		}
	}
	table_close(access, AccessShareLock);
}

static Oid
owner_of_table(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner = InvalidOid;

	if (HeapTupleIsValid(tuple))
	{
		owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
		ReleaseSysCache(tuple);
	}
	return owner;
}

static bool
sees(const Sight *sight, const char *site)
{
	if (sight->sees_all)
		return true;
	for (int i = 0; i < sight->nsites; i++)
		if (strcmp(sight->sites[i], site) == 0)
			return true;
	return false;
}

/* sees_site(access, site): whether the reader sees a site; nobody but who sees all sees none. */
Datum
sees_site(PG_FUNCTION_ARGS)
{
	Sight	   *sight = fcinfo->flinfo->fn_extra;

	if (PG_ARGISNULL(0))
		PG_RETURN_BOOL(false);
	if (sight == NULL)
	{
		MemoryContext context = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);
		Oid			access = PG_GETARG_OID(0);

		sight = palloc(sizeof(Sight));
		find_sight(sight, access, study_reader(owner_of_table(access)));
		fcinfo->flinfo->fn_extra = sight;
		MemoryContextSwitchTo(context);
	}
	if (PG_ARGISNULL(1))
		PG_RETURN_BOOL(sight->sees_all);
	PG_RETURN_BOOL(sees(sight, text_to_cstring(PG_GETARG_TEXT_PP(1))));
}

static Const *
constant_sites(const Sight *sight)
{
	Datum	   *sites = palloc(sight->nsites * sizeof(Datum));

	for (int i = 0; i < sight->nsites; i++)
		sites[i] = CStringGetTextDatum(sight->sites[i]);
	if (sight->nsites == 1)
		return makeConst(TEXTOID, -1, DEFAULT_COLLATION_OID, -1, sites[0], false, false);
	return makeConst(TEXTARRAYOID, -1, DEFAULT_COLLATION_OID, -1,
					 PointerGetDatum(construct_array(sites, sight->nsites, TEXTOID, -1, false, TYPALIGN_INT)), false, false);
}

/* What the reader sees, as a condition on an expression of the site. */
static Node *
condition_of_sight(const Sight *sight, Node *site)
{
	ScalarArrayOpExpr *any;

	if (sight->sees_all || sight->nsites == 0)
		return makeBoolConst(sight->sees_all, false);
	if (sight->nsites == 1)
	{
		Expr	   *equal = make_opclause(TextEqualOperator, BOOLOID, false, (Expr *) site,
										  (Expr *) constant_sites(sight), InvalidOid, exprCollation(site));

		set_opfuncid((OpExpr *) equal);
		return (Node *) equal;
	}
	any = makeNode(ScalarArrayOpExpr);
	any->opno = TextEqualOperator;
	any->opfuncid = F_TEXTEQ;
	any->useOr = true;
	any->inputcollid = exprCollation(site);
	any->args = list_make2(site, constant_sites(sight));
	any->location = -1;
	return (Node *) any;
}

/*
 * The condition that stands for a call while a query is planned, or NULL.  A plan
 * may be kept and is then used by its role alone; so who is not known by his role
 * gets no condition, unless the plan is not kept either.
 */
static Node *
simplified(PlannerInfo *root, FuncExpr *call)
{
	Node	   *table = linitial(call->args);
	Oid			access;
	Oid			reader;
	Sight		sight;

	if (root == NULL || !IsA(table, Const) || ((Const *) table)->constisnull)
		return NULL;
	access = DatumGetObjectId(((Const *) table)->constvalue);
	reader = study_reader(owner_of_table(access));
	find_sight(&sight, access, reader);
	if ((reader != GetUserId() || sight.is_of_session) && !is_planning_call())
		return NULL;
	root->glob->relationOids = lappend_oid(root->glob->relationOids, access);
	return condition_of_sight(&sight, lsecond(call->args));
}

/* Support function of sees_site(). */
Datum
sees_site_support(PG_FUNCTION_ARGS)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestSimplify))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(simplified(((SupportRequestSimplify *) request)->root, ((SupportRequestSimplify *) request)->fcall));
}

/* Has secure_study() secured the rows of a study? */
bool
is_secured(Oid namespace)
{
	Oid			access = get_relname_relid("site_access", namespace);
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(access));
	bool		answer = false;

	if (HeapTupleIsValid(tuple))
	{
		answer = ((Form_pg_class) GETSTRUCT(tuple))->relrowsecurity;
		ReleaseSysCache(tuple);
	}
	return answer;
}

/*
 * The sites of a study that a reader sees, as a condition in SQL on site_id; "true"
 * for all of them, and where no rows are secured.
 */
char *
visible_sites_condition(Oid namespace, Oid reader)
{
	StringInfoData sites;
	Sight		sight;

	if (!is_secured(namespace))
		return "true";
	find_sight(&sight, get_relname_relid("site_access", namespace), reader);
	if (sight.sees_all)
		return "true";
	initStringInfo(&sites);
	for (int i = 0; i < sight.nsites; i++)
		appendStringInfo(&sites, ", %s", quote_literal_cstr(sight.sites[i]));
	return psprintf("site_id = any (array[%s]::text[])", sight.nsites > 0 ? sites.data + 2 : "");
}

/* reads_table(table): may the reader read a table of the study, be it by way of a view? */
Datum
reads_table(PG_FUNCTION_ARGS)
{
	Oid			table = PG_GETARG_OID(0);

	PG_RETURN_BOOL(pg_class_aclcheck(table, study_reader(owner_of_table(table)), ACL_SELECT) == ACLCHECK_OK);
}

/*
 * is_settled(table, xmin, is_in): may the reader see a row that tells what nobody may
 * look up without a trace?  Not before its transaction is committed: he could take
 * back that he asked; so neither a row that is not yet in the table, for RETURNING.
 */
Datum
is_settled(PG_FUNCTION_ARGS)
{
	TransactionId entered = PG_GETARG_TRANSACTIONID(1);
	Oid			owner;

	if (PG_GETARG_BOOL(2) && !TransactionIdIsCurrentTransactionId(entered))
		PG_RETURN_BOOL(true);
	owner = owner_of_table(PG_GETARG_OID(0));
	PG_RETURN_BOOL(OidIsValid(owner) && has_privs_of_role(study_reader(owner), owner));
}

/* Trigger function after each row: plans that rest on the table are made anew, and answers from it forgotten. */
Datum
access_changed(PG_FUNCTION_ARGS)
{
	TriggerData *trigger = trigger_fired(fcinfo, TRIGGER_EVENT_AFTER | TRIGGER_EVENT_ROW, "after each row");

	CacheInvalidateRelcache(trigger->tg_relation);
	return PointerGetDatum(NULL);
}
