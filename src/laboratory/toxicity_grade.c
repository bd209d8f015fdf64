/*-------------------------------------------------------------------------
 *
 * toxicity_grade.c
 *	  Toxicity grades of laboratory results, by a grading table.
 *
 * The table is compiled when a query grades its first result, and kept in the
 * function's cache for as long as the query sees the same rows: the functions
 * are stable, and an expression that outlives its statement (as in PL/pgSQL)
 * compiles the table again when its snapshot is another.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "compat.h"
#include "funcapi.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "censored/censored_io.h"
#include "laboratory/toxicity_grade.h"

PG_FUNCTION_INFO_V1(toxicity_grade_lab_value);
PG_FUNCTION_INFO_V1(toxicity_grade_float8);
PG_FUNCTION_INFO_V1(toxicity_grade_detail_lab_value);
PG_FUNCTION_INFO_V1(toxicity_grade_detail_float8);
PG_FUNCTION_INFO_V1(toxicity_grade_detail_baseline);
PG_FUNCTION_INFO_V1(toxicity_bounds);

/* The arguments of the functions. */
enum
{
	ARG_TEST,
	ARG_VALUE,
	ARG_UNIT,
	ARG_SEX,
	ARG_AGE,
	ARG_FASTING,
	ARG_LOWER_LIMIT,
	ARG_UPPER_LIMIT,
	ARG_BASELINE,
	ARG_SCHEME,
	ARG_HIV_INFECTED,
	ARG_GRADE_TABLE,
	ARG_UNIT_TABLE,
	ARG_HAS_LOW,				/* of toxicity_bounds alone */
	ARG_HAS_HIGH
};

/* What may be censored of the arguments. */
typedef enum CallKind
{
	CALL_OF_NUMBERS,
	CALL_OF_VALUE,
	CALL_OF_BASELINE			/* and of the value */
} CallKind;

/* The columns of a detailed grade. */
enum
{
	DETAIL_GRADE,
	DETAIL_LOW,
	DETAIL_HIGH,
	DETAIL_AT_LEAST,
	DETAIL_AT_MOST,
	DETAIL_REASON,
	DETAIL_CRITERION,
	DETAIL_UNVERIFIED,
	DETAIL_COLUMNS
};

/* What of a snapshot decides which rows it sees, within one backend. */
typedef struct SnapshotMark
{
	uint64		completed;
	TransactionId xmin;
	TransactionId xmax;
	CommandId	command;
} SnapshotMark;

/* A compiled table; a query may use several. */
typedef struct ToxicityCache
{
	struct ToxicityCache *next;
	MemoryContext context;
	ToxicityTable *table;
	SnapshotMark mark;
	Oid			grade_table;
	Oid			unit_table;
	text	   *scheme;
	bool		only_table;		/* the query names no other */
	TupleDesc	detail;			/* of a detailed grade; NULL before the first */
} ToxicityCache;

static inline SnapshotMark
mark_of(Snapshot snapshot)
{
	SnapshotMark mark = {
		snapshot->snapXactCompletionCount, snapshot->xmin, snapshot->xmax, snapshot->curcid
	};

	return mark;
}

static inline bool
same_mark(const SnapshotMark *mark, Snapshot snapshot)
{
	return mark->completed == snapshot->snapXactCompletionCount && mark->xmin == snapshot->xmin &&
		mark->xmax == snapshot->xmax && mark->command == snapshot->curcid;
}

static inline bool
same_bytes(const text *a, const text *b)
{
	return VARSIZE_ANY_EXHDR(a) == VARSIZE_ANY_EXHDR(b) &&
		memcmp(VARDATA_ANY(a), VARDATA_ANY(b), VARSIZE_ANY_EXHDR(a)) == 0;
}

static void
forget_tables(FmgrInfo *function)
{
	ToxicityCache *cache = function->fn_extra;

	function->fn_extra = NULL;
	while (cache)
	{
		ToxicityCache *next = cache->next;

		MemoryContextDelete(cache->context);
		cache = next;
	}
}

static ToxicityCache *
load_table(FmgrInfo *function, Oid grade_table, Oid unit_table, text *scheme, Snapshot snapshot)
{
	MemoryContext context = AllocSetContextCreate(CurrentMemoryContext,
												  "toxicity grading table",
												  ALLOCSET_DEFAULT_SIZES);
	ToxicityCache *cache = MemoryContextAlloc(context, sizeof(ToxicityCache));
	Size		scheme_size = VARSIZE_ANY(scheme);

	cache->context = context;
	cache->mark = mark_of(snapshot);
	cache->grade_table = grade_table;
	cache->unit_table = unit_table;
	cache->only_table = get_fn_expr_arg_stable(function, ARG_SCHEME) &&
		get_fn_expr_arg_stable(function, ARG_GRADE_TABLE) &&
		get_fn_expr_arg_stable(function, ARG_UNIT_TABLE);
	cache->scheme = MemoryContextAlloc(context, scheme_size);
	memcpy(cache->scheme, scheme, scheme_size);
	cache->detail = NULL;
	cache->table = toxicity_load(grade_table, unit_table, scheme, context);
	/* Until here an error would have freed it with the calling context. */
	MemoryContextSetParent(context, function->fn_mcxt);
	cache->next = function->fn_extra;
	function->fn_extra = cache;
	return cache;
}

/* The compiled table that the arguments name, not the one used last; NULL if one of them is NULL. */
static pg_noinline ToxicityTable *
other_table_of_call(FunctionCallInfo fcinfo, Snapshot snapshot)
{
	FmgrInfo   *function = fcinfo->flinfo;
	ToxicityCache *cache = function->fn_extra;
	text	   *scheme;
	Oid			grade_table;
	Oid			unit_table;

	if (PG_ARGISNULL(ARG_SCHEME) || PG_ARGISNULL(ARG_GRADE_TABLE))
		return NULL;
	scheme = PG_GETARG_TEXT_PP(ARG_SCHEME);
	grade_table = PG_GETARG_OID(ARG_GRADE_TABLE);
	unit_table = PG_ARGISNULL(ARG_UNIT_TABLE) ? InvalidOid : PG_GETARG_OID(ARG_UNIT_TABLE);
	if (cache && !same_mark(&cache->mark, snapshot))
	{
		forget_tables(function);
		cache = NULL;
	}
	for (; cache; cache = cache->next)
		if (cache->grade_table == grade_table && cache->unit_table == unit_table &&
			same_bytes(cache->scheme, scheme))
			return cache->table;
	return load_table(function, grade_table, unit_table, scheme, snapshot)->table;
}

/* The compiled table that the arguments name; NULL if one of them is NULL. */
static inline ToxicityTable *
table_of_call(FunctionCallInfo fcinfo)
{
	Snapshot	snapshot = GetActiveSnapshot();
	const ToxicityCache *cache = fcinfo->flinfo->fn_extra;

	if (cache && cache->only_table && same_mark(&cache->mark, snapshot))
		return cache->table;
	return other_table_of_call(fcinfo, snapshot);
}

/* Short texts, as tests and units are, need no call to be unpacked. */
static inline text *
text_of_call(FunctionCallInfo fcinfo, int argument)
{
	text	   *packed = (text *) PG_GETARG_POINTER(argument);

	if (VARATT_IS_SHORT(packed) && !VARATT_IS_EXTERNAL(packed))
		return packed;
	return PG_GETARG_TEXT_PP(argument);
}

static pg_noinline ToxicitySex
sex_of_word(const text *sex)
{
	static const char *const words[] = {"male", "female", "unknown"};
	static const ToxicitySex meanings[] = {TOXICITY_MALE, TOXICITY_FEMALE, TOXICITY_SEX_UNKNOWN};
	int			length = VARSIZE_ANY_EXHDR(sex);

	for (int i = 0; i < lengthof(words); i++)
		if ((length == 1 || length == (int) strlen(words[i])) && pg_strncasecmp(VARDATA_ANY(sex), words[i], length) == 0)
			return meanings[i];
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid sex \"%s\"", text_to_cstring(sex)),
			 errhint("Write M or male, F or female, and U, unknown or NULL where it is unknown.")));
}

/* M, F or U, as CDISC has them, or the words; NULL is unknown. */
static inline ToxicitySex
sex_of_call(FunctionCallInfo fcinfo)
{
	text	   *sex;

	if (PG_ARGISNULL(ARG_SEX))
		return TOXICITY_SEX_UNKNOWN;
	sex = text_of_call(fcinfo, ARG_SEX);
	if (VARSIZE_ANY_EXHDR(sex) == 1)
	{
		if (VARDATA_ANY(sex)[0] == 'M')
			return TOXICITY_MALE;
		if (VARDATA_ANY(sex)[0] == 'F')
			return TOXICITY_FEMALE;
	}
	return sex_of_word(sex);
}

static inline float8
number_of_call(FunctionCallInfo fcinfo, int argument)
{
	return PG_ARGISNULL(argument) ? NAN : PG_GETARG_FLOAT8(argument);
}

static CensoredValue
value_of_call(FunctionCallInfo fcinfo, CallKind kind)
{
	if (kind == CALL_OF_NUMBERS)
		return censored_from_float8(PG_GETARG_FLOAT8(ARG_VALUE), QUALIFIER_EXACT, &lab_value_domain);
	return PG_GETARG_CENSORED(ARG_VALUE);
}

/*
 * The entry of a test in a spelling of a unit that the table lacks: of its
 * kind of unit, or of any unit.  It is kept for the next result, while there
 * is room.  NULL where the test is not graded in such a unit.
 */
static pg_noinline const ToxicityEntry *
respelled_entry(ToxicityTable *table, const text *test, const text *unit)
{
	size_t		unit_length = unit ? VARSIZE_ANY_EXHDR(unit) : 0;
	const char *spelled = unit ? VARDATA_ANY(unit) : "";

	if (!toxicity_table_respell(table, VARDATA_ANY(test), VARSIZE_ANY_EXHDR(test), spelled, unit_length,
								&table->scratch))
	{
		const ToxicityEntry *any = toxicity_table_find_any(table, VARDATA_ANY(test), VARSIZE_ANY_EXHDR(test));

		if (any == NULL)
			return NULL;
		table->scratch = *any;
	}
	if (2 * table->count >= table->capacity)
		return &table->scratch;
	return toxicity_keep(GetMemoryChunkContext(table), table, text_to_cstring(test),
						 unit ? text_to_cstring(unit) : "", &table->scratch);
}

/*
 * The entry of the test and unit in the arguments; NULL, with the reasons, where
 * nothing can be graded.
 */
static inline const ToxicityEntry *
entry_of_call(FunctionCallInfo fcinfo, unsigned *reasons)
{
	ToxicityTable *table = table_of_call(fcinfo);
	const ToxicityEntry *entry;
	text	   *test;
	text	   *unit;
	size_t		unit_length;

	if (PG_ARGISNULL(ARG_TEST) || PG_ARGISNULL(ARG_VALUE) || table == NULL)
	{
		*reasons = PG_ARGISNULL(ARG_VALUE) && !PG_ARGISNULL(ARG_TEST) ? TOXICITY_NO_VALUE : TOXICITY_UNKNOWN_TEST;
		return NULL;
	}
	test = text_of_call(fcinfo, ARG_TEST);
	unit = PG_ARGISNULL(ARG_UNIT) ? NULL : text_of_call(fcinfo, ARG_UNIT);
	unit_length = unit ? VARSIZE_ANY_EXHDR(unit) : 0;
	entry = toxicity_table_find(table, VARDATA_ANY(test), VARSIZE_ANY_EXHDR(test),
								unit ? VARDATA_ANY(unit) : "", unit_length);
	if (entry == NULL)
		entry = respelled_entry(table, test, unit);
	if (entry == NULL)
		*reasons = toxicity_missing_entry(table, VARDATA_ANY(test), VARSIZE_ANY_EXHDR(test), unit_length);
	return entry;
}

static inline void
set_baseline(FunctionCallInfo fcinfo, CallKind kind, ToxicityResult *result)
{
	CensoredValue baseline;

	result->baseline_side = 0;
	if (kind != CALL_OF_BASELINE || PG_ARGISNULL(ARG_BASELINE))
	{
		result->reference[TOXICITY_BASELINE] = number_of_call(fcinfo, ARG_BASELINE);
		return;
	}
	baseline = PG_GETARG_CENSORED(ARG_BASELINE);
	result->reference[TOXICITY_BASELINE] = censored_limit(baseline);
	result->baseline_side = (int8_t) ((int) censored_qualifier(baseline) - (int) QUALIFIER_EXACT);
}

/* The rest of the arguments. */
static inline void
result_of_call(FunctionCallInfo fcinfo, CallKind kind, ToxicityResult *result)
{
	result->value = value_of_call(fcinfo, kind);
	result->sex = sex_of_call(fcinfo);
	result->age = number_of_call(fcinfo, ARG_AGE);
	result->fasting = PG_ARGISNULL(ARG_FASTING) ? TOXICITY_FASTING_UNKNOWN :
		PG_GETARG_BOOL(ARG_FASTING) ? TOXICITY_FASTING : TOXICITY_NOT_FASTING;
	result->reference[TOXICITY_UNBOUNDED] = NAN;
	result->reference[TOXICITY_ABSOLUTE] = 1;
	result->reference[TOXICITY_LOWER_LIMIT] = number_of_call(fcinfo, ARG_LOWER_LIMIT);
	result->reference[TOXICITY_UPPER_LIMIT] = number_of_call(fcinfo, ARG_UPPER_LIMIT);
	set_baseline(fcinfo, kind, result);
	result->hiv_infected = PG_ARGISNULL(ARG_HIV_INFECTED) || PG_GETARG_BOOL(ARG_HIV_INFECTED);
}

static void
judge_call(FunctionCallInfo fcinfo, CallKind kind, ToxicityVerdict *verdict)
{
	unsigned	reasons = 0;
	const ToxicityEntry *entry = entry_of_call(fcinfo, &reasons);
	ToxicityResult result;

	if (entry == NULL)
	{
		*verdict = toxicity_ungraded(reasons);
		return;
	}
	result_of_call(fcinfo, kind, &result);
	toxicity_evaluate(entry, &result, verdict);
}

static inline Datum
grade_of_call(FunctionCallInfo fcinfo, CallKind kind)
{
	unsigned	reasons = 0;
	const ToxicityEntry *entry = entry_of_call(fcinfo, &reasons);
	ToxicityResult result;
	int			grade;

	if (entry == NULL)
		PG_RETURN_NULL();
	result_of_call(fcinfo, kind, &result);
	grade = toxicity_grade_only(entry, &result);
	if (grade < 0)
		PG_RETURN_NULL();
	PG_RETURN_INT16((int16) grade);
}

/* Grade 0 to 4 of a laboratory result that may be censored, or NULL. */
Datum
toxicity_grade_lab_value(PG_FUNCTION_ARGS)
{
	return grade_of_call(fcinfo, CALL_OF_VALUE);
}

/* The same of a result that is a plain number. */
Datum
toxicity_grade_float8(PG_FUNCTION_ARGS)
{
	return grade_of_call(fcinfo, CALL_OF_NUMBERS);
}

static void
set_grade(Datum *values, bool *nulls, int column, int grade)
{
	values[column] = Int16GetDatum((int16) grade);
	nulls[column] = grade < 0;
}

/* The row that a detailed grade is, found once for a compiled table. */
static TupleDesc
detail_of_table(FunctionCallInfo fcinfo)
{
	ToxicityCache *cache = fcinfo->flinfo->fn_extra;
	TupleDesc	descriptor;

	if (cache && cache->detail)
		return cache->detail;
	if (get_call_result_type(fcinfo, NULL, &descriptor) != TYPEFUNC_COMPOSITE)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("a detailed toxicity grade needs a row to go to"),
				 errhint("Call the function where a row is allowed.")));
	descriptor = BlessTupleDesc(descriptor);
	if (cache)
	{
		MemoryContext old = MemoryContextSwitchTo(cache->context);

		cache->detail = CreateTupleDescCopy(descriptor);
		MemoryContextSwitchTo(old);
	}
	return descriptor;
}

static Datum
detail_of_call(FunctionCallInfo fcinfo, CallKind kind)
{
	ToxicityVerdict verdict;
	Datum		values[DETAIL_COLUMNS] = {0};
	bool		nulls[DETAIL_COLUMNS] = {false};
	char		reason[1024];

	judge_call(fcinfo, kind, &verdict);
	set_grade(values, nulls, DETAIL_GRADE, verdict.grade);
	set_grade(values, nulls, DETAIL_LOW, verdict.low);
	set_grade(values, nulls, DETAIL_HIGH, verdict.high);
	set_grade(values, nulls, DETAIL_AT_LEAST, verdict.at_least);
	set_grade(values, nulls, DETAIL_AT_MOST, verdict.at_most);
	nulls[DETAIL_REASON] = toxicity_reasons_text(verdict.reasons, reason, sizeof(reason)) == 0;
	if (!nulls[DETAIL_REASON])
		values[DETAIL_REASON] = CStringGetTextDatum(reason);
	values[DETAIL_CRITERION] = Int32GetDatum(verdict.criterion);
	nulls[DETAIL_CRITERION] = verdict.criterion == 0;
	nulls[DETAIL_UNVERIFIED] = verdict.unverified == NULL;
	if (verdict.unverified)
		values[DETAIL_UNVERIFIED] = CStringGetTextDatum(verdict.unverified);
	return HeapTupleGetDatum(heap_form_tuple(detail_of_table(fcinfo), values, nulls));
}

/* The grade by direction, its bounds, why it is not known, and what was not verified. */
Datum
toxicity_grade_detail_lab_value(PG_FUNCTION_ARGS)
{
	return detail_of_call(fcinfo, CALL_OF_VALUE);
}

/* The same of a result that is a plain number. */
Datum
toxicity_grade_detail_float8(PG_FUNCTION_ARGS)
{
	return detail_of_call(fcinfo, CALL_OF_NUMBERS);
}

/* The same of a result whose baseline may be censored, too. */
Datum
toxicity_grade_detail_baseline(PG_FUNCTION_ARGS)
{
	return detail_of_call(fcinfo, CALL_OF_BASELINE);
}

/* Between which grades one direction lies. */
static void
set_bounds(int32 *bounds, bool is_graded, int grade, int at_least, int at_most)
{
	bounds[0] = !is_graded ? -1 : grade >= 0 ? grade : at_least;
	bounds[1] = !is_graded ? -1 : grade >= 0 ? grade : at_most;
}

/* The least and the greatest grade of low values, and those of high ones. */
Datum
toxicity_bounds(PG_FUNCTION_ARGS)
{
	ToxicityVerdict verdict;
	int32		bounds[4];
	Datum		values[lengthof(bounds)];

	judge_call(fcinfo, CALL_OF_BASELINE, &verdict);
	set_bounds(bounds, PG_GETARG_BOOL(ARG_HAS_LOW), verdict.low, verdict.low_at_least, verdict.low_at_most);
	set_bounds(bounds + 2, PG_GETARG_BOOL(ARG_HAS_HIGH), verdict.high, verdict.high_at_least, verdict.high_at_most);
	for (int i = 0; i < lengthof(bounds); i++)
		values[i] = Int32GetDatum(bounds[i]);
	PG_RETURN_ARRAYTYPE_P(construct_array(values, lengthof(values), INT4OID, sizeof(int32), true, TYPALIGN_INT));
}
