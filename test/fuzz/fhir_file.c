/*
 * Any bytes are a bundle of FHIR: its results are text in UTF-8, of entries that rise, or
 * it is refused with a place.  The first byte says whether a system of numbers is named, and
 * whether each line has a resource.
 */
#define FUZZ_COST 4
#define TEST_LIBRARIES -lcsv -lcrypto -ljson-c

#include "cell_fuzz.h"
#include "../../src/client/json_file.c"
#include "../../src/client/result_record.c"
#include "../../src/client/fhir_index.c"
#include "../../src/client/fhir_file.c"

static void
take_member(JsonFile *json, const char *name)
{
	if (fhir_is_member(name))
		fhir_take_member(json, name);
	else
		json_object_put(json_next_value(json));
}

static void
fhir_file_read(CellFile *file)
{
	static JsonFile json;

	json_file_read(&json, file, take_member);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static CellFile file;

	file = (CellFile) {.identifier = size > 0 && data[0] % 2 ? "s" : NULL};
	read_bytes(&file, size > 0 && data[0] & 2 ? fhir_lines_read : fhir_file_read, data + (size > 0), size > 0 ? size - 1 : 0);
	return 0;
}
