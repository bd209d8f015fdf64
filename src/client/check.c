/*-------------------------------------------------------------------------
 *
 * check.c
 *	  virotrial check: asks a study what is wrong with it.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>

#include "client/check.h"
#include "client/server.h"

/* Each asks for lines; none is good.  $1 is the study, and %s its schema. */
static const struct
{
	const char *title;
	const char *query;
}			checks[] = {
	{"configuration", "select concat_ws(': ', problem, object, detail), hint from study_problems($1)"},
	{"rule", "select concat_ws(': ', table_name, concat_ws(' ', site_id, subject_id, item), reason), rule from violations($1)"},
	{"overdue query", "select concat_ws(': ', concat_ws(' ', site_id, subject_id), message), 'due ' || due "
	"from %s.query_status where is_overdue and $1 <> ''"},
	{"seal", "select concat_ws(': ', 'block ' || block, concat_ws(' ', table_name, key, column_name), finding), null "
	"from verify($1)"}
};

/* A check on its way. */
typedef struct Check
{
	const char *title;
	int			lines;
} Check;

static void
print_line(const PGresult *row, void *argument)
{
	Check	   *check = argument;

	check->lines++;
	printf("%s: %s", check->title, PQgetvalue(row, 0, 0));
	if (!PQgetisnull(row, 0, 1))
		printf(" [%s]", PQgetvalue(row, 0, 1));
	putchar('\n');
}

/* Runs every check; says of each how much it found. */
ExitCode
check_study(const char *study)
{
	const char *values[] = {study};
	char	   *schema = server_identifier(study);
	int			found = 0;

	server_do("begin isolation level repeatable read read only");
	server_use_extension();
	for (size_t i = 0; i < lengthof(checks); i++)
	{
		Check		check = {.title = checks[i].title};
		Text		query = {0};

		text_replace(&query, checks[i].query, schema);
		server_stream(query.data, 1, values, print_line, &check);
		printf("%s: %d found\n", check.title, check.lines);
		found += check.lines;
		free(query.data);
	}
	server_do("commit");
	PQfreemem(schema);
	return found > 0 ? EXIT_FAULTS : EXIT_DONE;
}
