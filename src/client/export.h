/*-------------------------------------------------------------------------
 *
 * export.h
 *	  virotrial export: the datasets of a study as files.
 *
 *-------------------------------------------------------------------------
 */
#ifndef EXPORT_H
#define EXPORT_H

#include "client/client.h"

/* What the user said. */
typedef struct ExportOptions
{
	const char *study;
	const char *directory;
	char	  **datasets;		/* their names */
	int			ndatasets;		/* 0 for all */
	const char *format;			/* csv or dataset-json; NULL for csv */
	const char *data_cut;		/* NULL for that of the session */
	const char *since;			/* for a batch file: the last one that is there; or NULL */
	bool		has_tables;		/* the tables of the study, not those of CDISC */
	bool		replaces;		/* files that are there */
	bool		is_quiet;
} ExportOptions;

extern ExitCode export_study(const ExportOptions *options);

#endif							/* EXPORT_H */
