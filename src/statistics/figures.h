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

#include "core/statistics/mean.h"

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

/*
 * (treated, control, difference, std_error, degrees_of_freedom, ci_lower,
 * ci_upper, p_value)
 */
static inline Datum
mean_difference_row(FunctionCallInfo fcinfo, int64 treated, int64 control, const MeanDifference *difference)
{
	Figures		row = {0};

	add_count(&row, treated);
	add_count(&row, control);
	add_figure(&row, difference->difference);
	add_figure(&row, difference->std_error);
	add_figure(&row, difference->degrees_of_freedom);
	add_figure(&row, difference->limits.lower);
	add_figure(&row, difference->limits.upper);
	add_figure(&row, difference->p_value);
	return figures_row(fcinfo, &row);
}

#endif							/* FIGURES_H */
