/*-------------------------------------------------------------------------
 *
 * survival_curve.h
 *	  The state survival_curve, as what compares curves reads it.
 *
 *-------------------------------------------------------------------------
 */
#ifndef SURVIVAL_STATE_H
#define SURVIVAL_STATE_H

#include "core/statistics/survival_curve.h"
#include "statistics/tally_state.h"

extern int64 survival_row_key(float8 time, bool event);

#endif							/* SURVIVAL_STATE_H */
