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
#include "nodes/params.h"
#include "nodes/parsenodes.h"

typedef enum RuleEvent
{
	RULE_INSERT,
	RULE_UPDATE,
	RULE_DELETE,
	RULE_TRUNCATE,
	/* At the end of a transaction, of all that it has changed: */
	RULE_DEFERRED_INSERT,
	RULE_DEFERRED_UPDATE,		/* or removed */
	RULE_DRY_RUN				/* no event: rows that are not in the table */
} RuleEvent;

#define RULE_EVENTS RULE_DRY_RUN

#define IS_DEFERRED_EVENT(event) ((event) == RULE_DEFERRED_INSERT || (event) == RULE_DEFERRED_UPDATE)

/* How many rows a statement changes, for the planner. */
typedef enum StatementSize
{
	SIZE_FEW,					/* gets kept plans */
	SIZE_MANY,
	SIZE_BULK					/* a considerable part of the table */
} StatementSize;

/* What a statement has changed. */
typedef struct StatementRows
{
	StatementSize size;
	ParamListInfo one;			/* the row, if it is one; else NULL */
} StatementRows;

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
	Oid			guarded;
	char	   *context;		/* query of that table's context */
	char	   *only_if;		/* over the context: what the condition begins with, or NULL */
	char	   *condition;		/* over the context, or NULL */
	char	   *query;			/* over "changed", or the rows of which the condition holds; or NULL */
	char	   *item;			/* expressions over the context, or NULL */
	char	   *reason;
	char	   *hint;			/* or NULL */
	char	   *key;			/* columns whose rows an anchor concerns; NULL for all rows */
	char	   *anchor_condition;	/* which rows of this table are its anchors, or NULL */
	bool		records;		/* as deviations; otherwise it refuses */
	bool		asks;			/* and opens data queries about them, */
	char	   *asked_column;	/* on this column, or NULL for the row */
	bool		at_entry;		/* refuses what comes in alone, */
	bool		at_entry_only;	/* and relies on no other table, which would make deviations later */
	bool		unknown_refuses;
	bool		has_site;		/* the guarded table has the columns */
	bool		has_subjects;
	bool		by_subject;		/* the key is that of a subject */
	bool		is_guarded;		/* this table is the one that it guards, */
	bool		is_anchor;		/* one of its anchors, */
	bool		is_evidence;	/* or of its evidence */
	bool		relies_on_own;	/* the guarded table is among its anchors */
	bool		reads_own;		/* this one is among them or its evidence, and a row is judged by other rows of it, too */
} Rule;

/* Over which rows of the guarded table a rule runs. */
typedef enum RunRows
{
	ROWS_CHANGED,				/* those that the statement brought in */
	ROWS_ANCHORED,				/* those that anchors among these concern */
	ROWS_CONCERNED,				/* those that the statement concerns */
	ROWS_ALL
} RunRows;

/* What becomes of a row that breaks the rule. */
typedef enum RunAction
{
	RUN_REFUSES,
	RUN_RECORDS,
	RUN_FINDS_ANCHORS			/* it breaks none, and ROWS_ANCHORED are to be judged */
} RunAction;

/* A query whose plan is kept once it has been made. */
typedef struct KeptQuery
{
	char	   *query;			/* NULL if there is nothing to run */
	long		limit;			/* of its rows, 0 for all */
	SPIPlanPtr	plan;
	SPIPlanPtr	row_plan;		/* where the statement has changed one row */
} KeptQuery;

/* A rule that an event has run. */
typedef struct RuleRun
{
	const Rule *rule;
	RunAction	action;
	RunRows		rows;
	const char *row_key;		/* to be found, too: an expression over the context; mostly NULL */
	const char *own_views;		/* in a dry run: the views that read the table, as parts of a WITH */
	KeptQuery	gone;			/* of a run that records: locks the deviations that no longer hold */
	KeptQuery	record[2];		/* writes what is new and removes those; in [1] without the reasons */
} RuleRun;

/* One event's rules and queries. */
typedef struct EventRules
{
	bool		is_planned;		/* the others are known */
	int			nruns;
	RuleRun    *runs;			/* in the order of the rules */
	bool		has_all;		/* one of them runs over a whole table */
	KeptQuery	brief;			/* whether anything breaks the rules */
	KeptQuery	judge;			/* what breaks them */
	KeptQuery	judge_anchored;	/* the same of ROWS_ANCHORED */
	KeptQuery	lock;			/* locks the subjects */
	KeptQuery	find_anchors;	/* whether there are anchors */
	KeptQuery	anchor_lock;	/* locks their subjects */
} EventRules;

typedef struct RuleSet
{
	Oid			relid;			/* hash key */
	bool		is_valid;
	bool		holds;			/* since it was read, whatever writes to the table has been found to fire its triggers */
	uint64		last_use;
	int			uses;			/* connections to SPI that have it in use */
	MemoryContext context;		/* holds all below */
	Oid			rule_relid;
	Oid			context_relid;
	Oid			owner;
	char	   *study;			/* name of the schema */
	char	   *table_name;
	char	   *search_path;
	char	   *context_query;	/* of this table */
	char	   *with_verdicts;	/* what queries over enrolments begin with */
	bool		has_site;
	bool		has_subjects;
	int			nrules;
	Rule	   *rules;
	EventRules	events[RULE_EVENTS];
	KeptQuery	write_verdicts;
	KeptQuery	unit;			/* of complete_lab_result() */
} RuleSet;

/* What become_owner() did. */
typedef struct OwnerState
{
	Oid			user;
	int			security_context;
	int			guc_level;
} OwnerState;

/* Up to so many rows a statement's rules run by plans that are kept. */
#define FEW_ROWS 64

/* Offending rows that an error shows. */
#define OFFENDERS_SHOWN 5

/* What may follow an anchor's name, as a regular expression. */
#define ANCHOR_CONDITION "'[[:space:]]+where[[:space:]]+(.*)$'"

/* study_rule.c */
extern RuleSet *rule_set_open(Oid relid, Oid function);
extern void forget_rules(Oid relid);
extern void rules_invalidate(Oid rule_relid);

#endif							/* STUDY_RULE_H */
