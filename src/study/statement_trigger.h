/*-------------------------------------------------------------------------
 *
 * statement_trigger.h
 *	  What the trigger functions for statements share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef STATEMENT_TRIGGER_H
#define STATEMENT_TRIGGER_H

#include "commands/trigger.h"

#include "study/study_rule.h"

extern TriggerData *statement_trigger(FunctionCallInfo fcinfo);
extern void require_owner_writes(Relation relation);
extern StatementRows rows_of_statement(Relation table, Tuplestorestate *changed, Tuplestorestate *removed);
extern int64 count_rows(const TriggerData *trigger);
extern void require_transitions(const TriggerData *trigger);
extern void register_rows(Tuplestorestate *changed, Tuplestorestate *removed, Oid relid);
extern void name_rows(char *name, Tuplestorestate *rows, TupleDesc shape);
extern void register_changes(const TriggerData *trigger);

#endif							/* STATEMENT_TRIGGER_H */
