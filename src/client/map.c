/*-------------------------------------------------------------------------
 *
 * map.c
 *	  virotrial map: proposes what each column of a file may be in a table.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <string.h>

#include "client/map.h"
#include "client/server.h"

/* A file whose header is read. */
typedef struct Proposal
{
	const LoadOptions *options;
	bool		is_made;
} Proposal;

static void
propose(CellFile *cells, void *argument)
{
	Proposal   *proposal = argument;
	Text		header = {0};
	Text		query = {0};
	const char *values[] = {proposal->options->study, proposal->options->table, base_name(cells->path), NULL};
	PGresult   *result;

	text_put(&header, "{");
	for (size_t i = 0; i < cells->ncells; i++)
		text_array_element(&header, cell_text_of(cells, i));
	text_put(&header, "}");
	values[3] = header.data;
	/* COPY takes no parameters: what they are goes by way of a temporary table. */
	result = server_query("select _virotrial.load_propose($1::name, $2, $3, $4::text[])", lengthof(values), values);
	PQclear(result);
	text_put(&query, "copy (select kind, name, value, detail from pg_temp.load_proposal order by place) to stdout (format csv, header)");
	server_copy_out(query.data, stdout);
	proposal->is_made = cells->stops = true;
}

/* Writes a mapping to the program's output. */
ExitCode
map_file(const LoadOptions *options, const char *path)
{
	Proposal	proposal = {.options = options};
	CellFile	cells = {.path = path, .encoding = options->encoding, .delimiter = options->delimiter,
		.reader = propose, .argument = &proposal};

	if (path == NULL)
		fail(EXIT_USAGE, "name one file: virotrial map STUDY FILE");
	server_do("begin");
	cell_file_read(&cells);
	if (!proposal.is_made)
		fail(EXIT_USAGE, "%s: the file has no header", path);
	server_do("rollback");
	return EXIT_DONE;
}
