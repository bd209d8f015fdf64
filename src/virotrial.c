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
#include "study/change_reason.h"
#include "study/gathered_rows.h"
#include "study/guarded.h"
#include "study/record.h"
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
	watch_lists();
	watch_relations();
	watch_gathered_rows();
}
