/*-------------------------------------------------------------------------
 *
 * load_report.c
 *	  What virotrial load says: the rows that are refused, corrected or noted, and
 *	  what became of each file; and the file of the rejected rows.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/load.h"
#include "client/server.h"

#define REASONS "virotrial_reasons"

/* The columns of the report. */
enum
{
	FAULT_NAME,
	FAULT_LINE,
	FAULT_COLUMN,
	FAULT_VALUE,
	FAULT_RULE,
	FAULT_ACTION,
	FAULT_REASON,
	FAULT_HINT,
	FAULT_OF_CELL				/* of the text alone */
};

#define REPORT_COLUMNS "select name, line, \"column\", value, rule, action, reason, hint"
#define REPORT REPORT_COLUMNS " from _virotrial.load_report()"

static void
print_fault(const PGresult *row, void *argument)
{
	const char *action = PQgetvalue(row, 0, FAULT_ACTION);
	bool		is_of_row = *PQgetvalue(row, 0, FAULT_OF_CELL) == 'f' && PQgetisnull(row, 0, FAULT_VALUE);

	printf("%s:", PQgetvalue(row, 0, FAULT_NAME));
	if (!PQgetisnull(row, 0, FAULT_LINE))
		printf("%s:", PQgetvalue(row, 0, FAULT_LINE));
	printf(" %s", strcmp(action, "refuse") == 0 ? "" : strcmp(action, "correct") == 0 ? "correction: " : "note: ");
	if (!PQgetisnull(row, 0, FAULT_COLUMN))
		printf("%s%s", PQgetvalue(row, 0, FAULT_COLUMN), is_of_row ? ": " : " ");
	if (!PQgetisnull(row, 0, FAULT_VALUE))
		printf("\"%s\": ", PQgetvalue(row, 0, FAULT_VALUE));
	else if (!is_of_row && !PQgetisnull(row, 0, FAULT_COLUMN))
		printf("(empty): ");
	printf("%s [%s]\n", PQgetvalue(row, 0, FAULT_REASON), PQgetvalue(row, 0, FAULT_RULE));
	if (!PQgetisnull(row, 0, FAULT_HINT))
		printf("    Hint: %s\n", PQgetvalue(row, 0, FAULT_HINT));
}

static void
print_value(const PGresult *row, void *argument)
{
	puts(PQgetvalue(row, 0, 0));
}

/* Writes all that was found, in the order of the files and their lines. */
void
load_report_faults(const Load *load)
{
	switch (load->options.format)
	{
		case REPORT_TEXT:
			server_stream(REPORT_COLUMNS ", of_cell from _virotrial.load_report()", 0, NULL, print_fault, NULL);
			break;
		case REPORT_JSON:
			server_stream("select to_json(found) from (" REPORT ") as found", 0, NULL, print_value, NULL);
			break;
		case REPORT_CSV:
			server_copy_out("copy (" REPORT ") to stdout (format csv, header)", stdout);
			break;
	}
	fflush(stdout);
}

/* Says of each file how many of its rows came in, beside a report for machines on the other output. */
void
load_report_files(const Load *load, const char *verdict)
{
	FILE	   *output = load->options.format == REPORT_TEXT ? stdout : stderr;
	bool		is_refused = strcmp(verdict, "refused") == 0;

	for (size_t i = 0; i < load->nfiles && !load->options.is_quiet; i++)
	{
		const LoadFile *file = &load->files[i];

		if (file->number[0] && file->cells.empty_lines > 0)
			fprintf(output, "%s: %llu lines without a value are passed over, the first is line %llu\n", base_name(file->path),
					(unsigned long long) file->cells.empty_lines, (unsigned long long) file->cells.first_empty);
		if (file->number[0] && file->cells.open_line > 0)
			fprintf(output, "%s: line %llu, the last, has no line end: look whether the file was cut off in it\n", base_name(file->path),
					(unsigned long long) file->cells.open_line);
		if (file->number[0])
			fprintf(output, "%s: %s rows: %s good, %s corrections, %s known already, %s refused\n", base_name(file->path),
					file->lines, file->good, file->corrected, file->known, file->refused);
	}
	if (load->options.is_quiet)
		return;
	if (strcmp(verdict, "tried") == 0)
		fputs("This was a dry run: nothing was changed.\n", output);
	else if (is_refused)
		fprintf(output, "Nothing was loaded, as %s\n", load->options.accepts_good ? "not every fault is of a row." :
				"a delivery goes in whole or not at all. Mend the rows, or load the good ones by --accept-good.");
	for (size_t i = 0; i < load->nfiles && !is_refused; i++)
		if (load->files[i].reject_path)
			fprintf(output, "The refused rows are in %s.\n", load->files[i].reject_path);
}

/* The refused rows of a file, on their way to the file of rejects. */
typedef struct Rejects
{
	FILE	   *stream;
	const char *path;
	const CellFile *source;
	const PGresult *refused;	/* record and reasons */
	int			next;
	size_t		ncolumns;		/* of the header, but for the reasons */
	size_t		reasons;		/* where the header has them already; else all its columns */
	iconv_t		converter;
	Text		row;
} Rejects;

static void
add_quoted(Rejects *rejects, const char *cell, bool is_null)
{
	bool		is_plain = !strpbrk(cell, "\"\r\n") && strchr(cell, rejects->source->delimiter) == NULL &&
		(is_null || *cell);

	if (is_plain)
	{
		text_put(&rejects->row, cell);
		return;
	}
	text_put(&rejects->row, "\"");
	for (; *cell; cell++)
		text_add(&rejects->row, *cell == '"' ? "\"\"" : cell, *cell == '"' ? 2 : 1);
	text_put(&rejects->row, "\"");
}

/* Writes the row, in the encoding of the source; what that lacks becomes a question mark. */
static void
write_row(Rejects *rejects)
{
	char		encoded[4096];
	char	   *in = rejects->row.data;
	size_t		left = rejects->row.length;

	while (rejects->converter != (iconv_t) -1 && left > 0)
	{
		char	   *out = encoded;
		size_t		room = sizeof(encoded);

		if (iconv(rejects->converter, &in, &left, &out, &room) == (size_t) -1 && errno != E2BIG)
		{
			*in = '?';
			for (size_t i = 1; i < left && (in[i] & 0xC0) == 0x80; i++)
				in[i] = '?';
		}
		fwrite(encoded, 1, sizeof(encoded) - room, rejects->stream);
	}
	if (rejects->converter == (iconv_t) -1)
		fwrite(rejects->row.data, 1, rejects->row.length, rejects->stream);
	text_clear(&rejects->row);
}

/* Adds a record with its reasons as the last column, which replace those of an earlier time. */
static void
write_record(Rejects *rejects, const CellFile *cells, const char *reasons)
{
	const char	delimiter[] = {rejects->source->delimiter, '\0'};

	for (size_t i = 0; i < cells->ncells; i++)
	{
		if (i == rejects->reasons)
			continue;
		add_quoted(rejects, cell_text_of(cells, i), cells->cells[i].is_null);
		text_put(&rejects->row, delimiter);
	}
	for (size_t i = cells->ncells; i < rejects->ncolumns; i++)
		text_put(&rejects->row, delimiter);
	add_quoted(rejects, reasons, true);
	text_put(&rejects->row, rejects->source->has_cr ? "\r\n" : "\n");
	write_row(rejects);
}

static void
reject_record(CellFile *cells, void *argument)
{
	Rejects    *rejects = argument;

	if (rejects->source == NULL)
	{
		rejects->source = cells;
		rejects->reasons = rejects->ncolumns = cells->ncells;
		for (size_t i = 0; i < cells->ncells; i++)
			if (strcmp(cell_text_of(cells, i), REASONS) == 0)
				rejects->reasons = i;
		if (cells->encoding)
			rejects->converter = iconv_open(cells->encoding, "UTF-8");
		if (cells->has_mark)
			text_put(&rejects->row, "\xEF\xBB\xBF");
		write_record(rejects, cells, REASONS);
		return;
	}
	if (rejects->next >= PQntuples(rejects->refused))
		cells->stops = true;
	else if (strtoull(PQgetvalue(rejects->refused, rejects->next, 0), NULL, 10) == cell_record_number(cells))
		write_record(rejects, cells, PQgetvalue(rejects->refused, rejects->next++, 1));
}

/* Writes the refused rows of a file to a file beside it, which has its name only after the commit. */
void
load_write_rejects(const Load *load, LoadFile *file)
{
	const char *values[] = {file->number};
	char	   *path = path_beside(file->path, strstr(base_name(file->path), ".rejected.") ? ".again" : ".rejected");
	Text		part = {0};
	Rejects		rejects = {.converter = (iconv_t) -1};
	PGresult   *refused = server_query("select record, reasons from _virotrial.load_rejects($1::integer)", 1, values);
	CellFile	cells = {.path = file->path, .encoding = file->mapping.encoding, .delimiter = file->cells.delimiter,
		.identifier = file->mapping.identifier, .reader = reject_record, .argument = &rejects};

	text_print(&part, "%s.part", path);
	rejects.refused = refused;
	rejects.stream = fopen(part.data, "wb");
	if (rejects.stream == NULL)
		fail(EXIT_USAGE, "%s: %s", part.data, strerror(errno));
	cell_file_read(&cells);
	if (ferror(rejects.stream) || fflush(rejects.stream) != 0 || fsync(fileno(rejects.stream)) != 0 ||
		fclose(rejects.stream) != 0)
		fail(EXIT_USAGE, "%s: %s", part.data, strerror(errno));
	if (rejects.converter != (iconv_t) -1)
		iconv_close(rejects.converter);
	PQclear(refused);
	file->reject_path = path;
	free(part.data);
}

/* Gives the files of rejected rows their names. */
void
load_keep_rejects(const Load *load)
{
	for (size_t i = 0; i < load->nfiles; i++)
	{
		Text		part = {0};

		if (load->files[i].reject_path == NULL)
			continue;
		text_print(&part, "%s.part", load->files[i].reject_path);
		if (rename(part.data, load->files[i].reject_path) != 0)
			fail(EXIT_USAGE, "%s: %s; the rejected rows are in it", part.data, strerror(errno));
		free(part.data);
	}
}
