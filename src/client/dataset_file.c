/*-------------------------------------------------------------------------
 *
 * dataset_file.c
 *	  Reads CDISC Dataset-JSON 1.1, with json-c: the names of the columns are the
 *	  header, and each row is a record.
 *
 *	  The members of the outermost object are given to json-c one by one, and so
 *	  are the rows, of which one at a time is in memory.
 *
 *-------------------------------------------------------------------------
 */
#include <json-c/json.h>
#include <string.h>

#include "client/dataset_file.h"

#define BLOCK_SIZE 65536

/* A file on its way. */
typedef struct JsonFile
{
	CellFile   *file;
	FILE	   *stream;
	struct json_tokener *tokener;
	char		block[BLOCK_SIZE];
	size_t		start;			/* of what is not read yet */
	size_t		end;
	uint64_t	last;			/* the line of the last record, 0 before the rows */
	bool		has_header;
} JsonFile;

/* Reads on in the file; is there more? */
static bool
fill_block(JsonFile *json)
{
	json->start = 0;
	json->end = fread(json->block, 1, sizeof(json->block), json->stream);
	json->file->bytes += json->end;
	EVP_DigestUpdate(json->file->digest, json->block, json->end);
	return json->end > 0;
}

static void
pass(JsonFile *json, size_t length)
{
	for (size_t i = 0; i < length; i++)
		json->file->place += json->block[json->start + i] == '\n';
	json->start += length;
}

/* The next character that is no blank, which stays; '\0' at the end of the file. */
static char
peek(JsonFile *json)
{
	for (;;)
	{
		if (json->start == json->end && !fill_block(json))
			return '\0';
		if (strchr(" \t\r\n", json->block[json->start]) == NULL || json->block[json->start] == '\0')
			return json->block[json->start];
		pass(json, 1);
	}
}

static void
expect(JsonFile *json, char expected)
{
	char		problem[] = "this is not Dataset-JSON: a \"?\" is missing here";

	*strchr(problem, '?') = expected;
	if (peek(json) != expected)
		cell_refuse(json->file, json->file->place, problem);
	pass(json, 1);
}

/* The next value; the caller puts it. */
static json_object *
next_value(JsonFile *json)
{
	json_object *value = NULL;
	enum json_tokener_error state = json_tokener_continue;
	size_t		length = 0;

	json_tokener_reset(json->tokener);
	if (peek(json) == '\0')
		cell_refuse(json->file, json->file->place, "the file ends here, before its object does");
	while (state == json_tokener_continue)
	{
		if (json->start == json->end && !fill_block(json))
			cell_refuse(json->file, json->file->place, "the file ends here, before its object does");
		value = json_tokener_parse_ex(json->tokener, json->block + json->start, (int) (json->end - json->start));
		state = json_tokener_get_error(json->tokener);
		length += json_tokener_get_parse_end(json->tokener);
		if (state != json_tokener_success && state != json_tokener_continue)
			cell_refuse(json->file, json->file->place, json_tokener_error_desc(state));
		pass(json, json_tokener_get_parse_end(json->tokener));
		if (length > LONGEST_RECORD)
			cell_refuse(json->file, json->file->place, "a value that ends here is longer than 16 MB");
	}
	return value;
}

/* Adds a value of a row as a cell. */
static void
add_cell(JsonFile *json, json_object *value)
{
	const char *text = value ? json_object_get_string(value) : NULL;

	if (json_object_is_type(value, json_type_array) || json_object_is_type(value, json_type_object))
		cell_refuse(json->file, json->file->line, "a row has a value that is an array or an object");
	if (json_object_is_type(value, json_type_string) && (size_t) json_object_get_string_len(value) != strlen(text))
		cell_refuse(json->file, json->file->line, "a text has a character that is zero, which no text has");
	cell_add(json->file, text, text ? strlen(text) : 0);
}

/* The names of the columns are the header. */
static void
take_columns(JsonFile *json, json_object *columns)
{
	if (json->has_header)
		cell_refuse(json->file, json->file->place, "it has columns twice");
	if (!json_object_is_type(columns, json_type_array))
		cell_refuse(json->file, json->file->place, "its columns are no array");
	json->file->line = 1;
	for (size_t i = 0; i < json_object_array_length(columns); i++)
	{
		json_object *name = NULL;

		if (!json_object_is_type(json_object_array_get_idx(columns, i), json_type_object) ||
			!json_object_object_get_ex(json_object_array_get_idx(columns, i), "name", &name) ||
			!json_object_is_type(name, json_type_string))
			cell_refuse(json->file, json->file->place, "one of its columns has no name");
		add_cell(json, name);
	}
	cell_end_record(json->file);
	json->has_header = true;
}

/* Reads the rows, each a record of its own line; the one after it where several share a line. */
static void
take_rows(JsonFile *json)
{
	if (!json->has_header)
		cell_refuse(json->file, json->file->place, "its rows come before its columns");
	if (json->last > 0)
		cell_refuse(json->file, json->file->place, "it has rows twice");
	expect(json, '[');
	json->last = 1;
	while (!json->file->stops && peek(json) != ']')
	{
		json_object *row;

		json->file->line = json->file->place > json->last ? json->file->place : json->last + 1;
		json->last = json->file->line;
		row = next_value(json);
		if (!json_object_is_type(row, json_type_array))
			cell_refuse(json->file, json->file->line, "a row is no array");
		for (size_t i = 0; i < json_object_array_length(row); i++)
			add_cell(json, json_object_array_get_idx(row, i));
		json_object_put(row);
		cell_end_record(json->file);
		if (peek(json) != ']')
			expect(json, ',');
	}
	if (!json->file->stops)
		expect(json, ']');
}

/* Reads a member of the outermost object. */
static void
take_member(JsonFile *json)
{
	json_object *name = next_value(json);
	json_object *value;
	bool		is_columns;

	if (!json_object_is_type(name, json_type_string))
		cell_refuse(json->file, json->file->place, "this is not Dataset-JSON: a name is missing here");
	is_columns = strcmp(json_object_get_string(name), "columns") == 0;
	expect(json, ':');
	if (strcmp(json_object_get_string(name), "rows") == 0)
		take_rows(json);
	else
	{
		value = next_value(json);
		if (strcmp(json_object_get_string(name), "datasetJSONVersion") == 0 &&
			(!json_object_is_type(value, json_type_string) || strncmp(json_object_get_string(value), "1.1", 3) != 0))
			cell_refuse(json->file, json->file->place, "it is not of version 1.1 of Dataset-JSON");
		if (is_columns)
			take_columns(json, value);
		json_object_put(value);
	}
	json_object_put(name);
}

/* Reads a file, and tells the reader of each record. */
void
dataset_file_read(CellFile *file)
{
	static JsonFile json;

	json = (JsonFile) {.file = file, .stream = cell_begin_file(file), .tokener = need_memory(json_tokener_new())};
	json_tokener_set_flags(json.tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS | JSON_TOKENER_VALIDATE_UTF8);
	if (file->delimiter == '\0')
		file->delimiter = ',';
	expect(&json, '{');
	while (!file->stops && peek(&json) != '}')
	{
		take_member(&json);
		if (!file->stops && peek(&json) != '}')
			expect(&json, ',');
	}
	if (!file->stops)
		expect(&json, '}');
	if (!file->stops && peek(&json) != '\0')
		cell_refuse(file, file->place, "there is more after the object");
	json_tokener_free(json.tokener);
	cell_close_file(file, json.stream);
}
