/*-------------------------------------------------------------------------
 *
 * extension.h
 *	  Where the objects of the extension are.
 *
 *-------------------------------------------------------------------------
 */
#ifndef VIROTRIAL_EXTENSION_H
#define VIROTRIAL_EXTENSION_H

#include "nodes/pg_list.h"

extern Oid	extension_namespace(Oid function);
extern List *internal_name(const char *name);

#endif							/* VIROTRIAL_EXTENSION_H */
