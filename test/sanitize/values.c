/*
 * values.c: the values that the fuzzer of the glue gives to functions.
 *
 * The table fuzz_value has those of PostgreSQL's types, and of types that are
 * not states.  States are made by their transition functions.
 */
#include "fuzz.h"

#include "access/toast_compression.h"
#include "access/toast_internals.h"
#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#define MOST_POOLS 64
#define TRIES 40

MemoryContext fuzz_memory;
static Pool *pools[MOST_POOLS];
static int	npools;

void
forget_pools(void)
{
	npools = 0;
}

static void
pool_add(Pool *pool, Datum value)
{
	MemoryContext caller = MemoryContextSwitchTo(fuzz_memory);

	if (pool->values == NULL)
		pool->values = palloc(sizeof(Datum));
	else
		pool->values = repalloc(pool->values, (pool->count + 1) * sizeof(Datum));
	pool->values[pool->count++] = datumCopy(value, pool->typbyval, pool->typlen);
	MemoryContextSwitchTo(caller);
}

/* Reads the texts of the table; the ordinary ones come first. */
static void
read_values(Pool *pool)
{
	Oid			argtype = REGTYPEOID;
	Datum		argument = ObjectIdGetDatum(pool->type);
	Oid			input;
	Oid			ioparam;

	getTypeInputInfo(pool->type, &input, &ioparam);
	SPI_execute_with_args("select value, is_ordinary from fuzz_value where type = $1 order by not is_ordinary, value",
						  1, &argtype, &argument, NULL, true, 0);
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		HeapTuple	row = SPI_tuptable->vals[i];

		pool_add(pool, OidInputFunctionCall(input, SPI_getvalue(row, SPI_tuptable->tupdesc, 1), ioparam, -1));
		if (SPI_getvalue(row, SPI_tuptable->tupdesc, 2)[0] == 't')
			pool->ordinary = pool->count;
	}
	SPI_freetuptable(SPI_tuptable);
}

/* What one state is made by. */
typedef struct Making
{
	Call		call;
	int			rows;
	uint64		constant;		/* the arguments that are the same in all rows */
} Making;

static Datum
make_state(void *what)
{
	Making	   *making = what;
	Call	   *call = &making->call;
	Datum		state = (Datum) 0;

	call->arguments[0].isnull = true;
	for (int row = 0; row < making->rows; row++)
	{
		for (int i = 1; i < call->routine->nargs; i++)
			if (row == 0 || !((making->constant >> i) & 1))
				call->arguments[i] = any_value(call->routine->argtypes[i], true, true);
		state = make_call(call);
		call->arguments[0] = (NullableDatum) {state, call->isnull};
	}
	return state;
}

/* Errors in the table are not to be taken for those of a function. */
void
prepare_values(const Routine *routine)
{
	for (int i = 0; i < routine->nargs; i++)
	{
		Oid			element = get_element_type(routine->argtypes[i]);

		pool_of(OidIsValid(element) ? element : routine->argtypes[i]);
	}
}

/* States of few and of many rows, some of which an aggregate may refuse. */
static void
make_states(Pool *pool, Oid transition)
{
	static const int rows[] = {1, 1, 1, 1, 2, 2, 3, 4, 5, 8, 12, 30, 150};
	Routine    *routine = routine_of(transition);
	Datum		state;

	prepare_values(routine);
	for (int i = 0; i < lengthof(rows); i++)
		for (int try = 0; try < TRIES; try++)
		{
			Making		making = {{routine, .aggregate = aggregate_call(fuzz_memory)}, rows[i], roll(256)};

			if (!attempt(make_state, &making, &state) || making.call.isnull)
				continue;
			pool_add(pool, state);
			break;
		}
}

static void
read_states(Pool *pool)
{
	Oid			argtype = REGTYPEOID;
	Datum		argument = ObjectIdGetDatum(pool->type);
	SPITupleTable *table;

	SPI_execute_with_args("select distinct aggtransfn::oid from pg_aggregate where aggtranstype = $1 order by 1",
						  1, &argtype, &argument, NULL, true, 0);
	table = SPI_tuptable;
	for (uint64 i = 0; i < table->numvals; i++)
	{
		bool		isnull;

		make_states(pool, DatumGetObjectId(SPI_getbinval(table->vals[i], table->tupdesc, 1, &isnull)));
	}
	SPI_freetuptable(table);
	pool->ordinary = pool->count;
}

Pool *
pool_of(Oid type)
{
	MemoryContext caller;
	Pool	   *pool;

	for (int i = 0; i < npools; i++)
		if (pools[i]->type == type)
			return pools[i];
	if (npools == MOST_POOLS)
		elog(ERROR, "too many types");
	caller = MemoryContextSwitchTo(fuzz_memory);
	pool = pools[npools++] = palloc0(sizeof(Pool));
	pool->type = type;
	get_typlenbyval(type, &pool->typlen, &pool->typbyval);
	pool->typstorage = get_typstorage(type);
	read_values(pool);
	if (pool->count == 0)
		read_states(pool);
	MemoryContextSwitchTo(caller);
	if (pool->count == 0)
		elog(ERROR, "there are no values of type %s", format_type_be(type));
	return pool;
}

/* With the header of one byte that short values have in rows. */
static Datum
short_copy(Datum value)
{
	struct varlena *from = (struct varlena *) DatumGetPointer(value);
	struct varlena *to = palloc(VARATT_CONVERTED_SHORT_SIZE(from));

	SET_VARSIZE_SHORT(to, VARATT_CONVERTED_SHORT_SIZE(from));
	memcpy(VARDATA_SHORT(to), VARDATA(from), VARSIZE(from) - VARHDRSZ);
	return PointerGetDatum(to);
}

Datum
value_copy(const Pool *pool, Datum value, bool is_plain)
{
	Datum		copy;

	if (pool->typlen != -1)
		return datumCopy(value, pool->typbyval, pool->typlen);
	copy = PointerGetDatum(PG_DETOAST_DATUM_COPY(value));
	if (is_plain || pool->typstorage == TYPSTORAGE_PLAIN || chance(2))
		return copy;
	if (VARATT_CAN_MAKE_SHORT(DatumGetPointer(copy)))
		return short_copy(copy);
	value = toast_compress_datum(copy, TOAST_PGLZ_COMPRESSION);
	return DatumGetPointer(value) == NULL ? copy : value;
}

static Datum
any_array(Oid element, bool is_ordinary)
{
	Datum		values[4];
	bool		nulls[4];
	int			count = roll(lengthof(values) + 1);
	int			lower = chance(8) ? -1 : 1;
	int16		typlen;
	bool		typbyval;
	char		typalign;

	for (int i = 0; i < count; i++)
	{
		NullableDatum value = any_value(element, is_ordinary, true);

		values[i] = value.value;
		nulls[i] = value.isnull;
	}
	get_typlenbyvalalign(element, &typlen, &typbyval, &typalign);
	if (count == 0)
		return PointerGetDatum(construct_empty_array(element));
	return PointerGetDatum(construct_md_array(values, nulls, 1, &count, &lower, element,
											  typlen, typbyval, typalign));
}

NullableDatum
any_value(Oid type, bool is_ordinary, bool is_plain)
{
	Oid			element = get_element_type(type);
	Pool	   *pool;
	int			count;

	if (chance(16))
		return (NullableDatum) {(Datum) 0, true};
	if (OidIsValid(element))
		return (NullableDatum) {any_array(element, is_ordinary), false};
	pool = pool_of(type);
	count = is_ordinary && pool->ordinary > 0 ? pool->ordinary : pool->count;
	/* A state that has to be made from states has none to start with. */
	if (count == 0)
		return (NullableDatum) {(Datum) 0, true};
	return (NullableDatum) {value_copy(pool, pool->values[roll(count)], is_plain), false};
}
