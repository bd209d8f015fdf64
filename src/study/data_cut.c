/*-------------------------------------------------------------------------
 *
 * data_cut.c
 *	  The last day of which an analysis takes data.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>

#include "compat.h"
#include "utils/builtins.h"
#include "utils/date.h"

#include "settings.h"

#define DATA_CUT_SETTING "virotrial.data_cut"

PG_FUNCTION_INFO_V1(data_cut);

/* Whether text is written yyyy-mm-dd, which reads the same under every DateStyle. */
static bool
is_iso_date(const char *text)
{
	static const char pattern[] = "dddd-dd-dd";

	if (strlen(text) != sizeof(pattern) - 1)
		return false;
	for (const char *p = pattern; *p; p++, text++)
		if (*p == 'd' ? !isdigit((unsigned char) *text) : *text != *p)
			return false;
	return true;
}

/*
 * data_cut() returns date: the setting virotrial.data_cut, infinity where it
 * is unset or empty.  22023 if it is no date.
 */
Datum
data_cut(PG_FUNCTION_ARGS)
{
	const char *setting = setting_value(DATA_CUT_SETTING);

	if (*setting == '\0')
		PG_RETURN_DATEADT(DATEVAL_NOEND);
	if (!is_iso_date(setting))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("invalid value for parameter \"%s\": \"%s\"", DATA_CUT_SETTING, setting),
				 errhint("Write a day as yyyy-mm-dd, or nothing for all data.")));
	return DirectFunctionCall1(date_in, CStringGetDatum(setting));
}
