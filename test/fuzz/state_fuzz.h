/*
 * state_fuzz.h: what the fuzz targets of the states share.
 *
 * The first byte of an input chooses text or binary.  What is read must write
 * a text and bytes that read back as the same state.
 */
#ifndef STATE_FUZZ_H
#define STATE_FUZZ_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/statistics/state_codec.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A state to free(), or NULL where the codec failed. */
typedef void *(*StateReader) (StateCodec *codec);
typedef void (*StateWriter) (StateCodec *codec, void *state);

static inline void
require(bool condition)
{
	if (!condition)
		abort();
}

static void *
read_state(StateReader reader, CodecMode mode, const char *input, size_t size)
{
	StateCodec	codec;
	void	   *state;

	codec_read(&codec, mode, input, size);
	state = reader(&codec);
	if (codec_finish(&codec))
	{
		require(state != NULL);
		return state;
	}
	free(state);
	return NULL;
}

/* The form of a state, to free(), with a zero byte behind it. */
static char *
written(StateWriter writer, CodecMode mode, void *state, size_t *size)
{
	StateCodec	codec;
	char	   *output;

	codec_write(&codec, mode, NULL);
	writer(&codec, state);
	*size = codec.length;
	output = malloc(*size + 1);
	codec_write(&codec, mode, output);
	writer(&codec, state);
	require(codec.length == *size);
	output[*size] = '\0';
	return output;
}

/* Does the state that was written read back, and write the same text? */
static void
require_round_trip(StateReader reader, StateWriter writer, void *state,
				   CodecMode write_mode, CodecMode read_mode)
{
	size_t		sizes[3];
	char	   *text = written(writer, CODEC_WRITE_TEXT, state, &sizes[0]);
	char	   *form = written(writer, write_mode, state, &sizes[1]);
	void	   *again = read_state(reader, read_mode, form, sizes[1]);
	char	   *text_again;

	require(again != NULL);
	text_again = written(writer, CODEC_WRITE_TEXT, again, &sizes[2]);
	require(strcmp(text, text_again) == 0);
	free(text_again);
	free(again);
	free(form);
	free(text);
}

/* A state that the input describes, to free(), or NULL; its forms are checked. */
static void *
fuzzed_state(const uint8_t *data, size_t size, StateReader reader, StateWriter writer)
{
	CodecMode	mode;
	char	   *input;
	void	   *state;

	if (size == 0)
		return NULL;
	mode = data[0] & 1 ? CODEC_READ_BINARY : CODEC_READ_TEXT;
	input = malloc(size);
	memcpy(input, data + 1, size - 1);
	input[size - 1] = '\0';
	if (mode == CODEC_READ_TEXT)
		size = strlen(input) + 1;
	state = read_state(reader, mode, input, size - 1);
	free(input);
	if (state)
	{
		require_round_trip(reader, writer, state, CODEC_WRITE_TEXT, CODEC_READ_TEXT);
		require_round_trip(reader, writer, state, CODEC_WRITE_BINARY, CODEC_READ_BINARY);
	}
	return state;
}

#endif							/* STATE_FUZZ_H */
