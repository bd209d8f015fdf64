/*
 * tally_fuzz.h: what the fuzz targets of the tallies share: reading and
 * writing a tally of the kind that "kind" points to.
 */
#ifndef TALLY_FUZZ_H
#define TALLY_FUZZ_H

#include "core/statistics/tally_kind.h"
#include "state_fuzz.h"

typedef struct FuzzedTally
{
	TallyHeader header;
	TallyEntry	entries[];
} FuzzedTally;

static const TallyKind *kind;

static void *
reader(StateCodec *codec)
{
	TallyHeader header = {0};
	FuzzedTally *tally;

	if (!tally_header_fields(codec, kind, &header))
		return NULL;
	tally = calloc(1, sizeof(FuzzedTally) + (size_t) header.used * sizeof(TallyEntry));
	tally->header = header;
	tally_entry_fields(codec, kind, tally->entries, header.used);
	return tally;
}

static void
writer(StateCodec *codec, void *state)
{
	FuzzedTally *tally = state;

	tally_header_fields(codec, kind, &tally->header);
	tally_entry_fields(codec, kind, tally->entries, tally->header.used);
}

/* The sum of the counts, or -1 where the server refuses it. */
static inline int64_t
tally_total(const FuzzedTally *tally)
{
	int64_t		total = 0;

	for (int64_t i = 0; i < tally->header.used; i++)
	{
		if (tally->entries[i].amount > TALLY_MAX_TOTAL - total)
			return -1;
		total += tally->entries[i].amount;
	}
	return total;
}

#endif							/* TALLY_FUZZ_H */
