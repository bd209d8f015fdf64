/*-------------------------------------------------------------------------
 *
 * batch.c
 *	  virotrial export --since and virotrial import of what it writes: a batch file
 *	  goes as it is, from COPY at one server to COPY at another.  What it holds, and
 *	  whether it may come in, the functions of the extension say.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/batch.h"
#include "client/server.h"

/* How the first line of a batch file begins. */
static const char first_line[] = "virotrial-batch\t";

/* What is not whole when the program fails is removed. */
static Text part = {0};

static void
remove_part(void)
{
	unlink(part.data);
}

static void
fail_file(const char *path)
{
	fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
}

/* Seals what is to be sent; for good, so that no two files have other contents under one number. */
static void
seal_study(const char *study)
{
	const char *values[] = {study};

	server_do("begin");
	server_do("set local client_min_messages = warning");
	server_use_extension();
	PQclear(server_query("select _virotrial.require_sender($1)", 1, values));
	PQclear(server_query("call seal($1)", 1, values));
	server_commit();
}

/* A batch holds what is blinded, and the patients of a site: only who writes it may read it. */
static FILE *
open_private(const char *path)
{
	int			file;

	unlink(path);
	file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	return file < 0 ? NULL : fdopen(file, "wb");
}

/* Writes the lines to a file of another name; is there any? */
static bool
write_lines(const ExportOptions *options)
{
	char	   *study = server_literal(options->study);
	char	   *since = server_literal(options->since);
	FILE	   *stream = open_private(part.data);
	Text		query = {0};
	long		length;

	if (stream == NULL)
		fail_file(part.data);
	at_failure(remove_part);
	text_print(&query, "copy (select * from _virotrial.batch_lines(%s, %s)) to stdout", study, since);
	server_copy_out(query.data, stream);
	length = ftell(stream);
	if (fflush(stream) != 0 || ferror(stream) || fsync(fileno(stream)) != 0 || fclose(stream) != 0)
		fail_file(part.data);
	PQfreemem(study);
	PQfreemem(since);
	free(query.data);
	return length > 0;
}

/* Says which batches are at one end after a number, up to another if it is given. */
static void
say_batches(const char *path, const char *study, const char *sender, const char *since, const char *last)
{
	const char *values[] = {sender, since, last};
	char	   *schema = server_identifier(study);
	Text		query = {0};
	PGresult   *result;

	text_replace(&query, "select block, leaves, encode(digest, 'hex') from %s.exchange_seal "
				 "where sender = $1 and block > $2::bigint and ($3::bigint is null or block <= $3::bigint) order by block", schema);
	result = server_query(query.data, lengthof(values), values);
	for (int i = 0; i < PQntuples(result); i++)
		printf("%s: batch %s of %s, %s entries, digest %s\n", base_name(path), PQgetvalue(result, i, 0), sender,
			   PQgetvalue(result, i, 1), PQgetvalue(result, i, 2));
	PQclear(result);
	PQfreemem(schema);
	free(query.data);
}

/* Writes to a file all that was sealed after a batch. */
ExitCode
export_batch(const ExportOptions *options)
{
	const char *study[] = {options->study};
	PGresult   *sender;

	if (!options->replaces && access(options->directory, F_OK) == 0)
		fail(EXIT_USAGE, "%s: it is there already\nHint: --force replaces it.", options->directory);
	text_print(&part, "%s.part", options->directory);
	seal_study(options->study);
	server_do("begin isolation level repeatable read read only");
	server_use_extension();
	server_phase("exports");
	sender = server_query("select _virotrial.require_sender($1)", 1, study);
	if (!write_lines(options))
	{
		remove_part();
		if (!options->is_quiet)
			printf("nothing was entered since batch %s; no file is written\n", options->since);
	}
	else if (rename(part.data, options->directory) != 0)
		fail_file(options->directory);
	else if (!options->is_quiet)
		say_batches(options->directory, options->study, PQgetvalue(sender, 0, 0), options->since, NULL);
	server_do("commit");
	PQclear(sender);
	return EXIT_DONE;
}

/* Is a file one of those that export_batch() writes? */
bool
is_batch(const char *path)
{
	char		begin[sizeof(first_line) - 1];
	FILE	   *stream = fopen(path, "rb");
	bool		is_same;

	if (stream == NULL)
		return false;
	is_same = fread(begin, 1, sizeof(begin), stream) == sizeof(begin) && memcmp(begin, first_line, sizeof(begin)) == 0;
	fclose(stream);
	return is_same;
}

static void
stage_lines(const char *path)
{
	static char block[65536];
	FILE	   *stream = fopen(path, "rb");
	Text		copied = {0};
	size_t		length;

	if (stream == NULL)
		fail_file(path);
	server_do("create temporary table batch_line (part text, block bigint, name text, record text) on commit drop");
	server_copy_begin("batch_line");
	while ((length = fread(block, 1, sizeof(block), stream)) > 0)
	{
		text_add(&copied, block, length);
		server_copy_put(&copied);
	}
	if (ferror(stream))
		fail_file(path);
	server_copy_end();
	server_do("analyze pg_temp.batch_line");
	fclose(stream);
	free(copied.data);
}

/* Says what came of a batch. */
static void
say_imported(const LoadOptions *options, const char *path, const PGresult *imported)
{
	const char *study[] = {options->study};
	PGresult   *held;

	if (strcmp(PQgetvalue(imported, 0, 1), "0") == 0)
		printf("%s: is here already; the last batch of %s here is %s\n", base_name(path), PQgetvalue(imported, 0, 0),
			   PQgetvalue(imported, 0, 2));
	else
		say_batches(path, options->study, PQgetvalue(imported, 0, 0), PQgetvalue(imported, 0, 3), PQgetvalue(imported, 0, 2));
	held = server_query("select count(*) from quarantine($1)", 1, study);
	if (strcmp(PQgetvalue(held, 0, 0), "0") != 0)
		printf("%s rows are in quarantine: select * from quarantine('%s')\n", PQgetvalue(held, 0, 0), options->study);
	PQclear(held);
}

static void
import_batch(const LoadOptions *options, const char *path)
{
	const char *study[] = {options->study};
	PGresult   *imported;

	if (!is_batch(path))
		fail(EXIT_USAGE, "%s: it is no batch\nHint: Import batches by themselves.", path);
	server_do("begin isolation level read committed");
	server_use_extension();
	server_phase("imports a batch");
	stage_lines(path);
	imported = server_query("select sender, blocks, last, last - blocks from _virotrial.import_batch($1)", 1, study);
	if (!options->is_quiet)
		say_imported(options, path, imported);
	if (options->is_dry)
		server_do("rollback");
	else
		server_commit();
	PQclear(imported);
}

/* Enters batches in the order of the command, each whole or not at all. */
ExitCode
import_batches(const LoadOptions *options, char **paths, int npaths)
{
	for (int i = 0; i < npaths; i++)
		import_batch(options, paths[i]);
	return EXIT_DONE;
}
