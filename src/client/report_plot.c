/*-------------------------------------------------------------------------
 *
 * report_plot.c
 *	  Figures of a report for the terminal: curves in dots of Braille, and estimates
 *	  with their limits, of the same data as the figures of the page.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/report.h"
#include "client/report_display.h"

#define COLUMNS 72
#define ROWS 14
#define BAR_COLUMNS 64
#define LABEL_WIDTH 52
#define MAXIMUM_SERIES 9

/* A character of Braille has two columns of four dots. */
#define DOT_COLUMNS (2 * COLUMNS)
#define DOT_ROWS (4 * ROWS)

/* What the terminal shows, and after which display. */
static const struct
{
	const char *figure;
	const char *display;
	const char *axis;			/* of a curve, what its x axis counts; NULL for estimates */
}			plots[] = {
	{"accrual", "consort", "days from the first enrolment"},
	{"kaplan_meier", "kaplan_meier", "days from the first dose"},
	{"time_to_response", "kaplan_meier", "days from the first dose"},
	{"response", "response", NULL},
	{"viral_load_change", "viral_load_change", NULL},
	{"cd4_change", "cd4_change", NULL}
};

#define DATA "jsonb_to_recordset($1::jsonb->'data'->'values') as one (series text, visit text, variable text, place integer, " \
	"statistic text, value float8, label text, y float8)"

/* The corners of each curve, in its order. */
static const char corners[] = "select series, x, y from (select series, max(value) filter (where statistic = 'days') as x, "
	"max(value) filter (where statistic = 'percent') as y from " DATA " where statistic is not null and visit is null "
	"group by series, place union all select 'subjects', label::date - min(label::date) over (), y from " DATA
	" where statistic is null) as corner order by series, x, case when series = 'subjects' then y else -y end";

/* Each estimate with its limits, and the least and the greatest of all. */
static const char estimates[] = "select concat_ws(', ', nullif(series, 'all subjects'), case when variables > 1 "
	"then variable end, visit, what) as label, mid, low, high, least(0, min(low) over (), min(mid) over ()), "
	"case when what is null then 100 else greatest(max(high) over (), max(mid) over ()) end "
	"from (select series, variable, visit, place, nullif(what, '') as what, max(value) filter (where statistic = mid) as mid, "
	"max(value) filter (where statistic = low) as low, max(value) filter (where statistic = high) as high, "
	"(select count(distinct variable) from " DATA ") as variables from " DATA " cross join (values ('', 'percent', 'ci_lower', 'ci_upper'), "
	"('mean', 'mean', 'ci_lower', 'ci_upper'), ('mean by likelihood', 'mean_mle', 'mle_ci_lower', 'mle_ci_upper')) as kind (what, mid, low, high) "
	"group by series, variable, visit, place, kind.what) as estimate where mid is not null order by variable, place, series, what";

static double
number(const PGresult *rows, int row, int column)
{
	return atof(PQgetvalue(rows, row, column));
}

static void
set_dot(unsigned char grid[ROWS][COLUMNS], int x, int y)
{
	static const unsigned char bits[4][2] = {{0x01, 0x08}, {0x02, 0x10}, {0x04, 0x20}, {0x40, 0x80}};

	if (x >= 0 && x < DOT_COLUMNS && y >= 0 && y < DOT_ROWS)
		grid[y / 4][x / 2] |= bits[y % 4][x % 2];
}

/* A step of a curve: along to the next corner, then up or down to it. */
static void
draw_step(unsigned char grid[ROWS][COLUMNS], int x, int y, int next_x, int next_y)
{
	for (; x < next_x; x++)
		set_dot(grid, x, y);
	for (; y != next_y; y += next_y > y ? 1 : -1)
		set_dot(grid, x, y);
	set_dot(grid, x, y);
}

static void
print_grid(unsigned char grid[ROWS][COLUMNS], char ends[ROWS][COLUMNS], double height)
{
	for (int row = 0; row < ROWS; row++)
	{
		if (row % (ROWS / 2) == 0)
			printf("%8.0f ┤", height * (ROWS - row) / ROWS);
		else
			printf("%8s │", "");
		for (int column = 0; column < COLUMNS; column++)
			if (ends[row][column])
				putchar(ends[row][column]);
			else if (grid[row][column])
				printf("%c%c%c", 0xE2, 0xA0 + (grid[row][column] >> 6), 0x80 + (grid[row][column] & 0x3F));
			else
				putchar(' ');
		putchar('\n');
	}
}

/* Prints curves of steps, each with a digit at its end. */
static void
print_curves(const PGresult *rows, const char *axis)
{
	unsigned char grid[ROWS][COLUMNS] = {{0}};
	char		ends[ROWS][COLUMNS] = {{0}};
	double		width = 1;
	double		height = 1;
	int			series = 0;
	Text		legend = {0};

	for (int i = 0; i < PQntuples(rows); i++)
	{
		width = number(rows, i, 1) > width ? number(rows, i, 1) : width;
		height = number(rows, i, 2) > height ? number(rows, i, 2) : height;
	}
	for (int i = 0, last_x = 0, last_y = 0; i < PQntuples(rows) && series <= MAXIMUM_SERIES; i++)
	{
		bool		is_first = i == 0 || strcmp(PQgetvalue(rows, i, 0), PQgetvalue(rows, i - 1, 0)) != 0;
		bool		is_last = i + 1 == PQntuples(rows) || strcmp(PQgetvalue(rows, i, 0), PQgetvalue(rows, i + 1, 0)) != 0;
		int			x = (int) (number(rows, i, 1) / width * (DOT_COLUMNS - 3));
		int			y = (int) ((1 - number(rows, i, 2) / height) * (DOT_ROWS - 1));

		draw_step(grid, is_first ? x : last_x, is_first ? y : last_y, x, y);
		last_x = x;
		last_y = y;
		if (is_last && ++series <= MAXIMUM_SERIES)
		{
			ends[y / 4][x / 2 + 1 < COLUMNS ? x / 2 + 1 : COLUMNS - 1] = (char) ('0' + series);
			text_print(&legend, "  %d: %s", series, PQgetvalue(rows, i, 0));
		}
	}
	print_grid(grid, ends, height);
	printf("%8d └0%*.0f\n%10s%s\n", 0, COLUMNS - 2, width, "", axis);
	text_put(&legend, series > MAXIMUM_SERIES ? "  and others" : "");
	print_paragraph(legend.data, PAGE_WIDTH);
	free(legend.data);
}

/* Prints a label as wide as all are. */
static void
print_label(const char *label)
{
	int			width = 0;

	for (; *label && width < LABEL_WIDTH - 1; width++)
		for (size_t rest = utf8_length((unsigned char) *label); rest > 0 && *label; rest--)
			putchar(*label++);
	printf("%*s│", LABEL_WIDTH - width, "");
}

/* Prints an estimate on each line, between its limits. */
static void
print_estimates(const PGresult *rows)
{
	double		from = PQntuples(rows) > 0 ? number(rows, 0, 4) : 0;
	double		scale = PQntuples(rows) > 0 && number(rows, 0, 5) > from ? (BAR_COLUMNS - 1) / (number(rows, 0, 5) - from) : 1;

	for (int i = 0; i < PQntuples(rows); i++)
	{
		int			mid = (int) ((number(rows, i, 1) - from) * scale + 0.5);
		int			low = PQgetisnull(rows, i, 2) ? mid : (int) ((number(rows, i, 2) - from) * scale + 0.5);
		int			high = PQgetisnull(rows, i, 3) ? mid : (int) ((number(rows, i, 3) - from) * scale + 0.5);

		print_label(PQgetvalue(rows, i, 0));
		for (int column = 0; column <= high && column < BAR_COLUMNS; column++)
			fputs(column == mid ? "●" : column < low ? " " : column == low ? "├" : column == high ? "┤" : "─", stdout);
		putchar('\n');
	}
	if (PQntuples(rows) > 0)
		printf("%*s└%-*.4g%.4g\n", LABEL_WIDTH, "", BAR_COLUMNS - 4, from, number(rows, 0, 5));
}

/* Prints the figures that belong to a display. */
void
print_plots(const char *display, const ReportOptions *options)
{
	for (size_t i = 0; i < lengthof(plots); i++)
		if (strcmp(plots[i].display, display) == 0)
		{
			PGresult   *figure = report_figure(plots[i].figure, NULL, options);
			const char *values[] = {PQgetvalue(figure, 0, FIGURE_SPECIFICATION)};
			PGresult   *rows = server_query(plots[i].axis ? corners : estimates, 1, values);

			print_paragraph(PQgetvalue(figure, 0, FIGURE_TITLE), PAGE_WIDTH);
			putchar('\n');
			if (PQntuples(rows) == 0)
				puts("Nothing to show.");
			else if (plots[i].axis)
				print_curves(rows, plots[i].axis);
			else
				print_estimates(rows);
			putchar('\n');
			PQclear(rows);
			PQclear(figure);
		}
}
