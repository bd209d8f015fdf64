/*-------------------------------------------------------------------------
 *
 * report_draw.c
 *	  What other programs make of the page of a report: chromium prints it, and draws
 *	  its figures; pandoc makes a document of it.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "client/report.h"

/* Runs the first of the programs that is there; returns whether it ended well. */
static bool
run_first(const char *const *programs, const char *const *arguments, FILE *in, FILE *out)
{
	int			status = -1;
	pid_t		child;

	fflush(NULL);
	child = fork();
	if (child == 0)
	{
		const char *all[16] = {NULL};

		if ((in && dup2(fileno(in), STDIN_FILENO) < 0) || (out && dup2(fileno(out), STDOUT_FILENO) < 0)
			|| freopen("/dev/null", "w", stderr) == NULL)
			_exit(127);
		for (int i = 0; arguments[i] && i < (int) lengthof(all) - 2; i++)
			all[i + 1] = arguments[i];
		for (; *programs; programs++)
		{
			all[0] = *programs;
			execvp(all[0], (char *const *) all);
		}
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

/* Opens a page in a browser that shows nothing, for one action. */
static bool
browse(const char *page, const char *fragment, const char *action, FILE *out)
{
	static const char *const browsers[] = {"chromium", "chromium-browser", "google-chrome", NULL};
	char	   *path = need_memory(realpath(page, NULL));
	Text		address = {0};
	bool		is_done;

	text_print(&address, "file://%s%s", path, fragment);
	is_done = run_first(browsers, (const char *[]) {
		"--headless", "--disable-gpu", geteuid() == 0 ? "--no-sandbox" : "--mute-audio", "--window-size=1280,1000",
			"--no-pdf-header-footer", "--virtual-time-budget=20000", action, address.data, NULL
	}, NULL, out);
	free(address.data);
	free(path);
	return is_done;
}

/* A file of its own for what a program reads or writes, which is gone once it is closed. */
static FILE *
scratch_file(void)
{
	FILE	   *file = tmpfile();

	if (file == NULL)
		fail(EXIT_USAGE, "no temporary file could be made: %s", strerror(errno));
	return file;
}

/* The page as it is once its script has run; where the fragment is #document, as a word processor wants it. */
static FILE *
drawn_page(const char *page, const char *fragment, const char *what)
{
	FILE	   *drawn = scratch_file();

	if (!browse(page, fragment, "--dump-dom", drawn))
		fail(EXIT_USAGE, "%s was not made, because no browser drew the figures\n"
			 "Hint: Install chromium, or look at %s in a browser.", what, page);
	rewind(drawn);
	return drawn;
}

static void
read_stream(Text *text, FILE *stream)
{
	char		chunk[65536];
	size_t		length;

	text_clear(text);
	while ((length = fread(chunk, 1, sizeof(chunk), stream)) > 0)
		text_add(text, chunk, length);
	text_add(text, "", 1);
}

static void
write_drawing(const char *directory, const char *name, int name_length, const char *svg, size_t length)
{
	Text		path = {0};
	FILE	   *stream;

	text_print(&path, "%s/%.*s.svg", directory, name_length, name);
	stream = fopen(path.data, "wb");
	if (stream == NULL || fwrite(svg, 1, length, stream) != length || fclose(stream) != 0)
		fail(EXIT_USAGE, "%s: %s", path.data, strerror(errno));
	puts(path.data);
	free(path.data);
}

/* Writes each figure of a page to a file of its own. */
void
write_drawings(const char *page, const char *directory)
{
	static const char begin[] = "<figure id=\"figure-";
	FILE	   *drawn = drawn_page(page, "", directory);
	Text		text = {0};
	int			count = 0;

	read_stream(&text, drawn);
	fclose(drawn);
	if (mkdir(directory, 0777) != 0 && errno != EEXIST)
		fail(EXIT_USAGE, "%s: %s", directory, strerror(errno));
	for (const char *figure = text.data; (figure = strstr(figure, begin)) != NULL; figure++)
	{
		const char *name = figure + strlen(begin);
		const char *svg = strstr(name, "<svg ");
		const char *end = svg ? strstr(svg, "</svg>") : NULL;

		if (end == NULL || svg > strstr(name, "</figure>"))
			continue;
		write_drawing(directory, name, (int) strcspn(name, "\""), svg, (size_t) (end - svg) + strlen("</svg>"));
		count++;
	}
	free(text.data);
	if (count == 0)
		fail(EXIT_USAGE, "no figure of %s is drawn\nHint: Run make report-assets and make install, or name the script by --asset.", page);
}

/* Makes a document for a word processor of a page. */
void
write_document(const char *page, const char *document)
{
	static const char *const converters[] = {"pandoc", NULL};
	FILE	   *drawn = drawn_page(page, "#document", document);

	if (!run_first(converters, (const char *[]) {
		"--from=html", "--to=docx", "--output", document, NULL
	}, drawn, NULL))
		fail(EXIT_USAGE, "%s was not made, because pandoc did not convert %s\nHint: Install pandoc.", document, page);
	fclose(drawn);
}

/* Prints a page to a PDF file. */
void
write_pdf(const char *page, const char *pdf)
{
	Text		action = {0};

	text_print(&action, "--print-to-pdf=%s", pdf);
	if (!browse(page, "", action.data, NULL))
		fail(EXIT_USAGE, "%s was not made, because no browser printed it\n"
			 "Hint: Install chromium, or print %s in a browser.", pdf, page);
	free(action.data);
}
