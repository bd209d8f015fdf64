/*-------------------------------------------------------------------------
 *
 * lab_dictionary.c
 *	  The words of a laboratory, of a language or of a study: pairs of a word
 *	  and its state, prepared for the reader; and the reader's own words.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/formatting.h"

#include "core/laboratory/lab_word.h"
#include "laboratory/lab_dictionary.h"

PG_FUNCTION_INFO_V1(laboratory_words);

static void
refuse_dictionary(const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid dictionary of laboratory words"),
			 errdetail("%s", detail),
			 errhint("Give pairs of a word and a state: array[['nicht messbar', 'below']].")));
}

/* A state that needs a number, or is the reader's own warning, is none of a word. */
static bool
is_state_of_word(LabState state)
{
	switch (state)
	{
		case LAB_EXACT:
		case LAB_AT_MOST:
		case LAB_AT_LEAST:
		case LAB_POSSIBLY_LOG10:
		case LAB_OUTSIDE_LIMITS:
		case LAB_UNCONVERTED:
			return false;
		default:
			return true;
	}
}

/* One pair of the dictionary, its word in lower case. */
static LabWord
word_of_pair(Datum word, Datum state)
{
	char	   *spelled = TextDatumGetCString(word);
	text	   *name = DatumGetTextPP(state);
	LabWord		entry = {asc_tolower(spelled, strlen(spelled)), strlen(spelled), LAB_UNREAD};

	if (!lab_state_of_name(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name), &entry.state) ||
		!is_state_of_word(entry.state))
		refuse_dictionary(psprintf("\"%s\" is not a state that a word can have.",
								   TextDatumGetCString(state)));
	return entry;
}

/* The words of an array of pairs, in the current memory context; 22023 where it is none. */
LabWord *
lab_dictionary(ArrayType *pairs, int *word_count)
{
	LabWord    *words;
	Datum	   *elements;
	int			count;

	if (ARR_NDIM(pairs) != 0 && (ARR_NDIM(pairs) != 2 || ARR_DIMS(pairs)[1] != 2))
		refuse_dictionary("It is not an array of pairs.");
	if (array_contains_nulls(pairs))
		refuse_dictionary("It has a null.");
	deconstruct_array(pairs, TEXTOID, -1, false, TYPALIGN_INT, &elements, NULL, &count);
	words = palloc(sizeof(LabWord) * (count / 2 + 1));
	for (int i = 0; i + 1 < count; i += 2)
		words[i / 2] = word_of_pair(elements[i], elements[i + 1]);
	*word_count = count / 2;
	return words;
}

/* The words that the reader knows by itself, and their states. */
Datum
laboratory_words(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *result = (ReturnSetInfo *) fcinfo->resultinfo;

	InitMaterializedSRF(fcinfo, 0);
	for (int i = 0; i < lab_word_count; i++)
	{
		Datum		values[2] = {CStringGetTextDatum(lab_words[i].word), CStringGetTextDatum(lab_state_names[lab_words[i].state])};
		bool		nulls[2] = {false, false};

		tuplestore_putvalues(result->setResult, result->setDesc, values, nulls);
	}
	return (Datum) 0;
}
