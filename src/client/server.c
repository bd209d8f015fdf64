/*-------------------------------------------------------------------------
 *
 * server.c
 *	  The connection to the server, of which nothing lasts longer than a
 *	  transaction: a pool may stand between.
 *
 *-------------------------------------------------------------------------
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "client/progress.h"
#include "client/server.h"

/* How many seconds the server has to answer an interrupt. */
#define PATIENCE 10

static PGconn *connection = NULL;
static PGcancel *cancel = NULL;
static volatile sig_atomic_t is_interrupted = 0;
static volatile sig_atomic_t is_committing = 0;
static bool has_committed = false;

static void
write_error(const char *text)
{
	if (write(STDERR_FILENO, text, strlen(text)) < 0)
		_exit(EXIT_INTERRUPTED);
}

/* Ends the program while the server is silent: a second interrupt, or some time after the first. */
static void
leave(int signal_number)
{
	write_error("virotrial: interrupted; the server does not answer");
	write_error(is_committing ? ", and it may have taken all or nothing\n" : "; nothing was changed\n");
	_exit(EXIT_INTERRUPTED);
}

/* Asks the server to stop.  A network that is cut may keep even this from coming back. */
static void
interrupt(int signal_number)
{
	char		problem[256];

	if (is_interrupted)
		leave(signal_number);
	is_interrupted = 1;
	alarm(PATIENCE);
	if (cancel)
		PQcancel(cancel, problem, sizeof(problem));
}

/* Handles a signal, also while another is handled. */
static void
handle(int signal_number, void (*handler) (int))
{
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART | SA_NODEFER};

	sigemptyset(&action.sa_mask);
	sigaction(signal_number, &action, NULL);
}

void
server_disconnect(void)
{
	if (connection)
		PQfinish(connection);
	connection = NULL;
}

static void
fail_interrupted(void)
{
	fail(EXIT_INTERRUPTED, "interrupted; nothing %swas changed", has_committed ? "more " : "");
}

/* What libpq says, in one line. */
static char *
one_line(const char *message)
{
	Text		line = {0};

	for (; *message; message++)
		if (*message != '\n' && *message != '\t')
			text_add(&line, message, 1);
		else if (message[1] && message[1] != '\n' && message[1] != '\t')
			text_add(&line, " ", 1);
	return line.data;
}

/* Says what the server said, and ends the program; the server undoes the transaction. */
static void
fail_by_server(const PGresult *result)
{
	const char *message = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	const char *detail = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL) : NULL;
	const char *hint = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_HINT) : NULL;
	const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
	Text		text = {0};

	if (is_interrupted)
		fail_interrupted();
	if (PQstatus(connection) != CONNECTION_OK)
		fail(EXIT_SERVER, "the connection was lost: %s\nHint: Nothing of this transaction is in the study. Run the same command again.",
			 message ? message : one_line(PQerrorMessage(connection)));
	if (message == NULL)
		fail(EXIT_SERVER, "%s", PQerrorMessage(connection));
	text_put(&text, message);
	if (detail)
		text_print(&text, "\nDetail: %s", detail);
	if (hint)
		text_print(&text, "\nHint: %s", hint);
	/* What the functions of the extension say of a file and its mapping is for its owner to mend; a rule refuses rows. */
	fail(state && (strncmp(state, "22", 2) == 0 || strcmp(state, "42P01") == 0) ? EXIT_USAGE :
		 state && strncmp(state, "23", 2) == 0 ? EXIT_FAULTS : EXIT_SERVER, "%s", text.data);
}

static char *
ask_password(void)
{
	return getpass("Password: ");
}

static PGconn *
try_connect(const ServerOptions *options, const char *password)
{
	/* A network that is gone is noticed within two minutes, unless the connection string says when. */
	const char *names[] = {"keepalives_idle", "keepalives_interval", "keepalives_count",
	"dbname", "host", "port", "user", "password", "fallback_application_name", "client_encoding", NULL};
	const char *values[] = {"60", "10", "6",
		options->database, options->host, options->port, options->user, password, "virotrial", "UTF8", NULL};

	return PQconnectdbParams(names, values, 1);
}

/* Of messages below NOTICE those of this state are steps of what was asked for: show_progress() writes them. */
static void
take_notice(void *argument, const PGresult *notice)
{
	const char *state = PQresultErrorField(notice, PG_DIAG_SQLSTATE);
	const char *severity = PQresultErrorField(notice, PG_DIAG_SEVERITY_NONLOCALIZED);

	if (state && strcmp(state, "VT001") == 0)
		progress_step(PQresultErrorField(notice, PG_DIAG_MESSAGE_PRIMARY));
	else if (severity && strcmp(severity, "DEBUG") != 0 && strcmp(severity, "LOG") != 0)
		progress_interrupt(PQresultErrorMessage(notice));
}

/* Connects, and asks for a password where the server wants one. */
void
server_connect(const ServerOptions *options)
{
	connection = try_connect(options, options->needs_password ? ask_password() : NULL);
	if (PQstatus(connection) != CONNECTION_OK && PQconnectionNeedsPassword(connection) && !options->never_asks)
	{
		PQfinish(connection);
		connection = try_connect(options, ask_password());
	}
	if (PQstatus(connection) != CONNECTION_OK)
		fail(EXIT_SERVER, "%s", PQerrorMessage(connection));
	at_failure(server_disconnect);
	PQsetErrorVerbosity(connection, PQERRORS_TERSE);
	PQsetNoticeReceiver(connection, take_notice, NULL);
	cancel = PQgetCancel(connection);
	handle(SIGINT, interrupt);
	handle(SIGTERM, interrupt);
	handle(SIGALRM, leave);
	handle(SIGPIPE, SIG_IGN);
}

static void
require(const PGresult *result, ExecStatusType status)
{
	if (PQresultStatus(result) != status)
		fail_by_server(result);
	if (is_interrupted)
		fail_interrupted();
}

/* Waits until the server answers, and shows how long. */
static void
await_answer(void)
{
	while (PQisBusy(connection))
	{
		struct pollfd descriptor = {.fd = PQsocket(connection), .events = POLLIN};

		if (poll(&descriptor, 1, 500) == 0)
			progress_tick();
		else if (!PQconsumeInput(connection))
			break;
	}
}

/* The rows of a query; parameters are texts. */
PGresult *
server_query(const char *query, int count, const char *const *values)
{
	PGresult   *result;
	PGresult   *rest;

	if (!PQsendQueryParams(connection, query, count, NULL, values, NULL, NULL, 0))
		fail_by_server(NULL);
	await_answer();
	result = PQgetResult(connection);
	while ((rest = PQgetResult(connection)) != NULL)
		PQclear(rest);
	require(result, PQresultStatus(result) == PGRES_COMMAND_OK ? PGRES_COMMAND_OK : PGRES_TUPLES_OK);
	return result;
}

void
server_do(const char *query)
{
	PQclear(server_query(query, 0, NULL));
}

/* A name as an identifier of SQL, to be freed by PQfreemem(). */
char *
server_identifier(const char *name)
{
	char	   *identifier = PQescapeIdentifier(connection, name, strlen(name));

	if (identifier == NULL)
		fail(EXIT_USAGE, "\"%s\" is not a name", name);
	return identifier;
}

/* A value as a literal of SQL, to be freed by PQfreemem(). */
char *
server_literal(const char *value)
{
	char	   *literal = PQescapeLiteral(connection, value, strlen(value));

	if (literal == NULL)
		fail(EXIT_USAGE, "\"%s\" cannot be said to the server", value);
	return literal;
}

/* Lets the functions of the extension be found until the end of the transaction. */
void
server_use_extension(void)
{
	server_do("select set_config('search_path', quote_ident(nspname) || ', pg_catalog, pg_temp', true) "
			  "from pg_catalog.pg_extension join pg_catalog.pg_namespace on pg_namespace.oid = extnamespace "
			  "where extname = 'virotrial'");
}

/* Commits.  Without an answer nobody knows whether the server did.  An interrupt comes too late once it has. */
void
server_commit(void)
{
	PGresult   *result;

	is_committing = 1;
	result = PQexec(connection, "commit");
	if (PQstatus(connection) != CONNECTION_OK)
		fail(EXIT_SERVER, "the connection was lost at the end, and the server may have taken all or nothing\n"
			 "Hint: Run the same command again: what is in the study is not loaded twice.");
	is_committing = 0;
	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_by_server(result);
	has_committed = true;
	PQclear(result);
}

/* Shows other sessions what this one does: column application_name of pg_stat_activity. */
void
server_phase(const char *phase)
{
	const char *values[] = {phase};

	PQclear(server_query("select set_config('application_name', 'virotrial: ' || $1, true)", 1, values));
}

/* Lets the server tell its steps until the end of the transaction, where they are shown. */
void
server_show_steps(void)
{
	if (progress_is_shown())
		server_do("set local client_min_messages = debug1");
}

/* Tells a reader of each row of a query, of which one at a time is in memory. */
void
server_stream(const char *query, int count, const char *const *values,
			  void (*reader) (const PGresult *row, void *argument), void *argument)
{
	PGresult   *result;

	if (!PQsendQueryParams(connection, query, count, NULL, values, NULL, NULL, 0) || !PQsetSingleRowMode(connection))
		fail_by_server(NULL);
	while ((result = PQgetResult(connection)) != NULL)
	{
		if (PQresultStatus(result) == PGRES_SINGLE_TUPLE)
			reader(result, argument);
		else
			require(result, PGRES_TUPLES_OK);
		PQclear(result);
	}
}

/* Writes what COPY ... TO STDOUT gives to a file. */
void
server_copy_out(const char *query, FILE *stream)
{
	char	   *row;
	int			length;
	PGresult   *result = PQexec(connection, query);

	require(result, PGRES_COPY_OUT);
	PQclear(result);
	while ((length = PQgetCopyData(connection, &row, 0)) > 0)
	{
		fwrite(row, 1, (size_t) length, stream);
		PQfreemem(row);
	}
	while ((result = PQgetResult(connection)) != NULL)
	{
		require(result, PGRES_COMMAND_OK);
		PQclear(result);
	}
}

void
server_copy_begin(const char *table)
{
	Text		query = {0};
	PGresult   *result;

	text_print(&query, "copy pg_temp.%s from stdin", table);
	result = PQexec(connection, query.data);
	require(result, PGRES_COPY_IN);
	PQclear(result);
	free(query.data);
}

/* Sends what is to be copied, and forgets it. */
void
server_copy_put(Text *text)
{
	if (is_interrupted)
		fail_interrupted();
	if (PQputCopyData(connection, text->data, (int) text->length) != 1)
		fail_by_server(NULL);
	text_clear(text);
}

void
server_copy_end(void)
{
	PGresult   *result;

	if (PQputCopyEnd(connection, NULL) != 1)
		fail_by_server(NULL);
	while ((result = PQgetResult(connection)) != NULL)
	{
		require(result, PGRES_COMMAND_OK);
		PQclear(result);
	}
}
