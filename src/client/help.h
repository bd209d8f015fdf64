/*-------------------------------------------------------------------------
 *
 * help.h
 *	  What virotrial says of itself.
 *
 *-------------------------------------------------------------------------
 */
#ifndef HELP_H
#define HELP_H

#include "client/client.h"

extern void print_help(const char *command);

#endif							/* HELP_H */
