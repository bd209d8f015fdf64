/*-------------------------------------------------------------------------
 *
 * tally_io.c
 *	  Text and binary input and output of tallies.
 *
 * The text form is a list of name=number items: "missing" first, then the
 * parameter if there is one, then the values in ascending order with their
 * counts, such as "missing=2 conf_level=0.9 -12=3 0=1".  The binary form is a
 * version byte, the parameter, the number of missing rows, the number of
 * entries, and the entries' keys and amounts.
 *
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include <ctype.h>
#include <math.h>

#include "common/shortest_dec.h"
#include "compat.h"
#include "lib/stringinfo.h"
#include "libpq/pqformat.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "core/double_order.h"
#include "tally_state.h"

#define TALLY_BINARY_VERSION 1

/* A text form while it is read. */
typedef struct TallyReader
{
	const TallyKind *kind;
	const char *rest;
	Tally	   *tally;
	Size		capacity;
	const char *problem;		/* for the error's detail */
} TallyReader;

/* One item of the text, cut in two. */
typedef struct TallyItem
{
	char		name[TALLY_KEY_SIZE];
	char		number[TALLY_KEY_SIZE];
} TallyItem;

bool
float8_valid_key(int64 key)
{
	return isfinite(rank_to_double(key));
}

bool
float8_parse_key(const char *text, int64 *key)
{
	char	   *end;
	float8		value = strtod(text, &end);

	if (end == text || *end != '\0' || isspace((unsigned char) *text) || !isfinite(value))
		return false;
	*key = double_to_rank(value);
	return true;
}

void
float8_print_key(int64 key, char *text)
{
	double_to_shortest_decimal_buf(rank_to_double(key), text);
}

/* The key of a value that came in; what names it in the error message. */
int64
float8_to_key(float8 value, const char *what)
{
	if (!isfinite(value))
		ereport(ERROR,
				(errcode(ERRCODE_NUMERIC_VALUE_OUT_OF_RANGE),
				 errmsg("%s is not a finite number", what),
				 errhint("Write NULL for a value that is missing.")));
	return double_to_rank(value);
}

static bool
parse_count(const char *text, int64 *count)
{
	char	   *end;

	if (!isdigit((unsigned char) *text))
		return false;
	errno = 0;
	*count = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0' && *count <= TALLY_MAX_TOTAL;
}

static bool
parse_amount(const TallyKind *kind, const char *text, int64 *amount)
{
	if (kind->join == TALLY_LARGEST)
		return float8_parse_key(text, amount);
	return parse_count(text, amount) && *amount > 0;
}

/* The next item of the text; false at its end, or with a problem. */
static bool
next_item(TallyReader *reader, TallyItem *item)
{
	const char *start;
	const char *equals = NULL;

	while (isspace((unsigned char) *reader->rest))
		reader->rest++;
	start = reader->rest;
	for (; *reader->rest != '\0' && !isspace((unsigned char) *reader->rest); reader->rest++)
		if (*reader->rest == '=')
			equals = reader->rest;
	if (reader->rest == start)
		return false;
	if (equals == NULL || equals - start >= TALLY_KEY_SIZE || reader->rest - equals > TALLY_KEY_SIZE)
	{
		reader->problem = "An item is not of the form name=number.";
		return false;
	}
	strlcpy(item->name, start, equals - start + 1);
	strlcpy(item->number, equals + 1, reader->rest - equals);
	return true;
}

static bool
read_entry(TallyReader *reader, const TallyItem *item)
{
	Tally	   *tally = reader->tally;
	TallyEntry	entry;

	if (!reader->kind->parse_key(item->name, &entry.key) || !reader->kind->valid_key(entry.key) ||
		!parse_amount(reader->kind, item->number, &entry.amount))
		reader->problem = "An item holds no valid value and amount.";
	else if (tally->used > 0 && tally->entries[tally->used - 1].key >= entry.key)
		reader->problem = "The values are not distinct and in ascending order.";
	else if ((Size) tally->used >= reader->capacity)
		reader->problem = "There are too many values.";
	else
		tally->entries[tally->used++] = entry;
	return reader->problem == NULL;
}

static bool
valid_parameter(const TallyKind *kind, float8 parameter)
{
	return kind->parameter_name != NULL && parameter > 0.0 && parameter < 1.0;
}

static void
read_items(TallyReader *reader)
{
	TallyItem	item;
	int64		parameter;
	bool		found = next_item(reader, &item);

	if (!found || strcmp(item.name, "missing") != 0 || !parse_count(item.number, &reader->tally->missing))
	{
		reader->problem = "The text does not begin with missing= and a count.";
		return;
	}
	found = next_item(reader, &item);
	if (found && reader->kind->parameter_name != NULL &&
		strcmp(item.name, reader->kind->parameter_name) == 0)
	{
		if (!float8_parse_key(item.number, &parameter) ||
			!valid_parameter(reader->kind, rank_to_double(parameter)))
		{
			reader->problem = "The parameter does not lie between 0 and 1.";
			return;
		}
		reader->tally->parameter = rank_to_double(parameter);
		found = next_item(reader, &item);
	}
	while (found && read_entry(reader, &item))
		found = next_item(reader, &item);
}

/* Text to tally. */
Datum
tally_in(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	const char *text = PG_GETARG_CSTRING(0);
	TallyReader reader = {kind, text, NULL, 0, NULL};

	/* An entry takes at least three characters and a blank. */
	reader.capacity = Min(strlen(text) / 4 + 1, TALLY_MAX_CAPACITY);
	reader.tally = tally_allocate(reader.capacity);
	read_items(&reader);
	if (reader.problem != NULL)
		ereturn(fcinfo->context, (Datum) 0,
				(errcode(ERRCODE_INVALID_TEXT_REPRESENTATION),
				 errmsg("invalid input syntax for type %s", kind->type_name),
				 errdetail("%s", reader.problem),
				 errhint("%s", kind->key_hint)));
	reader.tally->sorted = reader.tally->used;
	PG_RETURN_POINTER(tally_resized(reader.tally, reader.tally->used));
}

/* Tally to text. */
Datum
tally_out(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	Tally	   *tally = tally_canonical(PG_GETARG_TALLY(0), kind);
	StringInfoData text;
	char		number[TALLY_KEY_SIZE];

	initStringInfo(&text);
	appendStringInfo(&text, "missing=" INT64_FORMAT, tally->missing);
	if (tally->parameter != TALLY_NO_PARAMETER)
	{
		double_to_shortest_decimal_buf(tally->parameter, number);
		appendStringInfo(&text, " %s=%s", kind->parameter_name, number);
	}
	for (int32 i = 0; i < tally->used; i++)
	{
		const TallyEntry *entry = &tally->entries[i];

		kind->print_key(entry->key, number);
		appendStringInfo(&text, " %s=", number);
		if (kind->join == TALLY_LARGEST)
			float8_print_key(entry->amount, number);
		else
			pg_lltoa(entry->amount, number);
		appendStringInfoString(&text, number);
	}
	PG_RETURN_CSTRING(text.data);
}

static void
report_bad_binary(const TallyKind *kind, const char *detail)
{
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_BINARY_REPRESENTATION),
			 errmsg("invalid external \"%s\" value", kind->type_name),
			 errdetail("%s", detail),
			 errhint("Send the value as text to see what is wrong with it.")));
}

/* Binary to tally; nothing of it is trusted. */
Datum
tally_recv(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	StringInfo	buffer = (StringInfo) PG_GETARG_POINTER(0);
	int			version = pq_getmsgbyte(buffer);
	float8		parameter = pq_getmsgfloat8(buffer);
	int64		missing = pq_getmsgint64(buffer);
	int32		length = (int32) pq_getmsgint(buffer, 4);
	Tally	   *tally;

	if (version != TALLY_BINARY_VERSION)
		report_bad_binary(kind, "It is of another version.");
	if (parameter != TALLY_NO_PARAMETER && !valid_parameter(kind, parameter))
		report_bad_binary(kind, "The parameter is not valid.");
	if (missing < 0 || missing > TALLY_MAX_TOTAL)
		report_bad_binary(kind, "The number of missing rows is out of range.");
	if (length < 0 || (buffer->len - buffer->cursor) / (int) sizeof(TallyEntry) < length)
		report_bad_binary(kind, "The number of entries does not fit the length.");
	tally = tally_allocate(length);
	tally->parameter = parameter;
	tally->missing = missing;
	for (int32 i = 0; i < length; i++)
	{
		TallyEntry *entry = &tally->entries[i];

		entry->key = pq_getmsgint64(buffer);
		entry->amount = pq_getmsgint64(buffer);
		if (!kind->valid_key(entry->key) || (i > 0 && entry[-1].key >= entry->key))
			report_bad_binary(kind, "The values are not valid and in ascending order.");
		if (kind->join == TALLY_LARGEST ? !float8_valid_key(entry->amount) :
			entry->amount <= 0 || entry->amount > TALLY_MAX_TOTAL)
			report_bad_binary(kind, "An amount is out of range.");
	}
	tally->used = tally->sorted = length;
	PG_RETURN_POINTER(tally);
}

/* Tally to binary. */
Datum
tally_send(FunctionCallInfo fcinfo, const TallyKind *kind)
{
	Tally	   *tally = tally_canonical(PG_GETARG_TALLY(0), kind);
	StringInfoData buffer;

	pq_begintypsend(&buffer);
	enlargeStringInfo(&buffer, (int) Min(tally->used * sizeof(TallyEntry) + 32, MaxAllocSize / 2));
	pq_sendbyte(&buffer, TALLY_BINARY_VERSION);
	pq_sendfloat8(&buffer, tally->parameter);
	pq_sendint64(&buffer, tally->missing);
	pq_sendint32(&buffer, tally->used);
	for (int32 i = 0; i < tally->used; i++)
	{
		pq_sendint64(&buffer, tally->entries[i].key);
		pq_sendint64(&buffer, tally->entries[i].amount);
	}
	PG_RETURN_BYTEA_P(pq_endtypsend(&buffer));
}
