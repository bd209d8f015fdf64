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

#include "statistics/aggregate.h"

#include "core/statistics/tally_kind.h"

typedef struct Tally
{
	StateHeader header;
	float8		parameter;		/* of the aggregate, such as its conf_level; 0: none */
	int64		missing;		/* rows that were NULL */
	int64		sorted;
	int64		used;
	TallyEntry	entries[FLEXIBLE_ARRAY_MEMBER];
} Tally;

#define PG_GETARG_TALLY(n) ((Tally *) PG_GETARG_VARLENA_P(n))

/* An argument of type numeric that is to be a whole number up to a maximum */
extern int32 replicate_argument(FunctionCallInfo fcinfo, int argument, int32 maximum);

/* Building: these return the state, in its old place or a new one. */
extern Tally *tally_start(FunctionCallInfo fcinfo);
extern Tally *tally_append(Tally *tally, const TallyKind *kind, int64 key, int64 amount);
extern Datum tally_combine(FunctionCallInfo fcinfo, const TallyKind *kind);

/* Reading */
extern Tally *tally_canonical(Tally *tally, const TallyKind *kind);
extern Datum tally_final(FunctionCallInfo fcinfo, const TallyKind *kind);
extern int64 tally_total(const Tally *tally, const TallyKind *kind);

/* Text and binary forms */
extern struct varlena *tally_read(StateCodec *codec, const TallyKind *kind);
extern void tally_write(StateCodec *codec, struct varlena *state, const TallyKind *kind);

/* Keys that are finite numbers */
extern int64 checked_rank(float8 value, const char *what);

/* The functions that every type of tally has. */
#define TALLY_TYPE_FUNCTIONS(type, kind) \
	static struct varlena *type##_read(StateCodec *codec) { return tally_read(codec, kind); } \
	static void type##_write(StateCodec *codec, struct varlena *state) { tally_write(codec, state, kind); } \
	static const StateType type##_type = {#type, type##_read, type##_write}; \
	PG_FUNCTION_INFO_V1(type##_in); \
	PG_FUNCTION_INFO_V1(type##_out); \
	PG_FUNCTION_INFO_V1(type##_recv); \
	PG_FUNCTION_INFO_V1(type##_send); \
	PG_FUNCTION_INFO_V1(type##_combine); \
	PG_FUNCTION_INFO_V1(type##_final); \
	Datum type##_in(PG_FUNCTION_ARGS) { return state_in(fcinfo, &type##_type); } \
	Datum type##_out(PG_FUNCTION_ARGS) { return state_out(fcinfo, &type##_type); } \
	Datum type##_recv(PG_FUNCTION_ARGS) { return state_recv(fcinfo, &type##_type); } \
	Datum type##_send(PG_FUNCTION_ARGS) { return state_send(fcinfo, &type##_type); } \
	Datum type##_combine(PG_FUNCTION_ARGS) { return tally_combine(fcinfo, kind); } \
	Datum type##_final(PG_FUNCTION_ARGS) { return tally_final(fcinfo, kind); } \
	extern int	no_such_variable

#endif							/* TALLY_STATE_H */
