/*-------------------------------------------------------------------------
 *
 * selection.h
 *	  The k-th smallest of integers.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SELECTION_H
#define SELECTION_H

#include <stddef.h>
#include <stdint.h>

extern int64_t select_smallest(int64_t *values, size_t n, size_t k);
extern int64_t smallest_of(const int64_t *values, size_t n);

#endif							/* SELECTION_H */
