/*-------------------------------------------------------------------------
 *
 * rule_text.h
 *	  The texts of rules, and the errors in them.
 *
 *-------------------------------------------------------------------------
 */
#ifndef RULE_TEXT_H
#define RULE_TEXT_H

extern void rule_context(void *argument);
extern void require_query(const char *text);
extern void require_expression(const char *text);

#endif							/* RULE_TEXT_H */
