/*-------------------------------------------------------------------------
 *
 * figures.h
 *	  The columns of a result row, filled from the left.
 *
 *-------------------------------------------------------------------------
 */
#ifndef FIGURES_H
#define FIGURES_H

#include "statistics/aggregate.h"

#include <math.h>

#define FIGURES_MAX 8

typedef struct Figures
{
	int			length;
	Datum		values[FIGURES_MAX];
	bool		nulls[FIGURES_MAX];
} Figures;

static inline void
add_count(Figures *figures, int64 count)
{
	figures->nulls[figures->length] = false;
	figures->values[figures->length++] = Int64GetDatum(count);
}

static inline void
add_integer(Figures *figures, int32 value)
{
	figures->nulls[figures->length] = false;
	figures->values[figures->length++] = Int32GetDatum(value);
}

static inline void
add_null(Figures *figures)
{
	figures->nulls[figures->length] = true;
	figures->values[figures->length++] = (Datum) 0;
}

/* A figure that is not defined, NaN, becomes NULL. */
static inline void
add_figure(Figures *figures, float8 value)
{
	figures->nulls[figures->length] = isnan(value);
	figures->values[figures->length++] = Float8GetDatum(value);
}

static inline Datum
figures_row(FunctionCallInfo fcinfo, Figures *figures)
{
	Assert(figures->length <= FIGURES_MAX);
	return result_row(fcinfo, figures->values, figures->nulls);
}

#endif							/* FIGURES_H */
