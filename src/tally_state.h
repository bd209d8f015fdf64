/*-------------------------------------------------------------------------
 *
 * tally_state.h
 *	  Aggregate states that keep every distinct value: a varlena with entries
 *	  of 16 bytes.
 *
 * The entries up to "sorted" are in order and distinct; those after it came
 * later and are in any order.  Stored states have none of the latter, and no
 * spare room.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TALLY_STATE_H
#define TALLY_STATE_H

#include "fmgr.h"
#include "utils/memutils.h"

#include "core/tally.h"

typedef struct Tally
{
	int32		vl_len_;
	int32		version;
	float8		parameter;		/* of the aggregate, such as its conf_level */
	int64		missing;		/* rows that were NULL */
	int32		sorted;
	int32		used;
	TallyEntry	entries[FLEXIBLE_ARRAY_MEMBER];
} Tally;

/* What a type of tally holds and how it is written. */
typedef struct TallyKind
{
	const char *type_name;
	TallyJoin	join;
	const char *parameter_name; /* NULL: has none */
	bool		(*parse_key) (const char *text, int64 *key);
	void		(*print_key) (int64 key, char *text);	/* room for TALLY_KEY_SIZE */
	bool		(*valid_key) (int64 key);
	const char *key_hint;
} TallyKind;

#define TALLY_KEY_SIZE 48
#define TALLY_NO_PARAMETER (-1.0)

/* More observations than this are refused. */
#define TALLY_MAX_TOTAL (INT64CONST(1) << 53)

#define TALLY_HEADER offsetof(Tally, entries)
#define TALLY_SIZE(entries) (TALLY_HEADER + (Size) (entries) * sizeof(TallyEntry))
#define TALLY_MAX_CAPACITY ((MaxAllocSize - TALLY_HEADER) / sizeof(TallyEntry))

#define PG_GETARG_TALLY(n) ((Tally *) PG_DETOAST_DATUM(PG_GETARG_DATUM(n)))

/* Building: these return the state, in its old place or a new one. */
extern Tally *tally_allocate(Size capacity);
extern Tally *tally_resized(const Tally *tally, Size capacity);
extern Tally *tally_start(FunctionCallInfo fcinfo);
extern Tally *tally_append(Tally *tally, const TallyKind *kind, int64 key, int64 amount);
extern void tally_set_parameter(Tally *tally, const TallyKind *kind, float8 parameter);
extern Datum tally_combine(FunctionCallInfo fcinfo, const TallyKind *kind);

/* Reading */
extern Tally *tally_canonical(Tally *tally, const TallyKind *kind);
extern Datum tally_final(FunctionCallInfo fcinfo, const TallyKind *kind);
extern int64 tally_total(const Tally *tally, const TallyKind *kind);

/* The four functions of a type */
extern Datum tally_in(FunctionCallInfo fcinfo, const TallyKind *kind);
extern Datum tally_out(FunctionCallInfo fcinfo, const TallyKind *kind);
extern Datum tally_recv(FunctionCallInfo fcinfo, const TallyKind *kind);
extern Datum tally_send(FunctionCallInfo fcinfo, const TallyKind *kind);

/* Keys that are finite numbers */
extern bool float8_parse_key(const char *text, int64 *key);
extern void float8_print_key(int64 key, char *text);
extern bool float8_valid_key(int64 key);
extern int64 float8_to_key(float8 value, const char *what);

#define TALLY_TYPE_FUNCTIONS(type, kind) \
	PG_FUNCTION_INFO_V1(type##_in); \
	PG_FUNCTION_INFO_V1(type##_out); \
	PG_FUNCTION_INFO_V1(type##_recv); \
	PG_FUNCTION_INFO_V1(type##_send); \
	PG_FUNCTION_INFO_V1(type##_combine); \
	PG_FUNCTION_INFO_V1(type##_final); \
	Datum type##_in(PG_FUNCTION_ARGS) { return tally_in(fcinfo, kind); } \
	Datum type##_out(PG_FUNCTION_ARGS) { return tally_out(fcinfo, kind); } \
	Datum type##_recv(PG_FUNCTION_ARGS) { return tally_recv(fcinfo, kind); } \
	Datum type##_send(PG_FUNCTION_ARGS) { return tally_send(fcinfo, kind); } \
	Datum type##_combine(PG_FUNCTION_ARGS) { return tally_combine(fcinfo, kind); } \
	Datum type##_final(PG_FUNCTION_ARGS) { return tally_final(fcinfo, kind); }

#endif							/* TALLY_STATE_H */
