/*-------------------------------------------------------------------------
 *
 * fhir_file.c
 *	  Reads a bundle of FHIR R4, or its resources line by line, with json-c: each
 *	  Observation is a record, and so is each of its components.  A record takes what
 *	  it lacks from its DiagnosticReport and its Specimen.
 *
 *	  The line of a record is the number of its entry, or the line of its resource; what
 *	  a resource contains has the same.  What is said of a result in a way that is not read
 *	  here refuses the record; nothing is passed over in silence.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "client/fhir_file.h"
#include "client/fhir_index.h"
#include "client/result_record.h"

#define LOINC "http://loinc.org"
#define UCUM "http://unitsofmeasure.org"

/* The bundle that is read. */
static struct
{
	json_object *index;
	ResultRecord record;
	unsigned	nrecords;		/* of the entry, so far */
}			bundle;

/* A result: its resource, and what that is contained in, if anything, or else the same. */
typedef struct Observed
{
	const json_object *resource;
	const json_object *outer;
	const char *url;			/* of the entry */
} Observed;

/* The text of a member; NULL for none. */
static const char *
text_of(const JsonFile *json, const json_object *object, const char *name)
{
	return json_text(json, json_member(object, name));
}

static bool
is_text(const char *text, const char *expected)
{
	return text && strcmp(text, expected) == 0;
}

static void
set_cell(ResultCell cell, const char *text)
{
	text_clear(&bundle.record.cells[cell]);
	if (text)
		text_put(&bundle.record.cells[cell], text);
}

static size_t
count_of(const json_object *array)
{
	return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

static json_object *
first_of(const json_object *array)
{
	return count_of(array) > 0 ? json_object_array_get_idx(array, 0) : NULL;
}

/* The coding of a concept that is of a system, or else the first; NULL for none. */
static json_object *
coding_of(const JsonFile *json, const json_object *concept, const char *system)
{
	json_object *codings = json_member(concept, "coding");

	for (size_t i = 0; i < count_of(codings); i++)
		if (is_text(text_of(json, json_object_array_get_idx(codings, i), "system"), system))
			return json_object_array_get_idx(codings, i);
	return first_of(codings);
}

/* A concept in words: its text, or those of its coding; or else its code. */
static const char *
words_of(const JsonFile *json, const json_object *concept)
{
	json_object *coding = coding_of(json, concept, LOINC);
	const char *words = text_of(json, concept, "text");

	words = words ? words : text_of(json, coding, "display");
	return words ? words : text_of(json, coding, "code");
}

/* Of several numbers of a subject the one of the system that the mapping names, or the official one. */
static json_object *
choose_number(JsonFile *json, const json_object *numbers)
{
	const char *wanted = json->file->identifier;
	json_object *chosen = NULL;
	size_t		nfit = 0;

	for (size_t i = 0; i < count_of(numbers); i++)
	{
		json_object *number = json_object_array_get_idx(numbers, i);
		bool		fits = wanted ? is_text(text_of(json, number, "system"), wanted) :
			count_of(numbers) == 1 || is_text(text_of(json, number, "use"), "official");

		if (fits && nfit++ == 0)
			chosen = number;
	}
	if (wanted == NULL && count_of(numbers) > 1 && nfit != 1)
		result_problem(&bundle.record, "identifier", "the subject has several identifiers: name the system of one in the mapping");
	return nfit == 1 ? chosen : NULL;
}

static void
take_subject(JsonFile *json, const json_object *resource, const json_object *subject)
{
	const char *wanted = json->file->identifier;
	json_object *number = json_member(subject, "identifier");

	if (number == NULL || (wanted && !is_text(text_of(json, number, "system"), wanted)))
		number = choose_number(json, json_member(fhir_find(bundle.index, resource, subject), "identifier"));
	set_cell(RESULT_SUBJECT, text_of(json, number, "value"));
	if (number == NULL)
		result_problem(&bundle.record, "identifier", "the subject has no identifier%s", wanted ? " of the system that the mapping names" : "");
}

/* Only what is final, amended or corrected is a result. */
static void
take_status(JsonFile *json, const json_object *resource, const json_object *report)
{
	const char *status = text_of(json, resource, "status");
	const char *of_report = text_of(json, report, "status");

	set_cell(RESULT_STATUS, status);
	if (status == NULL)
		result_problem(&bundle.record, "fhir", "it has no status: nobody says whether it is final");
	else if (strcmp(status, "final") != 0 && strcmp(status, "amended") != 0 && strcmp(status, "corrected") != 0)
		result_problem(&bundle.record, "status", "it is %s, and no result", status);
	else if (is_text(of_report, "entered-in-error") || is_text(of_report, "cancelled"))
		result_problem(&bundle.record, "status", "its report is %s, and it is no result", of_report);
}

/* When the sample was taken: what the result says, its report, or its specimen. */
static void
take_date(JsonFile *json, const json_object *resource, const json_object *report, const json_object *specimen)
{
	const json_object *const sources[] = {resource, report, json_member(specimen, "collection")};
	const char *moment = NULL;

	for (size_t i = 0; i < lengthof(sources) && moment == NULL; i++)
	{
		static const char *const names[] = {"effectiveDateTime", "effectiveInstant", "collectedDateTime"};

		for (size_t j = 0; j < lengthof(names) && moment == NULL; j++)
			moment = text_of(json, sources[i], names[j]);
		if (moment == NULL)
			moment = text_of(json, json_member(sources[i], "effectivePeriod"), "start");
		if (moment == NULL)
			moment = text_of(json, json_member(sources[i], "collectedPeriod"), "start");
	}
	result_date(&bundle.record, moment ? moment : "");
}

static void
take_quantity(JsonFile *json, const json_object *quantity)
{
	const char *comparator = text_of(json, quantity, "comparator");
	const char *value = text_of(json, quantity, "value");
	const char *code = text_of(json, quantity, "code");
	const char *unit = text_of(json, quantity, "unit");

	if (comparator && strcmp(comparator, "<") != 0 && strcmp(comparator, "<=") != 0 &&
		strcmp(comparator, ">") != 0 && strcmp(comparator, ">=") != 0)
		result_problem(&bundle.record, "fhir", "\"%s\" is no comparator of FHIR R4", comparator);
	set_cell(RESULT_VALUE, value ? comparator : NULL);
	if (value)
		text_put(&bundle.record.cells[RESULT_VALUE], value);
	set_cell(RESULT_UNIT, code && (unit == NULL || is_text(text_of(json, quantity, "system"), UCUM)) ? code : unit);
}

/* The value, of whichever kind it is; or why there is none. */
static void
take_value(JsonFile *json, const json_object *resource)
{
	json_object *absent = json_member(resource, "dataAbsentReason");
	const char *reason = text_of(json, coding_of(json, absent, ""), "code");
	int			nvalues = absent ? 1 : 0;
	struct json_object_iter member;

	set_cell(RESULT_ABSENT_REASON, reason ? reason : words_of(json, absent));
	json_object_object_foreachC(resource, member)
	{
		if (strncmp(member.key, "value", 5) != 0)
			continue;
		if (nvalues++ > 0)
			result_problem(&bundle.record, "fhir", "it has several values, or a reason why there is none beside one");
		if (strcmp(member.key, "valueQuantity") == 0)
			take_quantity(json, member.val);
		else if (strcmp(member.key, "valueString") == 0 || strcmp(member.key, "valueInteger") == 0)
			set_cell(RESULT_VALUE, json_text(json, member.val));
		else if (strcmp(member.key, "valueCodeableConcept") == 0)
			set_cell(RESULT_VALUE, words_of(json, member.val));
		else
			result_problem(&bundle.record, "fhir", "%s is no kind of value that is read", member.key);
	}
}

/* What is said of the value beside it */
static void
take_interpretation(JsonFile *json, const json_object *resource)
{
	json_object *concepts = json_member(resource, "interpretation");

	for (size_t i = 0; i < count_of(concepts); i++)
	{
		json_object *codings = json_member(json_object_array_get_idx(concepts, i), "coding");

		for (size_t j = 0; j < count_of(codings); j++)
		{
			const char *code = text_of(json, json_object_array_get_idx(codings, j), "code");

			if (is_text(code, "<") || is_text(code, ">"))
				result_off_scale(&bundle.record, "fhir", code[0]);
		}
	}
}

/* Data of a test, as the labels of the resource say, are of no patient. */
static void
take_labels(JsonFile *json, const json_object *resource)
{
	static const char *const names[] = {"tag", "security"};

	for (size_t i = 0; i < lengthof(names); i++)
	{
		json_object *labels = json_member(json_member(resource, "meta"), names[i]);

		for (size_t j = 0; j < count_of(labels); j++)
			if (is_text(text_of(json, json_object_array_get_idx(labels, j), "code"), "HTEST"))
				result_problem(&bundle.record, "fhir", "it is labelled HTEST: data of a test, and of no patient");
	}
}

/* The limits of normal, if there is one range. */
static void
take_range(JsonFile *json, const json_object *resource)
{
	json_object *ranges = json_member(resource, "referenceRange");

	if (count_of(ranges) != 1)
		return;
	set_cell(RESULT_LLN, text_of(json, json_member(first_of(ranges), "low"), "value"));
	set_cell(RESULT_ULN, text_of(json, json_member(first_of(ranges), "high"), "value"));
}

/* Tells the reader a record of the entry. */
static void
end_record(JsonFile *json)
{
	if (bundle.nrecords == RECORDS_OF_LINE)
		cell_refuse(json->file, json->file->line, "it has more than 4096 results: give them entries of their own");
	json->file->part = bundle.nrecords++;
	result_end(&bundle.record, json->file);
}

/* Results that a report or a panel has must be there, in it or as entries. */
static void
require_members(JsonFile *json, const json_object *resource, const char *name)
{
	json_object *members = json_member(resource, name);

	result_begin(&bundle.record);
	for (size_t i = 0; i < count_of(members); i++)
	{
		json_object *member = json_object_array_get_idx(members, i);
		const char *reference = text_of(json, member, "reference");

		if (fhir_find(bundle.index, resource, member) == NULL)
			result_problem(&bundle.record, "fhir", "its result \"%s\" is not in the bundle", reference ? reference : "");
	}
	if (bundle.record.problem.length > 0)
		end_record(json);
}

/* Reads what an observation, or a component of it, says; all else is the observation's. */
static void
take_part(JsonFile *json, const Observed *observed, const json_object *part)
{
	const json_object *resource = observed->resource;
	const json_object *report = is_text(text_of(json, observed->outer, "resourceType"), "DiagnosticReport") ? observed->outer :
		fhir_report(bundle.index, resource, observed->url);
	json_object *of_specimen = json_member(resource, "specimen");
	json_object *of_report = json_member(report, "specimen");
	json_object *code = json_member(part, "code");
	json_object *specimen;

	result_begin(&bundle.record);
	of_specimen = of_specimen ? of_specimen : count_of(of_report) == 1 ? first_of(of_report) : NULL;
	specimen = fhir_find(bundle.index, observed->outer, of_specimen);
	take_status(json, resource, report);
	if (json_member(resource, "modifierExtension") || json_member(part, "modifierExtension"))
		result_problem(&bundle.record, "fhir", "it has a modifierExtension, which may change what it says");
	take_subject(json, observed->outer, json_member(json_member(resource, "subject") ? resource : report, "subject"));
	set_cell(RESULT_TEST, text_of(json, coding_of(json, code, LOINC), "code"));
	set_cell(RESULT_TEST_NAME, words_of(json, code));
	take_date(json, resource, report, specimen);
	take_labels(json, resource);
	take_value(json, part);
	take_interpretation(json, part);
	take_range(json, part);
	set_cell(RESULT_SPECIMEN, specimen ? words_of(json, json_member(specimen, "type")) : text_of(json, of_specimen, "display"));
	set_cell(RESULT_LABORATORY, text_of(json, first_of(json_member(resource, "performer")), "display"));
	end_record(json);
}

/* Has an observation a value of its own, or a reason why there is none? */
static bool
has_value(const json_object *resource)
{
	struct json_object_iter member;

	json_object_object_foreachC(resource, member)
	{
		if (strncmp(member.key, "value", 5) == 0 || strcmp(member.key, "dataAbsentReason") == 0)
			return true;
	}
	return false;
}

/* An observation is a record, unless it only gathers others; so is each component. */
static void
take_observation(JsonFile *json, const Observed *observed)
{
	json_object *components = json_member(observed->resource, "component");

	if (has_value(observed->resource) || (count_of(components) == 0 && json_member(observed->resource, "hasMember") == NULL))
		take_part(json, observed, observed->resource);
	for (size_t i = 0; i < count_of(components); i++)
		take_part(json, observed, json_object_array_get_idx(components, i));
}

/* Reads a resource, and the results that it contains. */
static void
take_resource(JsonFile *json, const json_object *resource, const char *url)
{
	const char *type = text_of(json, resource, "resourceType");
	json_object *contained = json_member(resource, "contained");

	if (type == NULL)
	{
		result_begin(&bundle.record);
		result_problem(&bundle.record, "fhir", "the entry has no resource");
		end_record(json);
		return;
	}
	if (strcmp(type, "Observation") == 0)
	{
		take_observation(json, &(Observed) {.resource = resource, .outer = resource, .url = url});
		require_members(json, resource, "hasMember");
	}
	else if (strcmp(type, "DiagnosticReport") == 0)
		require_members(json, resource, "result");
	for (size_t i = 0; i < count_of(contained); i++)
	{
		const json_object *inner = json_object_array_get_idx(contained, i);

		if (is_text(text_of(json, inner, "resourceType"), "Observation"))
			take_observation(json, &(Observed) {.resource = inner, .outer = resource});
	}
}

static void
take_entry(JsonFile *json, json_object *entry, uint64_t place)
{
	json->file->line++;
	bundle.nrecords = 0;
	take_resource(json, json_member(entry, "resource"), text_of(json, entry, "fullUrl"));
}

/* Reads a resource that has a line, which may be a bundle. */
static void
take_line(JsonFile *json, json_object *resource, uint64_t place)
{
	json_object *entries = json_member(resource, "entry");

	if (place == json->file->line)
		cell_refuse(json->file, place, "there is more after the resource: each has a line of its own");
	json->file->line = place;
	bundle.nrecords = 0;
	if (!is_text(text_of(json, resource, "resourceType"), "Bundle"))
		take_resource(json, resource, NULL);
	for (size_t i = 0; i < count_of(entries); i++)
	{
		const json_object *entry = json_object_array_get_idx(entries, i);

		take_resource(json, json_member(entry, "resource"), text_of(json, entry, "fullUrl"));
	}
}

static void
begin_bundle(JsonFile *json)
{
	if (!json->file->has_header)
		result_header(json->file);
}

/* Is it a member of a bundle on which something depends? */
bool
fhir_is_member(const char *name)
{
	return strcmp(name, "resourceType") == 0 || strcmp(name, "entry") == 0;
}

/* Reads such a member of the outermost object. */
void
fhir_take_member(JsonFile *json, const char *name)
{
	if (strcmp(name, "resourceType") == 0)
	{
		json_object *type = json_next_value(json);

		if (!is_text(json_text(json, type), "Bundle"))
			cell_refuse(json->file, json->file->place, "it is a resource of FHIR, and no bundle");
		json_object_put(type);
		begin_bundle(json);
		return;
	}
	begin_bundle(json);
	if (json->file->stops)
		return;
	if (json->file->has_records)
		cell_refuse(json->file, json->file->place, "it has entries twice");
	json->file->has_records = true;
	bundle.index = fhir_index(json->file, fhir_index_bundle);
	json_read_array(json, take_entry);
	json_object_put(bundle.index);
	bundle.index = NULL;
}

/* Reads a file that has a resource, or a bundle, in each line. */
void
fhir_lines_read(CellFile *file)
{
	static JsonFile json;

	json_lines_begin(&json, file);
	result_header(file);
	if (!file->stops)
	{
		bundle.index = fhir_index(file, fhir_index_lines);
		json_lines_read(&json, take_line);
		json_object_put(bundle.index);
		bundle.index = NULL;
	}
	json_lines_end(&json);
}
