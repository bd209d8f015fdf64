/*-------------------------------------------------------------------------
 *
 * change.h
 *	  The changes of a transaction to a study: who, when and why.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CHANGE_H
#define CHANGE_H

#include "datatype/timestamp.h"
#include "utils/rel.h"

/* A change that the transaction has begun in a study. */
typedef struct Change
{
	Oid			relid;			/* of the study's table of changes */
	int64		id;
	SubTransactionId began_in;
	Oid			login;
	char	   *login_name;
	bool		is_own;			/* of the database, not of the login */
	TimestampTz began_at;
	char	   *stated;			/* the settings as they were, or "": the reason, */
	char	   *application_user;
	char	   *source;
	char	   *code;			/* the reason by its parts, or NULL */
	char	   *words;
} Change;

/* Rises whenever another change may be the current one. */
extern uint64 change_generation(void);
extern const Change *current_change(Relation table);
extern int	begin_dry_run(void);
extern void end_dry_run(int before);
extern bool row_is_tried(void);
extern bool has_change(Oid relid);
extern void wait_for_writers(Oid relid);
extern bool has_other_writers(Oid relid);
extern void require_reason(const Change *change, Relation table);
extern void watch_transactions(void);

#endif							/* CHANGE_H */
