/*-------------------------------------------------------------------------
 *
 * dataset_file.c
 *	  Reads CDISC Dataset-JSON 1.1: the names of the columns are the header, and
 *	  each row is a record.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "client/dataset_file.h"

/* Adds a value of a row as a cell. */
static void
add_cell(JsonFile *json, json_object *value)
{
	const char *text = json_text(json, value);

	if (value && text == NULL)
		cell_refuse(json->file, json->file->line, "a row has a value that is an array or an object");
	cell_add(json->file, text, text ? strlen(text) : 0);
}

/* The names of the columns are the header. */
static void
take_columns(JsonFile *json, json_object *columns)
{
	CellFile   *file = json->file;

	if (file->has_header)
		cell_refuse(file, file->place, "it has columns twice");
	if (!json_object_is_type(columns, json_type_array))
		cell_refuse(file, file->place, "its columns are no array");
	file->line = 1;
	for (size_t i = 0; i < json_object_array_length(columns); i++)
	{
		json_object *name = json_member(json_object_array_get_idx(columns, i), "name");

		if (!json_object_is_type(name, json_type_string))
			cell_refuse(file, file->place, "one of its columns has no name");
		add_cell(json, name);
	}
	cell_end_record(file);
	file->has_header = true;
}

/* A row is a record of its own line; of the one after the last where several share a line. */
static void
take_row(JsonFile *json, json_object *row, uint64_t place)
{
	CellFile   *file = json->file;

	file->line = place > file->line ? place : file->line + 1;
	if (!json_object_is_type(row, json_type_array))
		cell_refuse(file, file->line, "a row is no array");
	for (size_t i = 0; i < json_object_array_length(row); i++)
		add_cell(json, json_object_array_get_idx(row, i));
	cell_end_record(file);
}

static void
take_rows(JsonFile *json)
{
	if (!json->file->has_header)
		cell_refuse(json->file, json->file->place, "its rows come before its columns");
	if (json->file->has_records)
		cell_refuse(json->file, json->file->place, "it has rows twice");
	json->file->has_records = true;
	json_read_array(json, take_row);
}

/* Reads a member of the outermost object. */
void
dataset_take_member(JsonFile *json, const char *name)
{
	json_object *value;

	if (strcmp(name, "rows") == 0)
	{
		take_rows(json);
		return;
	}
	value = json_next_value(json);
	if (strcmp(name, "datasetJSONVersion") == 0 &&
		(!json_object_is_type(value, json_type_string) || strncmp(json_object_get_string(value), "1.1", 3) != 0))
		cell_refuse(json->file, json->file->place, "it is not of version 1.1 of Dataset-JSON");
	if (strcmp(name, "columns") == 0)
		take_columns(json, value);
	json_object_put(value);
}
