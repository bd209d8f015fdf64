/*-------------------------------------------------------------------------
 *
 * export.c
 *	  virotrial export: writes the datasets of a study to files, of one state of
 *	  the data.  What a dataset is, the functions of the extension say.
 *
 *	  A file is written under another name, and gets its own when all are whole.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/export.h"
#include "client/server.h"

/* A file on its way. */
typedef struct ExportFile
{
	char	   *dataset;		/* NULL for the metadata */
	char	   *path;
	char	   *part;			/* what it is called until it is whole */
	char	   *records;
} ExportFile;

/* Those of the program's run; what is not whole when it fails is removed. */
static ExportFile *files = NULL;
static int	nfiles = 0;

static void
remove_parts(void)
{
	for (int i = 0; i < nfiles; i++)
		unlink(files[i].part);
}

static void
fail_file(const char *path)
{
	fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
}

static char *
joined(const char *directory, const char *name, const char *end)
{
	Text		text = {0};

	text_print(&text, "%s/%s%s", directory, name, end);
	return text.data;
}

static void
add_file(const ExportOptions *options, const char *dataset, const char *name, const char *end)
{
	ExportFile *file;

	files = need_memory(realloc(files, (size_t) (nfiles + 1) * sizeof(ExportFile)));
	file = &files[nfiles++];
	*file = (ExportFile) {
		.dataset = dataset ? need_memory(strdup(dataset)) : NULL,
		.path = joined(options->directory, name, end)
	};
	file->part = joined(options->directory, name, ".part");
	if (!options->replaces && access(file->path, F_OK) == 0)
		fail(EXIT_USAGE, "%s: it is there already\nHint: --force replaces it.", file->path);
}

/* Finds the datasets that are named, or all that the user may read. */
static void
find_files(const ExportOptions *options, const char *end)
{
	const char *all = "select lower(dataset), dataset from study_dataset($1) where (standard = 'table') = $2::boolean "
		"order by standard desc, dataset";
	const char *one = "select lower(dataset), dataset from _virotrial.require_dataset($1, $2)";
	int			queries = options->ndatasets > 0 ? options->ndatasets : 1;

	for (int i = 0; i < queries; i++)
	{
		const char *values[] = {options->study, options->ndatasets > 0 ? options->datasets[i] : options->has_tables ? "true" : "false"};
		PGresult   *found = server_query(options->ndatasets > 0 ? one : all, 2, values);

		for (int row = 0; row < PQntuples(found); row++)
			add_file(options, PQgetvalue(found, row, 1), PQgetvalue(found, row, 0), end);
		PQclear(found);
	}
	if (nfiles == 0)
		fail(EXIT_USAGE, "study \"%s\" has no dataset that you may read", options->study);
	add_file(options, NULL, "define", ".xml");
}

static void
begin_export(const ExportOptions *options)
{
	const char *study[] = {options->study};
	const char *cut[] = {options->data_cut};

	server_do("begin isolation level repeatable read read only");
	server_use_extension();
	PQclear(server_query("select _virotrial.require_study($1)", 1, study));
	server_phase("exports");
	server_do("set local datestyle = 'ISO'");
	server_do("set local timezone = 'UTC'");
	server_do("set local extra_float_digits = 1");
	if (options->data_cut && options->has_tables)
		fail(EXIT_USAGE, "--cut is for the datasets of SDTM and ADaM; tables are exported whole");
	if (options->data_cut)
		PQclear(server_query("select set_config('virotrial.data_cut', $1::date::text, true)", 1, cut));
	if (mkdir(options->directory, 0777) != 0 && errno != EEXIST)
		fail_file(options->directory);
}

static FILE *
open_part(const ExportFile *file)
{
	FILE	   *stream = fopen(file->part, "wb");

	if (stream == NULL)
		fail_file(file->part);
	return stream;
}

static void
close_part(const ExportFile *file, FILE *stream)
{
	bool		failed = ferror(stream) != 0;

	if (fclose(stream) != 0 || failed)
		fail_file(file->part);
}

/* Where the records of a Dataset-JSON file go. */
typedef struct RowWriter
{
	FILE	   *stream;
	bool		has_rows;
} RowWriter;

static void
write_row(const PGresult *row, void *argument)
{
	RowWriter  *writer = argument;

	fputs(writer->has_rows ? ",\n" : "\n", writer->stream);
	fwrite(PQgetvalue(row, 0, 0), 1, (size_t) PQgetlength(row, 0, 0), writer->stream);
	writer->has_rows = true;
}

/* The one value of a query, which is a text to be freed. */
static char *
ask(const char *query, int count, const char *const *values)
{
	PGresult   *result = server_query(query, count, values);
	char	   *value = need_memory(strdup(PQgetvalue(result, 0, 0)));

	PQclear(result);
	return value;
}

static void
write_dataset(const ExportOptions *options, ExportFile *file, const char *lengths, bool is_json)
{
	const char *described[] = {options->study, file->dataset, file->records, lengths};
	const char *asked[] = {options->study, file->dataset, is_json ? "json" : "csv"};
	char	   *query = ask("select _virotrial.dataset_query($1, $2, $3)", 3, asked);
	FILE	   *stream = open_part(file);

	if (is_json)
	{
		RowWriter	writer = {.stream = stream};
		char	   *head = ask("select _virotrial.dataset_json_head($1, $2, $3::bigint, $4::integer[])", 4, described);

		fputs(head, stream);
		server_stream(query, 0, NULL, write_row, &writer);
		fputs("\n]}\n", stream);
		free(head);
	}
	else
		server_copy_out(query, stream);
	close_part(file, stream);
	free(query);
}

/* Writes a dataset, and adds to the metadata what it has. */
static void
export_dataset(const ExportOptions *options, ExportFile *file, bool is_json, Text *groups, Text *items)
{
	const char *asked[] = {options->study, file->dataset};
	PGresult   *size = server_query("select size.records, size.lengths from _virotrial.require_dataset($1, $2) as known "
									"cross join lateral _virotrial.dataset_size(known.relation, "
									"array(select column_name from _virotrial.dataset_variable(known.relation, "
									"known.standard, known.keys) order by place)) as size", 2, asked);
	const char *defined[] = {options->study, file->dataset, base_name(file->path), PQgetvalue(size, 0, 1)};
	PGresult   *define;

	file->records = need_memory(strdup(PQgetvalue(size, 0, 0)));
	write_dataset(options, file, PQgetvalue(size, 0, 1), is_json);
	define = server_query("select item_group, items from _virotrial.dataset_define($1, $2, $3, $4::integer[])", 4, defined);
	text_print(groups, "%s\n", PQgetvalue(define, 0, 0));
	text_print(items, "%s\n", PQgetvalue(define, 0, 1));
	PQclear(define);
	PQclear(size);
}

static void
write_define(const ExportOptions *options, const ExportFile *file, const Text *groups, const Text *items)
{
	const char *study[] = {options->study};
	char	   *head = ask("select _virotrial.define_head($1)", 1, study);
	FILE	   *stream = open_part(file);

	fprintf(stream, "%s%s%s</MetaDataVersion></Study></ODM>\n", head, groups->data, items->data);
	close_part(file, stream);
	free(head);
}

/* Gives each file its name, and says which there are. */
static void
name_files(const ExportOptions *options)
{
	for (int i = 0; i < nfiles; i++)
		if (rename(files[i].part, files[i].path) != 0)
			fail_file(files[i].path);
	for (int i = 0; i < nfiles && !options->is_quiet; i++)
		if (files[i].records)
			printf("%s: %s records\n", files[i].path, files[i].records);
		else
			printf("%s: datasets and variables\n", files[i].path);
}

/* Writes the datasets of a study, all of one moment: all files, or none. */
ExitCode
export_study(const ExportOptions *options)
{
	bool		is_json = options->format && strcmp(options->format, "dataset-json") == 0;
	Text		groups = {0};
	Text		items = {0};

	if (options->format && !is_json && strcmp(options->format, "csv") != 0)
		fail(EXIT_USAGE, "\"%s\" is not a format; there are csv and dataset-json", options->format);
	begin_export(options);
	find_files(options, is_json ? ".json" : ".csv");
	at_failure(remove_parts);
	for (int i = 0; i < nfiles - 1; i++)
		export_dataset(options, &files[i], is_json, &groups, &items);
	write_define(options, &files[nfiles - 1], &groups, &items);
	server_do("commit");
	name_files(options);
	free(groups.data);
	free(items.data);
	return EXIT_DONE;
}
