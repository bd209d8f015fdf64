/*-------------------------------------------------------------------------
 *
 * lab_word.h
 *	  The words that laboratories write in the place of a number.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LAB_WORD_H
#define LAB_WORD_H

#include "core/laboratory/lab_text.h"

extern const LabWord lab_words[];
extern const int lab_word_count;

extern LabState lab_word_state(const char *text, size_t length,
							   const LabWord *words, int word_count, bool *found);
extern bool lab_state_of_name(const char *name, size_t length, LabState *state);

#endif							/* LAB_WORD_H */
