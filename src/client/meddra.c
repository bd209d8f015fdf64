/*-------------------------------------------------------------------------
 *
 * meddra.c
 *	  virotrial meddra: sends the files of MedDRA to a study.  The server does not
 *	  read them itself, since that is for superusers, and they are not on its machine.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/meddra.h"
#include "client/server.h"

static char *
read_file_of(const char *directory, const char *name)
{
	Text		path = {0};
	char	   *text;

	text_print(&path, "%s/%s", directory, name);
	text = read_text(path.data);
	if (text == NULL)
		fail(EXIT_USAGE, "%s: %s\nHint: Name the directory with llt.asc and mdhier.asc of MedDRA.", path.data, strerror(errno));
	free(path.data);
	return text;
}

/* Loads a version of MedDRA from a directory; says how many terms it has. */
ExitCode
load_meddra(const char *study, const char *directory, const char *version)
{
	char	   *llt = read_file_of(directory, "llt.asc");
	char	   *mdhier = read_file_of(directory, "mdhier.asc");
	const char *values[] = {study, version, llt, mdhier};
	PGresult   *result;

	server_do("begin");
	server_use_extension();
	result = server_query("call load_meddra($1::name, $2, $3, $4)", lengthof(values), values);
	server_do("commit");
	printf("MedDRA %s: %s terms\n", version, PQgetvalue(result, 0, 0));
	PQclear(result);
	free(llt);
	free(mdhier);
	return EXIT_DONE;
}
