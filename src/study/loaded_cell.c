/*-------------------------------------------------------------------------
 *
 * loaded_cell.c
 *	  How the cells of a column of a file are written.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/lsyscache.h"

#include "core/study/cell_text.h"
#include "study/loaded_cell.h"
#include "study/row_trigger.h"

#define NUMBER_SIZE 512

/* How cells are written that become of a type. */
CellKind
cell_kind(Oid type, Oid function)
{
	static const char *const numbers[] = {"viral_load", "lab_value", "log_reduction"};

	switch (getBaseType(type))
	{
		case TEXTOID:
		case VARCHAROID:
		case BPCHAROID:
			return CELL_TEXT;
		case DATEOID:
			return CELL_DATE;
		case TIMESTAMPTZOID:
			return CELL_MOMENT;
		case INT2OID:
		case INT4OID:
		case INT8OID:
		case FLOAT4OID:
		case FLOAT8OID:
		case NUMERICOID:
			return CELL_NUMBER;
	}
	for (int i = 0; i < lengthof(numbers); i++)
		if (type == extension_type(function, numbers[i]))
			return CELL_NUMBER;
	return CELL_OTHER;
}

void
require_date_format(const char *format)
{
	if (format && !cell_format_is_date(format))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("\"%s\" is not a format of dates", format),
				 errhint("Write YYYY, DD, and MM or MON, once each, with what stands between them: DD.MM.YYYY.")));
}

/* Is a cell a moment, of a column of days? */
bool
cell_is_of_moment(const CellColumn *column, const char *cell)
{
	return column->kind == CELL_DATE && cell_is_moment(cell);
}

/* A cell as PostgreSQL reads it; 22007 or 22P02 if it is not written as its column's are. */
char *
cell_text(const CellColumn *column, char *cell, bool has_comma)
{
	char	   *text = palloc(NUMBER_SIZE);

	if (column->kind == CELL_DATE && column->format)
	{
		if (cell_date(cell, column->format, text))
			return text;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("\"%s\" is not a date as %s", cell, column->format),
				 errhint("Correct the date, or name the format of the column.")));
	}
	else if (column->kind == CELL_DATE && !cell_is_iso_date(cell))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("\"%s\" is not a date as YYYY-MM-DD", cell),
				 errhint("Correct the date, or name the format of the column.")));
	else if (column->kind == CELL_MOMENT && !cell_is_moment(cell))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_DATETIME_FORMAT),
				 errmsg("\"%s\" is not a moment as YYYY-MM-DD HH:MM+HH:MM", cell),
				 errhint("Write how far its clock is from UTC, as +02:00, or Z: else nobody knows which moment it was.")));
	else if (column->kind == CELL_NUMBER && cell_is_of_base(cell))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("\"%s\" is not a number in decimal digits", cell),
				 errhint("Write it without a prefix such as 0x, and without underscores.")));
	else if (column->kind == CELL_NUMBER && has_comma)
	{
		if (cell_decimal_comma(cell, text, NUMBER_SIZE))
			return text;
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("\"%s\" is not a number with a decimal comma", cell),
				 errhint("Write it without a point, and without separators of thousands.")));
	}
	return cell;
}
