/*-------------------------------------------------------------------------
 *
 * loaded_cell.h
 *	  How the cells of a column of a file are written.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LOADED_CELL_H
#define LOADED_CELL_H

#include "fmgr.h"

/* How the cells of a column are written. */
typedef enum CellKind
{
	CELL_TEXT,
	CELL_DATE,
	CELL_MOMENT,
	CELL_NUMBER,
	CELL_OTHER
} CellKind;

/* A column of the query, and what it becomes. */
typedef struct CellColumn
{
	int			target;			/* index of the table's column */
	CellKind	kind;
	char	   *format;			/* of its dates; NULL for ISO 8601 */
	FmgrInfo	input;
	Oid			io_parameter;
	int32		typmod;
} CellColumn;

extern CellKind cell_kind(Oid type, Oid function);
extern void require_date_format(const char *format);
extern bool cell_is_of_moment(const CellColumn *column, const char *cell);
extern char *cell_text(const CellColumn *column, char *cell, bool has_comma);

#endif							/* LOADED_CELL_H */
