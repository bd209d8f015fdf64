/*-------------------------------------------------------------------------
 *
 * progress.h
 *	  Shows how far the program is.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include "client/cell_file.h"

extern void progress_begin(bool is_quiet);
extern bool progress_is_shown(void);
extern void progress_say(const char *name, const char *phase);
extern void progress_show(const CellFile *file, uint64_t records);
extern void progress_read(uint64_t records);
extern void progress_step(const char *step);
extern void progress_tick(void);
extern void progress_done(const char *what);
extern void progress_interrupt(const char *text);

#endif							/* PROGRESS_H */
