/*-------------------------------------------------------------------------
 *
 * cell_record.c
 *	  What the readers of files of cells share: opening, digest, and the record.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/cell_file.h"

#define MOST_CELLS 1600			/* as many as a table may have columns */
#define BLOCK_SIZE 65536

const char	cell_file_input[] = "stdin";
static FILE *input = NULL;

/* A number by which a record is known: those of lines, and within a line those of its records, rise. */
uint64_t
cell_record_number(const CellFile *file)
{
	return file->line * RECORDS_OF_LINE + file->part;
}

/* The text of a cell of the record. */
const char *
cell_text_of(const CellFile *file, size_t number)
{
	return file->text.data + file->cells[number].start;
}

/* Says what is wrong with a line, and ends the program. */
void
cell_refuse(const CellFile *file, uint64_t line, const char *problem)
{
	fail(EXIT_USAGE, "%s:%llu: %s", file->path, (unsigned long long) line, problem);
}

/* Adds a cell to the record; NULL for none. */
void
cell_add(CellFile *file, const char *data, size_t length)
{
	if (file->ncells >= MOST_CELLS)
		cell_refuse(file, file->line, "the line has more cells than a table can have columns; is the delimiter right?");
	if (file->ncells == file->capacity)
	{
		file->capacity = file->capacity ? 2 * file->capacity : 32;
		file->cells = need_memory(realloc(file->cells, file->capacity * sizeof(Cell)));
	}
	file->cells[file->ncells++] = (Cell) {.start = file->text.length, .is_null = data == NULL};
	text_add(&file->text, data ? data : "", length);
	text_add(&file->text, "", 1);
	if (file->text.length > LONGEST_RECORD)
		cell_refuse(file, file->line, "the record that begins here is longer than 16 MB; is a quote not closed?");
}

/* Sheets have titles above the names of their columns, which leave most cells of a line empty. */
void
cell_require_headings(const CellFile *file)
{
	size_t		empty = 0;

	for (size_t i = 0; i < file->ncells; i++)
		empty += *cell_text_of(file, i) == '\0';
	if (empty > 1)
		fail(EXIT_USAGE, "%s:%llu: %zu columns have no heading\n"
			 "Hint: The first line names the columns. Delete titles above it, and columns without a name.", file->path,
			 (unsigned long long) file->line, empty);
}

/* Tells the reader of the record, and begins another. */
void
cell_end_record(CellFile *file)
{
	if (!file->stops)
		file->reader(file, file->argument);
	file->problem = NULL;
	file->ncells = 0;
	text_clear(&file->text);
}

/* Keeps the standard input, which can be read once, in a file without a name. */
void
cell_file_keep_input(void)
{
	static char block[BLOCK_SIZE];
	size_t		got;

	if (input)
		fail(EXIT_USAGE, "the standard input is one file");
	input = tmpfile();
	while (input && (got = fread(block, 1, sizeof(block), stdin)) > 0)
		if (fwrite(block, 1, got, input) != got)
			break;
	if (input == NULL || ferror(stdin) || ferror(input) || fflush(input) != 0)
		fail(EXIT_USAGE, "the standard input: %s", strerror(errno));
}

static FILE *
open_input(void)
{
	int			copy = dup(fileno(input));

	rewind(input);
	return copy < 0 ? NULL : fdopen(copy, "rb");
}

/* Opens the file, or rewinds the standard input. */
static FILE *
open_file(CellFile *file)
{
	struct stat status;
	FILE	   *stream = file->path == cell_file_input ? open_input() : fopen(file->path, "rb");

	if (stream == NULL || fstat(fileno(stream), &status) != 0)
		fail(EXIT_USAGE, "%s: %s", file->path, strerror(errno));
	if (!S_ISREG(status.st_mode))
		fail(EXIT_USAGE, "%s: it is %s, and no ordinary file, which can be read twice\nHint: Give the rows to the standard input: virotrial load STUDY - --table TABLE.",
			 file->path, S_ISDIR(status.st_mode) ? "a directory" : "a pipe or a device");
	file->size = (uint64_t) status.st_size;
	return stream;
}

/* Begins to read a file. */
FILE *
cell_begin_file(CellFile *file)
{
	FILE	   *stream = open_file(file);

	file->bytes = file->empty_lines = file->open_line = 0;
	file->place = 1;
	file->in_record = file->had_cr = file->stops = file->is_begun = file->converts = false;
	file->has_header = file->has_records = false;
	file->problem = NULL;
	file->ncells = 0;
	text_clear(&file->text);
	file->digest = need_memory(EVP_MD_CTX_new());
	if (!EVP_DigestInit_ex(file->digest, EVP_sha256(), NULL))
		fail(EXIT_USAGE, "the library of digests has no SHA-256");
	return stream;
}

static void
write_digest(EVP_MD_CTX *context, char *text)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];
	unsigned int length = 0;

	EVP_DigestFinal_ex(context, bytes, &length);
	EVP_MD_CTX_free(context);
	for (unsigned int i = 0; i < length && 2 * i + 2 < DIGEST_SIZE; i++)
		snprintf(text + 2 * i, 3, "%02x", bytes[i]);
}

/* Ends a file that was read, and writes its digest. */
void
cell_close_file(CellFile *file, FILE *stream)
{
	if (ferror(stream))
		fail(EXIT_USAGE, "%s: %s", file->path, strerror(errno));
	fclose(stream);
	write_digest(file->digest, file->digest_text);
}

/* The SHA-256 of a file. */
void
cell_file_digest(const char *path, char *digest)
{
	static char block[BLOCK_SIZE];
	CellFile	file = {.path = path};
	FILE	   *stream = open_file(&file);
	EVP_MD_CTX *context = need_memory(EVP_MD_CTX_new());
	size_t		got;

	if (!EVP_DigestInit_ex(context, EVP_sha256(), NULL))
		fail(EXIT_USAGE, "the library of digests has no SHA-256");
	while ((got = fread(block, 1, sizeof(block), stream)) > 0)
		EVP_DigestUpdate(context, block, got);
	if (ferror(stream))
		fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
	fclose(stream);
	write_digest(context, digest);
}
