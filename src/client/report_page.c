/*-------------------------------------------------------------------------
 *
 * report_page.c
 *	  The tables and figures of a report as HTML.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/report.h"
#include "client/report_display.h"

/* A cell of more characters may have several lines. */
#define LONG_CELL 12

/* Adds a character, or what stands for it where it would be taken for a tag. */
static void
add_character(Text *page, const char *character)
{
	switch (*character)
	{
		case '<':
			text_put(page, "&lt;");
			break;
		case '>':
			text_put(page, "&gt;");
			break;
		case '&':
			text_put(page, "&amp;");
			break;
		default:
			text_add(page, character, 1);
	}
}

/* Adds a text, of which nothing is taken for a tag, nor for the end of an attribute. */
void
page_text(Text *page, const char *text)
{
	for (; *text; text++)
	{
		if (*text == '"')
			text_put(page, "&quot;");
		else
			add_character(page, text);
	}
}

/* Adds data between tags.  Quotes stay as they are: a figure has so many that the page would be half as long again. */
static void
add_data(Text *page, const char *data)
{
	for (; *data; data++)
		add_character(page, data);
}

static void
add_element(Text *page, const char *open, const char *text, const char *close)
{
	text_put(page, open);
	page_text(page, text);
	text_put(page, close);
}

static const char *
analysis_set_of(const TemplatePart *part)
{
	return part->analysis_set[0] ? part->analysis_set : NULL;
}

/* Adds the call that gives the same again. */
static void
add_query(Text *page, const char *function, const TemplatePart *part, const ReportOptions *options)
{
	const char *values[] = {function, options->study, part->name, options->data_cut, options->by, analysis_set_of(part)};
	PGresult   *call = server_query("select format('select * from %s(%L, %s%L', $1::text, $2::text, case $1 when 'analysis_result' "
									"then 'display => ' end, $3::text) || coalesce(', data_cut => ' || quote_literal($4::text), '') "
									"|| coalesce(', by => ' || quote_literal($5::text), '') "
									"|| coalesce(', analysis_set => ' || quote_literal($6::text), '') || ');'", 6, values);

	add_element(page, "", PQgetvalue(call, 0, 0), "\n");
	PQclear(call);
}

static void
add_header(Text *page, const DisplayLine *line)
{
	const char *name = line_field(line, CELL_LABEL);

	text_put(page, "<div class=\"scroll\"><table><thead><tr>");
	if (*name)
		add_element(page, "<th scope=\"col\"><button type=\"button\">", name, "</button></th>");
	else
		text_put(page, "<th scope=\"col\"><button type=\"button\" class=\"nameless\" aria-label=\"Sort by name\">&#8597;</button></th>");
	for (int i = 0; i < line->count; i++)
		if (*line_cell(line, i))
			add_element(page, "<th scope=\"col\"><button type=\"button\">", line_cell(line, i), "</button></th>");
	text_put(page, "</tr></thead><tbody>\n");
}

static void
add_row(Text *page, const DisplayLine *line)
{
	text_print(page, "<tr class=\"%s\">", line_field(line, CELL_PART));
	add_element(page, "<th scope=\"row\">", line_field(line, CELL_LABEL), "</th>");
	for (int i = 0; i < line->count; i++)
		add_element(page, strlen(line_cell(line, i)) > LONG_CELL ? "<td class=\"long\">" : "<td>", line_cell(line, i), "</td>");
	text_put(page, "</tr>\n");
}

static void
add_line(Text *page, const DisplayLine *line, int *columns)
{
	if (line_is(line, "title"))
		add_element(page, "<h3>", line_field(line, CELL_LABEL), "</h3>\n");
	else if (line_is(line, "population"))
		add_element(page, "<p class=\"population\">", line_field(line, CELL_LABEL), "</p>\n");
	else if (line_is(line, "header"))
	{
		*columns = line->count;
		add_header(page, line);
	}
	else if (line_is(line, "section"))
	{
		text_print(page, "</tbody><tbody><tr class=\"section\"><th scope=\"rowgroup\" colspan=\"%d\">", *columns + 1);
		add_element(page, "", line_field(line, CELL_LABEL), "</th></tr>\n");
	}
	else if (line_is(line, "footnote"))
		add_element(page, "</tbody></table></div>\n<p class=\"footnote\">", line_field(line, CELL_LABEL), "</p>\n");
	else
		add_row(page, line);
}

/* Adds what a link of the contents leads to: kind-name, or kind-name-analysis-set. */
void
page_id(Text *page, const TemplatePart *part)
{
	text_print(page, "%s-%s%s", part->kind, part->name, part->analysis_set[0] ? "-" : "");
	for (const char *letter = part->analysis_set; *letter; letter++)
		text_add(page, *letter == ' ' ? "-" : letter, 1);
}

/* Adds a table with its title, population and footnote, and begins the list of its queries. */
static void
add_table(Text *page, const TemplatePart *part, PGresult *cells)
{
	DisplayLine line = {.cells = cells};
	int			columns = 0;

	text_print(page, "<section class=\"display%s\" id=\"", strcmp(part->kind, "listing") == 0 ? " listing" : "");
	page_id(page, part);
	text_put(page, "\">\n");
	while (next_line(&line))
		add_line(page, &line, &columns);
	text_put(page, "<details><summary>Query</summary><pre>");
	PQclear(cells);
}

/* Adds a listing with its query. */
void
page_listing(Text *page, const TemplatePart *part, const ReportOptions *options)
{
	ReportOptions ungrouped = *options;

	if (part->analysis_set[0])
		fail(EXIT_USAGE, "the template has listing %s over an analysis set\nHint: A listing has none. Leave out \", %s\".", part->name, part->analysis_set);
	ungrouped.by = NULL;
	add_table(page, part, report_listing(part->name, options->study, options->data_cut));
	add_query(page, "listing", part, &ungrouped);
	text_put(page, "</pre></details></section>\n");
}

/* Adds a table of results with its queries. */
void
page_display(Text *page, const TemplatePart *part, const ReportOptions *options)
{
	add_table(page, part, report_display(part->name, analysis_set_of(part)));
	add_query(page, "display", part, options);
	add_query(page, "analysis_result", part, options);
	text_put(page, "</pre></details></section>\n");
}

/* Adds a figure, which a script draws, with its query and specification. */
void
page_figure(Text *page, const TemplatePart *part, const ReportOptions *options)
{
	PGresult   *drawn = report_figure(part->name, analysis_set_of(part), options);

	text_put(page, "<figure id=\"");
	page_id(page, part);
	text_put(page, "\">\n");
	add_element(page, "<figcaption><h3>", PQgetvalue(drawn, 0, FIGURE_TITLE), "</h3>\n");
	add_element(page, "<p class=\"population\">", PQgetvalue(drawn, 0, FIGURE_POPULATION), "</p></figcaption>\n");
	text_put(page, "<div class=\"drawing\"></div>\n");
	add_element(page, "<p class=\"footnote\">", PQgetvalue(drawn, 0, FIGURE_FOOTNOTE), "</p>\n");
	text_put(page, "<details><summary>Query, specification and data</summary><pre>");
	add_query(page, "figure", part, options);
	text_put(page, "</pre><pre class=\"specification\">");
	add_data(page, PQgetvalue(drawn, 0, FIGURE_SPECIFICATION));
	text_put(page, "</pre></details></figure>\n");
	PQclear(drawn);
}

/* Adds the script that draws the figures, where it is installed. */
void
page_asset(Text *page, const char *path)
{
	char	   *script = read_text(path);
	const char *rest = script;
	const char *end;

	if (script == NULL)
		return;
	text_put(page, "<script>\n");
	for (; (end = strstr(rest, "</script")) != NULL; rest = end + 2)
	{
		text_add(page, rest, (size_t) (end - rest));
		text_put(page, "<\\/");
	}
	text_put(page, rest);
	text_put(page, "</script>\n");
	free(script);
}
