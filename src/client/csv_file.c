/*-------------------------------------------------------------------------
 *
 * csv_file.c
 *	  Reads CSV, TSV and the like: libcsv splits a file, iconv decodes it.
 *
 * The file is given to libcsv line by line, so that the line at which a record
 * begins is known, also where cells have line breaks.  Nothing is guessed: a file
 * is UTF-8, or has the mark of its byte order, or somebody said its encoding.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "client/csv_file.h"

#define BLOCK_SIZE 65536

static const char delimiters[] = ",;\t|";

static void
take_cell(void *data, size_t length, void *argument)
{
	cell_add(argument, data, length);
}

/* Spreadsheets write lines of delimiters alone behind the rows. */
static void
pass_over(CellFile *file)
{
	if (file->empty_lines++ == 0)
		file->first_empty = file->line;
	file->ncells = 0;
	text_clear(&file->text);
}

static void
take_record(int end, void *argument)
{
	CellFile   *file = argument;

	file->in_record = false;
	/* libcsv tells no line end at the end of the file */
	if (end == -1)
		file->open_line = file->line;
	if (file->has_header && file->text.length == file->ncells)
		pass_over(file);
	else
		cell_end_record(file);
	file->has_header = true;
}

static int
no_space(unsigned char c)
{
	return 0;
}

/* The delimiter of the header, which has one alone of those that are in use. */
static char
find_delimiter(const CellFile *file, const char *line, size_t length)
{
	char		found = '\0';
	bool		is_quoted = false;

	for (size_t i = 0; i < length; i++)
	{
		if (line[i] == '"')
			is_quoted = !is_quoted;
		if (is_quoted || line[i] == '\0' || strchr(delimiters, line[i]) == NULL || line[i] == found)
			continue;
		if (found)
			cell_refuse(file, 1, "the header has several delimiters: say which of them it is, by --delimiter");
		found = line[i];
	}
	return found ? found : ',';
}

static void
begin_parser(CellFile *file, const char *line, size_t length)
{
	if (csv_init(&file->parser, CSV_STRICT | CSV_STRICT_FINI | CSV_APPEND_NULL | CSV_EMPTY_IS_NULL) != 0)
		fail(EXIT_USAGE, "out of memory");
	if (file->delimiter == '\0')
		file->delimiter = find_delimiter(file, line, length);
	csv_set_delim(&file->parser, (unsigned char) file->delimiter);
	/* Blanks are a part of a cell: two subjects may differ in one. */
	csv_set_space_func(&file->parser, no_space);
	file->is_begun = true;
}

/* Gives libcsv one line, or the part of it that is in the block. */
static void
parse_line(CellFile *file, const char *line, size_t length)
{
	bool		is_end = line[length - 1] == '\n' || line[length - 1] == '\r';

	if (!file->is_begun)
		begin_parser(file, line, length);
	if (!file->in_record)
		file->line = file->place;
	/* A line without cells is none; the reader of the record says when one ends. */
	if (!is_end || length > 1)
		file->in_record = true;
	if (csv_parse(&file->parser, line, length, take_cell, take_record, file) != length)
		cell_refuse(file, file->place, csv_error(&file->parser) == CSV_EPARSE ?
			   "a quote stands in the middle of a cell; write it twice, and the cell in quotes" :
			   csv_strerror(csv_error(&file->parser)));
	if (file->parser.entry_pos > LONGEST_RECORD)
		cell_refuse(file, file->line, "the record that begins here is longer than 16 MB; is a quote not closed?");
}

/* Splits a block into lines, which end by LF, CR, or CR and LF. */
static void
parse_block(CellFile *file, const char *block, size_t length)
{
	size_t		start = 0;

	for (size_t i = 0; i < length && !file->stops; i++)
	{
		bool		is_pair = block[i] == '\n' && file->had_cr;

		if (block[i] == '\0')
			cell_refuse(file, file->place, "the line has a byte that is zero, which no text has\n"
						"Hint: If the file is UTF-16, say it: --encoding UTF-16LE.");
		file->had_cr = block[i] == '\r';
		if (block[i] != '\n' && block[i] != '\r')
			continue;
		file->has_cr |= block[i] == '\r' && file->place == 1;
		/* The LF of a pair belongs to the line that the CR has ended. */
		if (is_pair && !file->in_record)
		{
			start = i + 1;
			continue;
		}
		parse_line(file, block + start, i + 1 - start);
		start = i + 1;
		if (!is_pair)
			file->place++;
	}
	if (start < length && !file->stops)
		parse_line(file, block + start, length - start);
}

/* What stands around a byte, if it is read in an encoding; "" if it cannot be. */
static const char *
read_around(const char *encoding, const char *block, size_t place, size_t length)
{
	static char text[256];
	size_t		start = place;
	size_t		end = place;
	char	   *out = text;
	size_t		room = sizeof(text) - 1;
	iconv_t		converter = iconv_open("UTF-8", encoding);

	while (start > 0 && place - start < 20 && strchr("\r\n", block[start - 1]) == NULL)
		start--;
	while (end < length && end - place < 20 && strchr("\r\n", block[end]) == NULL)
		end++;
	if (converter != (iconv_t) -1)
	{
		char	   *in = (char *) block + start;
		size_t		left = end - start;

		if (iconv(converter, &in, &left, &out, &room) == (size_t) -1)
			out = text;
		iconv_close(converter);
	}
	*out = '\0';
	return text;
}

static void
refuse_byte(const CellFile *file, const char *block, size_t place, size_t length)
{
	unsigned char byte = (unsigned char) block[place];
	unsigned long long line = file->place;
	const char *around;

	if (file->encoding)
		fail(EXIT_USAGE, "%s:%llu: the byte 0x%02X is not of the encoding %s", file->path, line, byte, file->encoding);
	around = read_around("windows-1252", block, place, length);
	if (*around)
		fail(EXIT_USAGE, "%s:%llu: the byte 0x%02X is not UTF-8\nHint: Say the encoding. --encoding windows-1252 reads there: %s\n"
			 "If letters are wrong in it, try macintosh, CP850 or ISO-8859-2, or another that iconv -l lists.", file->path, line, byte, around);
	fail(EXIT_USAGE, "%s:%llu: the byte 0x%02X is not UTF-8, nor windows-1252\nHint: Say the encoding: --encoding, with one that iconv -l lists.",
		 file->path, line, byte);
}

/* Takes UTF-8 as it is; returns how many bytes at the end are the beginning of a character. */
static size_t
take_utf8(CellFile *file, const char *block, size_t length, bool is_last)
{
	size_t		whole = utf8_whole(block, length);

	parse_block(file, block, whole);
	if (file->stops)
		return 0;
	if (whole < length && (is_last || whole + utf8_length((unsigned char) block[whole]) <= length))
		refuse_byte(file, block, whole, length);
	return length - whole;
}

/* The same for another encoding. */
static size_t
take_encoded(CellFile *file, char *block, size_t length, bool is_last)
{
	static char decoded[4 * BLOCK_SIZE];
	char	   *in = block;
	size_t		left = length;

	while (left > 0)
	{
		char	   *out = decoded;
		size_t		room = sizeof(decoded);
		size_t		done = iconv(file->converter, &in, &left, &out, &room);
		int			problem = errno;

		parse_block(file, decoded, sizeof(decoded) - room);
		if (file->stops)
			return 0;
		if (done == (size_t) -1 && problem == EINVAL && !is_last)
			return left;
		if (done == (size_t) -1 && problem != E2BIG)
			refuse_byte(file, block, (size_t) (in - block), length);
	}
	return 0;
}

static void
open_converter(CellFile *file)
{
	file->converter = iconv_open("UTF-8", file->encoding);
	if (file->converter == (iconv_t) -1)
		fail(EXIT_USAGE, "there is no encoding \"%s\"\nHint: iconv -l lists them.", file->encoding);
	file->converts = true;
}

/* The length of the mark that a file begins with, which says its encoding unless somebody did. */
static size_t
take_mark(CellFile *file, const char *block, size_t length)
{
	static const struct
	{
		const char *mark;
		size_t		length;
		const char *encoding;
	}			marks[] = {{"\xEF\xBB\xBF", 3, NULL}, {"\xFF\xFE", 2, "UTF-16LE"}, {"\xFE\xFF", 2, "UTF-16BE"}};
	size_t		taken = 0;

	for (size_t i = 0; i < lengthof(marks) && taken == 0; i++)
	{
		if (length < marks[i].length || memcmp(block, marks[i].mark, marks[i].length) != 0)
			continue;
		taken = marks[i].length;
		file->encoding = marks[i].encoding;
		file->has_mark = true;
	}
	if (file->encoding && strcasecmp(file->encoding, "UTF-8") == 0)
		file->encoding = NULL;
	if (file->encoding)
		open_converter(file);
	return taken;
}

static void
end_file(CellFile *file)
{
	if (file->is_begun && !file->stops && csv_fini(&file->parser, take_cell, take_record, file) != 0)
		cell_refuse(file, file->line, "the quote that a cell of this record begins with is not closed");
	if (file->is_begun)
		csv_free(&file->parser);
	if (file->converts)
		iconv_close(file->converter);
	file->converts = file->is_begun = false;
}

/* Reads a file, and tells the reader of each record. */
void
csv_file_read(CellFile *file)
{
	static char block[BLOCK_SIZE];
	size_t		kept = 0;
	size_t		got;
	FILE	   *stream = cell_begin_file(file);

	while (!file->stops && (got = fread(block + kept, 1, sizeof(block) - kept, stream)) > 0)
	{
		size_t		skipped = file->bytes == 0 ? take_mark(file, block, got) : 0;
		size_t		length = kept + got - skipped;
		char	   *start = block + skipped;

		EVP_DigestUpdate(file->digest, block + kept, got);
		file->bytes += got;
		kept = file->converts ? take_encoded(file, start, length, file->bytes == file->size) :
			take_utf8(file, start, length, file->bytes == file->size);
		memmove(block, start + length - kept, kept);
	}
	if (kept > 0 && !file->stops)
		refuse_byte(file, block, 0, kept);
	end_file(file);
	cell_close_file(file, stream);
}
