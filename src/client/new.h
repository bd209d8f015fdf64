/*-------------------------------------------------------------------------
 *
 * new.h
 *	  virotrial new and virotrial demo: a study to begin with.
 *
 *-------------------------------------------------------------------------
 */
#ifndef NEW_H
#define NEW_H

#include "client/client.h"

/* What the user said. */
typedef struct NewOptions
{
	const char *study;
	const char *protocol;		/* a name or a file; NULL for that of create_study */
	const char *subjects;		/* of a simulation; NULL for those of simulate_study */
	const char *sites;
	const char *seed;
	bool		trusts_sql;
	bool		is_secured;
	bool		is_demo;
	bool		is_quiet;
} NewOptions;

extern ExitCode make_study(const NewOptions *options);

#endif							/* NEW_H */
