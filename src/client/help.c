/*-------------------------------------------------------------------------
 *
 * help.c
 *	  What virotrial says of itself.  Each text fits a screen; the manual page and
 *	  the completion have the same options, which a test compares.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <string.h>

#include "client/help.h"

static const char overview[] =
"virotrial loads files into a study, checks it, reports it, and exports it.\n"
"\n"
"  virotrial new STUDY                  make a study\n"
"  virotrial demo STUDY                 make a study with simulated subjects\n"
"  virotrial map STUDY FILE             propose a mapping for a file\n"
"  virotrial load STUDY FILE...         judge the rows of files, and enter them\n"
"  virotrial import STUDY FILE...       enter the files of a whole study at once\n"
"  virotrial meddra STUDY DIR VERSION   load a version of MedDRA\n"
"  virotrial whodrug STUDY DIR VERSION  load a version of WHODrug\n"
"  virotrial check STUDY                look for what is wrong with a study\n"
"  virotrial report STUDY               write its tables and figures to a page\n"
"  virotrial export STUDY DIRECTORY     write its datasets to files\n"
"\n"
"virotrial COMMAND --help lists the options of a command.\n"
"\n"
"Connection, and as libpq finds it (PGHOST, PGSERVICE, .pgpass ...):\n"
"  -d, --dbname=NAME|URI|CONNINFO  -h, --host=HOST  -p, --port=PORT\n"
"  -U, --username=NAME  -w, --no-password  -W, --password\n"
"Others: --help  -V, --version\n"
"\n"
"Exit: 0 all is done, 1 rows are refused or something is wrong with the study,\n"
"2 a file or the command is wrong, 3 the server refused, 130 interrupted.\n";

#define FILE_OPTIONS \
"Files: .json Dataset-JSON or FHIR, .ndjson FHIR, .hl7 HL7, else CSV; - is stdin\n" \
"  --table=TABLE             the table, unless the name of the file says which\n" \
"  --encoding=NAME           unless it is UTF-8, or has a byte order mark\n" \
"  --delimiter=CHARACTER|tab  unless the header has one alone\n"

#define READING_OPTIONS \
"  --mapping=FILE            unless one lies beside the file\n" \
"  --date-format=FORMAT      such as DD.MM.YYYY or DD-MON-YYYY\n" \
"  --decimal-comma           numbers are written as 1,5\n"

#define NEW_OPTIONS \
"  --protocol=NAME|FILE      a protocol that virotrial knows, or a document\n" \
"  --trust-sql               the document's SQL may run with a superuser's rights\n"

static const struct
{
	const char *command;
	const char *text;
}			texts[] = {
	{"new",
		"virotrial new STUDY: makes a study, and the extension if it is not there.\n"
		"\n"
		NEW_OPTIONS
	"  --secure                  make roles for its duties, with their rights\n"
	"  -q, --quiet               do not say what comes next\n"},
	{"demo",
		"virotrial demo STUDY: makes a study with simulated subjects.\n"
		"\n"
		NEW_OPTIONS
		"  --subjects=NUMBER         how many subjects\n"
		"  --sites=NUMBER            at how many sites\n"
	"  --seed=NUMBER             the same number makes the same subjects\n"
	"  -q, --quiet               do not say what comes next\n"},
	{"map",
		"virotrial map STUDY FILE: proposes which column of a file is which of a table.\n"
		"\n" FILE_OPTIONS
		"Of an export of REDCap:\n"
		"  --dictionary=FILE         its data dictionary, as CSV\n"
	"  --form=NAME               the form whose fields the table is made of\n"},
	{"load",
		"virotrial load STUDY FILE...: enters the rows of files, by default all or none.\n"
		"\n"
		"  -n, --dry-run             judge, and change nothing\n"
		"  --all-or-nothing          as without an option\n"
		"  --accept-good             enter the good rows, and write the others to a file\n"
		"  --reason=CODE[:WORDS]     correct rows that the study has; why\n"
		"  --cumulative              note rows of the study that the file does not have\n"
		"  --format=text|json|csv    how the faults are written\n"
		"  -q, --quiet               no progress, and no summary\n"
	FILE_OPTIONS READING_OPTIONS},
	{"import",
		"virotrial import STUDY FILE...: enters the files of a whole study, all or none.\n"
		"The rules judge them when all are in, since visits need an enrolment, and an\n"
		"enrolment visits. Batch files, which export writes for the other end, come in as\n"
		"what arrives by a line.\n"
		"\n"
		"  -n, --dry-run             judge, and change nothing\n"
		"  --format=text|json|csv    how the faults are written\n"
		"  -q, --quiet               no progress, and no summary\n"
	FILE_OPTIONS READING_OPTIONS},
	{"meddra",
		"virotrial meddra STUDY DIRECTORY VERSION: loads MedDRA from llt.asc and\n"
	"mdhier.asc of a directory, and makes it the version that terms are coded to.\n"},
	{"whodrug",
		"virotrial whodrug STUDY DIRECTORY VERSION: loads WHODrug, format B3, from\n"
	"DD.txt, DDA.txt and INA.txt, and makes it the version of medication.\n"},
	{"check",
		"virotrial check STUDY: looks for what is wrong with a study: its configuration,\n"
	"rows that break a rule, overdue queries, and changes behind the seal.\n"},
	{"report",
		"virotrial report STUDY: writes its tables and figures to a page.\n"
		"\n"
		"  --cut=DATE                data up to a day\n"
		"  --by=COLUMN               also by a column of analysis_subject, such as sex\n"
		"  -o, --output=FILE         the page; STUDY-report.html without it\n"
		"  --pdf                     print it to PDF, too, by chromium\n"
		"  --docx                    make a document of it, too, by chromium and pandoc\n"
		"  --svg=DIRECTORY           write the figures to files, too, by chromium\n"
		"  --psql                    tables and plots for the terminal instead of a page\n"
		"  --template=FILE           a template of your own\n"
		"  --asset=FILE              the script that draws figures, of make report-assets\n"
	"  -q, --quiet               no progress\n"},
	{"export",
		"virotrial export STUDY DIRECTORY [DATASET...]: writes datasets of SDTM and ADaM.\n"
		"virotrial export STUDY FILE --since=BATCH: writes a batch for the other end.\n"
		"\n"
		"  --format=csv|dataset-json  how the datasets are written; csv without it\n"
		"  --tables                  the tables of the study instead, as load takes them\n"
		"  --cut=DATE                data up to a day\n"
		"  --force                   replace files that are there\n"
		"  --since=BATCH             the last batch at the other end; 0 if none is there\n"
	"  -q, --quiet               no list of the files\n"}
};

/* Prints what there is to know of a command, or of all of them. */
void
print_help(const char *command)
{
	const char *text = overview;

	for (size_t i = 0; command && i < lengthof(texts); i++)
		if (strcmp(texts[i].command, command) == 0)
			text = texts[i].text;
	fputs(text, stdout);
}
