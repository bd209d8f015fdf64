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

/* How wide the terminal is. */
#define PAGE_WIDTH 120

/* What a {{word}}, a {{kind name}} or a {{kind name, analysis set}} of a template names. */
typedef struct TemplatePart
{
	char		kind[16];
	char		name[64];
	char		analysis_set[64];	/* empty for that of the session */
} TemplatePart;

/* What the user said. */
typedef struct ReportOptions
{
	const char *study;
	const char *data_cut;		/* NULL for that of the session */
	const char *by;				/* a column of analysis_subject, or NULL */
	const char *template;		/* a file; NULL for the one that is built in */
	const char *asset;			/* the script that draws figures */
	const char *output;
	const char *drawings;		/* a directory for the figures, or NULL */
	bool		makes_pdf;
	bool		makes_document;
	bool		is_text;		/* for the terminal */
	bool		is_quiet;
} ReportOptions;

extern ExitCode write_report(const ReportOptions *options);

extern void page_display(Text *page, const TemplatePart *part, const ReportOptions *options);
extern void page_listing(Text *page, const TemplatePart *part, const ReportOptions *options);
extern void page_figure(Text *page, const TemplatePart *part, const ReportOptions *options);
extern void page_id(Text *page, const TemplatePart *part);
extern void page_text(Text *page, const char *text);
extern void page_asset(Text *page, const char *path);
extern void print_display(const char *display);
extern void print_plots(const char *display, const ReportOptions *options);
extern void print_paragraph(const char *text, int width);
extern void write_drawings(const char *page, const char *directory);
extern void write_document(const char *page, const char *document);
extern void write_pdf(const char *page, const char *pdf);

#endif							/* REPORT_H */
