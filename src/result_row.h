/*-------------------------------------------------------------------------
 *
 * result_row.h
 *	  Rows that statistics return.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RESULT_ROW_H
#define RESULT_ROW_H

#include "access/tupdesc.h"
#include "fmgr.h"

#define RESULT_ROW_MAX_COLUMNS 8

/* The columns of a row, filled from the left. */
typedef struct ResultRow
{
	int			length;
	Datum		values[RESULT_ROW_MAX_COLUMNS];
	bool		nulls[RESULT_ROW_MAX_COLUMNS];
} ResultRow;

extern void add_int64(ResultRow *row, int64 value);
extern void add_int32(ResultRow *row, int32 value);
extern void add_float8(ResultRow *row, float8 value);
extern TupleDesc result_description(FunctionCallInfo fcinfo);
extern Datum form_result_row(TupleDesc description, ResultRow *row);
extern Datum result_row_datum(FunctionCallInfo fcinfo, ResultRow *row);
extern float8 conf_level_argument(FunctionCallInfo fcinfo, int argument);

#define DEFAULT_CONF_LEVEL 0.95

#endif							/* RESULT_ROW_H */
