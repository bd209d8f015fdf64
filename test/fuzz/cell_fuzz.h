/*
 * What the fuzz targets of files share: a file of any bytes is read, or refused with a
 * message.  Its records are text in UTF-8, whose numbers rise.
 *
 * A target includes this, then the sources that it reads with, and calls read_bytes().
 */
#ifndef CELL_FUZZ_H
#define CELL_FUZZ_H

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
static FILE *opened[2] = {NULL};	/* a bundle is read within its own reading */

/* The program would end here. */
static _Noreturn void
leave(int code)
{
	longjmp(refused, 1 + code);
}

static FILE *
open_noted(const char *path, const char *mode)
{
	FILE	  **slot = opened[0] ? &opened[1] : &opened[0];

	return *slot = fopen(path, mode);
}

static int
close_noted(FILE *stream)
{
	opened[opened[1] == stream] = NULL;
	return fclose(stream);
}

#define exit(code) leave(code)
#define fopen(path, mode) open_noted(path, mode)
#define fclose(stream) close_noted(stream)
#define vfprintf(stream, format, arguments) ((void) vsnprintf(complaint, sizeof(complaint), format, arguments))
static char complaint[1024];
#define fputs(text, stream) ((void) 0)
#define fputc(letter, stream) ((void) 0)
#include "../../src/client/text.c"
#undef vfprintf
#include "../../src/client/cell_record.c"

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

/* Is the text one in UTF-8, as Unicode has it? */
static bool
is_text_of_utf8(const char *text)
{
	return utf8_whole(text, strlen(text)) == strlen(text);
}

static void
check_record(CellFile *file, void *argument)
{
	uint64_t   *last = argument;

	/* the header of a message has no line */
	must(cell_record_number(file) > *last || (file->line == 0 && *last == 0));
	*last = cell_record_number(file);
	for (size_t i = 0; i < file->ncells; i++)
	{
		const char *text = cell_text_of(file, i);
		size_t		end = i + 1 < file->ncells ? file->cells[i + 1].start : file->text.length;

		must(file->cells[i].start + strlen(text) + 1 == end);
		must(!file->cells[i].is_null || *text == '\0');
		must(is_text_of_utf8(text));
	}
	if (file->problem)
		must(strstr(file->problem, ": ") != NULL && is_text_of_utf8(file->problem));
}

/* Has a reader read bytes as a file; what it holds is set by the caller. */
static void
read_bytes(CellFile *file, void (*reader) (CellFile *file), const uint8_t *data, size_t size)
{
	static int	descriptor = -1;
	static char path[64];
	static uint64_t last;

	last = 0;
	if (descriptor < 0)
		descriptor = memfd_create("cells", 0);
	must(ftruncate(descriptor, 0) == 0);
	must(size == 0 || pwrite(descriptor, data, size, 0) == (ssize_t) size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", descriptor);
	file->path = path;
	file->reader = check_record;
	file->argument = &last;
	complaint[0] = '\0';
	if (setjmp(refused) == 0)
		reader(file);
	else
	{
		must(complaint[0] != '\0');
		EVP_MD_CTX_free(file->digest);
		if (file->is_begun)
			csv_free(&file->parser);
		if (file->converts)
			iconv_close(file->converter);
	}
	for (int i = 1; i >= 0; i--)
		if (opened[i])
			fclose(opened[i]);
	free(file->cells);
	free(file->text.data);
}

#endif							/* CELL_FUZZ_H */
