/*-------------------------------------------------------------------------
 *
 * report.h
 *	  virotrial report: the tables and figures of a study.
 *
 *-------------------------------------------------------------------------
 */
#ifndef REPORT_H
#define REPORT_H

#include "client/server.h"

/* What the user said. */
typedef struct ReportOptions
{
	const char *study;
	const char *data_cut;		/* NULL for that of the session */
	const char *by;				/* a column of analysis_subject, or NULL */
	const char *template;		/* a file; NULL for the one that is built in */
	const char *asset;			/* the script that draws figures */
	const char *output;
	bool		makes_pdf;
	bool		is_text;		/* for the terminal */
	bool		is_quiet;
} ReportOptions;

/* The columns of a display's cells: one row per cell, or per line without cells. */
enum
{
	CELL_LINE,
	CELL_PART,
	CELL_LABEL,
	CELL_TEXT
};

/* A result's rows that belong to one line of a display. */
typedef struct DisplayLine
{
	const PGresult *cells;
	int			first;
	int			count;			/* of the cells */
} DisplayLine;

extern ExitCode write_report(const ReportOptions *options);
extern PGresult *report_display(const char *display);
extern bool next_line(DisplayLine *line);
extern const char *line_field(const DisplayLine *line, int column);
extern const char *line_cell(const DisplayLine *line, int cell);
extern bool line_is(const DisplayLine *line, const char *part);

extern void page_display(Text *page, const char *display, const ReportOptions *options);
extern void page_figure(Text *page, const char *figure, const ReportOptions *options);
extern void page_text(Text *page, const char *text);
extern void page_asset(Text *page, const char *path);
extern void print_display(const char *display);

#endif							/* REPORT_H */
