/*-------------------------------------------------------------------------
 *
 * toxicity_load.c
 *	  Read a toxicity grading table and its unit conversions, and compile
 *	  them.
 *
 * The tables are read with the rights of the caller and the snapshot of the
 * calling query, by statements in which every name is qualified.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "compat.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "core/laboratory/lab_unit.h"
#include "laboratory/toxicity_grade.h"

/* Spellings of units that a compiled table has room for, beside those that it is made of. */
#define SPELLINGS 256

/* A year as an interval has it: 365.25 days. */
#define SECONDS_PER_JULIAN_YEAR 31557600.0

/* A criterion as it stands in the table. */
typedef struct LoadedCriterion
{
	ToxicityCriterion criterion;
	char	   *test;
	char	   *unit;			/* NULL for any */
} LoadedCriterion;

/* A kind of unit: of its row in the table, and of all other spellings. */
typedef struct LoadedUnit
{
	char	   *test;
	char	   *unit;
	char	   *unit_system;	/* NULL if it belongs to none */
	LabUnit		read;
	double		multiplier;
	double		divisor;
} LoadedUnit;

typedef struct Loader
{
	MemoryContext context;		/* of what stays */
	Oid			grade_table;
	LoadedCriterion *criteria;
	LoadedUnit *units;
	int			criterion_count;
	int			unit_count;
	ToxicityTable *table;
} Loader;

/* One field of the current row. */
static Datum
field(HeapTuple row, int number, bool *is_null)
{
	return SPI_getbinval(row, SPI_tuptable->tupdesc, number, is_null);
}

static float8
float_field(HeapTuple row, int number, float8 missing)
{
	bool		is_null;
	Datum		value = field(row, number, &is_null);

	return is_null ? missing : DatumGetFloat8(value);
}

static bool
boolean_field(HeapTuple row, int number)
{
	bool		is_null;
	Datum		value = field(row, number, &is_null);

	return !is_null && DatumGetBool(value);
}

static char *
text_field(HeapTuple row, int number)
{
	bool		is_null;
	Datum		value = field(row, number, &is_null);

	return is_null ? NULL : TextDatumGetCString(value);
}

static void
report_bad_criterion(Oid grade_table, int id, const char *column, const char *value,
					 const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
			 errmsg("invalid %s in toxicity grading table \"%s\"", column,
					get_rel_name(grade_table)),
			 errdetail("The criterion with id %d has the %s \"%s\".", id, column,
					   value ? value : "null"),
			 errhint("%s", hint)));
}

static ToxicityBasis
basis_from_text(Oid grade_table, int id, const char *text, const char *column)
{
	static const char *const names[] = {"absolute", "ULN", "LLN", "baseline"};

	for (int i = 0; text && i < lengthof(names); i++)
		if (strcmp(text, names[i]) == 0)
			return (ToxicityBasis) (TOXICITY_ABSOLUTE + i);
	report_bad_criterion(grade_table, id, column, text,
						 "A bound is absolute, or a multiple of ULN, LLN or baseline.");
	return TOXICITY_UNBOUNDED;
}

/* A bound from its three fields: number, whether it is included, and basis. */
static ToxicityBound
bound_from_row(Oid grade_table, int id, HeapTuple row, int first, const char *basis_column)
{
	ToxicityBound bound = {0, TOXICITY_UNBOUNDED, false};
	bool		is_null;
	Datum		number = field(row, first, &is_null);

	if (is_null)
		return bound;
	bound.number = DatumGetFloat8(number);
	if (isnan(bound.number) || isinf(bound.number))
		report_bad_criterion(grade_table, id, "bound", float8out_internal(bound.number),
							 "A criterion without a bound has null there.");
	bound.inclusive = boolean_field(row, first + 1);
	bound.basis = basis_from_text(grade_table, id, text_field(row, first + 2), basis_column);
	return bound;
}

static ToxicitySex
sex_from_row(Oid grade_table, int id, HeapTuple row, int number)
{
	char	   *sex = text_field(row, number);

	if (sex == NULL)
		return TOXICITY_SEX_UNKNOWN;
	if (strcmp(sex, "M") == 0)
		return TOXICITY_MALE;
	if (strcmp(sex, "F") == 0)
		return TOXICITY_FEMALE;
	report_bad_criterion(grade_table, id, "sex", sex, "It is M, F, or null for both.");
	return TOXICITY_SEX_UNKNOWN;
}

static ToxicityFasting
fasting_from_row(HeapTuple row, int number)
{
	bool		is_null;
	Datum		fasting = field(row, number, &is_null);

	if (is_null)
		return TOXICITY_FASTING_UNKNOWN;
	return DatumGetBool(fasting) ? TOXICITY_FASTING : TOXICITY_NOT_FASTING;
}

static const char criterion_columns[] =
"id::pg_catalog.int4, test::pg_catalog.text, unit::pg_catalog.text, "
"direction::pg_catalog.text, grade::pg_catalog.int4, sex::pg_catalog.text, "
"fasting::pg_catalog.bool, pg_catalog.date_part('epoch', minimum_age::pg_catalog.interval), "
"minimum_age_inclusive::pg_catalog.bool, "
"pg_catalog.date_part('epoch', maximum_age::pg_catalog.interval), "
"without_hiv::pg_catalog.bool, needs_judgement::pg_catalog.bool, "
"lower_bound::pg_catalog.float8, lower_inclusive::pg_catalog.bool, "
"lower_basis::pg_catalog.text, upper_bound::pg_catalog.float8, "
"upper_inclusive::pg_catalog.bool, upper_basis::pg_catalog.text, "
"unverified::pg_catalog.text, unverified::pg_catalog.text operator(pg_catalog.~~) 'every cell%'";

/* A criterion from a row of criterion_columns. */
static LoadedCriterion
criterion_from_row(const Loader *loader, HeapTuple row)
{
	Oid			grade_table = loader->grade_table;
	LoadedCriterion loaded;
	ToxicityCriterion *criterion = &loaded.criterion;
	bool		is_null;
	char	   *direction;
	char	   *unverified;
	int			grade;

	memset(&loaded, 0, sizeof(loaded));
	criterion->id = DatumGetInt32(field(row, 1, &is_null));
	loaded.test = text_field(row, 2);
	loaded.unit = text_field(row, 3);
	direction = text_field(row, 4);
	grade = DatumGetInt32(field(row, 5, &is_null));
	if (loaded.test == NULL)
		report_bad_criterion(grade_table, criterion->id, "test", NULL, "It names the test.");
	if (direction == NULL || (strcmp(direction, "H") != 0 && strcmp(direction, "L") != 0))
		report_bad_criterion(grade_table, criterion->id, "direction", direction,
							 "It is H for high values or L for low ones.");
	if (is_null || grade < 1 || grade > TOXICITY_MAX_GRADE)
		report_bad_criterion(grade_table, criterion->id, "grade",
							 is_null ? NULL : psprintf("%d", grade), "It is 1, 2, 3 or 4.");
	criterion->is_high = direction[0] == 'H';
	criterion->grade = (int8) grade;
	criterion->sex = sex_from_row(grade_table, criterion->id, row, 6);
	criterion->fasting = fasting_from_row(row, 7);
	criterion->minimum_age = float_field(row, 8, -INFINITY) / SECONDS_PER_JULIAN_YEAR;
	criterion->minimum_age_inclusive = boolean_field(row, 9);
	criterion->maximum_age = float_field(row, 10, INFINITY) / SECONDS_PER_JULIAN_YEAR;
	criterion->without_hiv = boolean_field(row, 11);
	criterion->needs_judgement = boolean_field(row, 12);
	criterion->lower = bound_from_row(grade_table, criterion->id, row, 13, "lower_basis");
	criterion->upper = bound_from_row(grade_table, criterion->id, row, 16, "upper_basis");
	unverified = text_field(row, 19);
	if (unverified)
		criterion->unverified = MemoryContextStrdup(loader->context, unverified);
	criterion->is_from_memory = boolean_field(row, 20);
	return loaded;
}

/* Run a query of the loader; its rows are in SPI_tuptable. */
static void
read_rows(const char *columns, Oid relation, const char *condition, text *scheme)
{
	Oid			types[] = {TEXTOID};
	Datum		values[] = {PointerGetDatum(scheme)};
	char	   *name = get_rel_name(relation);
	StringInfoData query;

	if (name == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation with OID %u does not exist", relation),
				 errhint("Name the tables of grades and units of this database.")));
	initStringInfo(&query);
	appendStringInfo(&query, "select %s from %s%s", columns,
					 quote_qualified_identifier(get_namespace_name(get_rel_namespace(relation)),
												name),
					 condition);
	if (SPI_execute_with_args(query.data, scheme ? 1 : 0, types, values, NULL, true, 0) !=
		SPI_OK_SELECT)
		ereport(ERROR,
				(errcode(ERRCODE_INTERNAL_ERROR),
				 errmsg("could not read relation \"%s\"", name),
				 errdetail("The query of it did not return rows."),
				 errhint("Name a table or a view with the columns of virotrial_toxicity_grade_table or virotrial_lab_unit.")));
}

static void
read_criteria(Loader *loader, text *scheme)
{
	read_rows(criterion_columns, loader->grade_table,
			  " where scheme::pg_catalog.text operator(pg_catalog.=) $1 order by id", scheme);
	if (SPI_processed == 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("toxicity grading scheme \"%s\" does not exist", text_to_cstring(scheme)),
				 errdetail("Table \"%s\" has no criterion of that scheme.",
						   get_rel_name(loader->grade_table)),
				 errhint("List the schemes there are: SELECT DISTINCT scheme FROM %s.",
						 quote_identifier(get_rel_name(loader->grade_table)))));
	loader->criterion_count = (int) SPI_processed;
	loader->criteria = palloc(sizeof(LoadedCriterion) * SPI_processed);
	for (uint64 i = 0; i < SPI_processed; i++)
		loader->criteria[i] = criterion_from_row(loader, SPI_tuptable->vals[i]);
	SPI_freetuptable(SPI_tuptable);
}

static void
read_units(Loader *loader, Oid unit_table)
{
	read_rows("test::pg_catalog.text, unit::pg_catalog.text, unit_system::pg_catalog.text, "
			  "multiplier::pg_catalog.float8, divisor::pg_catalog.float8",
			  unit_table, " where multiplier operator(pg_catalog.>) 0"
			  " and divisor operator(pg_catalog.>) 0", NULL);
	loader->units = palloc(sizeof(LoadedUnit) * (SPI_processed + 1));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	row = SPI_tuptable->vals[i];
		LoadedUnit *unit = &loader->units[loader->unit_count];

		unit->test = text_field(row, 1);
		unit->unit = text_field(row, 2);
		unit->unit_system = text_field(row, 3);
		unit->multiplier = float_field(row, 4, 1);
		unit->divisor = float_field(row, 5, 1);
		if (unit->test && unit->unit && lab_unit_read(unit->unit, strlen(unit->unit), &unit->read))
			loader->unit_count++;
	}
	SPI_freetuptable(SPI_tuptable);
}

static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* The criteria of a test in a unit, or in any, into room for all of them. */
static int
criteria_of(const Loader *loader, const char *test, const char *unit,
			ToxicityCriterion *criteria)
{
	int			count = 0;

	for (int i = 0; i < loader->criterion_count; i++)
	{
		const LoadedCriterion *loaded = &loader->criteria[i];

		if (strcmp(loaded->test, test) == 0 &&
			(loaded->unit == NULL || same_text(loaded->unit, unit)))
			criteria[count++] = loaded->criterion;
	}
	if (count > TOXICITY_MAX_CRITERIA)
		ereport(ERROR,
				(errcode(ERRCODE_PROGRAM_LIMIT_EXCEEDED),
				 errmsg("too many toxicity criteria for test \"%s\"", test),
				 errdetail("There are %d in one unit; at most %d can be used.", count,
						   TOXICITY_MAX_CRITERIA),
				 errhint("Leave only the criteria of the trial's participants in the table.")));
	return count;
}

static void
make_variants(Loader *loader, const ToxicityCriterion *criteria, int count,
			  ToxicityVariant *variants)
{
	ToxicityCriterion selected[TOXICITY_MAX_CRITERIA];

	for (int i = 0; i < 2 * TOXICITY_VARIANTS; i++)
	{
		bool		is_high = i % 2 == 1;
		ToxicityList *list = is_high ? &variants[i / 2].high : &variants[i / 2].low;
		int			taken = toxicity_select(criteria, count, i / 2, is_high, selected);
		const ToxicityList *other = toxicity_find_list(variants, i / 2, selected, taken, is_high);
		ToxicityCriterion *kept;

		if (other)
		{
			*list = *other;
			continue;
		}
		kept = MemoryContextAlloc(loader->context, sizeof(ToxicityCriterion) * (taken + 1));
		memcpy(kept, selected, sizeof(ToxicityCriterion) * taken);
		toxicity_list_init(list, kept, taken, is_high);
	}
}

/* Keep an entry of a test in a unit, unless there is one already; returns it. */
const ToxicityEntry *
toxicity_keep(MemoryContext context, ToxicityTable *table, const char *test, const char *unit,
			  const ToxicityEntry *entry)
{
	ToxicityEntry *kept = MemoryContextAlloc(context, sizeof(ToxicityEntry));

	*kept = *entry;
	kept->test = MemoryContextStrdup(context, test);
	kept->test_length = strlen(test);
	kept->unit = unit ? MemoryContextStrdup(context, unit) : NULL;
	kept->unit_length = unit ? strlen(unit) : 0;
	toxicity_table_add(table, kept);
	return kept;
}

/* Entries of the units that the criteria are in. */
static void
add_criteria_units(Loader *loader)
{
	ToxicityCriterion *criteria = palloc(sizeof(ToxicityCriterion) * loader->criterion_count);

	for (int i = 0; i < loader->criterion_count; i++)
	{
		const LoadedCriterion *loaded = &loader->criteria[i];
		ToxicityEntry entry = {.multiplier = 1, .divisor = 1};
		bool		seen = false;

		CHECK_FOR_INTERRUPTS();
		for (int j = 0; j < i && !seen; j++)
			seen = strcmp(loaded->test, loader->criteria[j].test) == 0 &&
				same_text(loaded->unit, loader->criteria[j].unit);
		if (seen)
			continue;
		make_variants(loader, criteria, criteria_of(loader, loaded->test, loaded->unit, criteria),
					  entry.variants);
		toxicity_keep(loader->context, loader->table, loaded->test, loaded->unit, &entry);
	}
	pfree(criteria);
}

/* The row of a test's kind of unit; NULL where there is none. */
static const LoadedUnit *
find_unit(const Loader *loader, const char *test, const LabUnit *read)
{
	for (int i = 0; i < loader->unit_count; i++)
		if (strcmp(loader->units[i].test, test) == 0 && strcmp(loader->units[i].read.kind, read->kind) == 0)
			return &loader->units[i];
	return NULL;
}

/* How a unit becomes that of a test's criteria. */
typedef struct GradedUnit
{
	const char *unit;
	const LoadedUnit *row;
	int			power;			/* of the criteria's unit, over that of the row */
} GradedUnit;

/*
 * The unit of a test's criteria that a kind of unit is converted to: one of
 * the same system, else the first there is.  False where the test is not
 * graded in units, or in this kind of unit itself.
 */
static bool
graded_unit_for(const Loader *loader, const LoadedUnit *unit, GradedUnit *graded)
{
	graded->unit = NULL;
	for (int i = 0; i < loader->criterion_count; i++)
	{
		const LoadedCriterion *loaded = &loader->criteria[i];
		const LoadedUnit *candidate;
		LabUnit		read;
		bool		same_system;

		CHECK_FOR_INTERRUPTS();
		if (loaded->unit == NULL || strcmp(loaded->test, unit->test) != 0 ||
			!lab_unit_read(loaded->unit, strlen(loaded->unit), &read))
			continue;
		candidate = find_unit(loader, loaded->test, &read);
		if (candidate == unit)
			return false;
		if (candidate == NULL)
			continue;
		same_system = same_text(candidate->unit_system, unit->unit_system);
		if (graded->unit == NULL || (same_system && !same_text(graded->row->unit_system, unit->unit_system)))
			*graded = (GradedUnit) {loaded->unit, candidate, read.power - candidate->read.power};
	}
	return graded->unit != NULL;
}

/* Entries of the kinds of unit that the criteria are not in, converted to those. */
static void
add_other_units(Loader *loader)
{
	for (int i = 0; i < loader->unit_count; i++)
	{
		const LoadedUnit *unit = &loader->units[i];
		const ToxicityEntry *target;
		GradedUnit	graded = {NULL};
		ToxicityEntry entry;

		if (!graded_unit_for(loader, unit, &graded))
			continue;
		target = toxicity_table_find(loader->table, unit->test, strlen(unit->test),
									 graded.unit, strlen(graded.unit));
		if (target == NULL)
			continue;
		entry = *target;
		entry.multiplier = unit->multiplier * graded.row->divisor * pow(10, fmax(-graded.power, 0));
		entry.divisor = unit->divisor * graded.row->multiplier * pow(10, fmax(graded.power, 0));
		toxicity_keep(loader->context, loader->table, unit->test, unit->unit, &entry);
	}
}

static ToxicityTable *
make_table(MemoryContext context, int entries)
{
	ToxicityTable *table = MemoryContextAllocZero(context, sizeof(ToxicityTable));

	table->capacity = 64;
	while (table->capacity < 2 * (size_t) entries)
		table->capacity *= 2;
	table->slots = MemoryContextAllocZero(context, sizeof(ToxicitySlot) * table->capacity);
	return table;
}

/*
 * Read the criteria of a scheme and the conversions of units, and compile them
 * in a memory context.  22023 where the scheme has no criteria, or a criterion
 * makes no sense.
 */
ToxicityTable *
toxicity_load(Oid grade_table, Oid unit_table, text *scheme, MemoryContext context)
{
	Loader		loader = {.context = context, .grade_table = grade_table};

	SPI_connect();
	read_criteria(&loader, scheme);
	if (OidIsValid(unit_table))
		read_units(&loader, unit_table);
	loader.table = make_table(context, loader.criterion_count + loader.unit_count + SPELLINGS);
	add_criteria_units(&loader);
	add_other_units(&loader);
	SPI_finish();
	return loader.table;
}
