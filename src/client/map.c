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
	Text		dictionary;		/* an array as PostgreSQL reads it; empty for none */
	Text		header;
	Text		sample;			/* the place of a column and a cell, of the first records */
	int			records;
} Proposal;

/* How many records show what the columns have. */
#define SAMPLE_RECORDS 200

/* Where a data dictionary of REDCap has what is asked of it. */
enum
{
	FIELD_NAME = 0,
	FIELD_FORM = 1,
	FIELD_TYPE = 3,
	FIELD_LABEL = 4,
	FIELD_CHOICES = 5
};

/* Adds a field of a data dictionary; its first line says whether it is one. */
static void
add_field(CellFile *cells, void *argument)
{
	Text	   *dictionary = argument;
	const char *choices;

	if (cells->ncells <= FIELD_CHOICES || (cells->line == 1 && strcmp(cell_text_of(cells, FIELD_NAME), "field_name") != 0 &&
										   strcmp(cell_text_of(cells, FIELD_NAME), "Variable / Field Name") != 0))
		fail(EXIT_USAGE, "%s is not a data dictionary of REDCap", cells->path);
	if (cells->line == 1)
		return;
	/* What a calculated field computes is no list of choices. */
	choices = strcmp(cell_text_of(cells, FIELD_TYPE), "radio") == 0 || strcmp(cell_text_of(cells, FIELD_TYPE), "dropdown") == 0 ?
		cell_text_of(cells, FIELD_CHOICES) : "";
	text_put(dictionary, dictionary->length > 1 ? ",{" : "{");
	text_array_element(dictionary, cell_text_of(cells, FIELD_NAME));
	text_array_element(dictionary, cell_text_of(cells, FIELD_FORM));
	text_array_element(dictionary, cell_text_of(cells, FIELD_LABEL));
	text_array_element(dictionary, choices);
	text_put(dictionary, "}");
}

static void
read_dictionary(Text *dictionary, const char *path)
{
	CellFile	cells = {.path = path, .delimiter = ',', .reader = add_field, .argument = dictionary};

	text_put(dictionary, "{");
	cell_file_read(&cells);
	text_put(dictionary, "}");
}

/* Keeps the header, and the cells of the first records. */
static void
take_record(CellFile *cells, void *argument)
{
	Proposal   *proposal = argument;
	bool		is_header = proposal->records++ == 0;
	char		place[12];

	if (is_header)
		cell_require_headings(cells);
	for (size_t i = 0; i < cells->ncells; i++)
	{
		if (is_header)
		{
			text_array_element(&proposal->header, cell_text_of(cells, i));
			continue;
		}
		snprintf(place, sizeof(place), "%zu", i + 1);
		text_put(&proposal->sample, proposal->sample.length > 1 ? ",{" : "{");
		text_array_element(&proposal->sample, place);
		text_array_element(&proposal->sample, cell_text_of(cells, i));
		text_put(&proposal->sample, "}");
	}
	cells->stops = proposal->records > SAMPLE_RECORDS;
}

/* Has the study say what the columns are. */
static void
propose(const Proposal *proposal, const char *path)
{
	const char *values[] = {proposal->options->study, proposal->options->table, base_name(path), proposal->header.data,
	proposal->dictionary.data, proposal->options->form};
	const char *unknown[] = {values[0], values[1], values[2], proposal->sample.data};

	/* COPY takes no parameters: what they are goes by way of a temporary table. */
	if (proposal->dictionary.data)
		PQclear(server_query("select _virotrial.load_propose_form($1::name, $2, $3, $4::text[], $5::text[], $6)", 6, values));
	else
		PQclear(server_query("select _virotrial.load_propose($1::name, $2, $3, $4::text[])", 4, values));
	/* A message has the headings that its reader gives it, and a record of REDCap the fields of all forms. */
	if (proposal->dictionary.data == NULL && cell_file_is_csv(path))
		PQclear(server_query("select _virotrial.load_propose_unknown($1::name, $2, $3, $4::text[])", 4, unknown));
	server_copy_out("copy (select kind, name, value, detail from pg_temp.load_proposal order by place, kind collate \"C\") to stdout (format csv, header)", stdout);
}

/* Writes a mapping to the program's output. */
ExitCode
map_file(const LoadOptions *options, const char *path)
{
	Proposal	proposal = {.options = options};
	CellFile	cells = {.path = path, .encoding = options->encoding, .delimiter = options->delimiter,
		.reader = take_record, .argument = &proposal};

	if (path == NULL)
		fail(EXIT_USAGE, "name one file: virotrial map STUDY FILE");
	if (options->dictionary)
		read_dictionary(&proposal.dictionary, options->dictionary);
	text_put(&proposal.header, "{");
	text_put(&proposal.sample, "{");
	cell_file_read(&cells);
	text_put(&proposal.header, "}");
	text_put(&proposal.sample, "}");
	if (proposal.records == 0)
		fail(EXIT_USAGE, "%s: the file has no header\nHint: Its first line names the columns.", path);
	server_do("begin");
	propose(&proposal, path);
	server_do("rollback");
	return EXIT_DONE;
}
