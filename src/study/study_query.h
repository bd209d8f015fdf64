/*-------------------------------------------------------------------------
 *
 * study_query.h
 *	  Runs the queries of a study's rules as the owner of its tables.
 *
 *-------------------------------------------------------------------------
 */
#ifndef STUDY_QUERY_H
#define STUDY_QUERY_H

#include "study/study_rule.h"

extern void install_hooks(void);
extern char *study_search_path(Oid namespace, Oid function);
extern void become_study_owner(OwnerState *state, Oid owner, const char *search_path);
extern Oid	study_reader(Oid owner);
extern void set_reader(Oid reader);
extern void judge_all_rows(void);
extern bool judges_all_rows(Oid owner);
extern void become_owner(OwnerState *state, RuleSet *rules);
extern void lift_restriction(const OwnerState *state);
extern void restore_user(OwnerState *state);
extern void reset_analysis_settings(void);
extern Query *analyse_over_changed(const char *query, Oid table);
extern Query *analyse_query(const char *query, int nargs, const Oid *types);
extern void run_query_for(const char *query, StatementSize size, bool is_select);
extern void run_query(const char *query, bool is_select);
extern void run_before(CommandId command, void (*action) (void *), void *argument);
extern SPIPlanPtr prepare_query(const char *query, int nargs, Oid *types);
extern void run_kept(KeptQuery *kept, int nargs, Oid *types, Datum *values);
extern void forget_kept(KeptQuery *kept);
extern void run_sized(KeptQuery *kept, StatementRows rows);
extern bool run_called(const char *query, int nargs, Oid *types, Datum *values);
extern bool finds_any(KeptQuery *kept, StatementRows rows);

#endif							/* STUDY_QUERY_H */
