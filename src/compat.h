/*-------------------------------------------------------------------------
 *
 * compat.h
 *	  What differs between the PostgreSQL versions that virotrial runs on.
 *
 *-------------------------------------------------------------------------
 */
#ifndef VIROTRIAL_COMPAT_H
#define VIROTRIAL_COMPAT_H

#include "fmgr.h"

#if PG_VERSION_NUM < 150000
#error "virotrial needs PostgreSQL 15 or newer"
#endif

#if SIZEOF_DATUM < 8
#error "virotrial passes 8-byte values by value and needs a 64-bit server"
#endif

#if PG_VERSION_NUM >= 160000
#include "nodes/miscnodes.h"
#include "varatt.h"
#else
/* Soft errors are new in PostgreSQL 16: before it, every error is hard. */
#define errsave(context, ...) ereport(ERROR, __VA_ARGS__)
#define ereturn(context, dummy_value, ...) \
	do { ereport(ERROR, __VA_ARGS__); return dummy_value; } while (0)
#define SOFT_ERROR_OCCURRED(context) (false)
#endif

#if PG_VERSION_NUM >= 180000
#define VIROTRIAL_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "virotrial", .version = VIROTRIAL_VERSION)
#else
#define VIROTRIAL_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#endif							/* VIROTRIAL_COMPAT_H */
