/*-------------------------------------------------------------------------
 *
 * state_codec.c
 *	  Text and binary forms of aggregate states.
 *
 *-------------------------------------------------------------------------
 */
#include "core/statistics/state_codec.h"

#include <stdio.h>
#include <stdlib.h>

bool
codec_reads(const StateCodec *codec)
{
	return codec->mode == CODEC_READ_TEXT || codec->mode == CODEC_READ_BINARY;
}

static bool
is_text(const StateCodec *codec)
{
	return codec->mode == CODEC_READ_TEXT || codec->mode == CODEC_WRITE_TEXT;
}

static void
put(StateCodec *codec, const char *bytes, size_t size)
{
	if (codec->output)
		memcpy(codec->output + codec->length, bytes, size);
	codec->length += size;
}

static void
put_text(StateCodec *codec, const char *text)
{
	put(codec, text, strlen(text));
}

/* Take the given text from the input, or fail. */
static void
expect(StateCodec *codec, const char *text)
{
	size_t		size = strlen(text);

	if (codec->failed || (size_t) (codec->end - codec->at) < size ||
		memcmp(codec->at, text, size) != 0)
		codec->failed = true;
	else
		codec->at += size;
}

static void
put_big_endian(StateCodec *codec, uint64_t word, int size)
{
	char		bytes[8];

	for (int i = 0; i < size; i++)
		bytes[i] = (char) (word >> (8 * (size - 1 - i)));
	put(codec, bytes, (size_t) size);
}

static uint64_t
take_big_endian(StateCodec *codec, int size)
{
	uint64_t	word = 0;

	if (codec->failed || codec->end - codec->at < size)
	{
		codec->failed = true;
		return 0;
	}
	for (int i = 0; i < size; i++)
		word = word << 8 | (unsigned char) *codec->at++;
	return word;
}

static void
codec_version(StateCodec *codec)
{
	if (codec->mode == CODEC_WRITE_TEXT)
		put_text(codec, "1:");
	else if (codec->mode == CODEC_READ_TEXT)
		expect(codec, "1:");
	else if (codec->mode == CODEC_WRITE_BINARY)
		put_big_endian(codec, STATE_VERSION, 1);
	else if (take_big_endian(codec, 1) != STATE_VERSION)
		codec->failed = true;
}

/*
 * Read from size bytes of text or binary; text must be followed by a zero
 * byte, which is not counted.
 */
void
codec_read(StateCodec *codec, CodecMode mode, const char *input, size_t size)
{
	StateCodec	start = {mode, input, input, input + size, NULL, 0, true, false};

	*codec = start;
	codec_version(codec);
}

/* Write to output, or only count the bytes where that is NULL. */
void
codec_write(StateCodec *codec, CodecMode mode, char *output)
{
	StateCodec	start = {mode, NULL, NULL, NULL, output, 0, true, false};

	*codec = start;
	codec_version(codec);
}

/* Was all of the input read, and nothing wrong with it? */
bool
codec_finish(StateCodec *codec)
{
	if (codec_reads(codec) && codec->at != codec->end)
		codec->failed = true;
	return !codec->failed;
}

size_t
codec_remaining(const StateCodec *codec)
{
	return (size_t) (codec->end - codec->at);
}

/* The name of a field in text, with the comma before it. */
static void
field_name(StateCodec *codec, const char *name)
{
	bool		writes = codec->mode == CODEC_WRITE_TEXT;
	void		(*step) (StateCodec *, const char *) = writes ? put_text : expect;

	if (!is_text(codec))
		return;
	if (!codec->first_field)
		step(codec, ",");
	codec->first_field = false;
	step(codec, name);
	step(codec, "=");
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A whole number as C writes it, and no other way. */
static int64_t
take_integer(StateCodec *codec)
{
	const char *digit = codec->at;
	bool		negative = !codec->failed && *digit == '-';
	uint64_t	magnitude = 0;

	digit += negative;
	if (codec->failed || !is_digit(*digit))
	{
		codec->failed = true;
		return 0;
	}
	for (; is_digit(*digit); digit++)
	{
		uint64_t	units = (uint64_t) (*digit - '0');

		if (magnitude > ((uint64_t) INT64_MAX - units) / 10)
		{
			codec->failed = true;
			return 0;
		}
		magnitude = magnitude * 10 + units;
	}
	codec->at = digit;
	return negative ? -(int64_t) magnitude : (int64_t) magnitude;
}

/* A finite number; the decimal point is that of the C locale. */
static double
take_number(StateCodec *codec)
{
	char	   *end = NULL;
	double		number = 0;

	if (!codec->failed && (is_digit(*codec->at) || *codec->at == '-'))
		number = strtod(codec->at, &end);
	if (end == NULL || end == codec->at || end > codec->end || !isfinite(number))
	{
		codec->failed = true;
		return 0;
	}
	codec->at = end;
	return number;
}

/* A count or other whole number; in text of a magnitude below 2^63. */
void
codec_integer(StateCodec *codec, const char *name, int64_t *value)
{
	char		text[24];

	field_name(codec, name);
	switch (codec->mode)
	{
		case CODEC_READ_TEXT:
			*value = take_integer(codec);
			break;
		case CODEC_WRITE_TEXT:
			snprintf(text, sizeof(text), "%lld", (long long) *value);
			put_text(codec, text);
			break;
		case CODEC_READ_BINARY:
			*value = (int64_t) take_big_endian(codec, 8);
			break;
		case CODEC_WRITE_BINARY:
			put_big_endian(codec, (uint64_t) *value, 8);
			break;
	}
}

/* A finite number. */
void
codec_number(StateCodec *codec, const char *name, double *value)
{
	char		text[32];
	uint64_t	bits;

	field_name(codec, name);
	switch (codec->mode)
	{
		case CODEC_READ_TEXT:
			*value = take_number(codec);
			break;
		case CODEC_WRITE_TEXT:
			snprintf(text, sizeof(text), "%.17g", *value);
			put_text(codec, text);
			break;
		case CODEC_READ_BINARY:
			bits = take_big_endian(codec, 8);
			memcpy(value, &bits, sizeof(bits));
			if (!isfinite(*value))
			{
				codec->failed = true;
				*value = 0;
			}
			break;
		case CODEC_WRITE_BINARY:
			memcpy(&bits, value, sizeof(bits));
			put_big_endian(codec, bits, 8);
			break;
	}
}

static uint64_t
take_hexadecimal(StateCodec *codec)
{
	static const char digits[] = "0123456789abcdef";
	uint64_t	word = 0;

	for (int i = 0; i < 16; i++)
	{
		const char *digit = codec->failed || *codec->at == '\0' ?
			NULL : strchr(digits, *codec->at);

		if (digit == NULL)
		{
			codec->failed = true;
			return 0;
		}
		word = word << 4 | (uint64_t) (digit - digits);
		codec->at++;
	}
	return word;
}

/* A wide integer, lowest word first in memory and last in both forms. */
void
codec_words(StateCodec *codec, const char *name, uint64_t *words, int count)
{
	char		text[20];

	field_name(codec, name);
	for (int i = count - 1; i >= 0; i--)
		switch (codec->mode)
		{
			case CODEC_READ_TEXT:
				words[i] = take_hexadecimal(codec);
				break;
			case CODEC_WRITE_TEXT:
				snprintf(text, sizeof(text), "%016llx", (unsigned long long) words[i]);
				put_text(codec, text);
				break;
			case CODEC_READ_BINARY:
				words[i] = take_big_endian(codec, 8);
				break;
			case CODEC_WRITE_BINARY:
				put_big_endian(codec, words[i], 8);
				break;
		}
}

/* A censored value in its canonical text, up to a comma or the end. */
static CensoredValue
take_censored(StateCodec *codec, const CensoredDomain *domain)
{
	char		text[CENSORED_TEXT_SIZE];
	size_t		size = 0;
	CensoredValue value = 0;

	while (!codec->failed && codec->at + size < codec->end &&
		   codec->at[size] != ',' && size < sizeof(text) - 1)
	{
		text[size] = codec->at[size];
		size++;
	}
	text[size] = '\0';
	if (codec->failed || censored_parse(text, domain, &value) != PARSE_OK)
	{
		codec->failed = true;
		return 0;
	}
	codec->at += size;
	return value;
}

/* A value of a domain. */
void
codec_censored(StateCodec *codec, const char *name, const CensoredDomain *domain,
			   CensoredValue *value)
{
	char		text[CENSORED_TEXT_SIZE];

	field_name(codec, name);
	switch (codec->mode)
	{
		case CODEC_READ_TEXT:
			*value = take_censored(codec, domain);
			break;
		case CODEC_WRITE_TEXT:
			censored_print(*value, text);
			put_text(codec, text);
			break;
		case CODEC_READ_BINARY:
			*value = (CensoredValue) take_big_endian(codec, 8);
			if (!codec->failed && !censored_is_valid(*value, domain))
				codec->failed = true;
			break;
		case CODEC_WRITE_BINARY:
			put_big_endian(codec, (uint64_t) *value, 8);
			break;
	}
}

/* A name in quotes, in which a backslash precedes a quote or a backslash. */
static void
put_name(StateCodec *codec, const char *value)
{
	put_text(codec, "\"");
	for (; *value != '\0'; value++)
	{
		if (*value == '"' || *value == '\\')
			put_text(codec, "\\");
		put(codec, value, 1);
	}
	put_text(codec, "\"");
}

static void
take_name(StateCodec *codec, char *value)
{
	size_t		size = 0;

	expect(codec, "\"");
	while (!codec->failed && codec->at < codec->end && *codec->at != '"')
	{
		codec->at += *codec->at == '\\';
		if (codec->at == codec->end || *codec->at == '\0' || size == CODEC_NAME_SIZE - 1)
			codec->failed = true;
		else
			value[size++] = *codec->at++;
	}
	value[codec->failed ? 0 : size] = '\0';
	expect(codec, "\"");
}

static void
take_name_bytes(StateCodec *codec, char *value)
{
	size_t		size = (size_t) take_big_endian(codec, 1);

	if (codec->failed || codec_remaining(codec) < size || memchr(codec->at, '\0', size) != NULL)
	{
		codec->failed = true;
		size = 0;
	}
	memcpy(value, codec->at, size);
	value[size] = '\0';
	codec->at += size;
}

/* A text without zero bytes, of CODEC_NAME_SIZE bytes with the one at its end. */
void
codec_name(StateCodec *codec, const char *name, char *value)
{
	field_name(codec, name);
	switch (codec->mode)
	{
		case CODEC_READ_TEXT:
			take_name(codec, value);
			break;
		case CODEC_WRITE_TEXT:
			put_name(codec, value);
			break;
		case CODEC_READ_BINARY:
			take_name_bytes(codec, value);
			break;
		case CODEC_WRITE_BINARY:
			put_big_endian(codec, strlen(value), 1);
			put_text(codec, value);
			break;
	}
}
