/*-------------------------------------------------------------------------
 *
 * cell_text.h
 *	  The cells of a file that are written in another way than PostgreSQL reads.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CORE_CELL_TEXT_H
#define CORE_CELL_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#define ISO_DATE_SIZE 11		/* yyyy-mm-dd and its end */

extern bool cell_format_is_date(const char *format);
extern bool cell_date(const char *cell, const char *format, char *iso);
extern bool cell_is_iso_date(const char *cell);
extern bool cell_is_moment(const char *cell);
extern bool cell_is_of_base(const char *cell);
extern bool cell_decimal_comma(const char *cell, char *number, size_t size);

#endif							/* CORE_CELL_TEXT_H */
