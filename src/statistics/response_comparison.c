/*-------------------------------------------------------------------------
 *
 * response_comparison.c
 *	  Two groups of responders in strata: the state response_comparison, and
 *	  what is estimated and tested from it.
 *
 * The strata of a state are in the order of their names.
 *
 *-------------------------------------------------------------------------
 */
#include "statistics/figures.h"

#include "mb/pg_wchar.h"
#include "utils/builtins.h"

#include "core/statistics/odds_ratio.h"
#include "core/statistics/rate_difference.h"
#include "core/statistics/rate_ratio.h"
#include "core/statistics/response_comparison.h"

typedef struct ResponseComparison
{
	StateHeader header;
	int64		missing;
	int64		used;
	ComparisonStratum strata[FLEXIBLE_ARRAY_MEMBER];
} ResponseComparison;

#define COMPARISON_SIZE(capacity) \
	(offsetof(ResponseComparison, strata) + (capacity) * sizeof(ComparisonStratum))
#define PG_GETARG_COMPARISON(n) ((ResponseComparison *) PG_GETARG_VARLENA_P(n))

PG_FUNCTION_INFO_V1(response_comparison_accumulate);
PG_FUNCTION_INFO_V1(response_comparison_combine);
PG_FUNCTION_INFO_V1(response_comparison_final);
PG_FUNCTION_INFO_V1(rate_difference_of_comparison);
PG_FUNCTION_INFO_V1(rate_ratio_of_comparison);
PG_FUNCTION_INFO_V1(odds_ratio_of_comparison);
PG_FUNCTION_INFO_V1(noninferiority_test_of_comparison);
PG_FUNCTION_INFO_V1(fisher_exact_test_of_comparison);
PG_FUNCTION_INFO_V1(cochran_mantel_haenszel_test_of_comparison);

/* A copy with room for so many strata. */
static ResponseComparison *
resized(const ResponseComparison *comparison, int64 capacity)
{
	ResponseComparison *copy = state_allocate(COMPARISON_SIZE(capacity));

	copy->missing = comparison->missing;
	copy->used = comparison->used;
	memcpy(copy->strata, comparison->strata, comparison->used * sizeof(ComparisonStratum));
	return copy;
}

/* The place of the first stratum that is not before the name. */
static int64
place_of(const ResponseComparison *comparison, const char *name)
{
	int64		low = 0;
	int64		high = comparison->used;

	while (low < high)
	{
		int64		middle = (low + high) / 2;

		if (strcmp(comparison->strata[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Room for one more stratum; a state that grows moves to the caller's memory. */
static ResponseComparison *
make_room(ResponseComparison *comparison)
{
	int64		capacity = (VARSIZE(comparison) - COMPARISON_SIZE(0)) / sizeof(ComparisonStratum);

	if (comparison->used >= COMPARISON_MAX_STRATA)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many strata for a comparison"),
				 errdetail("At most %d can be compared.", COMPARISON_MAX_STRATA),
				 errhint("Stratify by the factors of the randomisation, not by subject.")));
	if (comparison->used < capacity)
		return comparison;
	return resized(comparison, Max(1, 2 * capacity));
}

/* The stratum of a name, which may be new; then *comparison may move. */
static ComparisonStratum *
stratum_of(ResponseComparison **comparison, const char *name)
{
	int64		place = place_of(*comparison, name);
	ComparisonStratum *stratum;

	if (place < (*comparison)->used && strcmp((*comparison)->strata[place].name, name) == 0)
		return &(*comparison)->strata[place];
	*comparison = make_room(*comparison);
	stratum = &(*comparison)->strata[place];
	memmove(stratum + 1, stratum, ((*comparison)->used - place) * sizeof(ComparisonStratum));
	memset(stratum, 0, sizeof(ComparisonStratum));
	strcpy(stratum->name, name);
	(*comparison)->used++;
	return stratum;
}

static struct varlena *
read_state(StateCodec *codec)
{
	ResponseComparison *comparison;
	int64		missing = 0;
	int64		strata = 0;

	response_comparison_header_fields(codec, &missing, &strata);
	comparison = state_allocate(COMPARISON_SIZE(strata));
	comparison->missing = missing;
	for (int64 i = 0; i < strata && !codec->failed; i++)
	{
		ComparisonStratum *stratum = &comparison->strata[comparison->used++];

		comparison_stratum_fields(codec, stratum);
		if ((i > 0 && strcmp(stratum[-1].name, stratum->name) >= 0) ||
			!pg_verifymbstr(stratum->name, (int) strlen(stratum->name), true))
			codec->failed = true;
	}
	return (struct varlena *) comparison;
}

static void
write_state(StateCodec *codec, struct varlena *state)
{
	ResponseComparison *comparison = (ResponseComparison *) state;

	response_comparison_header_fields(codec, &comparison->missing, &comparison->used);
	for (int64 i = 0; i < comparison->used; i++)
		comparison_stratum_fields(codec, &comparison->strata[i]);
}

static const StateType response_comparison_type = {"response_comparison", read_state, write_state};

STATE_INPUT_OUTPUT(response_comparison)

/* The name of the row's stratum; that of a comparison without strata is empty. */
static void
stratum_argument(FunctionCallInfo fcinfo, char *name)
{
	name[0] = '\0';
	if (PG_NARGS() > 3)
		name_of_text(PG_GETARG_TEXT_PP(3), "stratum", name);
}

/* Transition: (state, response, treated [, stratum]); a row with a NULL is missing. */
Datum
response_comparison_accumulate(PG_FUNCTION_ARGS)
{
	ResponseComparison *comparison;
	ComparisonStratum *stratum;
	char		name[CODEC_NAME_SIZE];
	bool		response;

	check_aggregate_call(fcinfo);
	comparison = PG_ARGISNULL(0) ? state_allocate(COMPARISON_SIZE(1)) : (ResponseComparison *) PG_GETARG_POINTER(0);
	if (PG_ARGISNULL(1) || PG_ARGISNULL(2) || (PG_NARGS() > 3 && PG_ARGISNULL(3)))
	{
		add_state_count(&comparison->missing, 1);
		PG_RETURN_POINTER(comparison);
	}
	stratum_argument(fcinfo, name);
	stratum = stratum_of(&comparison, name);
	response = PG_GETARG_BOOL(1);
	if (PG_GETARG_BOOL(2))
	{
		add_state_count(&stratum->treated, 1);
		stratum->treated_responders += response;
	}
	else
	{
		add_state_count(&stratum->control, 1);
		stratum->control_responders += response;
	}
	PG_RETURN_POINTER(comparison);
}

/* Combine, and transition of rollup: (state, state). */
Datum
response_comparison_combine(PG_FUNCTION_ARGS)
{
	ResponseComparison *first;
	ResponseComparison *comparison;
	ResponseComparison *added;

	check_aggregate_call(fcinfo);
	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		return combine_with_none(fcinfo);
	first = comparison = (ResponseComparison *) PG_GETARG_POINTER(0);
	added = PG_GETARG_COMPARISON(1);
	add_state_count(&comparison->missing, added->missing);
	for (int64 i = 0; i < added->used; i++)
	{
		const ComparisonStratum *other = &added->strata[i];
		ResponseComparison *before = comparison;
		ComparisonStratum *stratum = stratum_of(&comparison, other->name);

		/* The executor frees the state that it gave, and knows of no other. */
		if (comparison != before && before != first)
			pfree(before);
		add_state_count(&stratum->treated, other->treated);
		add_state_count(&stratum->control, other->control);
		stratum->treated_responders += other->treated_responders;
		stratum->control_responders += other->control_responders;
	}
	PG_RETURN_POINTER(comparison);
}

/* Final of response_comparison and rollup: of no rows, empty; without spare room. */
Datum
response_comparison_final(PG_FUNCTION_ARGS)
{
	ResponseComparison *comparison;

	if (PG_ARGISNULL(0))
		PG_RETURN_POINTER(state_allocate(COMPARISON_SIZE(0)));
	comparison = PG_GETARG_COMPARISON(0);
	if (VARSIZE(comparison) > COMPARISON_SIZE(comparison->used))
		comparison = resized(comparison, comparison->used);
	PG_RETURN_POINTER(comparison);
}

/* The tables of a state. */
static TwoByTwoStrata
strata_of(const ResponseComparison *comparison)
{
	TwoByTwo   *tables = palloc(comparison->used * sizeof(TwoByTwo));

	for (int64 i = 0; i < comparison->used; i++)
		tables[i] = comparison_stratum_table(&comparison->strata[i]);
	return (TwoByTwoStrata)
	{
		tables, comparison->used
	};
}

static void
require_one_stratum(const ResponseComparison *comparison, const char *what, const char *instead)
{
	if (comparison->used > 1)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("%s is not for strata", what),
				 errdetail("The comparison has " INT64_FORMAT " strata.", comparison->used),
				 errhint("%s", instead)));
}

/* (strata, treated, control, missing, estimate, ci_lower, ci_upper) */
static Datum
estimate_row(FunctionCallInfo fcinfo, const ResponseComparison *comparison, ComparisonEstimate estimate)
{
	Figures		row = {0};
	int64		treated = 0;
	int64		control = 0;

	for (int64 i = 0; i < comparison->used; i++)
	{
		add_state_count(&treated, comparison->strata[i].treated);
		add_state_count(&control, comparison->strata[i].control);
	}
	add_count(&row, comparison->used);
	add_count(&row, treated);
	add_count(&row, control);
	add_count(&row, comparison->missing);
	add_figure(&row, isinf(estimate.estimate) ? NAN : estimate.estimate);
	add_figure(&row, estimate.limits.lower);
	add_figure(&row, isinf(estimate.limits.upper) ? NAN : estimate.limits.upper);
	return figures_row(fcinfo, &row);
}

/* (statistic, p_value) */
static Datum
test_row(FunctionCallInfo fcinfo, ComparisonTest test)
{
	Figures		row = {0};

	add_figure(&row, test.statistic);
	add_figure(&row, test.p_value);
	return figures_row(fcinfo, &row);
}

/* The arguments of an estimate: (comparison, conf_level, method). */
typedef struct EstimateCall
{
	const ResponseComparison *comparison;
	TwoByTwoStrata strata;
	double		conf_level;
	const char *method;
} EstimateCall;

static EstimateCall
estimate_call(FunctionCallInfo fcinfo)
{
	const ResponseComparison *comparison = PG_GETARG_COMPARISON(0);

	check_conf_level(PG_GETARG_FLOAT8(1));
	return (EstimateCall)
	{
		comparison, strata_of(comparison), PG_GETARG_FLOAT8(1), text_to_cstring(PG_GETARG_TEXT_PP(2))
	};
}

/* 22023 for a method that is not among the listed ones. */
static void
require_method(bool found, const EstimateCall *call, const char *what, const char *methods)
{
	if (!found)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("unknown method \"%s\" for the limits of %s", call->method, what),
				 errhint("The methods are %s.", methods)));
}

Datum
rate_difference_of_comparison(PG_FUNCTION_ARGS)
{
	EstimateCall call = estimate_call(fcinfo);
	RateDifferenceMethod method = DIFFERENCE_MIETTINEN_NURMINEN;

	require_method(rate_difference_method_from_name(call.method, &method), &call, "a rate difference",
				   "'miettinen-nurminen', 'sato', 'greenland-robins', 'newcombe' and 'agresti-caffo'");
	if (!rate_difference_takes_strata(method))
		require_one_stratum(call.comparison, psprintf("method \"%s\"", call.method),
							"Use 'miettinen-nurminen', 'sato' or 'greenland-robins'.");
	return estimate_row(fcinfo, call.comparison, rate_difference(&call.strata, call.conf_level, method));
}

Datum
rate_ratio_of_comparison(PG_FUNCTION_ARGS)
{
	EstimateCall call = estimate_call(fcinfo);
	RateRatioMethod method = RATIO_MIETTINEN_NURMINEN;

	require_method(rate_ratio_method_from_name(call.method, &method), &call, "a rate ratio",
				   "'miettinen-nurminen' and 'mantel-haenszel'");
	return estimate_row(fcinfo, call.comparison, rate_ratio(&call.strata, call.conf_level, method));
}

Datum
odds_ratio_of_comparison(PG_FUNCTION_ARGS)
{
	EstimateCall call = estimate_call(fcinfo);
	OddsRatioMethod method = ODDS_MANTEL_HAENSZEL;

	require_method(odds_ratio_method_from_name(call.method, &method), &call, "an odds ratio",
				   "'mantel-haenszel', 'exact' and 'mid-p'");
	if (!odds_ratio_takes_strata(method))
		require_one_stratum(call.comparison, psprintf("method \"%s\"", call.method), "Use 'mantel-haenszel'.");
	return estimate_row(fcinfo, call.comparison,
						odds_ratio(&call.strata, call.conf_level, method, check_for_interrupts));
}

/* noninferiority_test(comparison, margin) */
Datum
noninferiority_test_of_comparison(PG_FUNCTION_ARGS)
{
	ResponseComparison *comparison = PG_GETARG_COMPARISON(0);
	TwoByTwoStrata strata = strata_of(comparison);
	double		margin = PG_GETARG_FLOAT8(1);

	if (!(margin > -1 && margin < 1))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("margin of a rate difference is not between -1 and 1"),
				 errhint("Write -0.12 for a treatment that may respond 12 %% less often.")));
	return test_row(fcinfo, noninferiority_test(&strata, margin));
}

/* fisher_exact_test(comparison): two-sided probability, NULL without two groups */
Datum
fisher_exact_test_of_comparison(PG_FUNCTION_ARGS)
{
	ResponseComparison *comparison = PG_GETARG_COMPARISON(0);
	TwoByTwoStrata strata = strata_of(comparison);
	double		p_value;

	require_one_stratum(comparison, "Fisher's test", "Use cochran_mantel_haenszel_test().");
	p_value = strata.count == 0 ? NAN : fisher_exact_test(&strata.tables[0], check_for_interrupts);
	if (isnan(p_value))
		PG_RETURN_NULL();
	PG_RETURN_FLOAT8(p_value);
}

/* cochran_mantel_haenszel_test(comparison, continuity_correction) */
Datum
cochran_mantel_haenszel_test_of_comparison(PG_FUNCTION_ARGS)
{
	TwoByTwoStrata strata = strata_of(PG_GETARG_COMPARISON(0));

	return test_row(fcinfo, cochran_mantel_haenszel_test(&strata, PG_GETARG_BOOL(1)));
}
