/*-------------------------------------------------------------------------
 *
 * progress.c
 *	  Shows how far the program is: one line that changes on a terminal, plain
 *	  lines elsewhere, now and then.
 *
 *-------------------------------------------------------------------------
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "client/progress.h"

/* How many seconds are between two lines. */
#define BETWEEN_SHOWN 0.2
#define BETWEEN_PLAIN 60

static bool is_silent = true;
static bool is_terminal = false;
static const char *subject = "";
static const char *doing = "";
static char step[64] = "";
static double began = 0;
static double shown = 0;

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double) time.tv_sec + time.tv_nsec / 1e9;
}

/* A time as people read it: 42 s, 3 min 20 s, 2 h 5 min. */
static const char *
time_text(double seconds, char *text, size_t size)
{
	unsigned long whole = (unsigned long) (seconds + 0.5);

	if (whole < 60)
		snprintf(text, size, "%lu s", whole);
	else if (whole < 3600)
		snprintf(text, size, "%lu min %lu s", whole / 60, whole % 60);
	else
		snprintf(text, size, "%lu h %lu min", whole / 3600, whole / 60 % 60);
	return text;
}

/* Is it time for another line? */
static bool
is_due(double time)
{
	if (is_silent || time - shown < (is_terminal ? BETWEEN_SHOWN : BETWEEN_PLAIN))
		return false;
	shown = time;
	return true;
}

/* Begins a line in the place of the one that is shown. */
static void
begin_line(void)
{
	fprintf(stderr, "%s%s: ", is_terminal ? "\r\033[K" : "", subject);
}

/* Ends a line that the next one replaces on a terminal. */
static void
end_line(void)
{
	if (!is_terminal)
		fputc('\n', stderr);
	fflush(stderr);
}

void
progress_begin(bool is_quiet)
{
	is_silent = is_quiet;
	is_terminal = isatty(STDERR_FILENO);
}

/* Is there a line that changes? */
bool
progress_is_shown(void)
{
	return !is_silent && is_terminal;
}

/* Says what begins. */
void
progress_say(const char *name, const char *phase)
{
	began = shown = now();
	subject = base_name(name);
	doing = phase;
	step[0] = '\0';
	if (is_silent)
		return;
	begin_line();
	fputs(phase, stderr);
	end_line();
}

/* Shows how far a file is. */
void
progress_show(const CellFile *file, uint64_t records)
{
	double		time;
	double		part = (double) file->bytes / (double) file->size;
	char		left[32];

	if (is_silent || records % 1000 != 0 || file->bytes == 0)
		return;
	time = now();
	if (!is_due(time))
		return;
	begin_line();
	fprintf(stderr, "%llu rows, %.0f %%, %.0f rows/s, %s left", (unsigned long long) records, 100 * part,
			(double) records / (time - began), time_text((time - began) * (1 / part - 1), left, sizeof(left)));
	end_line();
}

/* Shows what the server does, and for how long it has done it. */
static void
show_wait(void)
{
	char		waited[32];

	begin_line();
	fprintf(stderr, "%s%s%s, %s", doing, step[0] ? ": " : "", step, time_text(now() - began, waited, sizeof(waited)));
	end_line();
}

/* The server has begun a step. */
void
progress_step(const char *what)
{
	snprintf(step, sizeof(step), "%s", what);
	if (progress_is_shown())
		show_wait();
}

/* The server has not answered yet. */
void
progress_tick(void)
{
	if (doing[0] && is_due(now()))
		show_wait();
}

/* Says that all rows of a file are read. */
void
progress_read(uint64_t records)
{
	double		time = now() - began;

	doing = "";
	if (is_silent)
		return;
	begin_line();
	fprintf(stderr, "%llu rows read, %.0f rows/s\n", (unsigned long long) records, time > 0 ? (double) records / time : 0);
}

/* Says that something is done, and how long it took. */
void
progress_done(const char *what)
{
	char		took[32];

	doing = "";
	if (is_silent)
		return;
	begin_line();
	fprintf(stderr, "%s in %s\n", what, time_text(now() - began, took, sizeof(took)));
}

/* Writes what is no progress; a line that is shown gives way to it. */
void
progress_interrupt(const char *text)
{
	fprintf(stderr, "%s%s", is_terminal && doing[0] ? "\r\033[K" : "", text);
}
