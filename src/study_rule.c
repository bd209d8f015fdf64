/*-------------------------------------------------------------------------
 *
 * study_rule.c
 *	  The rules of a study that concern one of its tables, read from the
 *	  study's table "rule" and kept for the session.
 *
 * Rules are never read from a trigger's arguments: whoever has the privilege
 * TRIGGER could then have any query run as the owner.  The table of rules
 * must belong to the owner of the guarded table.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "study_rule.h"

static HTAB *rule_sets = NULL;

static void
invalidate_relation(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS scan;
	RuleSet    *rules;

	hash_seq_init(&scan, rule_sets);
	while ((rules = hash_seq_search(&scan)) != NULL)
	{
		if (relid == InvalidOid || relid == rules->relid || relid == rules->rule_relid)
			rules->is_valid = false;
	}
}

static void
invalidate_namespace(Datum arg, int cacheid, uint32 hash)
{
	invalidate_relation(arg, InvalidOid);
}

static void
make_cache(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(RuleSet)};

	rule_sets = hash_create("virotrial rules", 64, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(invalidate_relation, (Datum) 0);
	CacheRegisterSyscacheCallback(NAMESPACEOID, invalidate_namespace, (Datum) 0);
}

/* Makes every session read the rules of a study again. */
void
rules_invalidate(Oid rule_relid)
{
	CacheInvalidateRelcacheByRelid(rule_relid);
}

static Oid
owner_of(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE), errmsg("the table is gone")));
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

static bool
relation_has_subjects(Oid relid)
{
	return OidIsValid(relid) && get_attnum(relid, "site_id") != InvalidAttrNumber &&
		get_attnum(relid, "subject_id") != InvalidAttrNumber;
}

/* Finds the study that a table belongs to, and refuses rules of another owner. */
static void
find_study(RuleSet *rules, Oid function)
{
	Oid			namespace = get_rel_namespace(rules->relid);

	rules->study = get_namespace_name(namespace);
	rules->table_name = get_rel_name(rules->relid);
	rules->rule_relid = get_relname_relid("rule", namespace);
	if (!OidIsValid(rules->rule_relid))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("schema \"%s\" is not a study: it has no table \"rule\"", rules->study)));
	rules->owner = owner_of(rules->relid);
	if (owner_of(rules->rule_relid) != rules->owner)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("the rules of table \"%s\" belong to another owner", rules->table_name),
				 errdetail("Rules run as the owner of the table that they guard."),
				 errhint("Give table \"%s\" and table \"rule\" of schema \"%s\" the same owner.",
						 rules->table_name, rules->study)));
	rules->has_subjects = relation_has_subjects(rules->relid);
	rules->search_path = psprintf("pg_catalog, %s, %s, pg_temp",
								  quote_identifier(rules->study),
								  quote_identifier(get_namespace_name(get_func_namespace(function))));
}

/* The events after which a rule runs, and over which rows. */
static void
set_scopes(const RuleSet *rules, Rule *rule, bool guards, bool is_anchor, bool is_evidence)
{
	bool		by_subject = rules->has_subjects && rule->has_subjects;
	RuleScope	again = by_subject ? SCOPE_SUBJECTS : SCOPE_ALL;

	memset(rule->scope, 0, sizeof(rule->scope));
	if (guards)
		rule->scope[RULE_INSERT] = rule->scope[RULE_UPDATE] = SCOPE_CHANGED;
	/* What is recorded must go when the row that deviated is corrected. */
	if (guards && rule->records)
		rule->scope[RULE_UPDATE] = rule->scope[RULE_DELETE] = again;
	if (is_anchor)
		rule->scope[RULE_INSERT] = again;
	if (is_anchor || is_evidence)
	{
		rule->scope[RULE_UPDATE] = rule->scope[RULE_DELETE] = again;
		rule->scope[RULE_TRUNCATE] = SCOPE_ALL;
	}
}

static char *
copy_value(int row, int column, MemoryContext context)
{
	char	   *value = SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column);

	return value ? MemoryContextStrdup(context, value) : NULL;
}

static bool
true_value(int row, int column)
{
	bool		is_null;
	Datum		value = SPI_getbinval(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, column, &is_null);

	return !is_null && DatumGetBool(value);
}

static void
copy_rules(RuleSet *rules)
{
	rules->nrules = SPI_processed;
	rules->rules = MemoryContextAllocZero(rules->context, sizeof(Rule) * (rules->nrules + 1));
	for (int i = 0; i < rules->nrules; i++)
	{
		Rule	   *rule = &rules->rules[i];
		Oid			guarded;

		rule->name = copy_value(i, 1, rules->context);
		rule->table_name = copy_value(i, 2, rules->context);
		rule->query = copy_value(i, 3, rules->context);
		rule->hint = copy_value(i, 4, rules->context);
		rule->records = true_value(i, 5);
		rule->screen = copy_value(i, 8, rules->context);
		rule->relies_on_own = true_value(i, 9);
		guarded = get_relname_relid(rule->table_name, get_rel_namespace(rules->relid));
		rule->has_subjects = relation_has_subjects(guarded);
		set_scopes(rules, rule, guarded == rules->relid, true_value(i, 6), true_value(i, 7));
	}
}

/* Reads the rules that guard the table, or rely on it, in order of priority. */
static void
load_rules(RuleSet *rules)
{
	OwnerState	state;
	char	   *query = psprintf("select name, table_name, query, hint, action = 'record', "
								 "%s = any (anchors), %s = any (evidence), screen, table_name = any (anchors) "
								 "from rule where active and %s = any (table_name || anchors || evidence) "
								 "order by priority, name, table_name",
								 quote_literal_cstr(rules->table_name),
								 quote_literal_cstr(rules->table_name),
								 quote_literal_cstr(rules->table_name));

	become_owner(&state, rules, SIZE_FEW);
	run_query(query, true);
	copy_rules(rules);
	restore_user(&state);
}

/* The subjects that a statement touched, as a query over its changes. */
char *
rule_touched(const RuleSet *rules, RuleEvent event)
{
	if (event == RULE_INSERT)
		return "select site_id, subject_id from changed";
	if (event == RULE_DELETE)
		return "select site_id, subject_id from removed";
	return "select site_id, subject_id from changed union select site_id, subject_id from removed";
}

/* The query of a rule over the rows that an event has it run over. */
char *
rule_scoped_query(const RuleSet *rules, const Rule *rule, RuleEvent event)
{
	const char *table = quote_qualified_identifier(rules->study, rule->table_name);

	switch (rule->scope[event])
	{
		case SCOPE_CHANGED:
			return rule->query;
		case SCOPE_SUBJECTS:
			return psprintf("with changed as (select guarded.* from %s as guarded "
							"where (guarded.site_id, guarded.subject_id) in (%s)) "
							"select * from (%s) as violation",
							table, rule_touched(rules, event), rule->query);
		case SCOPE_ALL:
			return psprintf("with changed as (select * from %s) select * from (%s) as violation",
							table, rule->query);
		default:
			return NULL;
	}
}

/* How the subjects are locked, before each row and after the statement. */
static void
choose_locks(const RuleSet *rules, RuleEvent event, RulePlan *plan)
{
	SubjectLock lock = event == RULE_UPDATE ? LOCK_KEY_SHARE : LOCK_NONE;
	static const char *const clause[] = {NULL, "key share", "no key update", "update"};

	for (int i = 0; i < rules->nrules; i++)
	{
		const Rule *rule = &rules->rules[i];

		/* Two deviations missing each other are found by violations(). */
		if (rule->scope[event] != SCOPE_SUBJECTS || rule->records)
			continue;
		if (rule->relies_on_own || strcmp(rule->table_name, rules->table_name) == 0)
			lock = Max(lock, LOCK_NO_KEY_UPDATE);
		else
			plan->row_lock = LOCK_UPDATE;
	}
	/* The keys of an inserted row have locked its subject FOR KEY SHARE. */
	if (rules->has_subjects && event != RULE_TRUNCATE && lock > LOCK_NONE && plan->row_lock == LOCK_NONE)
		plan->lock_query = psprintf("select from subject where (site_id, subject_id) in (%s) "
									"order by site_id, subject_id for %s",
									rule_touched(rules, event), clause[lock]);
}

/* Whether the kept plan of an event runs a rule's screen in its stead. */
bool
rule_is_screened(const Rule *rule, RuleEvent event)
{
	return rule->screen != NULL && rule->scope[event] == SCOPE_CHANGED;
}

/*
 * One query for all rules of an event: the number of each that is broken, and
 * how often; for few rows one row of result each time, without an aggregate.
 */
static char *
merge_queries(const RuleSet *rules, RuleEvent event, bool few)
{
	StringInfoData merged;

	initStringInfo(&merged);
	for (int i = 0; i < rules->nrules; i++)
	{
		const Rule *rule = &rules->rules[i];

		if (rule->scope[event] == SCOPE_NONE)
			continue;
		if (merged.len > 0)
			appendStringInfoString(&merged, " union all ");
		if (few && rule_is_screened(rule, event))
			appendStringInfo(&merged, "select %d, bigint '1' from (%s) as screen", i, rule->screen);
		else
			appendStringInfo(&merged, "select %d, %s from (%s) as violation (site_id, subject_id, item, reason)%s",
							 i, few ? "bigint '1'" : "count(*)", rule_scoped_query(rules, rule, event),
							 few ? "" : " having count(*) > 0");
	}
	return merged.len > 0 ? merged.data : NULL;
}

static void
plan_event(const RuleSet *rules, RuleEvent event, RulePlan *plan)
{
	plan->few_query = merge_queries(rules, event, true);
	plan->query = merge_queries(rules, event, false);
	for (int i = 0; i < rules->nrules; i++)
	{
		if (rules->rules[i].scope[event] == SCOPE_ALL)
			plan->has_all = true;
	}
	choose_locks(rules, event, plan);
}

static void
read_rule_set(RuleSet *rules, Oid function)
{
	MemoryContext old;

	rules->context = AllocSetContextCreate(CacheMemoryContext, "virotrial rules", ALLOCSET_SMALL_SIZES);
	memset(rules->plans, 0, sizeof(rules->plans));
	rules->row_lock_plan = NULL;
	rules->unit_plan = NULL;
	rules->nrules = 0;
	old = MemoryContextSwitchTo(rules->context);
	/* Before reading: what changes meanwhile must be seen. */
	rules->is_valid = true;
	find_study(rules, function);
	load_rules(rules);
	/* SPI leaves its own context behind. */
	MemoryContextSwitchTo(rules->context);
	for (RuleEvent event = 0; event < RULE_EVENTS; event++)
		plan_event(rules, event, &rules->plans[event]);
	MemoryContextSwitchTo(old);
}

static void
forget_rule_set(RuleSet *rules)
{
	for (int event = 0; event < RULE_EVENTS; event++)
	{
		if (rules->plans[event].plan)
			SPI_freeplan(rules->plans[event].plan);
		if (rules->plans[event].lock_plan)
			SPI_freeplan(rules->plans[event].lock_plan);
	}
	if (rules->row_lock_plan)
		SPI_freeplan(rules->row_lock_plan);
	if (rules->unit_plan)
		SPI_freeplan(rules->unit_plan);
	MemoryContextDelete(rules->context);
	rules->context = NULL;
}

/*
 * The rules that concern a table; function is the trigger function, whose
 * schema is the extension's.  Needs a connection to SPI.  A set that is being
 * used further up stays as it is until that use has ended.
 */
RuleSet *
rule_set_open(Oid relid, Oid function)
{
	RuleSet    *rules;
	bool		found;

	if (rule_sets == NULL)
		make_cache();
	rules = hash_search(rule_sets, &relid, HASH_ENTER, &found);
	if (!found)
	{
		rules->is_valid = false;
		rules->uses = 0;
		rules->rule_relid = InvalidOid;
		rules->context = NULL;
	}
	if (!rules->is_valid && rules->uses == 0)
	{
		if (rules->context)
			forget_rule_set(rules);
		PG_TRY();
		{
			read_rule_set(rules, function);
		}
		PG_CATCH();
		{
			rules->is_valid = false;
			PG_RE_THROW();
		}
		PG_END_TRY();
	}
	rules->uses++;
	return rules;
}

void
rule_set_close(RuleSet *rules)
{
	rules->uses--;
}
