/*-------------------------------------------------------------------------
 *
 * aggregate.h
 *	  What the aggregates share: their memory, their states as datums, their
 *	  confidence level and their result rows.
 *
 *-------------------------------------------------------------------------
 */
#ifndef AGGREGATE_H
#define AGGREGATE_H

#include "postgres.h"

#include "compat.h"
#include "funcapi.h"

#include "core/statistics/confidence.h"
#include "core/statistics/interrupt.h"
#include "core/statistics/state_codec.h"

/* A state type: how its datum is made of what the codec reads, and written. */
typedef struct StateType
{
	const char *name;
	struct varlena *(*read) (StateCodec *codec);
	void		(*write) (StateCodec *codec, struct varlena *state);
} StateType;

/* What precedes the fields of every state; the fields are aligned to 8 bytes. */
typedef struct StateHeader
{
	int32		vl_len_;
	int32		unused;
} StateHeader;

extern Datum state_in(FunctionCallInfo fcinfo, const StateType *type);
extern Datum state_out(FunctionCallInfo fcinfo, const StateType *type);
extern Datum state_recv(FunctionCallInfo fcinfo, const StateType *type);
extern Datum state_send(FunctionCallInfo fcinfo, const StateType *type);
extern void *state_allocate(Size size);
extern int64 grown_capacity(int64 capacity, int64 needed, Size header, Size width);
extern Datum combine_with_none(FunctionCallInfo fcinfo);

/* The four I/O functions of a type, after its StateType <type>_type. */
#define STATE_INPUT_OUTPUT(type) \
STATE_FUNCTION_(type, in) \
STATE_FUNCTION_(type, out) \
STATE_FUNCTION_(type, recv) \
STATE_FUNCTION_(type, send)

#define STATE_FUNCTION_(type, direction) \
PG_FUNCTION_INFO_V1(type##_##direction); \
Datum \
type##_##direction(PG_FUNCTION_ARGS) \
{ \
	return state_##direction(fcinfo, &type##_type); \
}

extern void check_aggregate_call(FunctionCallInfo fcinfo);
extern void check_for_interrupts(void);
extern void check_state_count(int64 count, int64 added);

/* Counts rows, as check_state_count() allows. */
static inline void
add_state_count(int64 *count, int64 added)
{
	check_state_count(*count, added);
	*count += added;
}

extern void name_of_text(const text *value, const char *what, char *name);
extern void check_conf_level(double conf_level);
extern void keep_conf_level(double *kept, FunctionCallInfo fcinfo, int argument);
extern void merge_conf_level(double *kept, double other);

extern TupleDesc result_descriptor(FunctionCallInfo fcinfo);
extern Datum result_row(FunctionCallInfo fcinfo, Datum *values, bool *nulls);

#endif							/* AGGREGATE_H */
