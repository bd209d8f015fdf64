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

/*
 * From PostgreSQL 16 on, PG_FUNCTION_INFO_V1 and PG_MODULE_MAGIC export what
 * the server looks up, and all else can be hidden.
 */
#undef PGDLLEXPORT
#define PGDLLEXPORT __attribute__((visibility("default")))
#undef PG_FUNCTION_INFO_V1
#define PG_FUNCTION_INFO_V1(funcname) \
extern PGDLLEXPORT Datum funcname(PG_FUNCTION_ARGS); \
extern PGDLLEXPORT const Pg_finfo_record *CppConcat(pg_finfo_, funcname) (void); \
const Pg_finfo_record * \
CppConcat(pg_finfo_, funcname) (void) \
{ \
	static const Pg_finfo_record my_finfo = {1}; \
	return &my_finfo; \
} \
extern int	no_such_variable
#endif

#if PG_VERSION_NUM >= 180000
#define VIROTRIAL_MODULE_MAGIC PG_MODULE_MAGIC_EXT(.name = "virotrial", .version = VIROTRIAL_VERSION)
#else
#define VIROTRIAL_MODULE_MAGIC PG_MODULE_MAGIC
#endif

#if PG_VERSION_NUM >= 180000
#define begin_index_scan(table, index, snapshot, nkeys) index_beginscan(table, index, snapshot, NULL, nkeys, 0)
#else
#define begin_index_scan(table, index, snapshot, nkeys) index_beginscan(table, index, snapshot, nkeys, 0)
#endif

/* The index of a primary key that is not deferrable; needs utils/relcache.h. */
#if PG_VERSION_NUM >= 180000
#define primary_key_index(table) RelationGetPrimaryKeyIndex(table, false)
#else
#define primary_key_index(table) RelationGetPrimaryKeyIndex(table)
#endif

/* Runs a statement to its end; needs executor/executor.h. */
#if PG_VERSION_NUM >= 180000
#define run_to_end(execution) ExecutorRun(execution, ForwardScanDirection, 0)
#else
#define run_to_end(execution) ExecutorRun(execution, ForwardScanDirection, 0, true)
#endif

/* Every setting of the server; needs utils/guc_tables.h. */
#if PG_VERSION_NUM >= 160000
#define all_settings(count) get_guc_variables(count)
#else
#define all_settings(count) (*(count) = GetNumConfigOptions(), get_guc_variables())
#endif

#endif							/* VIROTRIAL_COMPAT_H */
