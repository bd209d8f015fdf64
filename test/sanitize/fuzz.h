/*
 * fuzz.h: what the files of the fuzzer of the glue share.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"
#include "lib/stringinfo.h"
#include "nodes/execnodes.h"

/* Longer payloads are cut: they cost time and find nothing more. */
#define PAYLOAD_LIMIT 65536

/* ---- mutate.c */

/* A number from 0 on, below a limit; the seed determines all of them. */
extern void seed_dice(uint64 seed);
extern uint64 roll(uint64 limit);
extern bool chance(int one_in);

/* Changes the payload, which is text or binary; the other is one to cut from. */
extern void mutate(StringInfo payload, const StringInfoData *other, bool is_text);

/* ---- trail.c: what is at work, in a file that outlives a crash of the server */

extern int64 faults;

extern void trail_open(const char *type);
extern void trail_payload(const char *type, bool is_text, StringInfo payload, int64 number);
extern void trail_call(const char *function);

/* Counts a fault and warns of it, with what is at work. */
extern void fault(const char *what, const char *detail);

/* ---- call.c */

/* A function that takes or gives values of the type. */
typedef struct Routine
{
	Oid			oid;
	char	   *name;
	FmgrInfo	function;
	MemoryContext memory;		/* of what it keeps between calls */
	int			nargs;
	Oid		   *argtypes;
	Oid			result;
	SPIPlanPtr	plan;			/* of one that returns a set, else NULL */
} Routine;

extern Routine *routine_of(Oid oid);

/* Runs the action in a subtransaction; after an error, false and its message. */
typedef Datum (*Action) (void *what);
extern bool attempt(Action action, void *what, Datum *result);
extern const char *attempt_message;

/* A call; one by an aggregate has its state, in memory, as the first argument. */
typedef struct Call
{
	Routine    *routine;
	NullableDatum arguments[FUNC_MAX_ARGS];
	AggState   *aggregate;		/* NULL where no aggregate calls */
	bool		isnull;			/* the result is */
} Call;

/* A Call's action. */
extern Datum make_call(void *what);
extern AggState *aggregate_call(MemoryContext memory);

/* ---- values.c */

/* A type's values; those before "ordinary" are what a study has. */
typedef struct Pool
{
	Oid			type;
	int16		typlen;
	bool		typbyval;
	char		typstorage;
	Datum	   *values;
	int			count;
	int			ordinary;
} Pool;

/* Where pools and routines live. */
extern MemoryContext fuzz_memory;

extern void forget_pools(void);
extern Pool *pool_of(Oid type);
extern void prepare_values(const Routine *routine);

/* A copy that ends where the value does; now and then in a form that tables hold. */
extern Datum value_copy(const Pool *pool, Datum value, bool is_plain);
extern NullableDatum any_value(Oid type, bool is_ordinary, bool is_plain);

#endif							/* FUZZ_H */
