/*-------------------------------------------------------------------------
 *
 * missing_part.c
 *	  What comparisons of a study with its DDL have found.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "utils/lsyscache.h"

#include "study/declared_parts.h"

void
add_missing(Comparison *comparison, const char *problem, const char *object, const char *detail)
{
	MissingPart *part = palloc(sizeof(MissingPart));

	*part = (MissingPart) {
		.problem = problem, .object = pstrdup(object), .detail = detail
	};
	comparison->missing = lappend(comparison->missing, part);
}

Oid
declared_relation(const Comparison *comparison, const RangeVar *name)
{
	return get_relname_relid(name->relname, comparison->namespace);
}
