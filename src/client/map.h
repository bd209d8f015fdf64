/*-------------------------------------------------------------------------
 *
 * map.h
 *	  virotrial map: a mapping to begin with.
 *
 *-------------------------------------------------------------------------
 */
#ifndef MAP_H
#define MAP_H

#include "client/load.h"

extern ExitCode map_file(const LoadOptions *options, const char *path);

#endif							/* MAP_H */
