/*
 * Any bytes are messages of HL7: their results are text in UTF-8, of lines that rise, or
 * they are refused with a place.  The first byte says the encoding, and whether an authority of
 * numbers is named.
 */
#define FUZZ_COST 2
#define TEST_LIBRARIES -lcsv -lcrypto -ljson-c

#include "cell_fuzz.h"
#include "../../src/client/result_record.c"
#include "../../src/client/hl7_segment.c"
#include "../../src/client/hl7_file.c"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const encodings[] = {NULL, "windows-1252", "SHIFT_JIS", "UTF-8"};
	static CellFile file;
	int			how = size > 0 ? data[0] : 0;

	file = (CellFile) {.encoding = encodings[how % 4], .identifier = how & 4 ? "MR" : NULL};
	read_bytes(&file, hl7_file_read, data + (size > 0), size > 0 ? size - 1 : 0);
	return 0;
}
