/*-------------------------------------------------------------------------
 *
 * study_rule.h
 *	  The rules of a study that concern one of its tables, kept for the
 *	  session until a rule or the table changes; and how their queries run.
 *
 *-------------------------------------------------------------------------
 */
#ifndef STUDY_RULE_H
#define STUDY_RULE_H

#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/snapshot.h"
#include "utils/tuplestore.h"

typedef enum RuleEvent
{
	RULE_INSERT,
	RULE_UPDATE,
	RULE_DELETE,
	RULE_TRUNCATE
} RuleEvent;

#define RULE_EVENTS 4

/* Over which rows of the guarded table an event has a rule run. */
typedef enum RuleScope
{
	SCOPE_NONE,
	SCOPE_CHANGED,				/* those that the statement brought in */
	SCOPE_ANCHORS,				/* these, and all of the subjects of anchors among them */
	SCOPE_SUBJECTS,				/* all of the subjects that it touched */
	SCOPE_ALL
} RuleScope;

/* How a statement locks its subjects, the weakest first. */
typedef enum SubjectLock
{
	LOCK_NONE,
	LOCK_KEY_SHARE,				/* relies on the subject's other rows */
	LOCK_NO_KEY_UPDATE,			/* relies on rows whose writers lock as much */
	LOCK_UPDATE					/* other tables' rows rely on it */
} SubjectLock;

typedef struct Rule
{
	char	   *name;
	char	   *table_name;		/* the table that it guards */
	char	   *query;
	char	   *screen;			/* a condition without which a row cannot break it, or NULL */
	char	   *condition;		/* which rows of this table are its anchors, or NULL */
	char	   *hint;			/* or NULL */
	bool		records;		/* as deviations; otherwise it refuses */
	bool		has_subjects;	/* the guarded table's rows belong to subjects */
	bool		is_anchor;		/* this table is one of its anchors, */
	bool		is_evidence;	/* or of its evidence */
	bool		relies_on_own;	/* the guarded table is among its anchors */
	RuleScope	scope[RULE_EVENTS];
} Rule;

/* A query whose plan is kept once it has been made. */
typedef struct KeptQuery
{
	char	   *query;			/* NULL if there is nothing to run */
	SPIPlanPtr	plan;
} KeptQuery;

/* The screens of an event as expressions. */
typedef struct ScreenSet
{
	char	   *query;			/* has a column for each; NULL if a rule has no screen */
	List	   *rules;			/* a name for each */
	MemoryContext context;		/* NULL if nothing has been made */
	uint64		made_at;
	bool		is_usable;		/* without the query */
	int			nplanned;
	struct ScreenExpression *expressions;
} ScreenSet;

/* One event's queries. */
typedef struct RulePlan
{
	char	   *query;			/* counts the violations of each rule; NULL if no rule runs */
	KeptQuery	few;			/* the same for few rows, one row a violation */
	KeptQuery	screen;			/* finds nothing if no rule can be broken */
	ScreenSet	screens;		/* the same without a query, where that is possible */
	bool		has_all;		/* one of the rules runs over a whole table */
	KeptQuery	lock;			/* locks the subjects, */
	KeptQuery	anchor_lock;	/* and those of anchors */
} RulePlan;

typedef struct RuleSet
{
	Oid			relid;			/* hash key */
	bool		is_valid;
	int			uses;			/* calls that are under way */
	MemoryContext context;		/* holds all below */
	Oid			rule_relid;
	Oid			owner;
	char	   *study;			/* name of the schema */
	char	   *table_name;
	char	   *search_path;
	bool		has_subjects;
	int			nrules;
	Rule	   *rules;
	RulePlan	plans[RULE_EVENTS];
	KeptQuery	unit;			/* of complete_lab_result() */
} RuleSet;

/* What become_owner() did. */
typedef struct OwnerState
{
	RuleSet    *rules;
	Oid			user;
	int			security_context;
	int			guc_level;
} OwnerState;

/* How many rows a statement changes, for the planner. */
typedef enum StatementSize
{
	SIZE_FEW,					/* gets kept plans */
	SIZE_MANY,
	SIZE_BULK					/* a considerable part of the table */
} StatementSize;

#define FEW_ROWS 64

/* What may follow an anchor's name, as a regular expression. */
#define ANCHOR_CONDITION "'[[:space:]]+where[[:space:]]+(.*)$'"

extern RuleSet *rule_set_open(Oid relid, Oid function);
extern void rule_set_close(RuleSet *rules);
extern char *rule_scoped_query(const RuleSet *rules, const Rule *rule, RuleEvent event);
extern char *rule_concerned(const RuleSet *rules, const Rule *rule, RuleEvent event);
extern void rules_invalidate(Oid rule_relid);
extern void register_changes(const TriggerData *trigger, RuleEvent event);
extern StatementSize size_of_rows(Relation table, int64 nrows);
extern bool locks_before_keys(Relation table, RuleEvent event);

extern void plan_event(const RuleSet *rules, RuleEvent event, RulePlan *plan);

typedef struct RowMemo RowMemo;

extern RowMemo *make_row_memo(Snapshot snapshot, MemoryContext context);
extern RowMemo *use_row_memo(RowMemo *memo);

extern bool screens_usable(ScreenSet *screens, MemoryContext parent);
extern bool screens_stop(const ScreenSet *screens, Tuplestorestate *changed, TupleDesc tupdesc);
extern void forget_screens(ScreenSet *screens);
extern void rule_context(void *argument);

extern void become_owner(OwnerState *state, RuleSet *rules);
extern void restore_user(OwnerState *state);
extern void plan_for(StatementSize size);
extern void push_snapshot_of_rules(void);
extern void run_query(const char *query, bool is_select);
extern SPIPlanPtr prepare_query(const char *query, int nargs, Oid *types);
extern void run_kept(KeptQuery *kept, int nargs, Oid *types, Datum *values);
extern void forget_kept(KeptQuery *kept);

#endif							/* STUDY_RULE_H */
