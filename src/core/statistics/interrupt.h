/*-------------------------------------------------------------------------
 *
 * interrupt.h
 *	  How a long calculation is left before its end.
 *
 * The caller's check is called at least every few hundred thousand steps.  It
 * may jump out of the calculation: nothing is allocated, and nothing is held.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CORE_INTERRUPT_H
#define CORE_INTERRUPT_H

#include <stddef.h>

typedef void (*InterruptCheck) (void);

/* NULL checks for nothing. */
static inline void
check_interrupt(InterruptCheck check)
{
	if (check != NULL)
		check();
}

/* The same in the i-th round of a loop of short rounds, now and then. */
static inline void
check_interrupt_at(InterruptCheck check, size_t i)
{
	if ((i & 0xffff) == 0 && check != NULL)
		check();
}

#endif							/* CORE_INTERRUPT_H */
