/*-------------------------------------------------------------------------
 *
 * report_display.c
 *	  A display of the report, line by line, as the page and the terminal read it.
 *
 *-------------------------------------------------------------------------
 */
#include <string.h>

#include "client/report_display.h"

/* The cells of a listing, line by line. */
PGresult *
report_listing(const char *listing, const char *study, const char *data_cut)
{
	const char *values[] = {study, listing, data_cut};

	return server_query("select line, part, label, cell from listing($1::name, $2, $3::date) "
						"with ordinality as shown (part, label, cells, line) "
						"left join lateral unnest(cells) with ordinality as one (cell, place) on true "
						"order by line, place", 3, values);
}

/* The cells of a display over an analysis set, or NULL for that of the session, line by line. */
PGresult *
report_display(const char *display, const char *analysis_set)
{
	const char *values[] = {display, analysis_set};
	PGresult   *cells = server_query("select line, part, label, cell "
									 "from _virotrial.display_rows($1, " REPORT_ROWS_OF("$1", "$2::text") ") "
									 "with ordinality as shown (part, label, cells, line) "
									 "left join lateral unnest(cells) with ordinality as one (cell, place) on true "
									 "order by line, place", 2, values);

	if (PQntuples(cells) == 0)
		fail(EXIT_USAGE, "there is no display \"%s\"\nHint: The table virotrial_display lists them.", display);
	return cells;
}

/* A figure with its title, population and footnote.  What draws single subjects is of those of the demographics, or of all enrolled. */
PGresult *
report_figure(const char *figure, const char *analysis_set, const ReportOptions *options)
{
	const char *values[] = {figure, options->study, options->data_cut, options->by, analysis_set};
	PGresult   *drawn = server_query("select specification->'title'->>'text', concat('Population: ', coalesce(counted.population, shown.population), "
									 "', N = ', coalesce(counted.printed, '0')), drawn.footnote, specification from ("
									 "select footnote, coalesce(display, case figure when 'accrual' then 'populations' else 'demographics' end) as display, "
									 "case when display is null then figure($2, figure, $3::date, $4::name, $5) "
									 "else _virotrial.figure_of_results(figure, " REPORT_ROWS_OF("display", "$5::text") ", "
									 "(select data_cut from " REPORT_RESULTS " limit 1)) end as specification "
									 "from virotrial_figure where figure = $1) as drawn join virotrial_display as shown using (display) "
									 "left join lateral (select population, printed from unnest(" REPORT_ROWS_OF("drawn.display", "$5::text") ") "
									 "where statistic = 'N' and \"grouping\" = 'all') as counted on true", 5, values);

	if (PQntuples(drawn) == 0)
		fail(EXIT_USAGE, "there is no figure \"%s\"\nHint: The table virotrial_figure lists them.", figure);
	return drawn;
}

/* Goes to the next line of a display, of which there may be none. */
bool
next_line(DisplayLine *line)
{
	int			rows = PQntuples(line->cells);

	line->first += line->count;
	line->count = 0;
	while (line->first + line->count < rows
		   && strcmp(PQgetvalue(line->cells, line->first + line->count, CELL_LINE), PQgetvalue(line->cells, line->first, CELL_LINE)) == 0)
		line->count++;
	return line->count > 0;
}

const char *
line_field(const DisplayLine *line, int column)
{
	return PQgetvalue(line->cells, line->first, column);
}

const char *
line_cell(const DisplayLine *line, int cell)
{
	return PQgetvalue(line->cells, line->first + cell, CELL_TEXT);
}

bool
line_is(const DisplayLine *line, const char *part)
{
	return strcmp(line_field(line, CELL_PART), part) == 0;
}
