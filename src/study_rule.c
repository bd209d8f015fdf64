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
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "row_trigger.h"
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
set_scopes(const RuleSet *rules, Rule *rule, bool guards)
{
	bool		by_subject = rules->has_subjects && rule->has_subjects;
	RuleScope	again = by_subject ? SCOPE_SUBJECTS : SCOPE_ALL;

	memset(rule->scope, 0, sizeof(rule->scope));
	if (guards)
		rule->scope[RULE_INSERT] = rule->scope[RULE_UPDATE] = SCOPE_CHANGED;
	/* What is recorded must go when the row that deviated is corrected. */
	if (guards && rule->records)
		rule->scope[RULE_UPDATE] = rule->scope[RULE_DELETE] = again;
	if (rule->is_anchor)
		rule->scope[RULE_INSERT] = by_subject && rule->condition ? SCOPE_ANCHORS : again;
	if (rule->is_anchor || rule->is_evidence)
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

/* The same of a text without which a rule is none. */
static char *
given_value(int row, int column, MemoryContext context)
{
	return MemoryContextStrdup(context, TextDatumGetCString(result_given(SPI_tuptable->vals[row], column, TEXTOID)));
}

static bool
true_value(int row, int column)
{
	bool		is_null;
	Datum		value = result_value(SPI_tuptable->vals[row], column, BOOLOID, &is_null);

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

		rule->name = given_value(i, 1, rules->context);
		rule->table_name = given_value(i, 2, rules->context);
		rule->query = given_value(i, 3, rules->context);
		rule->hint = copy_value(i, 4, rules->context);
		rule->records = true_value(i, 5);
		rule->screen = copy_value(i, 8, rules->context);
		rule->condition = copy_value(i, 9, rules->context);
		rule->relies_on_own = true_value(i, 10);
		guarded = get_relname_relid(rule->table_name, get_rel_namespace(rules->relid));
		rule->has_subjects = relation_has_subjects(guarded);
		rule->is_anchor = true_value(i, 6);
		rule->is_evidence = true_value(i, 7);
		set_scopes(rules, rule, guarded == rules->relid);
	}
}

/* Reads the rules that guard the table, or rely on it, in order of priority. */
static void
load_rules(RuleSet *rules)
{
	OwnerState	state;
	char	   *name = quote_literal_cstr(rules->table_name);

	become_owner(&state, rules);
	plan_for(SIZE_FEW);
	run_query(psprintf("select name, table_name, query, hint, action = 'record', anchor.entry is not null, "
					   "%s = any (evidence), screen, substring(anchor.entry from " ANCHOR_CONDITION "), "
					   "table_name = any (anchors) from rule left join lateral (select entry from unnest(anchors) as entry "
					   "where regexp_replace(entry, " ANCHOR_CONDITION ", '') = %s limit 1) as anchor on true "
					   "where active and (%s = any (table_name || evidence) or anchor.entry is not null) "
					   "order by priority, name, table_name", name, name, name), true);
	copy_rules(rules);
	restore_user(&state);
}

static void
read_rule_set(RuleSet *rules, Oid function)
{
	MemoryContext old;

	rules->context = AllocSetContextCreate(CacheMemoryContext, "virotrial rules", ALLOCSET_SMALL_SIZES);
	memset(rules->plans, 0, sizeof(rules->plans));
	rules->unit.query = "select multiplier, divisor from lab_unit where test = $1 and unit = $2";
	rules->unit.plan = NULL;
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
		RulePlan   *plan = &rules->plans[event];

		forget_kept(&plan->few);
		forget_kept(&plan->screen);
		forget_screens(&plan->screens);
		forget_kept(&plan->lock);
		forget_kept(&plan->anchor_lock);
	}
	forget_kept(&rules->unit);
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
