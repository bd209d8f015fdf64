/*-------------------------------------------------------------------------
 *
 * dictionary.h
 *	  virotrial meddra, virotrial whodrug.
 *
 *-------------------------------------------------------------------------
 */
#ifndef DICTIONARY_H
#define DICTIONARY_H

#include "client/client.h"

extern ExitCode load_meddra(const char *study, const char *directory, const char *version);
extern ExitCode load_whodrug(const char *study, const char *directory, const char *version);

#endif							/* DICTIONARY_H */
