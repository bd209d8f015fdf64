/*-------------------------------------------------------------------------
 *
 * moment_day.h
 *	  The day of a moment at a site of a study.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MOMENT_DAY_H
#define MOMENT_DAY_H

#include "executor/spi.h"
#include "utils/rel.h"

/* Begins as zeros; the plan is of the connection to SPI. */
typedef struct SiteDays
{
	SPIPlanPtr	plan;
} SiteDays;

extern char *day_at_site(SiteDays *days, Relation table, const char *site, const char *moment);

#endif							/* MOMENT_DAY_H */
