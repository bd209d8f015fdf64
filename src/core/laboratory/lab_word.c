/*-------------------------------------------------------------------------
 *
 * lab_word.c
 *	  The words that laboratories write in the place of a number, and the
 *	  names of what they say.
 *
 *-------------------------------------------------------------------------
 */
#include "core/laboratory/lab_word.h"

const char *const lab_state_names[LAB_STATES] = {
	[LAB_UNREAD] = "unread",
	[LAB_EXACT] = "exact",
	[LAB_BELOW] = "below",
	[LAB_DETECTED_BELOW] = "detected below",
	[LAB_NOT_DETECTED] = "not detected",
	[LAB_DETECTED] = "detected",
	[LAB_ABOVE] = "above",
	[LAB_AT_MOST] = "at most",
	[LAB_AT_LEAST] = "at least",
	[LAB_POSSIBLY_LOG10] = "possibly log10",
	[LAB_OUTSIDE_LIMITS] = "outside limits",
	[LAB_UNCONVERTED] = "unconverted",
	[LAB_REJECTED] = "rejected",
	[LAB_INSUFFICIENT] = "insufficient",
	[LAB_INVALID] = "invalid",
	[LAB_PENDING] = "pending",
	[LAB_NOT_DONE] = "not done",
	[LAB_MISSING] = "missing"
};

#define WORD(text, state) {text, sizeof(text) - 1, state}

/* "ND" is not among them: it is not detected for some, and not done for others. */
const LabWord lab_words[] = {
	WORD("tnd", LAB_NOT_DETECTED), WORD("target not detected", LAB_NOT_DETECTED),
	WORD("not detected", LAB_NOT_DETECTED), WORD("undetected", LAB_NOT_DETECTED),
	WORD("undetectable", LAB_NOT_DETECTED), WORD("non detected", LAB_NOT_DETECTED),
	WORD("none detected", LAB_NOT_DETECTED), WORD("not detectable", LAB_NOT_DETECTED),
	WORD("non detectable", LAB_NOT_DETECTED), WORD("indetectable", LAB_NOT_DETECTED),
	WORD("no detectable", LAB_NOT_DETECTED), WORD("no detectado", LAB_NOT_DETECTED),
	WORD("nao detectado", LAB_NOT_DETECTED), WORD("n\303\243o detectado", LAB_NOT_DETECTED),
	WORD("ind\303\251tectable", LAB_NOT_DETECTED), WORD("nicht nachweisbar", LAB_NOT_DETECTED),
	WORD("ldl", LAB_BELOW), WORD("udl", LAB_BELOW), WORD("blq", LAB_BELOW), WORD("bloq", LAB_BELOW),
	WORD("blod", LAB_BELOW), WORD("bdl", LAB_BELOW), WORD("bll", LAB_BELOW), WORD("lt", LAB_BELOW),
	WORD("<lod", LAB_BELOW), WORD("<loq", LAB_BELOW), WORD("<lloq", LAB_BELOW), WORD("<lld", LAB_BELOW),
	WORD("< lod", LAB_BELOW), WORD("< loq", LAB_BELOW), WORD("< lloq", LAB_BELOW),
	WORD("below", LAB_BELOW), WORD("less than", LAB_BELOW), WORD("below detection limit", LAB_BELOW),
	WORD("below limit of detection", LAB_BELOW), WORD("below limit of quantification", LAB_BELOW),
	WORD("below limit of quantitation", LAB_BELOW), WORD("lower than detectable limit", LAB_BELOW),
	WORD("detected", LAB_DETECTED), WORD("detectable", LAB_DETECTED), WORD("positive", LAB_DETECTED),
	WORD("gt", LAB_ABOVE), WORD("above", LAB_ABOVE), WORD("greater than", LAB_ABOVE),
	WORD("more than", LAB_ABOVE), WORD(">uloq", LAB_ABOVE), WORD("> uloq", LAB_ABOVE),
	WORD("auloq", LAB_ABOVE), WORD("above limit of quantification", LAB_ABOVE),
	WORD("rejected", LAB_REJECTED), WORD("sample rejected", LAB_REJECTED),
	WORD("specimen rejected", LAB_REJECTED), WORD("haemolysed", LAB_REJECTED),
	WORD("hemolysed", LAB_REJECTED), WORD("hemolyzed", LAB_REJECTED), WORD("clotted", LAB_REJECTED),
	WORD("insufficient", LAB_INSUFFICIENT), WORD("qns", LAB_INSUFFICIENT),
	WORD("insufficient sample", LAB_INSUFFICIENT), WORD("insufficient volume", LAB_INSUFFICIENT),
	WORD("insufficient specimen", LAB_INSUFFICIENT),
	WORD("quantity not sufficient", LAB_INSUFFICIENT), WORD("insuficiente", LAB_INSUFFICIENT),
	WORD("invalid", LAB_INVALID), WORD("failed", LAB_INVALID), WORD("error", LAB_INVALID),
	WORD("indeterminate", LAB_INVALID), WORD("no result", LAB_INVALID), WORD("test failed", LAB_INVALID),
	WORD("pending", LAB_PENDING), WORD("awaited", LAB_PENDING), WORD("in progress", LAB_PENDING),
	WORD("to follow", LAB_PENDING), WORD("pendiente", LAB_PENDING),
	WORD("not done", LAB_NOT_DONE), WORD("not performed", LAB_NOT_DONE),
	WORD("not tested", LAB_NOT_DONE), WORD("cancelled", LAB_NOT_DONE), WORD("canceled", LAB_NOT_DONE),
	WORD("na", LAB_MISSING), WORD("n/a", LAB_MISSING), WORD("null", LAB_MISSING),
	WORD("missing", LAB_MISSING), WORD("unknown", LAB_MISSING), WORD("not available", LAB_MISSING),
	WORD(".", LAB_MISSING), WORD("-", LAB_MISSING), WORD("--", LAB_MISSING), WORD("-99", LAB_MISSING),
	WORD("-999", LAB_MISSING), WORD("-9999", LAB_MISSING), WORD("-99999", LAB_MISSING)
};

const int	lab_word_count = sizeof(lab_words) / sizeof(lab_words[0]);

/* The state of a name; false where there is no such state. */
bool
lab_state_of_name(const char *name, size_t length, LabState *state)
{
	for (int i = 0; i < LAB_STATES; i++)
		if (strlen(lab_state_names[i]) == length && memcmp(lab_state_names[i], name, length) == 0)
		{
			*state = (LabState) i;
			return true;
		}
	return false;
}

/* What a text in any case says, by a list of words in lower case. */
LabState
lab_word_state(const char *text, size_t length, const LabWord *words, int word_count,
			   bool *found)
{
	for (int i = 0; i < word_count; i++)
	{
		size_t		at = 0;

		if (words[i].length != length)
			continue;
		while (at < length && lab_lower(text[at]) == words[i].word[at])
			at++;
		if (at == length)
		{
			*found = true;
			return words[i].state;
		}
	}
	*found = false;
	return LAB_UNREAD;
}
