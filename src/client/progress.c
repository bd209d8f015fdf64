/*-------------------------------------------------------------------------
 *
 * progress.c
 *	  Shows how far a file is read: one line that changes on a terminal, plain
 *	  lines elsewhere.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "client/progress.h"

static bool is_silent = false;
static bool is_terminal = false;
static double began = 0;
static double shown = 0;

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double) time.tv_sec + time.tv_nsec / 1e9;
}

void
progress_begin(bool is_quiet)
{
	is_silent = is_quiet;
	is_terminal = isatty(STDERR_FILENO);
}

/* Says what begins. */
void
progress_say(const char *name, const char *phase)
{
	began = shown = now();
	if (!is_silent)
		fprintf(stderr, "%s: %s\n", base_name(name), phase);
}

/* Shows how far a file is, five times a second. */
void
progress_show(const CellFile *file, uint64_t records)
{
	double		time;

	if (is_silent || !is_terminal || records % 1000 != 0)
		return;
	time = now();
	if (time - shown < 0.2 || file->bytes == 0)
		return;
	shown = time;
	fprintf(stderr, "\r%s: %llu rows, %.0f %%, %.0f rows/s, %.0f s left \033[K", base_name(file->path),
			(unsigned long long) records, 100.0 * (double) file->bytes / (double) file->size,
			(double) records / (time - began),
			(time - began) * ((double) file->size / (double) file->bytes - 1));
	fflush(stderr);
}

void
progress_end(const CellFile *file, uint64_t records)
{
	double		time = now() - began;

	if (is_silent)
		return;
	fprintf(stderr, "%s%s: %llu rows read, %.0f rows/s\n", is_terminal ? "\r\033[K" : "", base_name(file->path),
			(unsigned long long) records, time > 0 ? (double) records / time : 0);
}
