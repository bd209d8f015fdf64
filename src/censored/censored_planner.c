/*-------------------------------------------------------------------------
 *
 * censored_planner.c
 *	  Index conditions for the three-valued comparisons: "vl < 50" can use a
 *	  btree or BRIN index in the total order.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/stratnum.h"
#include "catalog/pg_am.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/pathnodes.h"
#include "nodes/supportnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "censored/censored_search.h"
#include "extension.h"

PG_FUNCTION_INFO_V1(censored_eq_support);
PG_FUNCTION_INFO_V1(censored_lt_support);
PG_FUNCTION_INFO_V1(censored_le_support);
PG_FUNCTION_INFO_V1(censored_gt_support);
PG_FUNCTION_INFO_V1(censored_ge_support);

/* The internal search_key(float8) of the column's type. */
static Oid
search_key_function(Oid column_type)
{
	char	   *type_name = format_type_extended(column_type, -1, FORMAT_TYPE_FORCE_QUALIFY);
	char	   *unqualified = strrchr(type_name, '.');
	Oid			arguments[] = {FLOAT8OID};

	if (unqualified == NULL)
		return InvalidOid;
	return LookupFuncName(internal_name(psprintf("%s_search_key", unqualified + 1)), 1, arguments, true);
}

static Expr *
index_operator(SupportRequestIndexCondition *request, StrategyNumber strategy,
			   Expr *column, Expr *key)
{
	Oid			column_type = exprType((Node *) column);
	Oid			operator;

	/* Strategies are a btree's: the first one of a hash index is equality. */
	if (request->index->relam != BTREE_AM_OID && request->index->relam != BRIN_AM_OID)
		return NULL;
	operator = get_opfamily_member(request->opfamily, column_type, column_type, strategy);
	if (!OidIsValid(operator))
		return NULL;
	return make_opclause(operator, BOOLOID, false, column, key, InvalidOid,
						 request->indexcollation);
}

static Expr *
constant_condition(SupportRequestIndexCondition *request, StrategyNumber comparison,
				   Expr *column, Const *operand)
{
	Oid			column_type = exprType((Node *) column);
	CensoredSearch search;

	if (operand->constisnull ||
		!censored_search(comparison,
						 censored_operand(column_type, operand->consttype, operand->constvalue),
						 &search))
		return NULL;
	return index_operator(request, search.strategy, column,
						  (Expr *) makeConst(column_type, -1, InvalidOid, sizeof(int64),
											 CensoredGetDatum(search.key), false, true));
}

/* An operand known only at run time, or equal: a float8 gives its key then. */
static Expr *
runtime_condition(SupportRequestIndexCondition *request, StrategyNumber comparison,
				  Expr *column, Node *operand)
{
	Oid			column_type = exprType((Node *) column);
	Oid			function;

	if (exprType(operand) != FLOAT8OID ||
		!is_pseudo_constant_for_index(request->root, operand, request->index))
		return NULL;
	function = search_key_function(column_type);
	if (!OidIsValid(function))
		return NULL;
	/* The key of a number that is no value is its neighbour: keep it in. */
	if (comparison < BTEqualStrategyNumber)
		comparison = BTLessEqualStrategyNumber;
	else if (comparison > BTEqualStrategyNumber)
		comparison = BTGreaterEqualStrategyNumber;
	return index_operator(request, comparison, column,
						  (Expr *) makeFuncExpr(function, column_type,
												list_make1(operand),
												InvalidOid, InvalidOid,
												COERCE_EXPLICIT_CALL));
}

static Node *
index_condition(SupportRequestIndexCondition *request, StrategyNumber comparison)
{
	OpExpr	   *clause = (OpExpr *) request->node;
	Expr	   *column;
	Node	   *operand;
	Expr	   *condition;

	if (!IsA(clause, OpExpr) || list_length(clause->args) != 2)
		return NULL;
	column = list_nth(clause->args, request->indexarg);
	operand = list_nth(clause->args, 1 - request->indexarg);
	if (request->indexarg == 1)
		comparison = commuted_strategy(comparison);
	if (exprType((Node *) column) == FLOAT8OID)
		return NULL;
	condition = IsA(operand, Const) && comparison != BTEqualStrategyNumber ?
		constant_condition(request, comparison, column, (Const *) operand) :
		runtime_condition(request, comparison, column, operand);
	if (condition == NULL)
		return NULL;
	request->lossy = true;
	return (Node *) list_make1(condition);
}

static Datum
comparison_support(FunctionCallInfo fcinfo, StrategyNumber comparison)
{
	Node	   *request = (Node *) PG_GETARG_POINTER(0);

	if (!IsA(request, SupportRequestIndexCondition))
		PG_RETURN_POINTER(NULL);
	PG_RETURN_POINTER(index_condition((SupportRequestIndexCondition *) request, comparison));
}

/* Planner support of = with a number, which only the same exact value equals. */
Datum
censored_eq_support(PG_FUNCTION_ARGS)
{
	return comparison_support(fcinfo, BTEqualStrategyNumber);
}

/* Planner support of <. */
Datum
censored_lt_support(PG_FUNCTION_ARGS)
{
	return comparison_support(fcinfo, BTLessStrategyNumber);
}

/* Planner support of <=. */
Datum
censored_le_support(PG_FUNCTION_ARGS)
{
	return comparison_support(fcinfo, BTLessEqualStrategyNumber);
}

/* Planner support of >. */
Datum
censored_gt_support(PG_FUNCTION_ARGS)
{
	return comparison_support(fcinfo, BTGreaterStrategyNumber);
}

/* Planner support of >=. */
Datum
censored_ge_support(PG_FUNCTION_ARGS)
{
	return comparison_support(fcinfo, BTGreaterEqualStrategyNumber);
}
