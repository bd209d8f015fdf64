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
#include "access/xact.h"
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

#include "study/eligibility_query.h"
#include "study/judge.h"
#include "study/row_trigger.h"
#include "study/rule_reads.h"
#include "study/rule_statement.h"
#include "study/rule_text.h"
#include "study/study_query.h"
#include "study/study_rule.h"

/* The tables that a session keeps the rules of: a session of all studies of a server is not to grow without end. */
#define RULE_SETS_KEPT 24

/*
 * The server keeps what it has read of each table of each study, 1 MB of a
 * study, until the session ends.  A session that has left so many studies
 * behind has it read anew what it still needs.
 */
#define STUDIES_LEFT 4

static HTAB *rule_sets = NULL;
static uint64 use_count = 0;
static int	studies_left = 0;

void
forget_rules(Oid relid)
{
	HASH_SEQ_STATUS scan;
	RuleSet    *rules;

	if (rule_sets == NULL)
		return;
	hash_seq_init(&scan, rule_sets);
	while ((rules = hash_seq_search(&scan)) != NULL)
	{
		if (relid == InvalidOid || relid == rules->relid ||
			relid == rules->rule_relid || relid == rules->context_relid)
			rules->is_valid = false;
	}
}

static void
invalidate_namespace(Datum arg, int cacheid, uint32 hash)
{
	forget_rules(InvalidOid);
}

static void
make_cache(void)
{
	HASHCTL		control = {.keysize = sizeof(Oid), .entrysize = sizeof(RuleSet)};

	rule_sets = hash_create("virotrial rules", 64, &control, HASH_ELEM | HASH_BLOBS);
	CacheRegisterSyscacheCallback(NAMESPACEOID, invalidate_namespace, (Datum) 0);
}

/* Makes every session read the rules of a study again. */
void
rules_invalidate(Oid rule_relid)
{
	CacheInvalidateRelcacheByRelid(rule_relid);
	/* This session, too, and at once. */
	CommandCounterIncrement();
}

static Oid
owner_of(Oid relid)
{
	HeapTuple	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid			owner;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("the table is gone"),
				 errhint("It was dropped meanwhile. Try again.")));
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

static bool
has_column(Oid relid, const char *name)
{
	return get_attnum(relid, name) != InvalidAttrNumber;
}

/* Finds the study that a table belongs to, and refuses rules of another owner. */
static void
find_study(RuleSet *rules, Oid function)
{
	Oid			namespace = get_rel_namespace(rules->relid);

	rules->study = get_namespace_name(namespace);
	rules->table_name = get_rel_name(rules->relid);
	rules->rule_relid = get_relname_relid("rule", namespace);
	rules->context_relid = get_relname_relid("rule_context", namespace);
	if (!OidIsValid(rules->rule_relid))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("schema \"%s\" is not a study: it has no table \"rule\"", rules->study),
				 errhint("create_study() makes a study.")));
	rules->owner = owner_of(rules->relid);
	if (owner_of(rules->rule_relid) != rules->owner)
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("the rules of table \"%s\" belong to another owner", rules->table_name),
				 errdetail("Rules run as the owner of the table that they guard."),
				 errhint("Give table \"%s\" and table \"rule\" of schema \"%s\" the same owner.",
						 rules->table_name, rules->study)));
	rules->has_site = has_column(rules->relid, "site_id");
	rules->has_subjects = rules->has_site && has_column(rules->relid, "subject_id");
	rules->search_path = study_search_path(namespace, function);
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

/* The texts of a rule are pasted into queries, and must be what they stand for there. */
static void
require_texts(const Rule *rule)
{
	ErrorContextCallback context = {.previous = error_context_stack, .callback = rule_context, .arg = rule->name};
	const char *const expressions[] = {rule->only_if, rule->condition, rule->item, rule->reason, rule->anchor_condition};

	error_context_stack = &context;
	require_query(rule->context);
	if (rule->query || !rule->condition)
		require_query(rule->query);
	for (int i = 0; i < lengthof(expressions); i++)
		if (expressions[i])
			require_expression(expressions[i]);
	error_context_stack = context.previous;
}

/* The columns whose rows an anchor of a rule concerns, of those that both tables have. */
static char *
key_of_scope(const RuleSet *rules, const Rule *rule, const char *scope)
{
	if (scope && strcmp(scope, "subject") == 0 && rules->has_subjects && rule->has_subjects)
		return "site_id, subject_id";
	if (scope && strcmp(scope, "site") == 0 && rule->has_site && has_column(rules->relid, "site_id"))
		return "site_id";
	return NULL;
}

/* The context of a table that has none: what it holds. */
#define NO_CONTEXT "select changed.* from changed"

static void
copy_rule(RuleSet *rules, Rule *rule, int row)
{
	MemoryContext context = rules->context;
	char	   *given;

	rule->name = given_value(row, 1, context);
	rule->table_name = given_value(row, 2, context);
	given = copy_value(row, 3, context);
	rule->context = given ? given : NO_CONTEXT;
	rule->only_if = copy_value(row, 20, context);
	rule->condition = copy_value(row, 4, context);
	rule->query = copy_value(row, 5, context);
	rule->item = copy_value(row, 6, context);
	if (rule->item == NULL)
		rule->item = given ? "item" : "null";
	rule->reason = copy_value(row, 7, context);
	if (rule->reason == NULL && rule->condition)
		rule->reason = MemoryContextStrdup(context, quote_literal_cstr(rule->condition));
	rule->hint = copy_value(row, 8, context);
	rule->anchor_condition = copy_value(row, 9, context);
	rule->records = true_value(row, 10);
	rule->at_entry = true_value(row, 11);
	rule->at_entry_only = rule->at_entry && !true_value(row, 17);
	rule->unknown_refuses = true_value(row, 12);
	rule->is_anchor = true_value(row, 13);
	rule->is_evidence = true_value(row, 14);
	rule->relies_on_own = true_value(row, 15);
	rule->asks = true_value(row, 18);
	rule->asked_column = copy_value(row, 19, context);
	rule->guarded = get_relname_relid(rule->table_name, get_rel_namespace(rules->relid));
	rule->is_guarded = rule->guarded == rules->relid;
	rule->has_site = has_column(rule->guarded, "site_id");
	rule->has_subjects = rule->has_site && has_column(rule->guarded, "subject_id");
	rule->key = key_of_scope(rules, rule, SPI_getvalue(SPI_tuptable->vals[row], SPI_tuptable->tupdesc, 16));
	rule->by_subject = rule->key && strstr(rule->key, "subject_id");
	require_texts(rule);
	if (rule->only_if && rule->condition)
		rule->condition = MemoryContextStrdup(context, psprintf("(%s\n) and (%s\n)", rule->only_if, rule->condition));
}

/* A table that was renamed must not lose its rules in silence. */
static void
require_tables(const RuleSet *rules)
{
	run_query(psprintf("select name, coalesce(table_name, '') from (select name, table_name from rule where active union all "
					   "select name, regexp_replace(entry, " ANCHOR_CONDITION ", '') from rule, unnest(anchors || evidence) as entry where active) as named "
					   "where not exists (select from pg_class where relnamespace = %u and relname = named.table_name) limit 1",
					   get_rel_namespace(rules->relid)), true);
	if (SPI_processed > 0)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("study \"%s\" has no table \"%s\", which rule \"%s\" names", rules->study,
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2),
						SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1)),
				 errdetail("Until the rule is mended, nothing is written to the study."),
				 errhint("If the table was renamed, give its new name in table rule.")));
}

/* Do verdicts on criteria follow from the table, or is a rule on enrolments among its rules? */
static bool
reads_verdicts(const RuleSet *rules)
{
	if (strcmp(rules->table_name, "enrolment") == 0)
		return true;
	for (int i = 0; i < rules->nrules; i++)
	{
		if (strcmp(rules->rules[i].table_name, "enrolment") == 0)
			return true;
	}
	return false;
}

/* A row of a rule that names its own table may still have nothing to do with others. */
static void
find_own_reads(const RuleSet *rules, Rule *rule)
{
	ErrorContextCallback context = {.previous = error_context_stack, .callback = rule_context, .arg = rule->name};

	if (!rule->is_guarded || !(rule->is_anchor || (rule->is_evidence && rule->by_subject)))
		return;
	error_context_stack = &context;
	rule->reads_own = list_member_oid(rule_reads(rules, rule), rules->relid);
	error_context_stack = context.previous;
}

/* Reads the rules that guard the table, or rely on it, in order of priority. */
static void
load_rules(RuleSet *rules)
{
	OwnerState	state;
	char	   *name = quote_literal_cstr(rules->table_name);

	become_owner(&state, rules);
	require_tables(rules);
	run_query(psprintf("select rule.name, rule.table_name, rule_context.query, rule.condition, rule.query, "
					   "rule.item, rule.reason, rule.hint, substring(anchor.entry from " ANCHOR_CONDITION "), "
					   "rule.action = 'record', rule.holds = 'at entry', rule.unknown_refuses, "
					   "anchor.entry is not null, %s = any (rule.evidence), rule.table_name = any (rule.anchors), rule.scope, "
					   "exists (select from unnest(rule.anchors || rule.evidence) as entry where regexp_replace(entry, " ANCHOR_CONDITION ", '') <> rule.table_name), "
					   /* A study that has not been upgraded may lack the column. */
					   "rule.asks, rule.asked_column, to_jsonb(rule) ->> 'only_if' "
					   "from rule left join rule_context using (table_name) "
					   "left join lateral (select entry from unnest(rule.anchors) as entry "
					   "where regexp_replace(entry, " ANCHOR_CONDITION ", '') = %s limit 1) as anchor on true "
					   "where rule.active "
					   "and (%s = any (rule.table_name || rule.evidence) or anchor.entry is not null) "
					   "order by rule.priority, rule.name, rule.table_name", name, name, name), true);
	rules->nrules = SPI_processed;
	rules->rules = MemoryContextAllocZero(rules->context, sizeof(Rule) * (rules->nrules + 1));
	for (int i = 0; i < rules->nrules; i++)
		copy_rule(rules, &rules->rules[i], i);
	run_query(psprintf("select query from rule_context where table_name = %s", name), true);
	rules->context_query = SPI_processed == 1 ? copy_value(0, 1, rules->context) : NO_CONTEXT;
	require_query(rules->context_query);
	/* The criteria are judged where a subject is enrolled. */
	rules->with_verdicts = reads_verdicts(rules) ? MemoryContextStrdup(rules->context, enrolment_verdicts()) : "";
	for (int i = 0; i < rules->nrules; i++)
		find_own_reads(rules, &rules->rules[i]);
	restore_user(&state);
}

static void
read_rule_set(RuleSet *rules, Oid function)
{
	MemoryContext old;

	rules->context = AllocSetContextCreate(CacheMemoryContext, "virotrial rules", ALLOCSET_SMALL_SIZES);
	memset(rules->events, 0, sizeof(rules->events));
	rules->write_verdicts = (KeptQuery) {0};
	rules->unit = (KeptQuery) {.query = "select power, multiplier, divisor from lab_unit where test = $1 and kind = $2"};
	rules->nrules = 0;
	old = MemoryContextSwitchTo(rules->context);
	/* Before reading: what changes meanwhile must be seen. */
	rules->is_valid = true;
	rules->holds = false;
	find_study(rules, function);
	load_rules(rules);
	MemoryContextSwitchTo(old);
}

static void
forget_runs(EventRules *event)
{
	for (int i = 0; i < event->nruns; i++)
	{
		forget_kept(&event->runs[i].gone);
		forget_kept(&event->runs[i].record[false]);
		forget_kept(&event->runs[i].record[true]);
	}
}

static void
forget_rule_set(RuleSet *rules)
{
	for (int event = 0; event < RULE_EVENTS; event++)
	{
		EventRules *plan = &rules->events[event];

		forget_kept(&plan->brief);
		forget_kept(&plan->judge);
		forget_kept(&plan->judge_anchored);
		forget_kept(&plan->lock);
		forget_kept(&plan->find_anchors);
		forget_kept(&plan->anchor_lock);
		forget_runs(plan);
	}
	forget_kept(&rules->write_verdicts);
	forget_kept(&rules->unit);
	MemoryContextDelete(rules->context);
	rules->context = NULL;
}

static void
remove_rule_set(RuleSet *rules)
{
	if (rules->context)
		forget_rule_set(rules);
	hash_search(rule_sets, &rules->relid, HASH_REMOVE, NULL);
}

/* Are the rules of some table of a study kept? */
static bool
is_study_kept(Oid rule_relid)
{
	HASH_SEQ_STATUS scan;
	RuleSet    *rules;
	bool		is_kept = false;

	hash_seq_init(&scan, rule_sets);
	while ((rules = hash_seq_search(&scan)) != NULL)
		is_kept = is_kept || rules->rule_relid == rule_relid;
	return is_kept;
}

/* Forgets all rules that are not in use, and what the server keeps of tables. */
static void
forget_all(void)
{
	HASH_SEQ_STATUS scan;
	RuleSet    *rules;

	hash_seq_init(&scan, rule_sets);
	while ((rules = hash_seq_search(&scan)) != NULL)
	{
		if (rules->uses == 0)
			remove_rule_set(rules);
	}
	/* As the server does where a session has missed what changed. */
	InvalidateSystemCaches();
	studies_left = 0;
}

/* Forgets the rules of the table that has not been used for longest, once there are many. */
static void
forget_oldest(void)
{
	HASH_SEQ_STATUS scan;
	RuleSet    *rules;
	RuleSet    *oldest = NULL;
	Oid			study;

	if (hash_get_num_entries(rule_sets) <= RULE_SETS_KEPT)
		return;
	hash_seq_init(&scan, rule_sets);
	while ((rules = hash_seq_search(&scan)) != NULL)
	{
		if (rules->uses == 0 && (oldest == NULL || rules->last_use < oldest->last_use))
			oldest = rules;
	}
	if (oldest == NULL)
		return;
	study = oldest->rule_relid;
	remove_rule_set(oldest);
	if (!is_study_kept(study) && ++studies_left == STUDIES_LEFT)
		forget_all();
}

static void
end_use(void *rules)
{
	((RuleSet *) rules)->uses--;
}

/* A set stays as it is until the connection to SPI has ended, by an error too: its memory is the current one. */
static void
begin_use(RuleSet *rules)
{
	MemoryContextCallback *end = palloc0(sizeof(MemoryContextCallback));

	end->func = end_use;
	end->arg = rules;
	MemoryContextRegisterResetCallback(CurrentMemoryContext, end);
	rules->uses++;
}

/*
 * The rules that concern a table; function is the trigger function, whose
 * schema is the extension's.  Needs a connection to SPI, and is in use until
 * that ends.
 */
RuleSet *
rule_set_open(Oid relid, Oid function)
{
	RuleSet    *rules;
	bool		found;

	if (rule_sets == NULL)
		make_cache();
	rules = hash_search(rule_sets, &relid, HASH_ENTER, &found);
	rules->last_use = ++use_count;
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
	begin_use(rules);
	if (!found)
		forget_oldest();
	return rules;
}
