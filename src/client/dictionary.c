/*-------------------------------------------------------------------------
 *
 * dictionary.c
 *	  virotrial meddra and virotrial whodrug: send the files of a dictionary to a
 *	  study.  The server does not read them itself, since that is for superusers,
 *	  and they are not on its machine.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/dictionary.h"
#include "client/server.h"

#define MAXIMUM_FILES 3

typedef struct Dictionary
{
	const char *name;
	const char *call;			/* $1 is the study, $2 the version, then come the files */
	const char *files[MAXIMUM_FILES];
	const char *names;			/* those of the files */
} Dictionary;

static const Dictionary meddra = {
	"MedDRA", "call load_meddra($1::name, $2, $3, $4)", {"llt.asc", "mdhier.asc"}, "llt.asc and mdhier.asc"
};
static const Dictionary whodrug = {
	"WHODrug", "call load_whodrug($1::name, $2, $3, $4, $5)", {"DD.txt", "DDA.txt", "INA.txt"}, "DD.txt, DDA.txt and INA.txt"
};

/* Takes the blanks from the ends of lines, which are most of a file of fixed columns. */
static void
strip_lines(char *text)
{
	char	   *end = text;

	for (const char *from = text; *from; from++)
	{
		if (*from == '\n')
			while (end > text && (end[-1] == ' ' || end[-1] == '\r'))
				end--;
		*end++ = *from;
	}
	*end = '\0';
}

static char *
read_file_of(const char *directory, const char *name, const Dictionary *dictionary)
{
	Text		path = {0};
	char	   *text;

	text_print(&path, "%s/%s", directory, name);
	text = read_text(path.data);
	if (text == NULL)
		fail(EXIT_USAGE, "%s: %s\nHint: Name the directory with %s of %s.", path.data, strerror(errno), dictionary->names,
			 dictionary->name);
	free(path.data);
	strip_lines(text);
	return text;
}

/* Loads a version of a dictionary from a directory; says how many terms it has. */
static ExitCode
load_dictionary(const Dictionary *dictionary, const char *study, const char *directory, const char *version)
{
	char	   *texts[MAXIMUM_FILES];
	const char *values[2 + MAXIMUM_FILES] = {study, version};
	int			files = 0;
	PGresult   *result;

	for (; files < MAXIMUM_FILES && dictionary->files[files]; files++)
		values[2 + files] = texts[files] = read_file_of(directory, dictionary->files[files], dictionary);
	server_do("begin");
	server_use_extension();
	result = server_query(dictionary->call, 2 + files, values);
	server_commit();
	printf("%s %s: %s terms\n", dictionary->name, version, PQgetvalue(result, 0, 0));
	PQclear(result);
	while (files > 0)
		free(texts[--files]);
	return EXIT_DONE;
}

/* Loads a version of MedDRA from a directory. */
ExitCode
load_meddra(const char *study, const char *directory, const char *version)
{
	return load_dictionary(&meddra, study, directory, version);
}

/* Loads a version of WHODrug, in format B3, from a directory. */
ExitCode
load_whodrug(const char *study, const char *directory, const char *version)
{
	return load_dictionary(&whodrug, study, directory, version);
}
