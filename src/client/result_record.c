/*-------------------------------------------------------------------------
 *
 * result_record.c
 *	  A result of a laboratory as messages bring it, on its way to a record of a file
 *	  of cells: so a mapping, and all that is judged, is that of any other file.
 *
 *-------------------------------------------------------------------------
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "client/result_record.h"

/* The cells in the order of ResultCell. */
static const char *const headings[RESULT_CELLS] = {
	"subject_id", "test", "test_name", "sub_id", "collected", "result", "unit", "lln", "uln", "absent_reason", "status",
	"specimen", "laboratory"
};

/* Tells the reader the header, which stands in no line of the file. */
void
result_header(CellFile *file)
{
	if (file->has_header)
		cell_refuse(file, file->place, "it has columns, or entries, twice");
	file->has_header = true;
	file->line = 0;
	for (size_t i = 0; i < RESULT_CELLS; i++)
		cell_add(file, headings[i], strlen(headings[i]));
	cell_end_record(file);
}

void
result_begin(ResultRecord *record)
{
	for (size_t i = 0; i < RESULT_CELLS; i++)
		text_clear(&record->cells[i]);
	text_clear(&record->problem);
}

/* Says why it is no record that can be loaded; the first reason stays. */
void
result_problem(ResultRecord *record, const char *rule, const char *format,...)
{
	char		reason[512];
	va_list		arguments;
	size_t		length;

	if (record->problem.length > 0)
		return;
	va_start(arguments, format);
	vsnprintf(reason, sizeof(reason), format, arguments);
	va_end(arguments);
	/* What is cut off is cut off between two characters. */
	length = strlen(reason);
	if (length == sizeof(reason) - 1)
	{
		while (length > 0 && ((unsigned char) reason[length - 1] & 0xC0) == 0x80)
			length--;
		reason[length > 0 ? length - 1 : 0] = '\0';
	}
	text_print(&record->problem, "%s: %s", rule, reason);
}

/*
 * Sets the day of a moment as FHIR or HL7 write it.  What says how far it is from UTC
 * stays a moment, of which the study knows the day at the site; so does another text.
 */
void
result_date(ResultRecord *record, const char *moment)
{
	Text	   *collected = &record->cells[RESULT_COLLECTED];
	size_t		digits = strspn(moment, "0123456789");
	const char *offset = strpbrk(moment + digits, "+-");

	text_clear(collected);
	if (offset && (digits == 10 || digits == 12 || digits == 14))
		text_print(collected, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2s%s", moment, moment + 4, moment + 6, moment + 8, digits > 10 ? moment + 10 : "00",
				   digits > 12 ? moment + 12 : "00", moment + digits);
	else if (digits == 8 || (digits > 8 && offset == NULL))
		text_print(collected, "%.4s-%.2s-%.2s", moment, moment + 4, moment + 6);
	else if (digits == 4 && strlen(moment) > 10 && moment[10] == 'T' && strpbrk(moment + 10, "Z+-") == NULL)
		text_add(collected, moment, 10);
	else
		text_put(collected, moment);
}

/* Refuses a number that a flag says to lie beyond the scale: such a result is a limit. */
void
result_off_scale(ResultRecord *record, const char *rule, char flag)
{
	const char *value = record->cells[RESULT_VALUE].data;

	if (value[0] != flag && value[strspn(value, "0123456789.,eE+-^<>= ")] == '\0')
		result_problem(record, rule, "it is flagged %c, %s the scale, and its value is \"%s\"", flag, flag == '<' ? "below" : "above", value);
}

/* Tells the reader the record. */
void
result_end(ResultRecord *record, CellFile *file)
{
	if (record->cells[RESULT_VALUE].length == 0 && record->cells[RESULT_ABSENT_REASON].length == 0)
		result_problem(record, "value", "there is neither a result nor a reason why there is none");
	for (size_t i = 0; i < RESULT_CELLS; i++)
		cell_add(file, record->cells[i].length > 0 ? record->cells[i].data : NULL, record->cells[i].length);
	file->problem = record->problem.length > 0 ? record->problem.data : NULL;
	cell_end_record(file);
}
