/*-------------------------------------------------------------------------
 *
 * check.h
 *	  virotrial check: what is wrong with a study.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CHECK_H
#define CHECK_H

#include "client/client.h"

extern ExitCode check_study(const char *study);

#endif							/* CHECK_H */
