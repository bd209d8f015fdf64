/*-------------------------------------------------------------------------
 *
 * lab_text.h
 *	  What laboratories write: texts made plain, their numbers, and the
 *	  results that they report.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LAB_TEXT_H
#define LAB_TEXT_H

#include "core/censored/censored_value.h"

/* Longest text that is read, and room for its plain form. */
#define LAB_TEXT_SIZE 256

/* What a word, or a reading, says. */
typedef enum LabState
{
	LAB_UNREAD,					/* outside the grammar */
	LAB_EXACT,
	LAB_BELOW,
	LAB_DETECTED_BELOW,
	LAB_NOT_DETECTED,
	LAB_DETECTED,				/* and no number */
	LAB_ABOVE,
	LAB_AT_MOST,
	LAB_AT_LEAST,
	LAB_POSSIBLY_LOG10,
	LAB_OUTSIDE_LIMITS,
	LAB_UNCONVERTED,			/* a number in a unit without a factor */
	LAB_REJECTED,
	LAB_INSUFFICIENT,
	LAB_INVALID,
	LAB_PENDING,
	LAB_NOT_DONE,
	LAB_MISSING,
	LAB_STATES
} LabState;

extern const char *const lab_state_names[LAB_STATES];

/* A word in lower case, and what it says. */
typedef struct LabWord
{
	const char *word;
	size_t		length;
	LabState	state;
} LabWord;

typedef enum LabComparator
{
	LAB_NO_COMPARATOR,
	LAB_LESS,
	LAB_AT_MOST_SIGN,
	LAB_EQUAL,
	LAB_AT_LEAST_SIGN,
	LAB_GREATER
} LabComparator;

typedef enum LabNumberStatus
{
	LAB_NUMBER_READ,
	LAB_NO_NUMBER,
	LAB_BAD_GROUPS,				/* separators that are neither thousands nor decimals */
	LAB_AMBIGUOUS				/* thousands or decimals */
} LabNumberStatus;

/* How separators of a number are to be understood. */
typedef struct LabNumberRule
{
	char		decimal_mark;	/* '.' or ',', 0 where it is not known */
	bool		is_viral_load;	/* without decimals, if it is no log10 */
	bool		is_log10;
} LabNumberRule;

/* A letter of ASCII in lower case; anything else as it is. */
static inline char
lab_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
}

extern bool lab_plain_text(const char *text, size_t length, char *plain);
extern const char *lab_comparator(const char *text, LabComparator *comparator);
extern LabNumberStatus lab_number(const char *text, const LabNumberRule *rule,
								  double *number, const char **end);

#endif							/* LAB_TEXT_H */
