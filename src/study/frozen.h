/*-------------------------------------------------------------------------
 *
 * frozen.h
 *	  What the database alone writes, and how it does.
 *
 *-------------------------------------------------------------------------
 */
#ifndef FROZEN_H
#define FROZEN_H

#include "study/study_rule.h"

extern void write_frozen(const char *query);
extern void write_frozen_kept(KeptQuery *kept);

#endif							/* FROZEN_H */
