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

extern int	trigger_level(void);
extern bool is_own_write(void);
extern void write_frozen(const char *query);
extern void write_frozen_sized(KeptQuery *kept, StatementSize size);
extern void freeze_verdicts(RuleSet *rules, RuleEvent event, StatementSize size);
extern void freeze_verdicts_again(const RuleSet *rules, RuleEvent event);

#endif							/* FROZEN_H */
