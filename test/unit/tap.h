/*
 * tap.h: what the unit tests of src/core need to report in TAP.
 *
 * A test is one C program with its own main(), which ends with
 * "return done_testing();".
 */
#ifndef VIROTRIAL_TAP_H
#define VIROTRIAL_TAP_H

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#if defined(__GNUC__)
#define TAP_UNUSED __attribute__((unused))
#else
#define TAP_UNUSED
#endif

static int	tap_run = 0;
static int	tap_failed = 0;

/* The line that every assertion ends in; returns whether it held. */
static bool
tap_report(bool held, const char *file, int line, const char *name)
{
	tap_run++;
	printf("%sok %d - %s\n", held ? "" : "not ", tap_run, name);
	if (!held)
	{
		tap_failed++;
		printf("# at %s line %d\n", file, line);
	}
	fflush(stdout);
	return held;
}

static TAP_UNUSED bool
tap_is_int(long long got, long long expected, const char *file, int line,
		   const char *name)
{
	bool		held = tap_report(got == expected, file, line, name);

	if (!held)
		printf("# got %lld, expected %lld\n", got, expected);
	return held;
}

static TAP_UNUSED bool
tap_is_string(const char *got, const char *expected, const char *file,
			  int line, const char *name)
{
	bool		same = got == expected ||
		(got != NULL && expected != NULL && strcmp(got, expected) == 0);
	bool		held = tap_report(same, file, line, name);

	if (!held)
		printf("# got \"%s\", expected \"%s\"\n", got ? got : "(null)",
			   expected ? expected : "(null)");
	return held;
}

/*
 * Equal within "tolerance", relative to the expected value where that is
 * larger than 1.  Infinities equal themselves, NaN equals NaN.
 */
static TAP_UNUSED bool
tap_is_double(double got, double expected, double tolerance,
			  const char *file, int line, const char *name)
{
	double		scale = fmax(1.0, fabs(expected));
	bool		same = got == expected || (isnan(got) && isnan(expected)) ||
		(isfinite(expected) && fabs(got - expected) <= tolerance * scale);
	bool		held = tap_report(same, file, line, name);

	if (!held)
		printf("# got %.17g, expected %.17g within %g\n", got, expected,
			   tolerance);
	return held;
}

/* Prints the plan and returns main()'s exit status. */
static TAP_UNUSED int
done_testing(void)
{
	printf("1..%d\n", tap_run);
	return tap_failed > 0 || tap_run == 0;
}

#define ok(condition, name) \
	tap_report((condition), __FILE__, __LINE__, (name))
#define is_int(got, expected, name) \
	tap_is_int((got), (expected), __FILE__, __LINE__, (name))
#define is_string(got, expected, name) \
	tap_is_string((got), (expected), __FILE__, __LINE__, (name))
#define is_double(got, expected, tolerance, name) \
	tap_is_double((got), (expected), (tolerance), __FILE__, __LINE__, (name))

#endif							/* VIROTRIAL_TAP_H */
