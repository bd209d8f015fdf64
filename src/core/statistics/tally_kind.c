/*-------------------------------------------------------------------------
 *
 * tally_kind.c
 *	  What each kind of tally holds, and how it is written and read.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/tally_kind.h"

#include "core/statistics/confidence.h"
#include "core/statistics/double_order.h"
#include "core/statistics/logrank.h"

/* Least bytes that an entry takes, in text or in binary. */
#define LEAST_ENTRY_SIZE 14

#define SIGN_BIT (UINT64_C(1) << 63)

/*
 * All but the entries; when reading, false unless the input can hold as many
 * of them as it says.
 */
bool
tally_header_fields(StateCodec *codec, const TallyKind *kind, TallyHeader *header)
{
	codec_integer(codec, "missing", &header->missing);
	if (kind->parameter_name)
		codec_number(codec, kind->parameter_name, &header->parameter);
	codec_integer(codec, "values", &header->used);
	if (codec_reads(codec) &&
		(header->missing < 0 || !confidence_is_possible(header->parameter) || header->used < 0 ||
		 header->used > (int64_t) (codec_remaining(codec) / LEAST_ENTRY_SIZE)))
		codec->failed = true;
	return !codec->failed;
}

/* The entries, of which the header said how many there are, in their order. */
void
tally_entry_fields(StateCodec *codec, const TallyKind *kind, TallyEntry *entries, int64_t length)
{
	for (int64_t i = 0; i < length && !codec->failed; i++)
	{
		TallyEntry *entry = &entries[i];

		kind->fields(codec, entry);
		if (codec_reads(codec) &&
			(!kind->is_possible(entry) || (i > 0 && entry[-1].key >= entry->key)))
			codec->failed = true;
	}
}

/* A field that is a finite number and is kept as its rank. */
static void
codec_rank(StateCodec *codec, const char *name, int64_t *rank)
{
	double		value = codec_reads(codec) ? 0.0 : rank_to_double(*rank);

	codec_number(codec, name, &value);
	*rank = double_to_rank(value);
}

/* Joined counts may be of any size; what reads the state refuses too many. */
static bool
count_is_possible(const TallyEntry *entry)
{
	return entry->amount > 0;
}

/*
 * Survival: the key is the bits of the time, which is not negative, shifted
 * left, with one more bit for censored times: events come before censorings
 * at a time.  With the highest bit turned, signed keys have that order.
 */
static int64_t
survival_key_of_rank(int64_t rank, bool event)
{
	return (int64_t) (((uint64_t) rank << 1 | !event) ^ SIGN_BIT);
}

static int64_t
time_rank(int64_t key)
{
	return (int64_t) (((uint64_t) key ^ SIGN_BIT) >> 1);
}

bool
survival_key_is_event(int64_t key)
{
	return (key & 1) == 0;
}

static void
survival_fields(StateCodec *codec, TallyEntry *entry)
{
	int64_t		rank = time_rank(entry->key);
	int64_t		event = survival_key_is_event(entry->key);

	codec_rank(codec, "time", &rank);
	codec_integer(codec, "event", &event);
	codec_integer(codec, "count", &entry->amount);
	if (rank < 0 || event < 0 || event > 1)
		codec->failed = true;
	else
		entry->key = survival_key_of_rank(rank, event);
}

const TallyKind survival_curve_kind = {
	.type_name = "survival_curve",
	.join = TALLY_ADD,
	.fields = survival_fields,
	.is_possible = count_is_possible
};

/* The key of a time that is finite and not negative. */
int64_t
survival_key(double time, bool event)
{
	return survival_key_of_rank(double_to_rank(time), event);
}

double
survival_key_time(int64_t key)
{
	return rank_to_double(time_rank(key));
}

/* The times of entries in their order, ties joined, at most as many; returns how many. */
size_t
survival_table(const TallyEntry *entries, size_t length, SurvivalTime *times)
{
	size_t		count = 0;

	for (size_t i = 0; i < length; i++)
	{
		double		time = survival_key_time(entries[i].key);

		if (count == 0 || times[count - 1].time != time)
			times[count++] = (SurvivalTime) {time, 0, 0};
		if (survival_key_is_event(entries[i].key))
			times[count - 1].events = entries[i].amount;
		else
			times[count - 1].censored = entries[i].amount;
	}
	return survival_unite_ties(times, count);
}

/*
 * All but the groups' names and the entries, which follow in this order; when
 * reading, false unless the input can hold as many of them as it says.
 */
bool
survival_groups_header_fields(StateCodec *codec, int64_t *missing, int64_t *groups, int64_t *used)
{
	codec_integer(codec, "missing", missing);
	codec_integer(codec, "groups", groups);
	codec_integer(codec, "values", used);
	if (codec_reads(codec) &&
		(*missing < 0 || *groups < 0 || *groups > LOGRANK_MAX_GROUPS || *used < *groups ||
		 *used > (int64_t) (codec_remaining(codec) / LEAST_ENTRY_SIZE)))
		codec->failed = true;
	return !codec->failed;
}

/* The entries, by group and time; every group has one at least. */
void
survival_groups_entry_fields(StateCodec *codec, int64_t groups, PairEntry *entries, int64_t used)
{
	int64_t		last = -1;

	for (int64_t i = 0; i < used && !codec->failed; i++)
	{
		TallyEntry	entry = {entries[i].second, entries[i].count};

		codec_integer(codec, "group", &entries[i].first);
		survival_fields(codec, &entry);
		entries[i].second = entry.key;
		entries[i].count = entry.amount;
		if (!codec_reads(codec))
			continue;
		if (!count_is_possible(&entry) || entries[i].first < 0 || entries[i].first > last + 1 ||
			(i > 0 && !pair_precedes(&entries[i - 1], &entries[i])))
			codec->failed = true;
		last = entries[i].first;
	}
	if (codec_reads(codec) && last != groups - 1)
		codec->failed = true;
}

static void
value_fields(StateCodec *codec, TallyEntry *entry)
{
	codec_rank(codec, "value", &entry->key);
	codec_integer(codec, "count", &entry->amount);
}

const TallyKind value_distribution_kind = {
	.type_name = "value_distribution",
	.join = TALLY_ADD,
	.parameter_name = "conf_level",
	.fields = value_fields,
	.is_possible = count_is_possible
};

static void
record_fields(StateCodec *codec, TallyEntry *entry)
{
	codec_rank(codec, "day", &entry->key);
	codec_rank(codec, "value", &entry->amount);
}

static bool
record_is_possible(const TallyEntry *entry)
{
	(void) entry;
	return true;				/* the codec reads finite numbers only */
}

/* Of several values of one day the highest counts. */
const TallyKind time_course_kind = {
	.type_name = "time_course",
	.join = TALLY_LARGEST,
	.fields = record_fields,
	.is_possible = record_is_possible
};
