/*-------------------------------------------------------------------------
 *
 * settings.c
 *	  The settings of the extension, and none of other names.
 *
 * Until the module is loaded the server takes any name with a dot.  A cut that
 * is misspelt would then be none, and an analysis would run over all data.  So
 * the module refuses to load into a session that has such a setting: every
 * view with a data cut loads it.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/guc_tables.h"

#include "settings.h"

#define PREFIX "virotrial"
#define HIDDEN (GUC_NO_SHOW_ALL | GUC_NO_RESET_ALL | GUC_NOT_IN_SAMPLE)

/*
 * No setting is checked when it is set: a bad value from before the module was
 * loaded would be dropped with a warning, instead of failing where it is read.
 */
static const struct
{
	const char *name;
	const char *description;
	int			flags;
}			settings[] =
{
	{PREFIX ".data_cut", "The last day whose data an analysis takes, as yyyy-mm-dd; empty for all data.", 0},
	{PREFIX ".group_by", "The column of analysis_subject that the endpoint views group subjects by; empty for the site.", 0},
	{PREFIX ".analysis_set", "The analysis set whose subjects the results are about; empty for the treated.", 0},
	{PREFIX ".defer_rules", "The study whose rules wait until the end of the transaction; empty for none.", 0},
	{PREFIX ".reason", "Why rows are changed, as \"code: free text\"; the codes stand in the study's table change_reason.", 0},
	{PREFIX ".application_user", "The person for whom an application writes, whose login is shared.", 0},
	{PREFIX ".source", "Where what is written comes from: a form, a file and its line.", 0},
	{PREFIX ".reader", "Whose privileges count within a function on a study.", HIDDEN}
};

static char *values[lengthof(settings)];

/* How often one of them was set: what was read of them stands as long as this does. */
uint64		settings_generation = 0;

static void
note_assignment(const char *value, void *extra)
{
	settings_generation++;
}

static bool
is_setting(const char *name)
{
	for (int i = 0; i < lengthof(settings); i++)
		if (pg_strcasecmp(name, settings[i].name) == 0)
			return true;
	return false;
}

/* Is it one of our prefix that the server took without knowing it, and that is not reset? */
static bool
is_unknown(const struct config_generic *variable)
{
	const char *value;

	if ((variable->flags & GUC_CUSTOM_PLACEHOLDER) == 0 || pg_strncasecmp(variable->name, PREFIX ".", strlen(PREFIX ".")) != 0 ||
		is_setting(variable->name))
		return false;
	value = *((const struct config_string *) variable)->variable;
	return value != NULL && *value != '\0';
}

/* 42704 if there is a setting of an unknown name. */
static void
refuse_unknown_settings(void)
{
	int			count;
	struct config_generic **variables = all_settings(&count);

	for (int i = 0; i < count; i++)
		if (is_unknown(variables[i]))
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 errmsg("virotrial has no setting \"%s\"", variables[i]->name),
					 errdetail("Its settings are virotrial.data_cut, virotrial.group_by, virotrial.analysis_set, virotrial.defer_rules, virotrial.reason, virotrial.application_user and virotrial.source."),
					 errhint("Take it back where it was set: by \"reset %s\", or by alter role or alter database ... reset.", variables[i]->name)));
}

/* Called once, when the module is loaded, and first: it may fail. */
void
define_settings(void)
{
	/* A server must start all the same; the names are then refused from its start on. */
	if (IsUnderPostmaster)
		refuse_unknown_settings();
	for (int i = 0; i < lengthof(settings); i++)
		DefineCustomStringVariable(settings[i].name, settings[i].description, NULL, &values[i], "",
								   PGC_USERSET, settings[i].flags, NULL, note_assignment, NULL);
	MarkGUCPrefixReserved(PREFIX);
}

/* Sets any setting of the server for as long as the caller's nest level of settings lasts. */
void
set_locally(const char *name, const char *value)
{
	(void) set_config_option(name, value, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
}

/* What one of the settings is now; empty if it is not set.  Every statement asks, and the server's own search is long. */
const char *
setting_value(const char *name)
{
	int			place = 0;

	while (place < lengthof(settings) && strcmp(settings[place].name, name) != 0)
		place++;
	Assert(place < lengthof(settings));
	return values[place] ? values[place] : "";
}
