/*-------------------------------------------------------------------------
 *
 * json_file.h
 *	  A file of JSON, read piece by piece.
 *
 *-------------------------------------------------------------------------
 */
#ifndef JSON_FILE_H
#define JSON_FILE_H

#include <json-c/json.h>

#include "client/cell_file.h"

#define JSON_BLOCK_SIZE 65536

/* A file on its way. */
typedef struct JsonFile
{
	CellFile   *file;
	FILE	   *stream;
	struct json_tokener *tokener;
	char		block[JSON_BLOCK_SIZE];
	size_t		start;			/* of what is not read yet */
	size_t		end;
} JsonFile;

/* Told of a member of the outermost object, whose value it reads; and of an element of an array or of a line, and where that is. */
typedef void (*JsonMember) (JsonFile *json, const char *name);
typedef void (*JsonElement) (JsonFile *json, json_object *element, uint64_t place);

extern void json_file_read(JsonFile *json, CellFile *file, JsonMember take);
extern void json_lines_begin(JsonFile *json, CellFile *file);
extern void json_lines_read(JsonFile *json, JsonElement take);
extern void json_lines_end(JsonFile *json);
extern void json_read_array(JsonFile *json, JsonElement take);
extern json_object *json_next_value(JsonFile *json);	/* the caller puts it */
extern json_object *json_member(const json_object *object, const char *name);
extern const char *json_text(const JsonFile *json, json_object *value);

#endif							/* JSON_FILE_H */
