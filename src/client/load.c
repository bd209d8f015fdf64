/*-------------------------------------------------------------------------
 *
 * load.c
 *	  virotrial load: stages the files of a delivery, has the study judge them,
 *	  and enters them, in one transaction.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/load.h"
#include "client/progress.h"
#include "client/server.h"

#define COPY_SIZE 65536

/* A file on its way to its temporary table. */
typedef struct Staging
{
	LoadFile   *file;
	Text		copied;
	uint64_t	records;
} Staging;

static char *
value_of(const PGresult *result, int column)
{
	return PQgetisnull(result, 0, column) ? NULL : need_memory(strdup(PQgetvalue(result, 0, column)));
}

/* The mapping of a file: the one that is named, or lies beside it; options add to it. */
static void
find_mapping(const LoadOptions *options, LoadFile *file)
{
	char	   *beside = options->mapping ? NULL : mapping_path(file->path);
	const char *path = options->mapping ? options->mapping : beside;

	mapping_begin(&file->mapping);
	if (path)
		mapping_read(&file->mapping, path);
	if (options->table)
		mapping_add(&file->mapping, "table", options->table, "", "option");
	if (options->encoding)
		mapping_add(&file->mapping, "encoding", options->encoding, "", "option");
	if (options->date_format)
		mapping_add(&file->mapping, "date", options->date_format, "", "option");
	if (options->has_comma)
		mapping_add(&file->mapping, "decimal", "comma", "", "option");
	mapping_end(&file->mapping);
	file->cells = (CellFile) {.path = file->path, .encoding = file->mapping.encoding,
		.identifier = file->mapping.identifier, .delimiter = options->delimiter ? options->delimiter : file->mapping.delimiter};
	free(beside);
}

/* Tells the server of a file, whose header was read; its temporary table is made. */
static void
announce(const Load *load, LoadFile *file, const CellFile *cells)
{
	Text		header = {0};
	PGresult   *result;
	const char *values[] = {load->options.study, file->mapping.table, base_name(file->path), file->digest, NULL,
	file->mapping.lines.data, file->mapping.has_comma ? "true" : "false"};

	text_put(&header, "{");
	for (size_t i = 0; i < cells->ncells; i++)
		text_array_element(&header, cell_text_of(cells, i));
	text_put(&header, "}");
	values[4] = header.data;
	result = server_query("select file, staged, \"table\", known from _virotrial.load_file($1::name, $2, $3, $4, $5::text[], $6::text[], $7::boolean)",
						  lengthof(values), values);
	file->ncolumns = cells->ncells;
	file->staged = value_of(result, 1);
	if (PQgetisnull(result, 0, 3))
		snprintf(file->number, sizeof(file->number), "%s", PQgetvalue(result, 0, 0));
	else if (!load->options.is_quiet)
		printf("%s: is loaded already, on %s; nothing to do\n", base_name(file->path), PQgetvalue(result, 0, 3));
	if (load->options.is_import && strcmp(PQgetvalue(result, 0, 2), "deviation") == 0)
	{
		file->number[0] = '\0';
		if (!load->options.is_quiet)
			printf("%s: is left out: the rules find deviations again; load those that people reported\n", base_name(file->path));
	}
	PQclear(result);
	free(header.data);
}

/* Adds a cell as COPY reads it. */
static void
add_copied(Text *copied, const char *cell)
{
	size_t		plain;

	for (; *cell; cell += plain)
	{
		static const char special[] = "\\\t\n\r";
		static const char letters[] = "\\tnr";

		plain = strcspn(cell, special);
		text_add(copied, cell, plain);
		if (cell[plain] == '\0')
			break;
		text_add(copied, "\\", 1);
		text_add(copied, &letters[strchr(special, cell[plain]) - special], 1);
		plain++;
	}
}

/* Adds why a record is none that can be loaded, if so. */
static void
add_problem(Text *copied, const CellFile *cells, size_t ncolumns)
{
	if (cells->problem)
		add_copied(copied, cells->problem);
	else if (cells->ncells == ncolumns)
		text_put(copied, "\\N");
	else
		text_print(copied, "cells: the line has %zu cells, and the header has %zu", cells->ncells, ncolumns);
}

/* Sends a record to its temporary table. */
static void
stage_record(CellFile *cells, void *argument)
{
	Staging    *staging = argument;
	size_t		ncolumns = staging->file->ncolumns;

	if (staging->records++ == 0)
		return;					/* the header */
	text_print(&staging->copied, "%llu\t", (unsigned long long) cell_record_number(cells));
	add_problem(&staging->copied, cells, ncolumns);
	for (size_t i = 0; i < ncolumns; i++)
	{
		text_add(&staging->copied, "\t", 1);
		if (i >= cells->ncells || cells->cells[i].is_null)
			text_put(&staging->copied, "\\N");
		else
			add_copied(&staging->copied, cell_text_of(cells, i));
	}
	text_add(&staging->copied, "\n", 1);
	if (staging->copied.length > COPY_SIZE)
		server_copy_put(&staging->copied);
	progress_show(cells, staging->records - 1);
}

static void
stage_file(LoadFile *file)
{
	Staging		staging = {.file = file};

	file->cells.reader = stage_record;
	file->cells.argument = &staging;
	server_phase("reads a file");
	progress_say(file->path, "reading");
	server_copy_begin(file->staged);
	cell_file_read(&file->cells);
	if (staging.copied.length > 0)
		server_copy_put(&staging.copied);
	server_copy_end();
	if (strcmp(file->cells.digest_text, file->digest) != 0)
		fail(EXIT_USAGE, "%s: the file changed while it was read", file->path);
	progress_read(staging.records > 0 ? staging.records - 1 : 0);
	free(staging.copied.data);
}

/* What the header needs. */
typedef struct HeaderReader
{
	const Load *load;
	LoadFile   *file;
	bool		is_read;
} HeaderReader;

static void
read_header(CellFile *cells, void *argument)
{
	HeaderReader *reader = argument;

	cell_require_headings(cells);
	announce(reader->load, reader->file, cells);
	reader->is_read = cells->stops = true;
}

static void
begin_file(const Load *load, LoadFile *file)
{
	CellFile	header;
	HeaderReader reader = {.load = load, .file = file};

	find_mapping(&load->options, file);
	cell_file_digest(file->path, file->digest);
	header = file->cells;
	header.reader = read_header;
	header.argument = &reader;
	cell_file_read(&header);
	if (!reader.is_read)
		fail(EXIT_USAGE, "%s: the file has no header\nHint: Its first line names the columns.", file->path);
	free(header.cells);
	free(header.text.data);
}

/* Has the study judge a file, and take what it may. */
static void
judge_file(const Load *load, LoadFile *file)
{
	const char *values[] = {file->number, load->options.accepts_good ? "true" : "false", load->options.reason,
	load->options.is_cumulative ? "true" : "false"};
	PGresult   *result;

	server_phase("judges a file");
	progress_say(file->path, "judging");
	result = server_query("select lines, good, corrected, known, refused, is_of_rows "
						  "from _virotrial.load_judge($1::integer, $2::boolean, $3, $4::boolean)", lengthof(values), values);
	file->lines = value_of(result, 0);
	file->good = value_of(result, 1);
	file->corrected = value_of(result, 2);
	file->known = value_of(result, 3);
	file->refused = value_of(result, 4);
	file->has_faults = strcmp(file->refused, "0") != 0;
	file->can_be_split = strcmp(PQgetvalue(result, 0, 5), "t") == 0;
	progress_done("judged");
	PQclear(result);
}

static LoadFile *
file_of_number(const Load *load, const char *number)
{
	for (size_t i = 0; i < load->nfiles; i++)
		if (strcmp(load->files[i].number, number) == 0)
			return &load->files[i];
	return NULL;
}

/* Judges the staged files, those first that others refer to. */
static void
judge_files(const Load *load)
{
	PGresult   *order = server_query("select file from pg_temp.load_file order by rank, file", 0, NULL);

	for (int i = 0; i < PQntuples(order); i++)
	{
		LoadFile   *file = file_of_number(load, PQgetvalue(order, i, 0));

		if (file)
			judge_file(load, file);
	}
	PQclear(order);
}

/* Writes to the study what became of the files. */
static void
register_files(const Load *load, const char *verdict)
{
	bool		is_refused = strcmp(verdict, "refused") == 0;

	for (size_t i = 0; i < load->nfiles; i++)
	{
		const LoadFile *file = &load->files[i];
		const char *values[] = {file->number, is_refused ? verdict : file->has_faults ? "in part" : "whole", file->lines,
			is_refused ? "0" : file->good, is_refused ? "0" : file->corrected, file->known, file->refused};

		if (file->number[0])
			PQclear(server_query("call _virotrial.load_register($1::integer, $2, $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7::bigint)",
								 lengthof(values), values));
	}
}

static bool
any_faults(const Load *load)
{
	for (size_t i = 0; i < load->nfiles; i++)
		if (load->files[i].has_faults)
			return true;
	return false;
}

/* Can the good rows come in without the others? */
static bool
may_be_split(const Load *load)
{
	for (size_t i = 0; i < load->nfiles; i++)
		if (load->files[i].has_faults && !load->files[i].can_be_split)
			return false;
	return load->options.accepts_good;
}

/* Ends the transaction as the user wants it, and says what is in the study then. */
static ExitCode
settle(const Load *load)
{
	bool		has_faults = any_faults(load);

	if (load->options.is_import && !has_faults)
		server_do("set constraints all immediate");
	if (load->options.is_dry)
	{
		server_do("rollback");
		load_report_files(load, "tried");
	}
	else if (has_faults && !may_be_split(load))
	{
		server_do("rollback to savepoint judged");
		register_files(load, "refused");
		server_commit();
		load_report_files(load, "refused");
	}
	else
	{
		for (size_t i = 0; i < load->nfiles; i++)
			if (load->files[i].has_faults)
				load_write_rejects(load, &load->files[i]);
		register_files(load, "loaded");
		server_phase("commits");
		server_commit();
		load_keep_rejects(load);
		load_report_files(load, "loaded");
	}
	return has_faults ? EXIT_FAULTS : EXIT_DONE;
}

/* Loads the files. */
ExitCode
load_files(Load *load)
{
	const char *study[] = {load->options.study, load->options.reason};
	bool		is_any = false;

	progress_begin(load->options.is_quiet);
	server_do("begin isolation level read committed");
	server_phase("begins");
	server_show_steps();
	PQclear(server_query("call _virotrial.load_begin($1::name)", 1, study));
	PQclear(server_query("select _virotrial.load_require_reason($1::name, $2)", 2, study));
	if (load->options.is_import)
		PQclear(server_query("select set_config('virotrial.defer_rules', $1, true)", 1, study));
	for (size_t i = 0; i < load->nfiles; i++)
	{
		begin_file(load, &load->files[i]);
		if (load->files[i].number[0])
			stage_file(&load->files[i]);
		is_any |= load->files[i].number[0] != '\0';
	}
	if (!is_any)
	{
		server_do("rollback");
		return EXIT_DONE;
	}
	server_do("savepoint judged");
	judge_files(load);
	load_report_faults(load);
	return settle(load);
}
