/*-------------------------------------------------------------------------
 *
 * median_limits.c
 *	  Limits of a median that need no model: those of the sign test.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/censored_sample.h"

#include <float.h>

#include "core/statistics/double_order.h"
#include "core/statistics/median_limits.h"
#include "core/statistics/selection.h"
#include "statistics/figures.h"

PG_FUNCTION_INFO_V1(viral_load_median_ci);
PG_FUNCTION_INFO_V1(log_reduction_median_ci);

/*
 * The k-th smallest of the least, or of the greatest, values that each can be;
 * NaN where that is without bound, or of TND without a limit.
 */
static double
kth_smallest_end(const SampleState *sample, bool upper, int64 k, const CensoredDomain *domain, int64 *ends)
{
	double		limit;

	for (int64 i = 0; i < sample->n; i++)
	{
		ValueSet	possible = censored_set(sample->values[i], domain->floor);

		ends[i] = double_to_rank(upper ? possible.upper : possible.lower);
	}
	limit = rank_to_double(select_smallest(ends, sample->n, k - 1));
	return isinf(limit) || limit == DBL_TRUE_MIN ? NAN : limit;
}

/* (n, ci_lower, ci_upper) */
static Datum
median_ci(FunctionCallInfo fcinfo, const CensoredDomain *domain)
{
	SampleState *sample = (SampleState *) PG_GETARG_VARLENA_P(0);
	double		conf_level = PG_GETARG_FLOAT8(1);
	double		lower = NAN;
	double		upper = NAN;
	int64		rank;
	Figures		row = {0};

	check_conf_level(conf_level);
	rank = median_limit_rank(sample->n, conf_level);
	if (rank > 0)
	{
		int64	   *ends = palloc_extended(sample->n * sizeof(int64), MCXT_ALLOC_HUGE);

		lower = kth_smallest_end(sample, false, rank, domain, ends);
		upper = kth_smallest_end(sample, true, sample->n + 1 - rank, domain, ends);
		pfree(ends);
	}
	add_count(&row, sample->n);
	add_figure(&row, lower);
	add_figure(&row, upper);
	return figures_row(fcinfo, &row);
}

/* median_ci(viral_load_sample, conf_level) */
Datum
viral_load_median_ci(PG_FUNCTION_ARGS)
{
	return median_ci(fcinfo, &viral_load_domain);
}

/* median_ci(log_reduction_sample, conf_level) */
Datum
log_reduction_median_ci(PG_FUNCTION_ARGS)
{
	return median_ci(fcinfo, &log_reduction_domain);
}
