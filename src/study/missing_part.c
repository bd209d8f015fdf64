/*-------------------------------------------------------------------------
 *
 * missing_part.c
 *	  What comparisons of a study with its DDL have found.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "miscadmin.h"
#include "utils/builtins.h"
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

/* Who owns a table may disable its triggers; who owns a function may replace it. */
void
compare_owner(Comparison *comparison, const char *object, Oid owner)
{
	if (owner != comparison->owner)
		add_missing(comparison, "part of another owner", object,
					psprintf("it belongs to %s, and not to %s", quote_identifier(GetUserNameFromId(owner, false)),
							 quote_identifier(GetUserNameFromId(comparison->owner, false))));
}

Oid
declared_relation(const Comparison *comparison, const RangeVar *name)
{
	return get_relname_relid(name->relname, comparison->namespace);
}
