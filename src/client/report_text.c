/*-------------------------------------------------------------------------
 *
 * report_text.c
 *	  The tables of a report for the terminal: never wider than 120 columns.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <string.h>

#include "client/report.h"
#include "client/report_display.h"

#define LABEL_WIDTH 46
#define GAP 2
#define MAXIMUM_COLUMNS 64

/* A table whose columns do not fit side by side is printed in blocks of those that do. */
typedef struct Layout
{
	int			label;			/* width of the labels */
	int			columns;
	int			widths[MAXIMUM_COLUMNS];
} Layout;

/* The number of characters of a text in UTF-8. */
static int
width_of(const char *text)
{
	int			width = 0;

	for (; *text; text++)
		width += (*text & 0xC0) != 0x80;
	return width;
}

/* The bytes of as many words as fit; at least one word, cut where it is too long. */
static int
bytes_that_fit(const char *text, int width)
{
	int			fits = 0;
	int			seen = 0;
	int			i;

	for (i = 0; text[i] && seen <= width; i++)
	{
		if (text[i] == ' ' && seen <= width)
			fits = i;
		seen += (text[i] & 0xC0) != 0x80;
	}
	if (text[i] == '\0' && seen <= width)
		return i;
	return fits > 0 ? fits : i - 1;
}

/* Prints a text in lines of a width, each after an indent but the first. */
void
print_paragraph(const char *text, int width)
{
	while (*text)
	{
		int			bytes = bytes_that_fit(text, width);

		printf("%.*s\n", bytes, text);
		text += bytes;
		text += strspn(text, " ");
	}
}

static void
measure(Layout *layout, PGresult *cells)
{
	DisplayLine line = {.cells = cells};

	layout->label = 0;
	layout->columns = 0;
	while (next_line(&line))
	{
		int			label = width_of(line_field(&line, CELL_LABEL)) + 2 * line_is(&line, "detail");

		if (!line_is(&line, "header") && !line_is(&line, "row") && !line_is(&line, "detail"))
			continue;
		layout->label = label > layout->label ? label : layout->label;
		for (int i = 0; i < line.count && i < MAXIMUM_COLUMNS; i++)
		{
			int			width = width_of(line_cell(&line, i));

			if (i >= layout->columns)
				layout->widths[layout->columns++] = 0;
			layout->widths[i] = width > layout->widths[i] ? width : layout->widths[i];
		}
	}
	if (layout->label > LABEL_WIDTH)
		layout->label = LABEL_WIDTH;
}

/* The first column after those that fit beside the labels. */
static int
end_of_block(const Layout *layout, int first)
{
	int			used = layout->label;
	int			end = first;

	while (end < layout->columns && (end == first || used + GAP + layout->widths[end] <= PAGE_WIDTH))
		used += GAP + layout->widths[end++];
	return end;
}

static void
print_row(const Layout *layout, const DisplayLine *line, int first, int end)
{
	int			indent = 2 * line_is(line, "detail");
	const char *label = line_field(line, CELL_LABEL);
	int			bytes = bytes_that_fit(label, layout->label - indent);

	/* A label that is too long goes on above its cells. */
	while (label[bytes])
	{
		printf("%*s%.*s\n", indent, "", bytes, label);
		label += bytes + strspn(label + bytes, " ");
		bytes = bytes_that_fit(label, layout->label - indent);
	}
	printf("%*s%s", indent, "", label);
	for (int i = first, at = indent + width_of(label), due = layout->label; i < end; i++)
	{
		const char *cell = i < line->count ? line_cell(line, i) : "";

		printf("%*s%s", due + GAP - at, "", cell);
		at = due + GAP + width_of(cell);
		due += GAP + layout->widths[i];
	}
	putchar('\n');
}

static void
print_block(const Layout *layout, PGresult *cells, int first, int end)
{
	DisplayLine line = {.cells = cells};

	while (next_line(&line))
	{
		if (line_is(&line, "section"))
			print_paragraph(line_field(&line, CELL_LABEL), PAGE_WIDTH);
		else if (line_is(&line, "header") || line_is(&line, "row") || line_is(&line, "detail"))
			print_row(layout, &line, first, end);
	}
}

/* Prints a display. */
void
print_display(const char *display)
{
	PGresult   *cells = report_display(display, NULL);
	DisplayLine line = {.cells = cells};
	Layout		layout;

	measure(&layout, cells);
	while (next_line(&line))
		if (line_is(&line, "title") || line_is(&line, "population"))
			print_paragraph(line_field(&line, CELL_LABEL), PAGE_WIDTH);
		else if (line_is(&line, "header"))
			for (int first = 0, end = 0; first < layout.columns; first = end)
			{
				putchar('\n');
				end = end_of_block(&layout, first);
				print_block(&layout, cells, first, end);
			}
		else if (line_is(&line, "footnote"))
			print_paragraph(line_field(&line, CELL_LABEL), PAGE_WIDTH);
	putchar('\n');
	PQclear(cells);
}
