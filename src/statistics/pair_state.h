/*-------------------------------------------------------------------------
 *
 * pair_state.h
 *	  Aggregate states that keep every distinct pair of keys: a varlena with
 *	  entries of 24 bytes.
 *
 * The entries up to "sorted" are in order and distinct; those after it came
 * later.  Stored states have none of the latter, and no spare room.
 *
 *-------------------------------------------------------------------------
 */
#ifndef PAIR_STATE_H
#define PAIR_STATE_H

#include "statistics/aggregate.h"

#include "core/statistics/tally.h"

typedef struct PairTally
{
	StateHeader header;
	int64		missing;		/* rows that were NULL */
	int64		sorted;
	int64		used;
	int64		name_bytes;		/* of the names before the entries, a multiple of 8 */
	char		data[FLEXIBLE_ARRAY_MEMBER];
} PairTally;

#define PG_GETARG_PAIR_TALLY(n) ((PairTally *) PG_GETARG_VARLENA_P(n))
#define PAIR_TALLY_ENTRIES(tally) ((PairEntry *) ((tally)->data + (tally)->name_bytes))

/* More observations than this are refused: all up to here are doubles. */
#define PAIR_TALLY_MAX_TOTAL (INT64CONST(1) << 53)

extern PairTally *pair_tally_allocate(int64 capacity, int64 name_bytes);
extern PairTally *pair_tally_start(FunctionCallInfo fcinfo);
extern PairTally *pair_tally_resized(const PairTally *tally, int64 capacity, int64 name_bytes);
extern PairTally *pair_tally_append(PairTally *tally, PairEntry entry);
extern PairTally *pair_tally_canonical(PairTally *tally);
extern int64 pair_tally_total(const PairTally *tally, const char *type_name);

#endif							/* PAIR_STATE_H */
