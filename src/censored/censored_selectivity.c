/*-------------------------------------------------------------------------
 *
 * censored_selectivity.c
 *	  How many rows a three-valued comparison keeps.
 *
 * The built-in estimators call the operator on histogram bounds and fail on a
 * NULL answer.  Here the operator itself is asked of the most common values,
 * which is where the limits are, and the total order of the histogram.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/pg_statistic.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "utils/lsyscache.h"
#include "utils/selfuncs.h"
#include "utils/typcache.h"

#include "censored/censored_search.h"

PG_FUNCTION_INFO_V1(censored_ltsel);
PG_FUNCTION_INFO_V1(censored_lesel);
PG_FUNCTION_INFO_V1(censored_gtsel);
PG_FUNCTION_INFO_V1(censored_gesel);

/* An estimator may be named for an operator of any types: these are the values that it knows. */
static bool
is_comparable(Oid column_type, Oid operand_type)
{
	Oid			input;
	Oid			parameter;
	FmgrInfo	function;

	getTypeInputInfo(getBaseType(column_type), &input, &parameter);
	fmgr_info(input, &function);
	return (function.fn_addr == viral_load_in || function.fn_addr == log_reduction_in ||
			function.fn_addr == lab_value_in) &&
		(operand_type == column_type || operand_type == FLOAT8OID);
}

/* The share of the histogram that the range of the comparison covers. */
static double
histogram_selectivity_of(PlannerInfo *root, VariableStatData *vardata,
						 StrategyNumber comparison, Const *operand)
{
	TypeCacheEntry *type = lookup_type_cache(vardata->vartype, TYPECACHE_BTREE_OPFAMILY);
	ValueSet	set = censored_operand(vardata->vartype, operand->consttype,
									   operand->constvalue);
	CensoredSearch search;
	Oid			operator;
	FmgrInfo	function;
	double		selectivity;

	/* Nothing is less than what has no lower bound, or greater than what has no upper one. */
	if (comparison <= BTLessEqualStrategyNumber ? set.lower == -INFINITY : set.upper == INFINITY)
		return 0.0;
	if (!censored_search(comparison, set, &search))
		return 1.0;
	operator = get_opfamily_member(type->btree_opf, type->btree_opintype,
								   type->btree_opintype, search.strategy);
	if (!OidIsValid(operator))
		return DEFAULT_INEQ_SEL;
	fmgr_info(get_opcode(operator), &function);
	selectivity = ineq_histogram_selectivity(root, vardata, operator, &function,
											 search.strategy >= BTGreaterEqualStrategyNumber,
											 search.strategy == BTLessEqualStrategyNumber ||
											 search.strategy == BTGreaterEqualStrategyNumber,
											 InvalidOid, CensoredGetDatum(search.key),
											 vardata->vartype);
	return selectivity < 0 ? 0.5 : selectivity;
}

static double
constant_selectivity(PlannerInfo *root, VariableStatData *vardata, Oid operator,
					 StrategyNumber comparison, Const *operand, bool column_on_left)
{
	Form_pg_statistic stats;
	FmgrInfo	function;
	double		common;
	double		common_total;
	double		rest;
	double		selectivity;

	if (operand->constisnull)
		return 0.0;
	if (!HeapTupleIsValid(vardata->statsTuple) || !is_comparable(vardata->vartype, operand->consttype))
		return DEFAULT_INEQ_SEL;
	stats = (Form_pg_statistic) GETSTRUCT(vardata->statsTuple);
	fmgr_info(get_opcode(operator), &function);
	common = mcv_selectivity(vardata, &function, InvalidOid, operand->constvalue,
							 column_on_left, &common_total);
	rest = 1.0 - stats->stanullfrac - common_total;
	selectivity = common;
	if (rest > 0)
		selectivity += rest * histogram_selectivity_of(root, vardata, comparison, operand);
	CLAMP_PROBABILITY(selectivity);
	return selectivity;
}

static Datum
comparison_selectivity(FunctionCallInfo fcinfo, StrategyNumber comparison)
{
	PlannerInfo *root = (PlannerInfo *) PG_GETARG_POINTER(0);
	Oid			operator = PG_GETARG_OID(1);
	List	   *args = (List *) PG_GETARG_POINTER(2);
	int			varRelid = PG_GETARG_INT32(3);
	VariableStatData vardata;
	Node	   *other;
	bool		column_on_left;
	double		selectivity = DEFAULT_INEQ_SEL;

	if (!get_restriction_variable(root, args, varRelid, &vardata, &other, &column_on_left))
		PG_RETURN_FLOAT8(DEFAULT_INEQ_SEL);
	if (!column_on_left)
		comparison = commuted_strategy(comparison);
	if (IsA(other, Const))
		selectivity = constant_selectivity(root, &vardata, operator, comparison,
										   (Const *) other, column_on_left);
	ReleaseVariableStats(vardata);
	PG_RETURN_FLOAT8(selectivity);
}

/* Restriction selectivity of <. */
Datum
censored_ltsel(PG_FUNCTION_ARGS)
{
	return comparison_selectivity(fcinfo, BTLessStrategyNumber);
}

/* Restriction selectivity of <=. */
Datum
censored_lesel(PG_FUNCTION_ARGS)
{
	return comparison_selectivity(fcinfo, BTLessEqualStrategyNumber);
}

/* Restriction selectivity of >. */
Datum
censored_gtsel(PG_FUNCTION_ARGS)
{
	return comparison_selectivity(fcinfo, BTGreaterStrategyNumber);
}

/* Restriction selectivity of >=. */
Datum
censored_gesel(PG_FUNCTION_ARGS)
{
	return comparison_selectivity(fcinfo, BTGreaterEqualStrategyNumber);
}
