/*-------------------------------------------------------------------------
 *
 * permitted_words.h
 *	  The columns of a table that take words of a list alone.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERMITTED_WORDS_H
#define PERMITTED_WORDS_H

#include "access/htup.h"
#include "utils/rel.h"

extern void require_permitted_words(Relation table, HeapTuple row);

#endif							/* PERMITTED_WORDS_H */
