/*-------------------------------------------------------------------------
 *
 * moment_day.c
 *	  The day of a moment at a site of a study, as the study's day_at() says it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "nodes/value.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "study/moment_day.h"

static SPIPlanPtr
prepare_day(const char *study)
{
	Oid			types[] = {TEXTOID, TEXTOID};
	const char *quoted = quote_identifier(study);

	if (!OidIsValid(LookupFuncName(list_make2(makeString(pstrdup(study)), makeString("day_at")), 2,
								   (Oid[]) {TEXTOID, TIMESTAMPTZOID}, true)))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_FUNCTION),
				 errmsg("study \"%s\" does not know the day of a moment", study),
				 errdetail("The file has moments with an offset from UTC, and the study is of an older version."),
				 errhint("Let its owner call upgrade_study('%s').", study)));
	return SPI_prepare(psprintf("select pg_catalog.to_char(%s.day_at(site_id, $2::pg_catalog.timestamptz), 'YYYY-MM-DD') "
								"from %s.site where site_id operator(pg_catalog.=) $1", quoted, quoted), 2, types);
}

/*
 * The day of a moment at a site of a table's study, as yyyy-mm-dd.  Of a site that the
 * caller does not find nobody knows the day: 22007.  The caller is connected to SPI.
 */
char *
day_at_site(SiteDays *days, Relation table, const char *site, const char *moment)
{
	MemoryContext context = CurrentMemoryContext;
	Datum		values[] = {(Datum) 0, CStringGetTextDatum(moment)};
	char	   *day = NULL;

	if (days->plan == NULL)
		days->plan = prepare_day(get_namespace_name(RelationGetNamespace(table)));
	if (site)
	{
		values[0] = CStringGetTextDatum(site);
		SPI_execute_plan(days->plan, values, NULL, true, 1);
		/* SPI leaves its own context, which outlives the row. */
		MemoryContextSwitchTo(context);
		if (SPI_processed > 0)
			day = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
		SPI_freetuptable(SPI_tuptable);
	}
	MemoryContextSwitchTo(context);
	if (day == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("\"%s\" is of a day that is not known at site \"%s\"", moment, site ? site : ""),
				 errdetail("The study does not have the site, or you do not see it."),
				 errhint("Correct the site, or load it first: its time zone says which day it was there.")));
	return day;
}
