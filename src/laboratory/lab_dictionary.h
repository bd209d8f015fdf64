/*-------------------------------------------------------------------------
 *
 * lab_dictionary.h
 *	  The words of a laboratory, prepared for the reader.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LAB_DICTIONARY_H
#define LAB_DICTIONARY_H

#include "utils/array.h"

#include "core/laboratory/lab_text.h"

extern LabWord *lab_dictionary(ArrayType *pairs, int *word_count);

#endif							/* LAB_DICTIONARY_H */
