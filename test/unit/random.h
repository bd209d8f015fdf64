/*
 * random.h: numbers that are the same on every machine and in every run.
 */
#ifndef VIROTRIAL_RANDOM_H
#define VIROTRIAL_RANDOM_H

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "tap.h"

static uint64_t random_state = 0x9E3779B97F4A7C15u;

/* splitmix64, of Steele, Lea and Flood, OOPSLA 2014. */
static TAP_UNUSED uint64_t
random_bits(void)
{
	uint64_t	z = (random_state += 0x9E3779B97F4A7C15u);

	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static TAP_UNUSED uint64_t
random_below(uint64_t bound)
{
	return random_bits() % bound;
}

/* From 0 up to 1. */
static TAP_UNUSED double
random_uniform(void)
{
	return (double) (random_bits() >> 11) * 0x1p-53;
}

/* Of every magnitude between the two alike, with all bits of a double in use. */
static TAP_UNUSED double
random_magnitude(double smallest, double largest)
{
	double		drawn = smallest * pow(largest / smallest, random_uniform());

	return fmin(fmax(drawn, smallest), largest);
}

#endif							/* VIROTRIAL_RANDOM_H */
