/*-------------------------------------------------------------------------
 *
 * rule_reads.c
 *	  Which tables of the study decide whether a row breaks a rule; each must
 *	  be among the rule's anchors or its evidence, or a change of it would
 *	  leave rows that break the rule.
 *
 * A query is taken to rely on all that it reads.  A condition relies on what
 * the columns of the context that it names were made from: their tables, and
 * those that the joins of these rest on.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "access/table.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_func.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "rewrite/rowsecurity.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "study/change.h"
#include "study/rule_reads.h"
#include "study/rule_reference.h"
#include "study/rule_statement.h"
#include "study/site_access.h"
#include "study/study_query.h"
#include "study/study_rule.h"

/* The tables that columns of a query over "changed" come from. */
typedef struct Origin
{
	Query	   *query;
	int			depth;			/* of subqueries, where the walk is */
	Bitmapset  *entries;		/* of its range table, looked at already */
	List	   *relids;
	Oid			closed;			/* a function whose tables decide nothing */
} Origin;

static bool find_origin(Node *node, void *context);

/* Does it hold rows of its own, here or elsewhere? */
static bool
holds_rows(Oid relid)
{
	const char	kinds[] = {RELKIND_RELATION, RELKIND_PARTITIONED_TABLE, RELKIND_FOREIGN_TABLE, RELKIND_MATVIEW, '\0'};

	return strchr(kinds, get_rel_relkind(relid)) != NULL && get_rel_relkind(relid) != '\0';
}

/* All tables that a part of the query names, at any depth. */
static void
add_tables(Origin *origin, Node *node)
{
	ListCell   *cell;

	foreach(cell, node_references(node, origin->closed))
	{
		ObjectAddress *object = lfirst(cell);

		if (object->classId == RelationRelationId && holds_rows(object->objectId))
			origin->relids = list_append_unique_oid(origin->relids, object->objectId);
	}
}

/* The arms of a join that was parsed are entries and joins. */
static bool
names_entry(Node *node, int entry)
{
	JoinExpr   *join;

	if (IsA(node, RangeTblRef))
		return ((RangeTblRef *) node)->rtindex == entry;
	join = castNode(JoinExpr, node);
	return join->rtindex == entry || names_entry(join->larg, entry) || names_entry(join->rarg, entry);
}

/* Looks at the conditions of the joins that an entry takes part in. */
static void
find_joins(Origin *origin, Node *node, int entry)
{
	JoinExpr   *join = (JoinExpr *) node;

	if (!IsA(node, JoinExpr))
		return;
	find_joins(origin, join->larg, entry);
	find_joins(origin, join->rarg, entry);
	if (names_entry(join->rarg, entry) || (join->jointype != JOIN_LEFT && names_entry(join->larg, entry)))
		(void) find_origin(join->quals, origin);
}

/* Can the columns of a query be told from each other by where they come from? */
static bool
has_plain_columns(const Query *query)
{
	return query->setOperations == NULL && query->groupClause == NIL && query->distinctClause == NIL && query->limitCount == NULL &&
		query->cteList == NIL && !query->hasAggs && !query->hasWindowFuncs;
}

/* What a view means, or NULL if it is none. */
static Query *
query_of_view(Oid relid)
{
	Query	   *query;
	Relation	view;

	if (get_rel_relkind(relid) != RELKIND_VIEW)
		return NULL;
	view = table_open(relid, AccessShareLock);
	query = copyObject(get_view_query(view));
	table_close(view, NoLock);
	return query;
}

/* The subquery or the view that an entry of a range table is, if its columns can be told from each other. */
static Query *
query_of_entry(const RangeTblEntry *entry)
{
	Query	   *query = entry->rtekind == RTE_SUBQUERY && !entry->lateral ? entry->subquery :
		entry->rtekind == RTE_RELATION ? query_of_view(entry->relid) : NULL;

	return query && has_plain_columns(query) ? query : NULL;
}

/* Where a column of a query comes from. */
static void
find_column(Origin *origin, Query *query, AttrNumber column)
{
	Origin		inner = {.query = query, .relids = origin->relids, .closed = origin->closed};

	(void) find_origin((Node *) list_nth_node(TargetEntry, query->targetList, column - 1)->expr, &inner);
	origin->relids = inner.relids;
}

/* Looks at an entry of the range table, and at what its joins rest on. */
static void
find_entry(Origin *origin, int number, bool is_whole)
{
	RangeTblEntry *entry = rt_fetch(number, origin->query->rtable);
	ListCell   *cell;
	int			depth = origin->depth;

	if (bms_is_member(number, origin->entries))
		return;
	origin->entries = bms_add_member(origin->entries, number);
	origin->depth = 0;
	if (is_whole)
	{
		add_tables(origin, (Node *) list_make1(entry));
		/* A subquery, and what a lateral entry takes from those before it. */
		(void) find_origin((Node *) entry->subquery, origin);
		(void) find_origin((Node *) entry->functions, origin);
	}
	foreach(cell, origin->query->jointree->fromlist)
		find_joins(origin, lfirst(cell), number);
	(void) find_origin(origin->query->jointree->quals, origin);
	origin->depth = depth;
}

/*
 * Is it the key of a subject, by which a context finds what it has of him?  The
 * row that is judged refers to it: who changes the key changes the row, and nobody
 * can delete it.
 */
static bool
is_subject_key(const RangeTblEntry *entry, AttrNumber column)
{
	const char *name;

	if (entry->rtekind != RTE_RELATION || column <= 0 || strcmp(get_rel_name(entry->relid), "subject") != 0)
		return false;
	name = get_attname(entry->relid, column, false);
	return strcmp(name, "site_id") == 0 || strcmp(name, "subject_id") == 0;
}

static void
find_variable(Origin *origin, const Var *variable)
{
	RangeTblEntry *entry = rt_fetch(variable->varno, origin->query->rtable);
	int			depth = origin->depth;
	bool		has_column = variable->varattno > 0;
	Query	   *query = has_column ? query_of_entry(entry) : NULL;

	if (is_subject_key(entry, variable->varattno))
		return;
	if (entry->rtekind == RTE_JOIN && has_column)
	{
		origin->depth = 0;
		(void) find_origin(list_nth(entry->joinaliasvars, variable->varattno - 1), origin);
		origin->depth = depth;
	}
	else if (query)
	{
		find_entry(origin, variable->varno, false);
		find_column(origin, query, variable->varattno);
	}
	else
		find_entry(origin, variable->varno, true);
}

static bool
find_origin(Node *node, void *context)
{
	Origin	   *origin = context;

	if (node == NULL)
		return false;
	if (IsA(node, Var))
	{
		if (((Var *) node)->varlevelsup == origin->depth)
			find_variable(origin, (Var *) node);
		return false;
	}
	if (IsA(node, Query))
	{
		add_tables(origin, node);
		origin->depth++;
		(void) query_tree_walker((Query *) node, find_origin, context, 0);
		origin->depth--;
		return false;
	}
	if (IsA(node, FuncExpr) || IsA(node, RangeTblFunction))
		add_tables(origin, node);
	return expression_tree_walker(node, find_origin, context);
}

/* The tables that decide what the one column of a query gives. */
static List *
column_reads(Query *query, Oid closed)
{
	Origin		origin = {.query = query, .closed = closed};

	(void) find_origin((Node *) query->targetList, &origin);
	return origin.relids;
}

/* All tables that an analysed query reads. */
static List *
query_reads(Query *query, Oid closed)
{
	Origin		origin = {.query = query, .closed = closed};

	add_tables(&origin, (Node *) query);
	return origin.relids;
}

/*
 * 0A000 for a function that may read tables which nobody sees: one that is not
 * immutable, not in C, and has no body of SQL that was parsed with it.
 */
static void
refuse_hidden_reads(Query *query)
{
	ListCell   *cell;

	foreach(cell, node_references((Node *) query, InvalidOid))
	{
		ObjectAddress *object = lfirst(cell);

		if (object->classId != ProcedureRelationId || func_volatile(object->objectId) == PROVOLATILE_IMMUTABLE ||
			function_is_open(object->objectId))
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a rule may not call %s", getObjectDescription(object, false)),
				 errdetail("What the function reads is not seen, and a change of it would not be judged."),
				 errhint("Write it as an SQL function with BEGIN ATOMIC or RETURN, or as an immutable function.")));
	}
}

/*
 * The study's today_at().  A change of a site's time zone breaks a row for a day
 * at most: it is not worth it that each change of a site judges the study whole.
 */
static Oid
day_at_site(const RuleSet *rules)
{
	char	   *study = get_namespace_name(get_rel_namespace(rules->relid));
	Oid			arguments[] = {TEXTOID};

	return LookupFuncName(list_make2(makeString(study), makeString("today_at")), 1, arguments, true);
}

/* The tables that decide whether a row breaks a rule of its table. */
List *
rule_reads(const RuleSet *rules, const Rule *rule)
{
	List	   *relids = NIL;
	Oid			closed = day_at_site(rules);

	if (rule->condition)
	{
		Query	   *query = analyse_over_changed(psprintf("select (%s\n) from (%s\n) as context", rule->condition, rule->context), rules->relid);

		refuse_hidden_reads(query);
		relids = column_reads(query, closed);
	}
	if (rule->query)
	{
		Query	   *query = analyse_over_changed(psprintf("%s%s", with_verdicts(rules, rule), rule->query), rules->relid);

		refuse_hidden_reads(query);
		relids = list_concat_unique_oid(relids, query_reads(query, closed));
	}
	return relids;
}

/* The tables that a rule's reasons may tell of. */
static List *
told_tables(const RuleSet *rules, const Rule *rule)
{
	RuleRun		run = {.rule = rule, .action = RUN_REFUSES, .rows = ROWS_CHANGED};
	Query	   *query = analyse_over_changed(judge_statement(rules, RULE_INSERT, &run, 1), rule->guarded);

	return list_append_unique_oid(query_reads(query, InvalidOid), rule->guarded);
}

/* Views that read a table, and their texts as parts of a WITH. */
typedef struct OwnViews
{
	Oid			table;
	List	   *relids;
	StringInfoData parts;
} OwnViews;

/* Adds the views of the table's study that a part of a query names, each after those that it reads. */
static void
add_own_views(OwnViews *views, Node *node)
{
	ListCell   *cell;

	foreach(cell, node_references(node, InvalidOid))
	{
		ObjectAddress *object = lfirst(cell);
		Query	   *query = object->classId == RelationRelationId ? query_of_view(object->objectId) : NULL;
		char	   *meaning;

		if (query == NULL || list_member_oid(views->relids, object->objectId) ||
			get_rel_namespace(object->objectId) != get_rel_namespace(views->table) ||
			!list_member_oid(query_reads(query, InvalidOid), views->table))
			continue;
		views->relids = lappend_oid(views->relids, object->objectId);
		add_own_views(views, (Node *) query);
		meaning = TextDatumGetCString(DirectFunctionCall1(pg_get_viewdef, ObjectIdGetDatum(object->objectId)));
		*strrchr(meaning, ';') = '\0';
		appendStringInfo(&views->parts, ", %s as not materialized (%s)", quote_identifier(get_rel_name(object->objectId)), meaning);
	}
}

/*
 * The views by which runs read the table that their rules guard, as parts of a WITH:
 * there a view reads what has the table's name in it.
 */
char *
views_of_own_table(const RuleSet *rules, const RuleRun *runs, int nruns)
{
	OwnViews	views = {.table = rules->relid};

	initStringInfo(&views.parts);
	add_own_views(&views, (Node *) analyse_over_changed(judge_statement(rules, RULE_INSERT, runs, nruns), rules->relid));
	return views.parts.data;
}

/* May a role read all tables that a rule reads, and so be told what is in them?  Their owner may. */
bool
is_told_reasons(const RuleSet *rules, const Rule *rule, Oid role)
{
	ListCell   *cell;

	if (has_privs_of_role(role, rules->owner))
		return true;
	foreach(cell, told_tables(rules, rule))
	{
		if (pg_class_aclcheck(lfirst_oid(cell), role, ACL_SELECT) != ACLCHECK_OK)
			return false;
	}
	return true;
}

/* The policies of what blind() blinds, and of what tells an arm. */
#define BLINDED "blinded"
#define TOLD_LATE "told after commit"

static bool
has_policy(Oid relid, const char *name)
{
	Relation	relation = table_open(relid, AccessShareLock);
	bool		answer = false;
	ListCell   *cell;

	foreach(cell, relation->rd_rsdesc ? relation->rd_rsdesc->policies : NIL)
		answer = answer || strcmp(((RowSecurityPolicy *) lfirst(cell))->policy_name, name) == 0;
	table_close(relation, AccessShareLock);
	return answer;
}

/* Do the reasons of a rule rest on a blinded table, so that no record may tell them? */
bool
has_blinded_reasons(const RuleSet *rules, const Rule *rule)
{
	ListCell   *cell;

	/* Nothing is blinded in a study that is not secured. */
	if (!is_secured(get_rel_namespace(rules->relid)))
		return false;
	foreach(cell, told_tables(rules, rule))
	{
		if (has_policy(lfirst_oid(cell), BLINDED))
			return true;
	}
	return false;
}

/*
 * May a role be told that a rule finds a row?  That tells of the tables that the
 * rule reads: of a blinded one, or of an arm that the transaction can still take
 * back to have asked for.
 */
bool
is_told_findings(const RuleSet *rules, const Rule *rule, Oid role)
{
	Oid			namespace = get_rel_namespace(rules->relid);
	bool		has_written = has_change(get_relname_relid("change", namespace));
	ListCell   *cell;

	if (!is_secured(namespace) || has_privs_of_role(role, rules->owner))
		return true;
	foreach(cell, told_tables(rules, rule))
	{
		Oid			table = lfirst_oid(cell);

		if ((has_policy(table, BLINDED) && pg_class_aclcheck(table, role, ACL_SELECT) != ACLCHECK_OK) ||
			(has_written && has_policy(table, TOLD_LATE)))
			return false;
	}
	return true;
}
