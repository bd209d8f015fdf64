/*-------------------------------------------------------------------------
 *
 * extension.c
 *	  Where the objects of the extension are: what a user calls in a schema
 *	  of the user's choice, what is internal in one of a fixed name.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_proc.h"
#include "nodes/value.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "extension.h"

/* The schema that the extension was installed into; function is one of the extension. */
Oid
extension_namespace(Oid function)
{
	Oid			extension = getExtensionOfObject(ProcedureRelationId, function);
	Relation	catalog = table_open(ExtensionRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple	tuple;
	Oid			namespace = get_func_namespace(function);

	ScanKeyInit(&key, Anum_pg_extension_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(extension));
	scan = systable_beginscan(catalog, ExtensionOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		namespace = ((Form_pg_extension) GETSTRUCT(tuple))->extnamespace;
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return namespace;
}

/* The qualified name of an internal object. */
List *
internal_name(const char *name)
{
	return list_make2(makeString("_virotrial"), makeString(pstrdup(name)));
}
