/*-------------------------------------------------------------------------
 *
 * virotrial.c
 *	  The module.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "settings.h"
#include "study/change.h"
#include "study/gathered_rows.h"
#include "study/guarded.h"
#include "study/relation_change.h"
#include "study/study_query.h"

VIROTRIAL_MODULE_MAGIC;

extern PGDLLEXPORT void _PG_init(void);

void
_PG_init(void)
{
	define_settings();
	install_hooks();
	install_inheritance_hook();
	watch_transactions();
	watch_relations();
	watch_gathered_rows();
}
