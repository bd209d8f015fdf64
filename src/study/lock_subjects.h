/*-------------------------------------------------------------------------
 *
 * lock_subjects.h
 *	  Locks the subjects of a statement's rows.
 *
 *-------------------------------------------------------------------------
 */
#ifndef LOCK_SUBJECTS_H
#define LOCK_SUBJECTS_H

#include "utils/rel.h"

#include "study/study_rule.h"

extern bool locks_before_keys(Relation table, RuleEvent event);

#endif							/* LOCK_SUBJECTS_H */
