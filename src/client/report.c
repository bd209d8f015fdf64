/*-------------------------------------------------------------------------
 *
 * report.c
 *	  virotrial report: computes the results of a study once, and makes a page of
 *	  them by a template, or text for the terminal.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/report.h"
#include "client/report_display.h"

static const char built_in[] =
#include "client/report_template.h"
;

static const char *
asset_path(const ReportOptions *options)
{
	return options->asset ? options->asset : REPORT_ASSET;
}

static char *
value_of(const char *query, int count, const char *const *values)
{
	PGresult   *result = server_query(query, count, values);
	char	   *value = PQntuples(result) == 1 && !PQgetisnull(result, 0, 0) ? need_memory(strdup(PQgetvalue(result, 0, 0))) : NULL;

	PQclear(result);
	return value;
}

static void
say(const ReportOptions *options, const char *what)
{
	if (!options->is_quiet)
		fprintf(stderr, "virotrial: %s\n", what);
}

/* Reads what stands at a place of a template; returns whether it has a name. */
static bool
read_part(const char *place, TemplatePart *part)
{
	int			end = 0;

	memset(part, 0, sizeof(*part));
	if (sscanf(place, "{{%15[a-z] %63[a-z_0-9], %63[a-z ]}}%n", part->kind, part->name, part->analysis_set, &end) == 3 && end > 0)
		return true;
	part->analysis_set[0] = '\0';
	return sscanf(place, "{{%15[a-z] %63[a-z_0-9]}}%n", part->kind, part->name, &end) == 2 && end > 0;
}

/* Keeps results in the session until its transaction ends: they are computed once, and every display is made of them. */
static void
compute_results(const ReportOptions *options)
{
	const char *values[] = {options->study, options->data_cut, options->by};

	PQclear(server_query("select length(set_config(" REPORT_SETTING("display", "null") ", "
						 "array_agg(row(result.*)::analysis_result_row)::text, true)) "
						 "from analysis_result($1, $2::date, $3::name) as result group by display", 3, values));
}

/* The same of what a template has over other analysis sets. */
static void
compute_sets(const char *template, const ReportOptions *options)
{
	TemplatePart part;

	for (const char *place = template; (place = strstr(place, "{{")) != NULL; place += 2)
		if (read_part(place, &part) && part.analysis_set[0] && strcmp(part.kind, "listing") != 0)
		{
			const char *values[] = {options->study, options->data_cut, options->by, part.name, part.analysis_set, part.kind};

			PQclear(server_query("select length(set_config(" REPORT_SETTING("result.display", "$5") ", "
								 "array_agg(row(result.*)::analysis_result_row)::text, true)) "
								 "from (select $4 as display where $6 = 'display' "
								 "union all select display from virotrial_figure where figure = $4 and $6 = 'figure' and display is not null) as asked "
								 "cross join lateral analysis_result($1, $2::date, $3::name, asked.display, $5) as result "
								 "group by result.display", 6, values));
		}
}

/* Computes all results, and says how many there are. */
static void
begin_report(const char *template, const ReportOptions *options)
{
	char	   *count;
	Text		text = {0};

	server_do("begin isolation level repeatable read");
	server_use_extension();
	say(options, "computing the results ...");
	server_phase("computing the results");
	compute_results(options);
	compute_sets(template, options);
	count = value_of("select count(*) from " REPORT_RESULTS, 0, NULL);
	text_print(&text, "%s results", count);
	say(options, text.data);
	free(count);
	free(text.data);
}

/* Adds what a query, of the name of the study and the data cut, says. */
static void
add_answer(Text *text, const char *query, int count, const ReportOptions *options)
{
	const char *values[] = {options->study, options->data_cut};
	char	   *value = value_of(query, count, values);

	text_put(text, value ? value : "");
	free(value);
}

/* Adds up to when, by whom, and of which sites and groups the results are. */
static void
describe_results(Text *text, const ReportOptions *options)
{
	add_answer(text, "select distinct case when isfinite(data_cut) then 'Data up to ' || to_char(data_cut, 'YYYY-MM-DD') || '.' "
			   "else 'All data: there is no data cut.' end from " REPORT_RESULTS, 0, options);
	add_answer(text, "select ' Made by ' || current_user || ' on ' || to_char(now() at time zone 'UTC', 'YYYY-MM-DD HH24:MI') || ' UTC.'", 0, options);
	add_answer(text, "select ' Of the sites alone that ' || current_user || ' may see.' "
			   "where row_security_active(format('%I.subject', $1::text)) "
			   "and not _virotrial.sees_site(format('%I.site_access', $1::text)::regclass, '')", 1, options);
	if (options->by)
		text_print(text, " Groups: %s.", options->by);
}

/* Adds the title and the amendment of the protocol in force, for whoever may read it. */
static void
add_protocol(Text *text, const ReportOptions *options)
{
	const char *values[] = {options->study, options->data_cut};
	char	   *query = value_of("select format('select concat_ws('', '', title, amendment) from %1$I.protocol where effective_from <= %2$L "
								 "order by effective_from desc limit 1', $1::text, coalesce($2::date, current_date)) "
								 "where has_table_privilege(format('%I.protocol', $1::text), 'select')", 2, values);

	if (query)
		add_answer(text, query, 0, options);
	free(query);
}

/* Adds one of these as text of the page. */
static void
add_text(Text *page, void (*add) (Text *text, const ReportOptions *options), const ReportOptions *options)
{
	Text		text = {0};

	text_clear(&text);
	add(&text, options);
	page_text(page, text.data);
	free(text.data);
}

static void
add_versions(Text *page, const ReportOptions *options)
{
	text_put(page, "<p>virotrial ");
	add_answer(page, "select extversion from pg_catalog.pg_extension where extname = 'virotrial'", 0, options);
	text_put(page, ", program " VIROTRIAL_VERSION ", PostgreSQL ");
	add_answer(page, "select current_setting('server_version')", 0, options);
	text_put(page, "</p><p>SHA-256 of the results: <code>");
	add_answer(page, "select encode(sha256(convert_to(string_agg(concat(result_id, '=', value, qualifier), E'\\n' "
			   "order by result_id collate \"C\"), 'UTF8')), 'hex') from " REPORT_RESULTS, 0, options);
	text_put(page, "</code></p>");
}

/* The title of what a template has, which names the analysis set where it is not that of the session. */
static char *
title_of(const TemplatePart *part)
{
	const char *values[] = {part->name, part->kind, part->analysis_set[0] ? part->analysis_set : NULL};

	return value_of("select named.title || coalesce(', ' || nullif((" REPORT_ROWS_OF("shown.display", "$3::text") ")[1].population, shown.population), '') "
					"from (select display, title from virotrial_display where display = $1 and $2 = 'display' "
					"union all select display, title from virotrial_figure where figure = $1 and $2 = 'figure' "
					"union all select null, title from virotrial_listing where listing = $1 and $2 = 'listing') as named "
					"left join virotrial_display as shown using (display)", 3, values);
}

/* Adds a list of what the template has, with a link to each. */
static void
add_contents(Text *page, const char *template)
{
	TemplatePart part;

	text_put(page, "<ol>");
	for (const char *place = template; (place = strstr(place, "{{")) != NULL; place += 2)
		if (read_part(place, &part))
		{
			char	   *title = title_of(&part);

			text_put(page, "<li><a href=\"#");
			page_id(page, &part);
			text_print(page, "\">%s", strcmp(part.kind, "figure") == 0 ? "Figure: " : "");
			page_text(page, title ? title : part.name);
			text_put(page, "</a></li>");
			free(title);
		}
	text_put(page, "</ol>\n");
}

static void
add_notice(Text *page, const ReportOptions *options)
{
	if (access(asset_path(options), R_OK) == 0)
		return;
	text_put(page, "<p><strong>The figures are not drawn</strong>, because the script that draws them is not installed. "
			 "Each figure shows its specification with its data. Run <code>make report-assets</code> and "
			 "<code>make install</code>, and make the report again.</p>\n");
	say(options, "the figures are not drawn: run make report-assets, then make install");
}

/* Adds what a part of the template stands for. */
static void
add_part(Text *page, const TemplatePart *part, const char *template, const ReportOptions *options)
{
	const char *kind = part->kind;

	if (strcmp(kind, "display") == 0)
		page_display(page, part, options);
	else if (strcmp(kind, "listing") == 0)
		page_listing(page, part, options);
	else if (strcmp(kind, "figure") == 0)
		page_figure(page, part, options);
	else if (strcmp(kind, "study") == 0)
		page_text(page, options->study);
	else if (strcmp(kind, "protocol") == 0)
		add_text(page, add_protocol, options);
	else if (strcmp(kind, "cut") == 0)
		add_text(page, describe_results, options);
	else if (strcmp(kind, "versions") == 0)
		add_versions(page, options);
	else if (strcmp(kind, "contents") == 0)
		add_contents(page, template);
	else if (strcmp(kind, "notice") == 0)
		add_notice(page, options);
	else if (strcmp(kind, "asset") == 0)
		page_asset(page, asset_path(options));
	else
		fail(EXIT_USAGE, "the template has {{%s}}, which is nothing that it can have\n"
			 "Hint: It can have study, protocol, cut, versions, contents, notice, asset, display NAME, listing NAME and figure NAME, "
			 "and an analysis set after a name and a comma.", kind);
}

static void
fill_template(Text *page, const char *template, const ReportOptions *options)
{
	const char *place;
	const char *end;
	TemplatePart part;

	for (const char *rest = template;; rest = end + 2)
	{
		place = strstr(rest, "{{");
		end = place ? strstr(place, "}}") : NULL;
		if (end == NULL)
		{
			text_put(page, rest);
			return;
		}
		text_add(page, rest, (size_t) (place - rest));
		if (!read_part(place, &part) && (part.name[0] || strspn(part.kind, "abcdefghijklmnopqrstuvwxyz") != (size_t) (end - place - 2)))
			fail(EXIT_USAGE, "the template has %.*s, which cannot be read\n"
				 "Hint: Write {{display NAME}}, or {{display NAME, analysis set}}.", (int) (end + 2 - place), place);
		add_part(page, &part, template, options);
	}
}

static void
write_file(const char *path, const Text *page)
{
	FILE	   *stream = fopen(path, "wb");

	if (stream == NULL || fwrite(page->data, 1, page->length, stream) != page->length || fclose(stream) != 0)
		fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
}

/* The path of another file that is made of the page: its name with another ending. */
static char *
beside(const Text *page, const char *ending)
{
	Text		path = {0};
	size_t		stem = page->length > 5 && strcmp(page->data + page->length - 5, ".html") == 0 ? page->length - 5 : page->length;

	text_print(&path, "%.*s%s", (int) stem, page->data, ending);
	return path.data;
}

/* Makes what else the user wants of a page, and says where it is. */
static void
write_others(const ReportOptions *options, const Text *page)
{
	const struct
	{
		bool		is_wanted;
		const char *ending;
		const char *doing;
		void		(*write) (const char *page, const char *path);
	}			others[] = {
		{options->makes_pdf, ".pdf", "printing to PDF ...", write_pdf},
		{options->makes_document, ".docx", "making a document ...", write_document}
	};

	for (size_t i = 0; i < lengthof(others); i++)
		if (others[i].is_wanted)
		{
			char	   *path = beside(page, others[i].ending);

			say(options, others[i].doing);
			others[i].write(page->data, path);
			puts(path);
			free(path);
		}
	if (options->drawings)
	{
		say(options, "drawing the figures ...");
		write_drawings(page->data, options->drawings);
	}
}

/* The page by a template. */
static void
write_page(const char *template, const Text *path, const ReportOptions *options)
{
	Text		page = {0};

	text_clear(&page);
	fill_template(&page, template, options);
	write_file(path->data, &page);
	puts(path->data);
	write_others(options, path);
	free(page.data);
}

/* All displays and some figures for the terminal. */
static void
print_report(const ReportOptions *options)
{
	PGresult   *displays = server_query("select display from virotrial_display order by position", 0, NULL);
	Text		text = {0};

	text_print(&text, "Report of study %s\n", options->study);
	describe_results(&text, options);
	puts(text.data);
	putchar('\n');
	free(text.data);
	for (int i = 0; i < PQntuples(displays); i++)
	{
		print_display(PQgetvalue(displays, i, 0));
		print_plots(PQgetvalue(displays, i, 0), options);
	}
	PQclear(displays);
}

/* Fails where a file, or a directory with files, could not be written: before the results are computed, not after. */
static void
require_place(const char *path, bool is_directory)
{
	const char *slash = strrchr(path, '/');
	struct stat found;
	Text		parent = {0};
	bool		is_there = stat(path, &found) == 0;

	text_print(&parent, "%.*s", slash ? (int) (slash - path) + 1 : 1, slash ? path : ".");
	if (access(is_there ? path : parent.data, W_OK) != 0)
		fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
	if (is_there && S_ISDIR(found.st_mode) != is_directory)
		fail(EXIT_USAGE, "%s: %s", path, strerror(is_directory ? ENOTDIR : EISDIR));
	free(parent.data);
}

/* Writes the report of a study, and says where it is; or prints it. */
ExitCode
write_report(const ReportOptions *options)
{
	char	   *own = options->template ? read_text(options->template) : NULL;
	Text		path = {0};

	if (options->template && own == NULL)
		fail(EXIT_USAGE, "%s: %s", options->template, strerror(errno));
	text_print(&path, "%s%s", options->output ? options->output : options->study, options->output ? "" : "-report.html");
	if (!options->is_text)
		require_place(path.data, false);
	if (options->drawings)
		require_place(options->drawings, true);
	begin_report(options->is_text ? "" : own ? own : built_in, options);
	if (options->is_text)
		print_report(options);
	else
		write_page(own ? own : built_in, &path, options);
	server_do("commit");
	free(own);
	free(path.data);
	return EXIT_DONE;
}
