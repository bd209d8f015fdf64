/*-------------------------------------------------------------------------
 *
 * json_file.c
 *	  Reads an object of JSON piece by piece, with json-c.
 *
 *	  The members of the outermost object are given to json-c one by one, and so
 *	  are the elements of a long array, of which one at a time is in memory.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "client/json_file.h"

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

/* Passes a character, without which the file is refused. */
static void
expect(JsonFile *json, char expected)
{
	char		problem[] = "this is not JSON: a \"?\" is missing here";

	*strchr(problem, '?') = expected;
	if (peek(json) != expected)
		cell_refuse(json->file, json->file->place, problem);
	pass(json, 1);
}

/* Where in a text of JSON is it, and how many members had its objects so far? */
typedef struct MemberCount
{
	bool		in_text;
	bool		is_escaped;
	size_t		nmembers;
} MemberCount;

/* Counts the colons outside of texts: each is of a member. */
static void
count_written(MemberCount *count, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
	{
		if (count->is_escaped)
			count->is_escaped = false;
		else if (text[i] == '"')
			count->in_text = !count->in_text;
		else if (count->in_text)
			count->is_escaped = text[i] == '\\';
		else
			count->nmembers += text[i] == ':';
	}
}

/* The members of an object, and of all objects in it: of two with one name json-c keeps the last. */
static size_t
count_kept(const json_object *value)
{
	size_t		nmembers = 0;
	struct json_object_iter member;

	if (json_object_is_type(value, json_type_object))
	{
		json_object_object_foreachC(value, member)
		{
			nmembers += 1 + count_kept(member.val);
		}
	}
	else if (json_object_is_type(value, json_type_array))
		for (size_t i = 0; i < json_object_array_length(value); i++)
			nmembers += count_kept(json_object_array_get_idx(value, i));
	return nmembers;
}

/* The next value; the caller puts it. */
json_object *
json_next_value(JsonFile *json)
{
	json_object *value = NULL;
	MemberCount written = {0};
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
		count_written(&written, json->block + json->start, json_tokener_get_parse_end(json->tokener));
		if (state != json_tokener_success && state != json_tokener_continue)
			cell_refuse(json->file, json->file->place, json_tokener_error_desc(state));
		pass(json, json_tokener_get_parse_end(json->tokener));
		if (length > LONGEST_RECORD)
			cell_refuse(json->file, json->file->place, "a value that ends here is longer than 16 MB");
	}
	if (count_kept(value) != written.nmembers)
		cell_refuse(json->file, json->file->place, "an object that ends here has a member twice: nobody can say which is meant");
	return value;
}

/* A member of an object; NULL where it has none, or is no object. */
json_object *
json_member(const json_object *object, const char *name)
{
	json_object *member = NULL;

	if (json_object_is_type(object, json_type_object))
		json_object_object_get_ex(object, name, &member);
	return member;
}

/* The text of a text, a number or a truth, all as the file has them; NULL for another value. */
const char *
json_text(const JsonFile *json, json_object *value)
{
	const char *text;

	if (value == NULL || json_object_is_type(value, json_type_array) || json_object_is_type(value, json_type_object))
		return NULL;
	text = json_object_get_string(value);
	if (json_object_is_type(value, json_type_string) && (size_t) json_object_get_string_len(value) != strlen(text))
		cell_refuse(json->file, json->file->line > 0 ? json->file->line : json->file->place, "a text has a character that is zero, which no text has");
	return text;
}

/* Reads an array, and tells the taker of each of its elements, which it does not keep. */
void
json_read_array(JsonFile *json, JsonElement take)
{
	expect(json, '[');
	while (!json->file->stops && peek(json) != ']')
	{
		json_object *element = NULL;
		uint64_t	place = json->file->place;

		element = json_next_value(json);
		take(json, element, place);
		json_object_put(element);
		if (!json->file->stops && peek(json) != ']')
			expect(json, ',');
	}
	if (!json->file->stops)
		expect(json, ']');
}

/* Reads a member of the outermost object: its name, and then what the taker makes of it. */
static void
read_member(JsonFile *json, JsonMember take)
{
	json_object *name = json_next_value(json);

	if (!json_object_is_type(name, json_type_string))
		cell_refuse(json->file, json->file->place, "this is not JSON: a name is missing here");
	expect(json, ':');
	take(json, json_object_get_string(name));
	json_object_put(name);
}

/* Begins a file of JSON; the caller has the memory. */
void
json_lines_begin(JsonFile *json, CellFile *file)
{
	json->file = file;
	json->start = json->end = 0;
	json->stream = cell_begin_file(file);
	json->tokener = need_memory(json_tokener_new());
	json_tokener_set_flags(json->tokener, JSON_TOKENER_STRICT | JSON_TOKENER_ALLOW_TRAILING_CHARS | JSON_TOKENER_VALIDATE_UTF8);
	if (file->delimiter == '\0')
		file->delimiter = ',';
}

/* Reads values that follow each other, and tells the taker of each, which it does not keep. */
void
json_lines_read(JsonFile *json, JsonElement take)
{
	while (!json->file->stops && peek(json) != '\0')
	{
		uint64_t	place = json->file->place;
		json_object *value = json_next_value(json);

		take(json, value, place);
		json_object_put(value);
	}
	if (!json->file->stops && json->start < json->end)
		cell_refuse(json->file, json->file->place, "this is not JSON: a byte is zero");
}

void
json_lines_end(JsonFile *json)
{
	json_tokener_free(json->tokener);
	cell_close_file(json->file, json->stream);
}

/* Reads a file that is one object, and tells the taker of each of its members; the caller has the memory. */
void
json_file_read(JsonFile *json, CellFile *file, JsonMember take)
{
	json_lines_begin(json, file);
	expect(json, '{');
	while (!file->stops && peek(json) != '}')
	{
		read_member(json, take);
		if (!file->stops && peek(json) != '}')
			expect(json, ',');
	}
	if (!file->stops)
		expect(json, '}');
	if (!file->stops && peek(json) != '\0')
		cell_refuse(file, file->place, "there is more after the object");
	json_lines_end(json);
}
