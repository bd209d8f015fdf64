/*-------------------------------------------------------------------------
 *
 * rule_reference.c
 *	  What the analysed text of a rule refers to: functions, operators,
 *	  types and relations, also by way of views.
 *
 * A search path does not keep others out: a function that fits its arguments
 * better wins, though it is in a later schema, and whoever may create objects
 * in one could have it run as the study's owner.  So what was found is looked
 * at, and must belong to PostgreSQL, to the extension or to that owner.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_auth_members.h"
#include "catalog/pg_authid.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_language.h"
#include "catalog/pg_namespace.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "commands/extension.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_func.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rowsecurity.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/reltrigger.h"
#include "utils/rls.h"
#include "utils/syscache.h"

#include "extension.h"
#include "study/rule_reference.h"

typedef struct Collector
{
	List	   *objects;		/* of ObjectAddress, each once */
	ViewDepth	depth;
	Oid			closed;			/* a function whose body is not looked into */
} Collector;

static bool collect_node(Node *node, void *context);

/* True if the object is new; what initdb made is left out. */
static bool
add_object(Collector *collector, Oid class, Oid object)
{
	ListCell   *cell;
	ObjectAddress *address;

	if (object < FirstNormalObjectId)
		return false;
	foreach(cell, collector->objects)
	{
		address = lfirst(cell);
		if (address->objectId == object && address->classId == class)
			return false;
	}
	address = palloc(sizeof(ObjectAddress));
	ObjectAddressSet(*address, class, object);
	collector->objects = lappend(collector->objects, address);
	return true;
}

/* The body of a function, where it was parsed with it; or NULL. */
static Node *
body_of(Oid function, Oid *language)
{
	HeapTuple	tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	bool		is_null = true;
	Datum		body = (Datum) 0;
	Node	   *node = NULL;

	*language = InvalidOid;
	if (!HeapTupleIsValid(tuple))
		return NULL;
	*language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
	body = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosqlbody, &is_null);
	if (!is_null)
		node = stringToNode(TextDatumGetCString(body));
	ReleaseSysCache(tuple);
	return node;
}

/* Is it seen what a function reads? */
bool
function_is_open(Oid function)
{
	Oid			language;

	return body_of(function, &language) != NULL || language == ClanguageId || language == INTERNALlanguageId;
}

/* A function, and what its body of SQL refers to. */
static bool
add_function(Oid function, void *context)
{
	Collector  *collector = context;
	Oid			language;

	if (add_object(collector, ProcedureRelationId, function) && function != collector->closed)
		(void) collect_node(body_of(function, &language), context);
	return false;
}

/* A type; of an array that of its elements, of a table's rows the table. */
static void
add_type(Collector *collector, Oid type)
{
	Oid			element = get_element_type(type);
	Oid			relid;

	if (OidIsValid(element))
		type = element;
	relid = get_typ_typrelid(type);
	if (OidIsValid(relid) && get_rel_relkind(relid) != RELKIND_COMPOSITE_TYPE)
		(void) add_object(collector, RelationRelationId, relid);
	else
		(void) add_object(collector, TypeRelationId, type);
}

static void
add_types(Collector *collector, const List *types)
{
	ListCell   *cell;

	foreach(cell, types)
		add_type(collector, lfirst_oid(cell));
}

static void
add_operators(Collector *collector, const List *operators)
{
	ListCell   *cell;

	foreach(cell, operators)
		(void) add_object(collector, OperatorRelationId, lfirst_oid(cell));
}

/* A relation, and what the view that it may be refers to. */
static void
add_relation(Collector *collector, Oid relid)
{
	Relation	relation;

	if (!add_object(collector, RelationRelationId, relid) || get_rel_relkind(relid) != RELKIND_VIEW)
		return;
	relation = relation_open(relid, AccessShareLock);
	if (collector->depth == VIEWS_ALL || RelationHasSecurityInvoker(relation))
		(void) collect_node((Node *) get_view_query(relation), collector);
	relation_close(relation, NoLock);
}

static void
add_range_table_entry(Collector *collector, const RangeTblEntry *entry)
{
	ListCell   *cell;

	if (entry->rtekind == RTE_RELATION)
		add_relation(collector, entry->relid);
	foreach(cell, entry->functions)
		add_types(collector, lfirst_node(RangeTblFunction, cell)->funccoltypes);
}

/* The functions of triggers run as whoever writes to their table. */
static void
add_triggers(Collector *collector, const Query *query)
{
	Relation	relation = table_open(rt_fetch(query->resultRelation, query->rtable)->relid, AccessShareLock);

	for (int i = 0; relation->trigdesc && i < relation->trigdesc->numtriggers; i++)
		(void) add_object(collector, ProcedureRelationId, relation->trigdesc->triggers[i].tgfoid);
	table_close(relation, NoLock);
}

/* What an expression names besides the functions that it calls. */
static void
add_expression(Collector *collector, Node *node)
{
	switch (nodeTag(node))
	{
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
			(void) add_object(collector, OperatorRelationId, ((OpExpr *) node)->opno);
			break;
		case T_ScalarArrayOpExpr:
			(void) add_object(collector, OperatorRelationId, ((ScalarArrayOpExpr *) node)->opno);
			break;
		case T_RowCompareExpr:
			add_operators(collector, ((RowCompareExpr *) node)->opnos);
			break;
		case T_CollateExpr:
			(void) add_object(collector, CollationRelationId, ((CollateExpr *) node)->collOid);
			break;
		case T_Const:
		case T_Param:
		case T_FuncExpr:
		case T_RelabelType:
		case T_CoerceViaIO:
		case T_ArrayCoerceExpr:
		case T_ConvertRowtypeExpr:
		case T_CoerceToDomain:
		case T_RowExpr:
		case T_ArrayExpr:
#if PG_VERSION_NUM >= 160000
		case T_JsonValueExpr:
		case T_JsonConstructorExpr:
#endif
#if PG_VERSION_NUM >= 170000
		case T_JsonExpr:
#endif
			add_type(collector, exprType(node));
			break;
		default:
			break;
	}
}

/* What a clause, which is no expression, names. */
static void
add_clause(Collector *collector, Node *node)
{
	if (IsA(node, SortGroupClause))
		add_operators(collector, list_make2_oid(((SortGroupClause *) node)->eqop, ((SortGroupClause *) node)->sortop));
	else if (IsA(node, TableSampleClause))
		(void) add_function(((TableSampleClause *) node)->tsmhandler, collector);
	else if (IsA(node, TableFunc))
		add_types(collector, ((TableFunc *) node)->coltypes);
}

static bool
collect_node(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeTblEntry))
	{
		add_range_table_entry(context, (RangeTblEntry *) node);
		return false;
	}
	if (IsA(node, Query))
	{
		if (((Query *) node)->resultRelation > 0)
			add_triggers(context, (Query *) node);
		return query_tree_walker((Query *) node, collect_node, context, QTW_EXAMINE_RTES_BEFORE | QTW_EXAMINE_SORTGROUP);
	}
	(void) check_functions_in_node(node, add_function, context);
	add_expression(context, node);
	add_clause(context, node);
	return expression_tree_walker(node, collect_node, context);
}

/*
 * What a query refers to, as a list of ObjectAddress: what it calls and reads,
 * the triggers of what it writes, and tables whose row type it names.
 */
static List *
query_references(Query *query, ViewDepth depth)
{
	Collector	collector = {.depth = depth};

	(void) collect_node((Node *) query, &collector);
	return collector.objects;
}

/* The same of a part of a query, by way of all views, but for the body of a function. */
List *
node_references(Node *node, Oid closed)
{
	Collector	collector = {.depth = VIEWS_ALL, .closed = closed};

	(void) collect_node(node, &collector);
	return collector.objects;
}

/* This extension; its name is one of a kind in a database. */
static Oid
virotrial_extension(void)
{
	return get_extension_oid("virotrial", true);
}

/* The schema and owner of an object. */
static void
find_place(const ObjectAddress *object, Oid *namespace, Oid *owner)
{
	int			cache = get_object_catcache_oid(object->classId);
	HeapTuple	tuple = SearchSysCache1(cache, ObjectIdGetDatum(object->objectId));
	bool		is_null;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_OBJECT),
				 errmsg("something that a rule uses is gone"),
				 errhint("It was dropped meanwhile. Try again.")));
	*namespace = DatumGetObjectId(SysCacheGetAttr(cache, tuple, get_object_attnum_namespace(object->classId), &is_null));
	*owner = DatumGetObjectId(SysCacheGetAttr(cache, tuple, get_object_attnum_owner(object->classId), &is_null));
	ReleaseSysCache(tuple);
}

/*
 * Is it a view of a role in which nobody can log in, and nobody but the owner is?
 * secure_study() gives the views of a study to such a role.
 */
static bool
is_view_of(const ObjectAddress *object, Oid view_owner, Oid owner)
{
	CatCList   *members;
	HeapTuple	role;
	bool		is_alone;

	if (object->classId != RelationRelationId || get_rel_relkind(object->objectId) != RELKIND_VIEW)
		return false;
	role = SearchSysCache1(AUTHOID, ObjectIdGetDatum(view_owner));
	if (!HeapTupleIsValid(role))
		return false;
	is_alone = !((Form_pg_authid) GETSTRUCT(role))->rolcanlogin && !((Form_pg_authid) GETSTRUCT(role))->rolsuper;
	ReleaseSysCache(role);
	members = SearchSysCacheList1(AUTHMEMROLEMEM, ObjectIdGetDatum(view_owner));
	for (int i = 0; i < members->n_members; i++)
	{
		Oid			member = ((Form_pg_auth_members) GETSTRUCT(&members->members[i]->tuple))->member;

		if (member != owner && !superuser_arg(member))
			is_alone = false;
	}
	ReleaseSysCacheList(members);
	return is_alone;
}

/*
 * 42501 unless all that a query uses is of PostgreSQL, of the extension or of
 * the owner, who is to run it.
 */
void
check_references(Query *query, Oid owner)
{
	Oid			extension = virotrial_extension();
	ListCell   *cell;

	foreach(cell, query_references(query, VIEWS_ALL))
	{
		ObjectAddress *object = lfirst(cell);
		Oid			namespace;
		Oid			object_owner;

		find_place(object, &namespace, &object_owner);
		if (namespace == PG_CATALOG_NAMESPACE || object_owner == owner || is_view_of(object, object_owner, owner) ||
			(OidIsValid(extension) && getExtensionOfObject(object->classId, object->objectId) == extension))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("a study may not use %s", getObjectDescription(object, false)),
				 errdetail("It belongs to \"%s\", and would run as \"%s\", the owner of the study.",
						   GetUserNameFromId(object_owner, false), GetUserNameFromId(owner, false)),
				 errhint("Rules, criteria and views of a study use what belongs to PostgreSQL, to virotrial or to the owner of the study.")));
	}
}

/* What stands in (select ...), which is run once for all rows; NULL if it is more than that. */
static const Expr *
value_of_subquery(const Expr *condition)
{
	const Query *query = IsA(condition, SubLink) ? (const Query *) ((const SubLink *) condition)->subselect : NULL;

	if (query == NULL || ((const SubLink *) condition)->subLinkType != EXPR_SUBLINK || query->jointree->fromlist != NIL ||
		query->jointree->quals != NULL || query->havingQual != NULL || query->limitCount != NULL ||
		query->limitOffset != NULL || query->setOperations != NULL || query->cteList != NIL || list_length(query->targetList) != 1)
		return NULL;
	return ((const TargetEntry *) linitial(query->targetList))->expr;
}

/*
 * Is it the condition of a policy that secure_study() or blind() makes, or one that
 * hides less?  What is shown of a study's rows by site is committed, or no row.
 */
static bool
is_own_condition(const Expr *condition)
{
	static char *const own[] = {"sees_site", "reads_table", "is_settled"};
	const Expr *once = value_of_subquery(condition);
	Oid			function = IsA(condition, FuncExpr) ? ((const FuncExpr *) condition)->funcid : InvalidOid;

	if (once != NULL)
		return is_own_condition(once);
	if (is_orclause(condition))
		return is_own_condition(linitial(((const BoolExpr *) condition)->args));
	if (IsA(condition, Const))
		return !((const Const *) condition)->constisnull && DatumGetBool(((const Const *) condition)->constvalue);
	for (int i = 0; OidIsValid(function) && i < lengthof(own); i++)
	{
		if (function == LookupFuncName(internal_name(own[i]), -1, NULL, true))
			return true;
	}
	return false;
}

/* Does nothing but the sites and tables that a reader may see hide rows of a table from him? */
static bool
is_secured_by_study(Oid relid)
{
	Relation	relation = relation_open(relid, AccessShareLock);
	bool		answer = relation->rd_rsdesc != NULL;
	ListCell   *cell;

	foreach(cell, answer ? relation->rd_rsdesc->policies : NIL)
	{
		const RowSecurityPolicy *policy = lfirst(cell);
		bool		is_of_reading = policy->qual && (policy->polcmd == '*' || policy->polcmd == ACL_SELECT_CHR);

		answer = answer && (!is_of_reading || is_own_condition(policy->qual));
	}
	relation_close(relation, AccessShareLock);
	return answer;
}

/*
 * Fails unless the reader could run the query himself: views are read with the
 * rights of their owner, other relations need the privilege SELECT on the whole,
 * and no row security that would show him less than their owner; unless that is by
 * site, and so is what is shown of what the query finds.
 */
void
check_readable(Query *query, Oid reader, bool is_by_site)
{
	ListCell   *cell;

	foreach(cell, query_references(query, VIEWS_INVOKER))
	{
		ObjectAddress *object = lfirst(cell);
		AclResult	access;

		if (object->classId != RelationRelationId)
			continue;
		access = pg_class_aclcheck(object->objectId, reader, ACL_SELECT);
		if (access != ACLCHECK_OK)
			aclcheck_error(access, OBJECT_TABLE, get_rel_name(object->objectId));
		if (check_enable_rls(object->objectId, reader, true) == RLS_ENABLED &&
			!(is_by_site && is_secured_by_study(object->objectId)))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("row security of table \"%s\" hides rows from \"%s\"",
							get_rel_name(object->objectId), GetUserNameFromId(reader, false)),
					 errdetail("The query would run as the owner of the study, who sees all of them.")));
	}
}
