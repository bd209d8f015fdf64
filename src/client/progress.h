/*-------------------------------------------------------------------------
 *
 * progress.h
 *	  How far a file is read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "client/cell_file.h"

extern void progress_begin(bool is_quiet);
extern void progress_say(const char *name, const char *phase);
extern void progress_show(const CellFile *file, uint64_t records);
extern void progress_end(const CellFile *file, uint64_t records);

#endif							/* PROGRESS_H */
