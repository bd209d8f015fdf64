/*-------------------------------------------------------------------------
 *
 * pair_state.h
 *	  Aggregate states that keep every distinct pair of keys, in entries of
 *	  24 bytes.
 *
 * While an aggregate runs, its state is an expanded object: it grows in its own
 * memory, and the executor does not copy it.  Stored states are a varlena.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PAIR_STATE_H
#define PAIR_STATE_H

#include "statistics/aggregate.h"

#include "utils/expandeddatum.h"

#include "core/statistics/tally.h"

/*
 * The entries up to "sorted" are in order and distinct; those after it came
 * later.
 */
typedef struct PairTally
{
	ExpandedObjectHeader header;	/* of the state of a running aggregate */
	int64		missing;		/* rows that were NULL */
	int64		sorted;
	int64		used;
	int64		capacity;
	PairEntry  *entries;
	int64		name_bytes;
	char	   *names;
	void	   *index;			/* what finds a name */
} PairTally;

#define PG_GETARG_PAIR_TALLY(n) pair_tally_read(PG_GETARG_DATUM(n))
#define PG_RETURN_PAIR_TALLY(tally) PG_RETURN_DATUM(EOHPGetRWDatum(&(tally)->header))

/* More observations than this are refused: all up to here are doubles. */
#define PAIR_TALLY_MAX_TOTAL (INT64CONST(1) << 53)

extern PairTally *pair_tally_start(FunctionCallInfo fcinfo);
extern const PairTally *pair_tally_read(Datum state);
extern void pair_tally_append(PairTally *tally, PairEntry entry);
extern PairTally *pair_tally_copy(const PairTally *tally);
extern void pair_tally_settle(PairTally *tally);
extern const PairTally *pair_tally_settled(const PairTally *tally);
extern struct varlena *pair_tally_flat(const PairTally *tally);
extern int64 pair_tally_total(const PairTally *tally, const char *type_name);

#endif							/* PAIR_STATE_H */
