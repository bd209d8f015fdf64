/*-------------------------------------------------------------------------
 *
 * relation_change.h
 *	  Has a session forget what it keeps of a relation that was changed.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RELATION_CHANGE_H
#define RELATION_CHANGE_H

extern void watch_relations(void);

#endif							/* RELATION_CHANGE_H */
