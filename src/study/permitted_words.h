/*-------------------------------------------------------------------------
 *
 * permitted_words.h
 *	  The error of a column of choice.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PERMITTED_WORDS_H
#define PERMITTED_WORDS_H

#include "executor/tuptable.h"
#include "utils/rel.h"

extern void require_permitted_word(Relation table, const char *constraint, const Expr *condition, TupleTableSlot *row);

#endif							/* PERMITTED_WORDS_H */
