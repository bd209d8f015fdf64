/*-------------------------------------------------------------------------
 *
 * new.c
 *	  virotrial new and virotrial demo: make a study, with simulated subjects or
 *	  none, and say what comes next.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/new.h"
#include "client/progress.h"
#include "client/server.h"

/* Makes the extension in a schema of its own, unless the database has it. */
static void
require_extension(void)
{
	PGresult   *found = server_query("select from pg_catalog.pg_extension where extname = 'virotrial'", 0, NULL);

	if (PQntuples(found) == 0)
	{
		server_do("create schema if not exists virotrial");
		server_do("create extension virotrial schema virotrial");
	}
	PQclear(found);
	server_use_extension();
}

/* The protocol as create_study takes it: the text of a file, or a name. */
static char *
protocol_of(const char *protocol)
{
	bool		is_path = strchr(protocol, '/') != NULL || strstr(protocol, ".json") != NULL;
	char	   *text = is_path || access(protocol, F_OK) == 0 ? read_text(protocol) : need_memory(strdup(protocol));

	if (text == NULL)
		fail(EXIT_USAGE, "%s: %s", protocol, strerror(errno));
	return text;
}

static void
create_study(const NewOptions *options)
{
	const char *trust = options->trusts_sql ? "true" : "false";

	if (options->protocol)
	{
		char	   *protocol = protocol_of(options->protocol);
		const char *values[] = {options->study, trust, protocol};

		PQclear(server_query("call create_study($1, protocol => $3, trust_sql => $2::boolean)", lengthof(values), values));
		free(protocol);
	}
	else
	{
		const char *values[] = {options->study, trust};

		PQclear(server_query("call create_study($1, trust_sql => $2::boolean)", lengthof(values), values));
	}
}

/* Simulates subjects; what the user did not say is as simulate_study() has it. */
static void
simulate_study(const NewOptions *options)
{
	const char *const names[] = {"subjects", "sites", "seed"};
	const char *const given[] = {options->subjects, options->sites, options->seed};
	const char *values[1 + lengthof(names)] = {options->study};
	int			count = 1;
	Text		query = {0};

	text_put(&query, "call simulate_study($1");
	for (size_t i = 0; i < lengthof(names); i++)
		if (given[i])
		{
			values[count++] = given[i];
			text_print(&query, ", %s => $%d::bigint::%s", names[i], count, i == 2 ? "bigint" : "integer");
		}
	text_put(&query, ")");
	progress_begin(options->is_quiet);
	progress_say(options->study, "simulating");
	server_show_steps();
	PQclear(server_query(query.data, count, values));
	progress_done("simulated");
	free(query.data);
}

static void
say_next(const NewOptions *options)
{
	const char *study = options->study;
	PGresult   *about = server_query("select quote_ident(nspname), quote_ident(current_database()), current_setting('search_path') ~ nspname "
									 "from pg_catalog.pg_extension join pg_catalog.pg_namespace on pg_namespace.oid = extnamespace "
									 "where extname = 'virotrial'", 0, NULL);

	printf("Study \"%s\" is made%s.\n\nNext:\n", study, options->is_demo ? ", with simulated subjects" : "");
	if (strcmp(PQgetvalue(about, 0, 2), "f") == 0)
		printf("  alter database %s set search_path = \"$user\", public, %s;   -- in psql, once\n", PQgetvalue(about, 0, 1), PQgetvalue(about, 0, 0));
	if (options->is_demo)
		printf("  virotrial report %s\n  virotrial export %s DIRECTORY\n", study, study);
	else
		printf("  virotrial load %s site.csv subject.csv ...\n", study);
	if (options->is_secured)
		printf("  grant \"%s_clerk\" to LOGIN;   -- and a row of table site_access for each site\n", study);
	else if (!options->is_demo)
		printf("  call secure_study('%s');   -- before others than its owner use it\n", study);
	printf("  virotrial check %s\n", study);
	PQclear(about);
}

/* Makes a study, in one transaction. */
ExitCode
make_study(const NewOptions *options)
{
	const char *study[] = {options->study};

	server_do("begin");
	server_do("set local client_min_messages = warning");
	require_extension();
	create_study(options);
	if (options->is_demo)
		simulate_study(options);
	if (options->is_secured)
		PQclear(server_query("call secure_study($1)", 1, study));
	server_commit();
	if (!options->is_quiet)
		say_next(options);
	return EXIT_DONE;
}
