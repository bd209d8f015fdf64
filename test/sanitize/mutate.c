/*
 * mutate.c: payloads of the fuzzer of the glue.
 *
 * A payload starts as the text or the binary form of a valid value.  Single
 * bytes change, and whole fields: numbers become the ones at which counts,
 * sizes and casts end.
 */
#include "fuzz.h"

#include <ctype.h>
#include <float.h>
#include <math.h>

#include "mb/pg_wchar.h"

static uint64 dice;

void
seed_dice(uint64 seed)
{
	dice = seed;
}

/* splitmix64 */
uint64
roll(uint64 limit)
{
	uint64		z = (dice += UINT64CONST(0x9E3779B97F4A7C15));

	z = (z ^ (z >> 30)) * UINT64CONST(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64CONST(0x94D049BB133111EB);
	return (z ^ (z >> 31)) % limit;
}

bool
chance(int one_in)
{
	return roll(one_in) == 0;
}

/* Puts bytes in the place of others. */
static void
replace(StringInfo payload, int at, int length, const char *bytes, int count)
{
	StringInfoData tail;

	initStringInfo(&tail);
	appendBinaryStringInfo(&tail, payload->data + at + length, payload->len - at - length);
	payload->len = at;
	appendBinaryStringInfo(payload, bytes, count);
	appendBinaryStringInfo(payload, tail.data, tail.len);
	pfree(tail.data);
}

/* A part of the payload, which may be empty. */
static int
choose_part(const StringInfoData *payload, int longest, int *length)
{
	int			at = roll(payload->len + 1);

	*length = roll(Min(longest, payload->len - at) + 1);
	return at;
}

static void
mutate_byte(StringInfo payload, bool is_text)
{
	static const uint8 bytes[] = {0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF};
	static const char characters[] = "0123456789-+.,:;/(){}[]<>=eE \t\n\"'\\xNaI";
	int			at;

	if (payload->len == 0)
		return;
	at = roll(payload->len);
	if (is_text)
		payload->data[at] = characters[roll(sizeof(characters) - 1)];
	else if (chance(2))
		payload->data[at] ^= 1 << roll(8);
	else
		payload->data[at] = bytes[roll(lengthof(bytes))];
}

/* A number in network order over 2, 4 or 8 bytes, which mostly lie as fields do. */
static void
mutate_field(StringInfo payload)
{
	static const int64 integers[] = {
		0, 1, 2, -1, -2, PG_INT16_MAX, PG_INT32_MAX, PG_INT32_MIN, PG_UINT32_MAX,
		INT64CONST(1) << 30, INT64CONST(1) << 53, INT64CONST(1) << 62, PG_INT64_MAX - 1,
		PG_INT64_MAX, PG_INT64_MIN, PG_INT64_MIN + 1
	};
	const double doubles[] = {
		0.0, -0.0, 1.0, -1.0, 0.5, 1e15, 9223372036854775808.0, -9223372036854775808.0,
		DBL_MAX, -DBL_MAX, DBL_MIN, 4.9e-324, INFINITY, -INFINITY, NAN, 2147483648.0
	};
	int			width = 1 << (1 + roll(3));
	int			at;
	uint64		bits = integers[roll(lengthof(integers))];

	if (payload->len < width)
		return;
	if (chance(2))
	{
		width = Min(8, payload->len);
		memcpy(&bits, &doubles[roll(lengthof(doubles))], 8);
	}
	at = roll(payload->len - width + 1);
	if (!chance(4) && payload->len > width)
		at = 1 + (at - at % 8) % (payload->len - width);
	for (int i = 0; i < width; i++)
		payload->data[at + i] = bits >> (8 * (width - 1 - i));
}

static bool
is_word(char c)
{
	return isalnum((unsigned char) c) || strchr("+-.", c) != NULL;
}

/* A whole word of a text. */
static void
mutate_word(StringInfo payload)
{
	static const char *const words[] = {
		"0", "-0", "1", "2", "-1", "0.5", "1e-400", "4.9e-324", "1e308", "1.8e308", "NaN", "Infinity",
		"-Infinity", "inf", "2147483647", "2147483648", "-2147483649", "4294967296",
		"4611686018427387904", "9223372036854775807", "9223372036854775808",
		"-9223372036854775808", "-9223372036854775809", "9007199254740993", "1e15", "0x10",
		"00000000000000000000000000000000000000000000000000000000001", "null", "", "TND", "<50", ">1e7"
	};
	const char *word = words[roll(lengthof(words))];
	int			from = roll(payload->len + 1);
	int			to = from;

	while (from > 0 && is_word(payload->data[from - 1]))
		from--;
	while (to < payload->len && is_word(payload->data[to]))
		to++;
	replace(payload, from, to - from, word, strlen(word));
}

/* Takes a part out, doubles it, or puts in a part of the other payload. */
static void
mutate_part(StringInfo payload, const StringInfoData *other)
{
	int			length;
	int			given;
	int			at = choose_part(payload, chance(8) ? payload->len : 24, &length);
	int			from = choose_part(other, chance(8) ? other->len : 24, &given);
	char	   *copy;

	switch (roll(4))
	{
		case 0:
			replace(payload, at, length, "", 0);
			break;
		case 1:
			copy = palloc(length);
			memcpy(copy, payload->data + at, length);
			replace(payload, at, 0, copy, length);
			pfree(copy);
			break;
		case 2:
			replace(payload, at, Min(length, given), other->data + from, given);
			break;
		default:
			payload->len = chance(2) ? at : payload->len;
			break;
	}
}

/* A server's texts are valid in its encoding, and have no zero bytes. */
static void
make_text(StringInfo payload)
{
	bool		is_valid = pg_verify_mbstr(PG_UTF8, payload->data, payload->len, true);

	for (int i = 0; i < payload->len; i++)
	{
		if (!is_valid)
			payload->data[i] &= 0x7F;
		if (payload->data[i] == '\0')
			payload->data[i] = '0';
	}
}

void
mutate(StringInfo payload, const StringInfoData *other, bool is_text)
{
	do
	{
		switch (roll(8))
		{
			case 0:
			case 1:
			case 2:
				mutate_byte(payload, is_text);
				break;
			case 3:
				mutate_part(payload, other);
				break;
			default:
				if (is_text)
					mutate_word(payload);
				else
					mutate_field(payload);
				break;
		}
		payload->len = Min(payload->len, PAYLOAD_LIMIT);
	} while (chance(2));
	if (is_text)
		make_text(payload);
}
