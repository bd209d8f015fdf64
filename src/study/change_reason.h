/*-------------------------------------------------------------------------
 *
 * change_reason.h
 *	  Why a study is changed, and by which person.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CHANGE_REASON_H
#define CHANGE_REASON_H

#include "utils/rel.h"

/* The code of the database's own writes, which nobody can state. */
#define SYSTEM_REASON "system"

typedef struct ChangeReason
{
	char	   *code;			/* NULL if there is no reason */
	char	   *words;			/* or NULL */
} ChangeReason;

extern void read_reason(ChangeReason *reason, const char *setting, Relation table);
extern char *reason_codes(Relation table);
extern void require_person(const char *application_user, char *login, Relation table);
extern void forget_answers(Oid relid);

#endif							/* CHANGE_REASON_H */
