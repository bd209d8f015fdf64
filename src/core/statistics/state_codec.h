/*-------------------------------------------------------------------------
 *
 * state_codec.h
 *	  Text and binary forms of aggregate states.
 *
 * A state describes its fields once, in order; the codec then reads or writes
 * them as text ("1:n=3,missing=0") or as bytes.  Input is not trusted: the
 * codec remembers the first thing that it could not read, and leaves zeros
 * from there on.
 *
 *-------------------------------------------------------------------------
 */
#ifndef STATE_CODEC_H
#define STATE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/censored/censored_value.h"

#define STATE_VERSION 1

typedef enum CodecMode
{
	CODEC_READ_TEXT,
	CODEC_WRITE_TEXT,
	CODEC_READ_BINARY,
	CODEC_WRITE_BINARY
} CodecMode;

typedef struct StateCodec
{
	CodecMode	mode;
	const char *input;			/* reading: first byte, next byte and end */
	const char *at;
	const char *end;
	char	   *output;			/* writing: NULL to measure */
	size_t		length;			/* writing: bytes so far */
	bool		first_field;
	bool		failed;
} StateCodec;

extern void codec_read(StateCodec *codec, CodecMode mode, const char *input, size_t size);
extern void codec_write(StateCodec *codec, CodecMode mode, char *output);
extern bool codec_finish(StateCodec *codec);
extern size_t codec_remaining(const StateCodec *codec);
extern bool codec_reads(const StateCodec *codec);

extern void codec_integer(StateCodec *codec, const char *name, int64_t *value);
extern void codec_number(StateCodec *codec, const char *name, double *value);
extern void codec_words(StateCodec *codec, const char *name, uint64_t *words, int count);
extern void codec_censored(StateCodec *codec, const char *name,
						   const CensoredDomain *domain, CensoredValue *value);

/* A name takes at most so many bytes, with the zero byte at its end. */
#define CODEC_NAME_SIZE 256

extern void codec_name(StateCodec *codec, const char *name, char *value);

#endif							/* STATE_CODEC_H */
