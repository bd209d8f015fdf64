/*-------------------------------------------------------------------------
 *
 * load.h
 *	  virotrial load: the files of a delivery into a study.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LOAD_H
#define LOAD_H

#include "client/cell_file.h"
#include "client/mapping.h"

typedef enum ReportFormat
{
	REPORT_TEXT,
	REPORT_JSON,
	REPORT_CSV
} ReportFormat;

/* What the user said. */
typedef struct LoadOptions
{
	const char *study;
	const char *table;
	const char *mapping;
	const char *encoding;
	const char *date_format;
	const char *reason;
	const char *dictionary;		/* of REDCap, for a mapping */
	const char *form;
	char		delimiter;
	bool		has_comma;
	bool		is_dry;
	bool		accepts_good;
	bool		is_cumulative;
	bool		is_import;		/* of a whole study: rules are judged when all is in */
	bool		is_quiet;
	ReportFormat format;
} LoadOptions;

/* A file of the delivery. */
typedef struct LoadFile
{
	const char *path;
	Mapping		mapping;
	CellFile	cells;
	char		number[12];		/* as the server counts it; empty if it is not staged */
	char	   *staged;			/* its temporary table */
	size_t		ncolumns;
	char		digest[DIGEST_SIZE];

	/* what became of its rows, as texts of the server */
	char	   *lines;
	char	   *good;			/* they come in, or would */
	char	   *corrected;
	char	   *known;
	char	   *refused;
	bool		has_faults;
	bool		can_be_split;	/* every fault is of a row */
	char	   *reject_path;
} LoadFile;

typedef struct Load
{
	LoadOptions options;
	LoadFile   *files;
	size_t		nfiles;
} Load;

extern ExitCode load_files(Load *load);
extern void load_write_rejects(const Load *load, LoadFile *file);
extern void load_keep_rejects(const Load *load);
extern void load_report_faults(const Load *load);
extern void load_report_files(const Load *load, const char *verdict);

#endif							/* LOAD_H */
