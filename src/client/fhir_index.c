/*-------------------------------------------------------------------------
 *
 * fhir_index.c
 *	  What the entries of a bundle of FHIR refer to: patients, specimens and reports,
 *	  which may stand behind the results.  So a bundle is read twice.
 *
 *	  The index is an object of JSON.  Its keys are the addresses of the entries,
 *	  TYPE/ID, and for each result of a report "report:" and how the report calls it.
 *
 *-------------------------------------------------------------------------
 */
#include <stdlib.h>
#include <string.h>

#include "client/fhir_index.h"

#define REPORT "report:"

static json_object *index_made;

/* Keeps a resource under a key, if it has one. */
static void
keep(const char *prefix, const char *key, json_object *resource)
{
	Text		full = {0};

	if (key == NULL || *key == '\0')
		return;
	text_put(&full, prefix);
	text_put(&full, key);
	json_object_object_add(index_made, full.data, json_object_get(resource));
	free(full.data);
}

/* The results of a report know it by its number. */
static void
keep_results(const JsonFile *json, json_object *report)
{
	json_object *results = json_member(report, "result");

	for (size_t i = 0; json_object_is_type(results, json_type_array) && i < json_object_array_length(results); i++)
		keep(REPORT, json_text(json, json_member(json_object_array_get_idx(results, i), "reference")), report);
	/* A report as a document may be large. */
	json_object_object_del(report, "presentedForm");
	json_object_object_del(report, "text");
}

static void
index_resource(const JsonFile *json, json_object *resource, const char *url)
{
	const char *type = json_text(json, json_member(resource, "resourceType"));
	const char *id = json_text(json, json_member(resource, "id"));
	json_object *kept = resource;
	Text		local = {0};

	if (type == NULL)
		return;
	if (strcmp(type, "DiagnosticReport") == 0)
		keep_results(json, resource);
	/* Of a result it is enough to know that it is there. */
	if (strcmp(type, "Observation") == 0)
		kept = json_object_new_boolean(true);
	else if (strcmp(type, "Patient") != 0 && strcmp(type, "Specimen") != 0)
		return;
	keep("", url, kept);
	text_print(&local, "%s/%s", type, id ? id : "");
	if (id)
		keep("", local.data, kept);
	if (kept != resource)
		json_object_put(kept);
	free(local.data);
}

static void
index_entry(JsonFile *json, json_object *entry, uint64_t place)
{
	index_resource(json, json_member(entry, "resource"), json_text(json, json_member(entry, "fullUrl")));
}

/* What stands in a line: a resource, or a bundle of some. */
static void
index_line(JsonFile *json, json_object *resource, uint64_t place)
{
	json_object *entries = json_member(resource, "entry");

	index_resource(json, resource, NULL);
	for (size_t i = 0; json_object_is_type(entries, json_type_array) && i < json_object_array_length(entries); i++)
		index_entry(json, json_object_array_get_idx(entries, i), place);
}

static void
index_member(JsonFile *json, const char *name)
{
	if (strcmp(name, "entry") == 0)
		json_read_array(json, index_entry);
	else
		json_object_put(json_next_value(json));
}

void
fhir_index_bundle(CellFile *file)
{
	static JsonFile json;

	json_file_read(&json, file, index_member);
}

void
fhir_index_lines(CellFile *file)
{
	static JsonFile json;

	json_lines_begin(&json, file);
	json_lines_read(&json, index_line);
	json_lines_end(&json);
}

/* Reads a file for what its entries refer to. */
json_object *
fhir_index(const CellFile *file, void (*reader) (CellFile *file))
{
	CellFile	again = {.path = file->path};

	index_made = need_memory(json_object_new_object());
	reader(&again);
	return index_made;
}

/* What a resource refers to: another entry, or what it contains; NULL if that is not there. */
json_object *
fhir_find(const json_object *index, const json_object *resource, const json_object *reference)
{
	json_object *address = json_member(reference, "reference");
	json_object *contained = json_member(resource, "contained");
	const char *text = json_object_is_type(address, json_type_string) ? json_object_get_string(address) : NULL;

	if (text == NULL)
		return NULL;
	if (*text != '#')
		return json_member(index, text);
	for (size_t i = 0; json_object_is_type(contained, json_type_array) && i < json_object_array_length(contained); i++)
	{
		json_object *id = json_member(json_object_array_get_idx(contained, i), "id");

		if (json_object_is_type(id, json_type_string) && strcmp(json_object_get_string(id), text + 1) == 0)
			return json_object_array_get_idx(contained, i);
	}
	return NULL;
}

/* The report of a result, which knows it by its address or its number; NULL if there is none. */
json_object *
fhir_report(const json_object *index, const json_object *resource, const char *url)
{
	json_object *id = json_member(resource, "id");
	json_object *report = NULL;
	Text		key = {0};

	text_print(&key, REPORT "%s", url ? url : "");
	report = json_member(index, key.data);
	text_clear(&key);
	text_print(&key, REPORT "Observation/%s", id ? json_object_get_string(id) : "");
	if (report == NULL)
		report = json_member(index, key.data);
	free(key.data);
	return report;
}
