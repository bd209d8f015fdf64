/*-------------------------------------------------------------------------
 *
 * stamp.h
 *	  The columns of a study's row that say who wrote it, when, and in which
 *	  change.
 *
 *-------------------------------------------------------------------------
 */
#ifndef STAMP_H
#define STAMP_H

#include "access/tupdesc.h"
#include "datatype/timestamp.h"

typedef enum StampColumn
{
	ENTERED_BY,
	ENTERED_AT,
	ENTERED_IN,
	STAMP_COLUMNS
} StampColumn;

extern bool stamp_columns(TupleDesc tupdesc, int *columns);
extern TimestampTz time_after(Datum earlier, bool is_null);

#endif							/* STAMP_H */
