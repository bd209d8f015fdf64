/*-------------------------------------------------------------------------
 *
 * meddra.h
 *	  virotrial meddra.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MEDDRA_H
#define MEDDRA_H

#include "client/client.h"

extern ExitCode load_meddra(const char *study, const char *directory, const char *version);

#endif							/* MEDDRA_H */
