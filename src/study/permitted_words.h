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
#include "nodes/pg_list.h"
#include "utils/rel.h"

extern List *permitted_words(Relation table);
extern void require_permitted_words(const List *choices, Relation table, HeapTuple row);

#endif							/* PERMITTED_WORDS_H */
