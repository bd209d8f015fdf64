/*-------------------------------------------------------------------------
 *
 * relation_change.c
 *	  Has a session forget what it keeps of a relation that was changed.
 *
 * The server calls at most ten functions after such a change, of all extensions
 * together.  It ends a session that registers one more.  So there is one here.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/inval.h"

#include "study/change_reason.h"
#include "study/record.h"
#include "study/relation_change.h"
#include "study/row_constraints.h"
#include "study/study_rule.h"

/* Of every relation if relid is 0. */
static void
relation_changed(Datum argument, Oid relid)
{
	forget_rules(relid);
	forget_row_constraints(relid);
	forget_answers(relid);
	forget_relations();
}

/* Called once, when the module is loaded. */
void
watch_relations(void)
{
	CacheRegisterRelcacheCallback(relation_changed, (Datum) 0);
}
