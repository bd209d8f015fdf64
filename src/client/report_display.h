/*-------------------------------------------------------------------------
 *
 * report_display.h
 *	  The lines of a display of the report.
 *
 *-------------------------------------------------------------------------
 */
#ifndef REPORT_DISPLAY_H
#define REPORT_DISPLAY_H

#include "client/report.h"

/*
 * The results, which the transaction keeps in a setting for each display, and for each
 * analysis set that is not that of the session: a standby makes no table.
 */
#define REPORT_SETTING(display, set) "'virotrial_report.' || " display " || coalesce('_over_' || replace(" set ", ' ', '_'), '')"
#define REPORT_ROWS_OF(display, set) "coalesce(current_setting(" REPORT_SETTING(display, set) ", true), '{}')::analysis_result_row[]"
#define REPORT_RESULTS "(select result.* from virotrial_display as d " \
	"cross join (select null as name union all select analysis_set from virotrial_analysis_set) as s " \
	"cross join lateral unnest(" REPORT_ROWS_OF("d.display", "s.name") ") as result) as result"

/* The columns of a display's cells: one row per cell, or per line without cells. */
enum
{
	CELL_LINE,
	CELL_PART,
	CELL_LABEL,
	CELL_TEXT
};

/* The columns of a figure. */
enum
{
	FIGURE_TITLE,
	FIGURE_POPULATION,
	FIGURE_FOOTNOTE,
	FIGURE_SPECIFICATION
};

/* A result's rows that belong to one line of a display. */
typedef struct DisplayLine
{
	const PGresult *cells;
	int			first;
	int			count;			/* of the cells */
} DisplayLine;

extern PGresult *report_display(const char *display, const char *analysis_set);
extern PGresult *report_listing(const char *listing, const char *study, const char *data_cut);
extern PGresult *report_figure(const char *figure, const char *analysis_set, const ReportOptions *options);
extern bool next_line(DisplayLine *line);
extern const char *line_field(const DisplayLine *line, int column);
extern const char *line_cell(const DisplayLine *line, int cell);
extern bool line_is(const DisplayLine *line, const char *part);

#endif							/* REPORT_DISPLAY_H */
