/*
 * Any bytes are a file to load: its records are text in UTF-8, of lines that rise,
 * or it is refused with a place.  The first byte says how it is read.
 */
#define FUZZ_COST 2
#define TEST_LIBRARIES -lcsv -lcrypto -ljson-c

#define _GNU_SOURCE
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
extern const char *__asan_default_options(void);

static jmp_buf refused;
static FILE *opened = NULL;

/* The program would end here. */
static _Noreturn void
leave(int code)
{
	longjmp(refused, 1 + code);
}

static FILE *
open_noted(const char *path, const char *mode)
{
	return opened = fopen(path, mode);
}

#define exit(code) leave(code)
#define fopen(path, mode) open_noted(path, mode)
#define fclose(stream) (opened = NULL, fclose(stream))
#define vfprintf(stream, format, arguments) ((void) vsnprintf(complaint, sizeof(complaint), format, arguments))
static char complaint[1024];
#define fputs(text, stream) ((void) 0)
#define fputc(letter, stream) ((void) 0)
#include "../../src/client/text.c"
#undef vfprintf
#include "../../src/client/cell_record.c"
#include "../../src/client/csv_file.c"
#include "../../src/client/dataset_file.c"
#undef fclose

/* What is refused is not freed: the program ends with it. */
const char *
__asan_default_options(void)
{
	return "detect_leaks=0";
}

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check_record(CellFile *file, void *argument)
{
	uint64_t   *last = argument;

	must(file->line > *last);
	*last = file->line;
	for (size_t i = 0; i < file->ncells; i++)
	{
		const unsigned char *text = (const unsigned char *) cell_text_of(file, i);
		size_t		end = i + 1 < file->ncells ? file->cells[i + 1].start : file->text.length;
		size_t		length = strlen((const char *) text);
		size_t		width;

		must(file->cells[i].start + length + 1 == end);
		must(!file->cells[i].is_null || length == 0);
		for (size_t at = 0; at < length; at += width)
		{
			width = utf8_length(text[at]);
			must(width > 0 && at + width <= length && is_utf8(text + at, width));
		}
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const encodings[] = {NULL, "windows-1252", "UTF-16LE", "SHIFT_JIS"};
	static int	descriptor = -1;
	char		path[64];
	static uint64_t last;
	static CellFile file;
	int			how = size > 0 ? data[0] : 0;

	last = 0;
	opened = NULL;
	file = (CellFile) {.reader = check_record, .argument = &last};
	if (descriptor < 0)
		descriptor = memfd_create("cells", 0);
	must(ftruncate(descriptor, 0) == 0);
	must(size < 2 || pwrite(descriptor, data + 1, size - 1, 0) == (ssize_t) size - 1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	file.path = path;
	file.encoding = encodings[how % 4];
	file.delimiter = how & 4 ? ';' : '\0';
	complaint[0] = '\0';
	if (setjmp(refused) == 0)
	{
		if (how & 8)
			dataset_file_read(&file);
		else
			csv_file_read(&file);
	}
	else
	{
		must(complaint[0] != '\0');
		EVP_MD_CTX_free(file.digest);
		if (file.is_begun)
			csv_free(&file.parser);
		if (file.converts)
			iconv_close(file.converter);
	}
	if (opened)
		fclose(opened);
	free(file.cells);
	free(file.text.data);
	return 0;
}
