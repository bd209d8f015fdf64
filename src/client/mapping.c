/*-------------------------------------------------------------------------
 *
 * mapping.c
 *	  Reads a mapping, which is a CSV file itself, so that whoever writes one can
 *	  do so in a spreadsheet.  What most of its lines mean the server says.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/cell_file.h"
#include "client/mapping.h"

static const char *const parts[] = {"kind", "name", "value", "detail"};

/* A path with a mark before its ending: results.csv becomes results.rejected.csv, and so do results.json and results.hl7. */
char *
path_beside(const char *path, const char *mark)
{
	const char *ending = strrchr(base_name(path), '.');
	size_t		length = ending ? (size_t) (ending - path) : strlen(path);
	Text		beside = {0};

	text_add(&beside, path, length);
	text_put(&beside, mark);
	text_put(&beside, !cell_file_is_csv(path) ? ".csv" : ending ? ending : "");
	return beside.data;
}

/* The mapping that lies beside a file, or beside the file that it was rejected from; NULL if none does. */
char *
mapping_path(const char *path)
{
	const char *rejected = strstr(base_name(path), ".rejected.");
	Text		original = {0};
	char	   *beside;

	text_put(&original, path);
	if (rejected)
	{
		original.length = (size_t) (rejected - path);
		text_put(&original, rejected + strlen(".rejected"));
	}
	beside = path_beside(original.data, ".mapping");
	free(original.data);
	if (access(beside, F_OK) == 0)
		return beside;
	free(beside);
	return NULL;
}

/* A delimiter as options and mappings name it. */
char
delimiter_of(const char *name)
{
	if (strcmp(name, "tab") == 0 || strcmp(name, "\\t") == 0)
		return '\t';
	if (strlen(name) != 1 || name[0] == '"' || name[0] == '\n' || name[0] == '\r')
		fail(EXIT_USAGE, "\"%s\" is not a delimiter\nHint: It is one character of ASCII, or the word tab.", name);
	return name[0];
}

void
mapping_begin(Mapping *mapping)
{
	memset(mapping, 0, sizeof(*mapping));
	text_put(&mapping->lines, "{");
}

/* Adds a line. */
void
mapping_add(Mapping *mapping, const char *kind, const char *name, const char *value, const char *detail)
{
	const char *cells[] = {kind, name, value, detail};

	text_put(&mapping->lines, mapping->lines.length > 1 ? ",{" : "{");
	for (size_t i = 0; i < lengthof(cells); i++)
		text_array_element(&mapping->lines, cells[i]);
	text_put(&mapping->lines, "}");
	if (strcmp(kind, "table") == 0)
		mapping->table = need_memory(strdup(name));
	else if (strcmp(kind, "encoding") == 0)
		mapping->encoding = need_memory(strdup(name));
	else if (strcmp(kind, "identifier") == 0)
		mapping->identifier = need_memory(strdup(name));
	else if (strcmp(kind, "delimiter") == 0)
		mapping->delimiter = delimiter_of(name);
	else if (strcmp(kind, "decimal") == 0)
	{
		if (strcmp(name, "comma") != 0 && strcmp(name, "point") != 0)
			fail(EXIT_USAGE, "\"%s\" is not a decimal mark\nHint: Write decimal,comma or decimal,point.", name);
		mapping->has_comma = strcmp(name, "comma") == 0;
	}
}

void
mapping_end(Mapping *mapping)
{
	text_put(&mapping->lines, "}");
}

/* A file of two columns stands beside the mapping: what a cell is, and what takes its place. */
static void
note_lookup(Mapping *mapping, const char *heading, const char *name)
{
	if (mapping->nlookups == MOST_LOOKUPS)
		fail(EXIT_USAGE, "the mapping has more than %d files to look up in", MOST_LOOKUPS);
	mapping->lookups[mapping->nlookups++] = (Lookup) {.heading = need_memory(strdup(heading)), .name = need_memory(strdup(name))};
}

/* A column whose cells are looked up, and the mapping that says so. */
typedef struct LookupReader
{
	Mapping    *mapping;
	const char *heading;
} LookupReader;

static void
read_lookup_line(CellFile *file, void *argument)
{
	LookupReader *reader = argument;

	if (file->ncells != 2)
		cell_refuse(file, file->line, "a file to look up in has two columns: what a cell is, and what takes its place");
	if (file->line > 1)
		mapping_add(reader->mapping, "word", reader->heading, cell_text_of(file, 0), cell_text_of(file, 1));
}

/* What a file has becomes words of the mapping, so that it is on record with it. */
static void
read_lookup(Mapping *mapping, const char *path, const Lookup *lookup)
{
	LookupReader reader = {.mapping = mapping, .heading = lookup->heading};
	CellFile	file = {.reader = read_lookup_line, .argument = &reader};
	Text		beside = {0};

	if (*lookup->name != '/')
		text_add(&beside, path, (size_t) (base_name(path) - path));
	text_put(&beside, lookup->name);
	file.path = beside.data;
	cell_file_read(&file);
	free(beside.data);
}

static void
read_line(CellFile *file, void *argument)
{
	const char *cells[lengthof(parts)];

	for (size_t i = 0; i < lengthof(parts); i++)
		cells[i] = i < file->ncells ? cell_text_of(file, i) : "";
	if (file->line > 1 && cells[0][0] != '#')
		mapping_add(argument, cells[0], cells[1], cells[2], cells[3]);
	if (file->line > 1 && strcmp(cells[0], "lookup") == 0 && *cells[3] == '\0')
		note_lookup(argument, cells[1], cells[2]);
	for (size_t i = 0; i < lengthof(parts) && file->line == 1; i++)
		if (strcmp(cells[i], parts[i]) != 0)
			fail(EXIT_USAGE, "%s is not a mapping\nHint: Its first line is kind,name,value,detail; virotrial map writes one.", file->path);
}

void
mapping_read(Mapping *mapping, const char *path)
{
	CellFile	file = {.path = path, .reader = read_line, .argument = mapping};

	cell_file_read(&file);
	for (size_t i = 0; i < mapping->nlookups; i++)
		read_lookup(mapping, path, &mapping->lookups[i]);
}
