/*
 * state_codec.c: states survive their text and their binary form, and what no
 * rows can have made is refused.
 */
#include "core/statistics/state_codec.h"

#include <stdlib.h>

#include "core/statistics/censored_sample.h"
#include "core/statistics/censored_tally.h"
#include "core/statistics/mean_tally.h"
#include "core/statistics/response_tally.h"
#include "random.h"

#define MAX_LIMITS 12
#define MAX_SIZE 2048

/* One of the states, by kind. */
typedef enum Kind
{
	RESPONSE,
	MEAN,
	TALLY,
	SAMPLE,
	KINDS
} Kind;

typedef struct State
{
	ResponseTally response;
	MeanTally	mean;
	CensoredTally *tally;
	double		probability;
	int64_t		n;
	CensoredValue values[MAX_LIMITS];
} State;

static CensoredTally *
new_tally(void)
{
	CensoredTally *tally = calloc(1, censored_tally_size(MAX_LIMITS));

	tally->capacity = MAX_LIMITS;
	return tally;
}

/* Read or write a state; false if what was read is not possible. */
static bool
walk(StateCodec *codec, Kind kind, State *state)
{
	switch (kind)
	{
		case RESPONSE:
			response_tally_fields(codec, &state->response);
			return response_tally_is_possible(&state->response);
		case MEAN:
			mean_tally_fields(codec, &state->mean);
			return mean_tally_is_possible(&state->mean);
		case TALLY:
			if (!censored_tally_header(codec, state->tally) ||
				state->tally->n_limits > MAX_LIMITS)
				return false;
			censored_tally_limits(codec, &viral_load_domain, state->tally);
			return codec->failed || censored_tally_is_possible(state->tally);
		default:
			if (!censored_sample_header(codec, &state->probability, &state->n) ||
				state->n > MAX_LIMITS)
				return false;
			censored_sample_values(codec, &log_reduction_domain, state->values, state->n);
			return true;
	}
}

static size_t
write_state(CodecMode mode, Kind kind, State *state, char *output)
{
	StateCodec	codec;
	size_t		measured;

	codec_write(&codec, mode, NULL);
	walk(&codec, kind, state);
	measured = codec.length;
	codec_write(&codec, mode, output);
	walk(&codec, kind, state);
	output[measured] = '\0';
	return codec.length == measured ? measured : 0;
}

/* Exactly as many bytes as there are, so that a read beyond them is seen. */
static bool
read_state(CodecMode mode, Kind kind, State *state, const char *input, size_t size)
{
	char	   *copy = malloc(size + (mode == CODEC_READ_TEXT));
	StateCodec	codec;
	bool		possible;

	memcpy(copy, input, size);
	if (mode == CODEC_READ_TEXT)
		copy[size] = '\0';
	codec_read(&codec, mode, copy, size);
	possible = walk(&codec, kind, state);
	possible = codec_finish(&codec) && possible;
	free(copy);
	return possible;
}

static double
random_level(void)
{
	return random_below(3) == 0 ? CONFIDENCE_UNSET : 0.5 + random_uniform() / 2;
}

static void
random_tally(CensoredTally *tally)
{
	tally->conf_level = random_level();
	tally->missing = (int64_t) random_below(1000);
	tally->without_limit = (int64_t) random_below(3);
	for (uint64_t i = random_below(100); i > 0; i--)
		exact_sum_add(&tally->exact, (random_uniform() - 0.3) * 20);
	for (uint64_t i = random_below(40); i > 0; i--)
	{
		CensoredValue limit = censored_pack((double) (1 + random_below(9)) / 7,
											random_below(2) ? QUALIFIER_BELOW : QUALIFIER_ABOVE);

		if (!censored_tally_add_limit(tally, limit, 1 + (int64_t) random_below(5)))
			censored_tally_compact(tally);
	}
	censored_tally_compact(tally);
}

static void
random_content(State *state)
{
	state->response.evaluable = (int64_t) (random_bits() >> (2 + random_below(60)));
	state->response.responders = (int64_t) random_below((uint64_t) state->response.evaluable + 1);
	state->response.missing = (int64_t) random_below(100);
	state->response.conf_level = random_level();
	for (uint64_t i = random_below(10); i > 0; i--)
		moments_add(&state->mean.moments, (random_uniform() - 0.5) * random_magnitude(1e-9, 1e9));
	state->mean.missing = (int64_t) random_below(100);
	state->mean.conf_level = random_level();
	random_tally(state->tally);
	state->probability = random_below(2) ? PROBABILITY_UNSET : random_uniform();
	state->n = (int64_t) random_below(MAX_LIMITS + 1);
	for (int i = 0; i < state->n; i++)
		state->values[i] = censored_pack((random_uniform() - 0.5) * 9,
										 (Qualifier) (1 + random_below(3)));
}

static const CodecMode writers[] = {CODEC_WRITE_TEXT, CODEC_WRITE_BINARY};
static const CodecMode readers[] = {CODEC_READ_TEXT, CODEC_READ_BINARY};
static const char *const kind_names[] = {"response", "mean", "censored", "sample"};

static void
reset(State *state)
{
	CensoredTally *tally = state->tally;

	memset(tally, 0, censored_tally_size(MAX_LIMITS));
	tally->capacity = MAX_LIMITS;
	memset(state, 0, sizeof(*state));
	state->tally = tally;
}

/* Read back, a state writes the same bytes; in text and in binary. */
static void
test_round_trips(void)
{
	State		state = {.tally = new_tally()};
	State		again = {.tally = new_tally()};
	char		first[2][MAX_SIZE];
	char		second[MAX_SIZE];

	for (Kind kind = RESPONSE; kind < KINDS; kind++)
	{
		int			failures = 0;

		for (int i = 0; i < 5000; i++)
		{
			size_t		sizes[2];

			reset(&state);
			random_content(&state);
			for (int m = 0; m < 2; m++)
				sizes[m] = write_state(writers[m], kind, &state, first[m]);
			for (int m = 0; m < 4; m++)
			{
				/* Read from one form, written to the other or the same. */
				size_t		size;

				reset(&again);
				failures += !read_state(readers[m / 2], kind, &again, first[m / 2], sizes[m / 2]);
				size = write_state(writers[m % 2], kind, &again, second);
				failures += size == 0 || size != sizes[m % 2] ||
					memcmp(first[m % 2], second, size) != 0;
			}
		}
		is_int(failures, 0, kind_names[kind]);
	}
	free(state.tally);
	free(again.tally);
}

/* Every beginning of a state is refused, and so is anything behind its end. */
static void
test_lengths(void)
{
	State		state = {.tally = new_tally()};
	State		again = {.tally = new_tally()};
	char		bytes[MAX_SIZE];
	int			accepted = 0;

	for (int i = 0; i < 40; i++)
		for (Kind kind = RESPONSE; kind < KINDS; kind++)
			for (int m = 0; m < 2; m++)
			{
				size_t		size;

				reset(&state);
				random_content(&state);
				/* Text whose last number is cut short is another number. */
				state.response.conf_level = state.mean.conf_level = 0;
				state.probability = PROBABILITY_UNSET;
				size = write_state(writers[m], kind, &state, bytes);
				bytes[size] = 'x';
				for (size_t cut = 0; cut <= size + 1; cut++)
				{
					bool		text_number = m == 0 && (kind == TALLY || kind == SAMPLE) &&
						cut < size && cut > 0;

					reset(&again);
					if (cut != size && !text_number)
						accepted += read_state(readers[m], kind, &again, bytes, cut);
				}
			}
	is_int(accepted, 0, "states that are cut short or continued are refused");
	free(state.tally);
	free(again.tally);
}

/* Whatever a changed byte makes of a state is possible, or refused. */
static void
test_changed_bytes(void)
{
	State		state = {.tally = new_tally()};
	State		again = {.tally = new_tally()};
	char		bytes[MAX_SIZE];
	char		second[MAX_SIZE];
	int			accepted = 0;
	int			lossy = 0;

	for (int i = 0; i < 40000; i++)
	{
		Kind		kind = (Kind) random_below(KINDS);
		int			m = (int) random_below(2);
		size_t		size;

		reset(&state);
		random_content(&state);
		size = write_state(writers[m], kind, &state, bytes);
		bytes[random_below(size)] = (char) (m == 0 ? "0123456789-.,=:ex<>TND "[random_below(24)] :
											(int) random_below(256));
		reset(&again);
		if (!read_state(readers[m], kind, &again, bytes, size))
			continue;
		accepted++;
		size = write_state(writers[m], kind, &again, second);
		reset(&state);
		lossy += !read_state(readers[m], kind, &state, second, size);
	}
	ok(accepted > 1000, "some changed states are possible");
	is_int(lossy, 0, "and survive like others");
	free(state.tally);
	free(again.tally);
}

/* Texts that a careless reader accepts. */
static void
test_refused(void)
{
	static const struct
	{
		Kind		kind;
		const char *text;
	}			refused[] = {
		{RESPONSE, ""}, {RESPONSE, "1:"}, {RESPONSE, "2:responders=0,evaluable=0,missing=0,conf_level=0"},
		{RESPONSE, "1:responders=2,evaluable=1,missing=0,conf_level=0"},
		{RESPONSE, "1:responders=-1,evaluable=1,missing=0,conf_level=0"},
		{RESPONSE, "1:responders=0,evaluable=0,missing=-1,conf_level=0"},
		{RESPONSE, "1:responders=0,evaluable=0,missing=0,conf_level=1"},
		{RESPONSE, "1:responders=0,evaluable=0,missing=0,conf_level=nan"},
		{RESPONSE, "1:responders=0,evaluable=0,missing=0,conf_level=-inf"},
		{RESPONSE, "1:responders=0,evaluable=0,missing=0,conf_level= 0.9"},
		{RESPONSE, "1:responders=+0,evaluable=0,missing=0,conf_level=0"},
		{RESPONSE, "1:responders= 0,evaluable=0,missing=0,conf_level=0"},
		{RESPONSE, "1:responders=0,evaluable=9223372036854775808,missing=0,conf_level=0"},
		{RESPONSE, "1:responders=0,evaluable=99999999999999999999,missing=0,conf_level=0"},
		{RESPONSE, "1:evaluable=0,responders=0,missing=0,conf_level=0"},
		{RESPONSE, "1:responders=0,evaluable=0,missing=0,conf_level=0,"},
		{RESPONSE, " 1:responders=0,evaluable=0,missing=0,conf_level=0"},
		{RESPONSE, "1:RESPONDERS=0,evaluable=0,missing=0,conf_level=0"},
		{MEAN, "1:n=0,missing=0,mean=1,squares=0,rest=0,conf_level=0"},
		{MEAN, "1:n=1,missing=0,mean=1,squares=1,rest=0,conf_level=0"},
		{MEAN, "1:n=2,missing=0,mean=1,squares=-1,rest=0,conf_level=0"},
		{MEAN, "1:n=2,missing=0,mean=1e999,squares=1,rest=0,conf_level=0"},
		{MEAN, "1:n=2,missing=0,mean=1,squares=1,rest=2,conf_level=0"},
		{MEAN, "1:n=2,missing=0,mean=1,squares=1,conf_level=0"},
		{MEAN, "1:n=-2,missing=0,mean=0,squares=0,rest=0,conf_level=0"},
	};
	State		state = {.tally = new_tally()};

	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
	{
		reset(&state);
		ok(!read_state(CODEC_READ_TEXT, refused[i].kind, &state, refused[i].text,
					   strlen(refused[i].text)), refused[i].text);
	}
	free(state.tally);
}

/* The largest count that a state can hold can be read again. */
static void
test_largest_count(void)
{
	State		state = {.tally = new_tally()};
	char		text[MAX_SIZE];
	size_t		size;

	state.response.evaluable = state.response.missing = INT64_MAX;
	size = write_state(CODEC_WRITE_TEXT, RESPONSE, &state, text);
	reset(&state);
	ok(read_state(CODEC_READ_TEXT, RESPONSE, &state, text, size) &&
	   state.response.evaluable == INT64_MAX, "the largest count survives its text");
	free(state.tally);
}

/* Limits in any order, added one by one or at once, make one tally. */
static void
test_limit_order(void)
{
	int			different = 0;
	State		a = {.tally = new_tally()};
	State		b = {.tally = new_tally()};
	char		texts[2][MAX_SIZE];

	for (int i = 0; i < 2000; i++)
	{
		int			n = 1 + (int) random_below(MAX_LIMITS);

		reset(&a);
		reset(&b);
		for (int j = 0; j < n; j++)
		{
			CensoredValue limit = censored_pack(1 + (j * 7) % n, QUALIFIER_BELOW);

			for (int k = 0; k < 3; k++)
				different += !censored_tally_add_limit(a.tally, limit, 1);
		}
		for (int j = 0; j < n; j++)
			different += !censored_tally_add_limit(b.tally, censored_pack(1 + j, QUALIFIER_BELOW), 3);
		censored_tally_compact(a.tally);
		/* 7 and n may have a common factor: then a has fewer limits, counted more often. */
		if (n % 7 == 0)
			continue;
		write_state(CODEC_WRITE_TEXT, TALLY, &a, texts[0]);
		write_state(CODEC_WRITE_TEXT, TALLY, &b, texts[1]);
		different += strcmp(texts[0], texts[1]) != 0 ||
			censored_tally_censored(a.tally) != 3 * n || !censored_tally_is_possible(a.tally);
	}
	is_int(different, 0, "the order of limits leaves no trace");
	free(a.tally);
	free(b.tally);
}

/* Values of a domain in the nine bytes that they are sent as. */
static void
test_binary_values(const CensoredDomain *domain)
{
	int			failures = 0;
	int			refused = 0;
	unsigned char bytes[CENSORED_BINARY_SIZE];
	unsigned char again[CENSORED_BINARY_SIZE];
	CensoredValue value;
	CensoredValue back;

	for (int i = 0; i < 300000; i++)
	{
		value = censored_pack(random_magnitude(domain->smallest, domain->largest),
							  (Qualifier) (1 + random_below(3)));
		back = ~value;
		censored_encode(value, bytes);
		failures += !censored_decode(bytes, domain, &back) || back != value;
		bytes[random_below(2)] = (unsigned char) random_below(256);
		back = 0;
		if (!censored_decode(bytes, domain, &back))
			refused++;
		else
		{
			censored_encode(back, again);
			failures += !censored_is_valid(back, domain) ||
				memcmp(bytes, again, sizeof(bytes)) != 0;
		}
	}
	is_int(failures, 0, "values survive their binary form");
	ok(refused > 100000, "bytes that are no value are refused");
}

int
main(void)
{
	test_round_trips();
	test_lengths();
	test_changed_bytes();
	test_refused();
	test_largest_count();
	test_limit_order();
	test_binary_values(&viral_load_domain);
	test_binary_values(&log_reduction_domain);
	return done_testing();
}
