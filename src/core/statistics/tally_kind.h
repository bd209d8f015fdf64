/*-------------------------------------------------------------------------
 *
 * tally_kind.h
 *	  What each kind of tally holds, and how it is written and read.
 *
 *-------------------------------------------------------------------------
 */
#ifndef TALLY_KIND_H
#define TALLY_KIND_H

#include <stdbool.h>

#include "core/statistics/state_codec.h"
#include "core/statistics/survival_curve.h"
#include "core/statistics/tally.h"

/* How the entries of a type of tally are joined, written and read. */
typedef struct TallyKind
{
	const char *type_name;
	TallyJoin	join;
	const char *parameter_name; /* NULL: has none */
	void		(*fields) (StateCodec *codec, TallyEntry *entry);
	bool		(*is_possible) (const TallyEntry *entry);
} TallyKind;

/* All of a tally but its entries. */
typedef struct TallyHeader
{
	double		parameter;		/* of the aggregate, such as its conf_level */
	int64_t		missing;		/* rows that were NULL */
	int64_t		used;			/* entries */
} TallyHeader;

#define TALLY_NO_PARAMETER 0.0

/* More observations than this are refused: all up to here are doubles. */
#define TALLY_MAX_TOTAL (INT64_C(1) << 53)

/* By time and by how it ended; by value; by day, with the value. */
extern const TallyKind survival_curve_kind;
extern const TallyKind value_distribution_kind;
extern const TallyKind time_course_kind;

extern bool tally_header_fields(StateCodec *codec, const TallyKind *kind, TallyHeader *header);
extern void tally_entry_fields(StateCodec *codec, const TallyKind *kind,
							   TallyEntry *entries, int64_t length);

/* Entries of a tally of groups: the number of the group, and survival_key(). */
extern bool survival_groups_header_fields(StateCodec *codec, int64_t *missing, int64_t *groups, int64_t *used);
extern void survival_groups_entry_fields(StateCodec *codec, int64_t groups, PairEntry *entries, int64_t used);

extern int64_t survival_key(double time, bool event);
extern double survival_key_time(int64_t key);
extern bool survival_key_is_event(int64_t key);
extern size_t survival_table(const TallyEntry *entries, size_t length, SurvivalTime *times);

#endif							/* TALLY_KIND_H */
