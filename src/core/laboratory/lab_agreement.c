/*-------------------------------------------------------------------------
 *
 * lab_agreement.c
 *	  Whether a text and a value can be the same result.
 *
 *-------------------------------------------------------------------------
 */
#include "core/laboratory/lab_agreement.h"

/*
 * A value that is computed from a log10 or from IU/mL is known to the rounding
 * of what was written; IU/mL are taken to be as good as two decimals of a log10.
 */
static bool
reads_as(const LabReading *reading, CensoredValue value)
{
	bool		is_log = strncmp(reading->unit, "log10", 5) == 0;
	double		difference;

	if (!reading->has_value)
		return false;
	if (reading->value == value)
		return true;
	if (!is_log && strncmp(reading->unit, "IU", 2) != 0)
		return false;
	if (censored_qualifier(reading->value) != censored_qualifier(value) || censored_lacks_limit(value))
		return false;
	difference = log10(censored_limit(value)) - log10(censored_limit(reading->value));
	return fabs(difference) <= (is_log ? lab_log10_rounding(reading->number) : 0.005) + 1e-9;
}

/*
 * Whether a text may have been reported of a value.  Who knows the value knows
 * which mark the laboratory writes for decimals.
 */
bool
lab_agrees(const LabReader *reader, const char *text, size_t length, CensoredValue value)
{
	static const char marks[] = {'.', ','};
	LabReader	marked = *reader;
	LabReading	reading;

	lab_read(reader, text, length, &reading);
	if (reads_as(&reading, value))
		return true;
	for (int i = 0; i < 2 && reader->decimal_mark == 0; i++)
	{
		marked.decimal_mark = marks[i];
		lab_read(&marked, text, length, &reading);
		if (reads_as(&reading, value))
			return true;
	}
	return false;
}
