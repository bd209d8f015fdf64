/*-------------------------------------------------------------------------
 *
 * cell_file.c
 *	  A file of cells of whichever kind: its name says which, and of JSON its members.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>
#include <strings.h>

#include "client/csv_file.h"
#include "client/dataset_file.h"
#include "client/fhir_file.h"
#include "client/hl7_file.h"

static bool
has_ending(const char *path, const char *ending)
{
	const char *found = strrchr(base_name(path), '.');

	return found && strcasecmp(found, ending) == 0;
}

/* Is the file CSV or the like? */
bool
cell_file_is_csv(const char *path)
{
	return !has_ending(path, ".json") && !has_ending(path, ".ndjson") && !has_ending(path, ".hl7");
}

static void
take_member(JsonFile *json, const char *name)
{
	if (fhir_is_member(name))
		fhir_take_member(json, name);
	else
		dataset_take_member(json, name);
}

/* Reads a file, and tells the reader of each record. */
void
cell_file_read(CellFile *file)
{
	static JsonFile json;

	if (has_ending(file->path, ".json"))
		json_file_read(&json, file, take_member);
	else if (has_ending(file->path, ".ndjson"))
		fhir_lines_read(file);
	else if (has_ending(file->path, ".hl7"))
		hl7_file_read(file);
	else
		csv_file_read(file);
}
