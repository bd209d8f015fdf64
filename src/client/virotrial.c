/*-------------------------------------------------------------------------
 *
 * virotrial.c
 *	  The command line of virotrial.
 *
 *-------------------------------------------------------------------------
 */
#include <getopt.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/batch.h"
#include "client/check.h"
#include "client/export.h"
#include "client/dictionary.h"
#include "client/help.h"
#include "client/load.h"
#include "client/map.h"
#include "client/new.h"
#include "client/report.h"
#include "client/server.h"

enum
{
	OPTION_ACCEPT_GOOD = 256,
	OPTION_ALL_OR_NOTHING,
	OPTION_REASON,
	OPTION_CUMULATIVE,
	OPTION_FORMAT,
	OPTION_TABLE,
	OPTION_MAPPING,
	OPTION_ENCODING,
	OPTION_DELIMITER,
	OPTION_DATE_FORMAT,
	OPTION_DECIMAL_COMMA,
	OPTION_CUT,
	OPTION_BY,
	OPTION_PDF,
	OPTION_DOCX,
	OPTION_SVG,
	OPTION_PSQL,
	OPTION_TEMPLATE,
	OPTION_ASSET,
	OPTION_TABLES,
	OPTION_FORCE,
	OPTION_SINCE,
	OPTION_PROTOCOL,
	OPTION_TRUST_SQL,
	OPTION_SECURE,
	OPTION_DICTIONARY,
	OPTION_FORM,
	OPTION_SUBJECTS,
	OPTION_SITES,
	OPTION_SEED,
	OPTION_HELP
};

static const struct option options[] = {
	{"dry-run", no_argument, NULL, 'n'},
	{"accept-good", no_argument, NULL, OPTION_ACCEPT_GOOD},
	{"all-or-nothing", no_argument, NULL, OPTION_ALL_OR_NOTHING},
	{"reason", required_argument, NULL, OPTION_REASON},
	{"cumulative", no_argument, NULL, OPTION_CUMULATIVE},
	{"format", required_argument, NULL, OPTION_FORMAT},
	{"quiet", no_argument, NULL, 'q'},
	{"table", required_argument, NULL, OPTION_TABLE},
	{"mapping", required_argument, NULL, OPTION_MAPPING},
	{"encoding", required_argument, NULL, OPTION_ENCODING},
	{"delimiter", required_argument, NULL, OPTION_DELIMITER},
	{"date-format", required_argument, NULL, OPTION_DATE_FORMAT},
	{"decimal-comma", no_argument, NULL, OPTION_DECIMAL_COMMA},
	{"cut", required_argument, NULL, OPTION_CUT},
	{"by", required_argument, NULL, OPTION_BY},
	{"output", required_argument, NULL, 'o'},
	{"pdf", no_argument, NULL, OPTION_PDF},
	{"docx", no_argument, NULL, OPTION_DOCX},
	{"svg", required_argument, NULL, OPTION_SVG},
	{"psql", no_argument, NULL, OPTION_PSQL},
	{"template", required_argument, NULL, OPTION_TEMPLATE},
	{"asset", required_argument, NULL, OPTION_ASSET},
	{"tables", no_argument, NULL, OPTION_TABLES},
	{"force", no_argument, NULL, OPTION_FORCE},
	{"since", required_argument, NULL, OPTION_SINCE},
	{"protocol", required_argument, NULL, OPTION_PROTOCOL},
	{"trust-sql", no_argument, NULL, OPTION_TRUST_SQL},
	{"secure", no_argument, NULL, OPTION_SECURE},
	{"dictionary", required_argument, NULL, OPTION_DICTIONARY},
	{"form", required_argument, NULL, OPTION_FORM},
	{"subjects", required_argument, NULL, OPTION_SUBJECTS},
	{"sites", required_argument, NULL, OPTION_SITES},
	{"seed", required_argument, NULL, OPTION_SEED},
	{"dbname", required_argument, NULL, 'd'},
	{"host", required_argument, NULL, 'h'},
	{"port", required_argument, NULL, 'p'},
	{"username", required_argument, NULL, 'U'},
	{"no-password", no_argument, NULL, 'w'},
	{"password", no_argument, NULL, 'W'},
	{"version", no_argument, NULL, 'V'},
	{"help", no_argument, NULL, OPTION_HELP},
	{NULL, 0, NULL, 0}
};

/* What the user said. */
typedef struct Command
{
	LoadOptions load;
	ReportOptions report;
	ExportOptions export;
	NewOptions	new;
	ServerOptions server;
	const char *format;
	bool		needs_help;
	char	  **arguments;		/* after the study */
	int			narguments;
} Command;

static ReportFormat
format_of(const char *name)
{
	static const char *const names[] = {[REPORT_TEXT] = "text", [REPORT_JSON] = "json", [REPORT_CSV] = "csv"};

	for (size_t i = 0; i < lengthof(names); i++)
		if (strcmp(names[i], name) == 0)
			return (ReportFormat) i;
	fail(EXIT_USAGE, "\"%s\" is not a format; there are text, json and csv", name);
}

static void
take_server_option(ServerOptions *server, int option)
{
	switch (option)
	{
		case 'd':
			server->database = optarg;
			break;
		case 'h':
			server->host = optarg;
			break;
		case 'p':
			server->port = optarg;
			break;
		case 'U':
			server->user = optarg;
			break;
		case 'w':
			server->never_asks = true;
			break;
		case 'W':
			server->needs_password = true;
			break;
		default:
			fail(EXIT_USAGE, "try virotrial --help");
	}
}

/* Takes an option of a report or an export, if it is one. */
static bool
take_report_option(Command *command, int option)
{
	switch (option)
	{
		case OPTION_CUT:
			command->report.data_cut = command->export.data_cut = optarg;
			break;
		case OPTION_BY:
			command->report.by = optarg;
			break;
		case 'o':
			command->report.output = optarg;
			break;
		case OPTION_PDF:
			command->report.makes_pdf = true;
			break;
		case OPTION_DOCX:
			command->report.makes_document = true;
			break;
		case OPTION_SVG:
			command->report.drawings = optarg;
			break;
		case OPTION_PSQL:
			command->report.is_text = true;
			break;
		case OPTION_TEMPLATE:
			command->report.template = optarg;
			break;
		case OPTION_ASSET:
			command->report.asset = optarg;
			break;
		case OPTION_TABLES:
			command->export.has_tables = true;
			break;
		case OPTION_FORCE:
			command->export.replaces = true;
			break;
		case OPTION_SINCE:
			command->export.since = optarg;
			break;
		default:
			return false;
	}
	return true;
}

/* Takes an option of the files to load, if it is one. */
static bool
take_file_option(LoadOptions *load, int option)
{
	switch (option)
	{
		case OPTION_TABLE:
			load->table = optarg;
			break;
		case OPTION_MAPPING:
			load->mapping = optarg;
			break;
		case OPTION_ENCODING:
			load->encoding = optarg;
			break;
		case OPTION_DELIMITER:
			load->delimiter = delimiter_of(optarg);
			break;
		case OPTION_DICTIONARY:
			load->dictionary = optarg;
			break;
		case OPTION_FORM:
			load->form = optarg;
			break;
		case OPTION_DATE_FORMAT:
			load->date_format = optarg;
			break;
		case OPTION_DECIMAL_COMMA:
			load->has_comma = true;
			break;
		default:
			return false;
	}
	return true;
}

/* Takes an option of a load, if it is one. */
static bool
take_load_option(LoadOptions *load, int option)
{
	switch (option)
	{
		case 'n':
			load->is_dry = true;
			break;
		case OPTION_ACCEPT_GOOD:
			load->accepts_good = true;
			break;
		case OPTION_ALL_OR_NOTHING:
			load->accepts_good = false;
			break;
		case OPTION_REASON:
			load->reason = optarg;
			break;
		case OPTION_CUMULATIVE:
			load->is_cumulative = true;
			break;
		default:
			return take_file_option(load, option);
	}
	return true;
}

/* Takes an option of a new study, if it is one. */
static bool
take_new_option(NewOptions *new, int option)
{
	switch (option)
	{
		case OPTION_PROTOCOL:
			new->protocol = optarg;
			break;
		case OPTION_TRUST_SQL:
			new->trusts_sql = true;
			break;
		case OPTION_SECURE:
			new->is_secured = true;
			break;
		case OPTION_SUBJECTS:
			new->subjects = optarg;
			break;
		case OPTION_SITES:
			new->sites = optarg;
			break;
		case OPTION_SEED:
			new->seed = optarg;
			break;
		default:
			return false;
	}
	return true;
}

static void
take_option(Command *command, int option)
{
	switch (option)
	{
		case OPTION_FORMAT:
			command->format = optarg;
			break;
		case 'q':
			command->load.is_quiet = command->report.is_quiet = command->export.is_quiet = command->new.is_quiet = true;
			break;
		case OPTION_HELP:
			command->needs_help = true;
			break;
		case 'V':
			puts("virotrial " VIROTRIAL_VERSION);
			exit(EXIT_DONE);
		default:
			if (!take_report_option(command, option) && !take_load_option(&command->load, option) &&
				!take_new_option(&command->new, option))
				take_server_option(&command->server, option);
	}
}

static ExitCode
run_load(Command *command)
{
	Load		load = {.options = command->load, .nfiles = (size_t) command->narguments};

	if (command->narguments == 0)
		fail(EXIT_USAGE, "name the files to load: virotrial load STUDY FILE...");
	if (command->format)
		load.options.format = format_of(command->format);
	load.files = need_memory(calloc(load.nfiles, sizeof(LoadFile)));
	for (size_t i = 0; i < load.nfiles; i++)
	{
		load.files[i].path = command->arguments[i];
		if (strcmp(load.files[i].path, "-") != 0)
			continue;
		if (load.options.accepts_good)
			fail(EXIT_USAGE, "--accept-good needs a file with a name, beside which the refused rows are written");
		cell_file_keep_input();
		load.files[i].path = cell_file_input;
	}
	return load_files(&load);
}

static ExitCode
run_import(Command *command)
{
	if (command->load.accepts_good)
		fail(EXIT_USAGE, "an import is all or nothing: its rows are judged together");
	if (command->narguments > 0 && is_batch(command->arguments[0]))
		return import_batches(&command->load, command->arguments, command->narguments);
	command->load.is_import = true;
	return run_load(command);
}

static ExitCode
run_map(Command *command)
{
	return map_file(&command->load, command->narguments == 1 ? command->arguments[0] : NULL);
}

static ExitCode
run_meddra(Command *command)
{
	if (command->narguments != 2)
		fail(EXIT_USAGE, "name the directory of MedDRA's files and their version: virotrial meddra STUDY DIRECTORY VERSION");
	return load_meddra(command->load.study, command->arguments[0], command->arguments[1]);
}

static ExitCode
run_whodrug(Command *command)
{
	if (command->narguments != 2)
		fail(EXIT_USAGE, "name the directory of WHODrug's files and their version: virotrial whodrug STUDY DIRECTORY VERSION");
	return load_whodrug(command->load.study, command->arguments[0], command->arguments[1]);
}

static ExitCode
run_check(Command *command)
{
	return check_study(command->load.study);
}

static ExitCode
run_report(Command *command)
{
	command->report.study = command->load.study;
	return write_report(&command->report);
}

static ExitCode
run_export(Command *command)
{
	if (command->narguments == 0)
		fail(EXIT_USAGE, "name the directory to write to: virotrial export STUDY DIRECTORY [DATASET...]");
	command->export.study = command->load.study;
	command->export.format = command->format;
	command->export.directory = command->arguments[0];
	command->export.datasets = command->arguments + 1;
	command->export.ndatasets = command->narguments - 1;
	if (command->export.since && (command->export.has_tables || command->format || command->export.data_cut || command->narguments > 1))
		fail(EXIT_USAGE, "--since writes one batch file, and takes no dataset, cut or format");
	if (command->export.since)
		return export_batch(&command->export);
	return export_study(&command->export);
}

static ExitCode
run_new(Command *command)
{
	command->new.study = command->load.study;
	return make_study(&command->new);
}

static ExitCode
run_demo(Command *command)
{
	command->new.is_demo = true;
	return run_new(command);
}

/* The commands, and how many arguments they take after the study. */
static const struct
{
	const char *name;
	ExitCode	(*run) (Command *command);
	int			narguments;		/* at most; -1 for any number */
}			commands[] = {
	{"new", run_new, 0}, {"demo", run_demo, 0}, {"map", run_map, -1}, {"load", run_load, -1}, {"import", run_import, -1},
	{"meddra", run_meddra, 2}, {"whodrug", run_whodrug, 2}, {"check", run_check, 0}, {"report", run_report, 0}, {"export", run_export, -1}
};

static size_t
find_command(const char *name)
{
	for (size_t i = 0; i < lengthof(commands); i++)
		if (strcmp(commands[i].name, name) == 0)
			return i;
	fail(EXIT_USAGE, "there is no command \"%s\"\nHint: virotrial --help lists the commands.", name);
}

int
main(int argc, char **argv)
{
	Command		command = {0};
	ExitCode	code;
	int			option;
	size_t		chosen;

	/* Months, numbers and letters are read alike everywhere. */
	setlocale(LC_ALL, "C");
	while ((option = getopt_long(argc, argv, "nqo:d:h:p:U:wWV", options, NULL)) != -1)
		take_option(&command, option);
	if (command.needs_help)
	{
		print_help(optind < argc ? commands[find_command(argv[optind])].name : NULL);
		return EXIT_DONE;
	}
	if (argc - optind == 1)
		fail(EXIT_USAGE, "name a study, too: virotrial %s STUDY\nHint: virotrial %s --help says more.",
			 commands[find_command(argv[optind])].name, argv[optind]);
	if (argc - optind < 1)
		fail(EXIT_USAGE, "name a command and a study: virotrial load STUDY FILE...\nHint: virotrial --help lists the commands.");
	chosen = find_command(argv[optind]);
	command.load.study = argv[optind + 1];
	command.arguments = argv + optind + 2;
	command.narguments = argc - optind - 2;
	if (commands[chosen].narguments >= 0 && command.narguments > commands[chosen].narguments)
		fail(EXIT_USAGE, "\"%s\" is one argument too many\nHint: virotrial %s --help says which there are.",
			 command.arguments[commands[chosen].narguments], commands[chosen].name);
	server_connect(&command.server);
	code = commands[chosen].run(&command);
	server_disconnect();
	return (int) code;
}
