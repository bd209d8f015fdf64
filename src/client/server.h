/*-------------------------------------------------------------------------
 *
 * server.h
 *	  The connection to the server.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SERVER_H
#define SERVER_H

#include <libpq-fe.h>
#include <stdio.h>

#include "client/client.h"

/* What the user said of the connection; libpq finds the rest. */
typedef struct ServerOptions
{
	const char *database;		/* a name, a URI or a connection string */
	const char *host;
	const char *port;
	const char *user;
	bool		needs_password;
	bool		never_asks;
} ServerOptions;

extern void server_connect(const ServerOptions *options);
extern void server_disconnect(void);
extern PGresult *server_query(const char *query, int count, const char *const *values);
extern char *server_identifier(const char *name);
extern char *server_literal(const char *value);
extern void server_use_extension(void);
extern void server_do(const char *query);
extern void server_commit(void);
extern void server_phase(const char *phase);
extern void server_show_steps(void);
extern void server_stream(const char *query, int count, const char *const *values,
						  void (*reader) (const PGresult *row, void *argument), void *argument);
extern void server_copy_out(const char *query, FILE *stream);
extern void server_copy_begin(const char *table);
extern void server_copy_put(Text *text);
extern void server_copy_end(void);

#endif							/* SERVER_H */
