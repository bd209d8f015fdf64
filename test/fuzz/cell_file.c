/*
 * Any bytes are a file to load: its records are text in UTF-8, of lines that rise,
 * or it is refused with a place.  The first byte says how it is read.
 */
#define FUZZ_COST 2
#define TEST_LIBRARIES -lcsv -lcrypto -ljson-c

#include "cell_fuzz.h"
#include "../../src/client/csv_file.c"
#include "../../src/client/json_file.c"
#include "../../src/client/dataset_file.c"

static void
dataset_file_read(CellFile *file)
{
	static JsonFile json;

	json_file_read(&json, file, dataset_take_member);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const encodings[] = {NULL, "windows-1252", "UTF-16LE", "SHIFT_JIS"};
	static CellFile file;
	int			how = size > 0 ? data[0] : 0;

	file = (CellFile) {.encoding = encodings[how % 4], .delimiter = how & 4 ? ';' : '\0'};
	read_bytes(&file, how & 8 ? dataset_file_read : csv_file_read, data + (size > 0), size > 0 ? size - 1 : 0);
	return 0;
}
