/*
 * resistance_range.c
 *	  Compiles the ranges that turn a score into a level.
 */
#include "core/resistance/resistance_compiler.h"

#include <string.h>

typedef struct RangeReader
{
	Compiler   *compiler;
	const char *start;
	const char *at;
	const char *end;
} RangeReader;

static void
skip_blanks(RangeReader *reader)
{
	while (reader->at < reader->end && (*reader->at == ' ' || *reader->at == '\t' ||
										*reader->at == '\r' || *reader->at == '\n'))
		reader->at++;
}

static bool
fail_here(RangeReader *reader, const char *what)
{
	TextSlice	rest = {reader->at, (int) (reader->end - reader->at)};

	return compiler_fail(reader->compiler, "%s at character %d of the ranges, \"%.*s\"",
						 what, (int) (reader->at - reader->start) + 1, SLICE_REST(rest));
}

static bool
accept(RangeReader *reader, const char *word)
{
	size_t		length = strlen(word);

	skip_blanks(reader);
	if (length > (size_t) (reader->end - reader->at) || memcmp(reader->at, word, length) != 0)
		return false;
	reader->at += length;
	return true;
}

static bool
read_bound(RangeReader *reader, Score *score)
{
	bool		negative;

	if (accept(reader, "-INF"))
	{
		*score = SCORE_LOWEST;
		return true;
	}
	if (accept(reader, "INF"))
	{
		*score = SCORE_HIGHEST;
		return true;
	}
	negative = accept(reader, "-");
	skip_blanks(reader);
	if (!score_read(&reader->at, reader->end, score))
		return fail_here(reader, "a number, -INF or INF is expected");
	if (negative)
		*score = -*score;
	return true;
}

/* bound [TO bound] => level */
static bool
read_range(RangeReader *reader, ScoreRange *range)
{
	Score		order;
	const char *digits;

	if (!read_bound(reader, &range->lowest))
		return false;
	range->highest = range->lowest;
	if (accept(reader, "TO") && !read_bound(reader, &range->highest))
		return false;
	if (range->highest < range->lowest)
		return fail_here(reader, "a range that ends below its start");
	if (!accept(reader, "=>"))
		return fail_here(reader, "\"TO\" or \"=>\" is expected");
	skip_blanks(reader);
	digits = reader->at;
	if (!score_read(&reader->at, reader->end, &order))
		return fail_here(reader, "a level is expected");
	range->level = order % SCORE_UNIT == 0 ?
		level_find(reader->compiler->algorithm, (int) (order / SCORE_UNIT)) : -1;
	if (range->level < 0)
	{
		reader->at = digits;
		return fail_here(reader, "an undefined level");
	}
	return true;
}

/* Puts the last range in its place by lowest score. */
static void
sort_last(ScoreRange *ranges, uint32_t count)
{
	ScoreRange	last = ranges[count - 1];
	uint32_t	i = count - 1;

	for (; i > 0 && ranges[i - 1].lowest > last.lowest; i--)
		ranges[i] = ranges[i - 1];
	ranges[i] = last;
}

/* The least whole number above a score. */
static Score
next_whole(Score score)
{
	Score		whole = score / SCORE_UNIT * SCORE_UNIT;

	return whole > score ? whole : whole + SCORE_UNIT;
}

/*
 * Ranges may not overlap, nor leave out a whole number.  The space between 9
 * and 10 is how the published algorithms write ranges of whole scores.
 */
static bool
check_order(Compiler *compiler, const ScoreRange *ranges, uint32_t count)
{
	char		left[32];
	char		right[32];

	for (uint32_t i = 1; i < count; i++)
	{
		score_print(ranges[i - 1].highest, left);
		score_print(ranges[i].lowest, right);
		if (ranges[i].lowest <= ranges[i - 1].highest)
			return compiler_fail(compiler, "overlapping ranges: one ends at %s, the next starts at %s",
								 left, right);
		if (next_whole(ranges[i - 1].highest) < ranges[i].lowest)
			return compiler_fail(compiler, "a missing range between %s and %s", left, right);
	}
	return true;
}

/*
 * Compiles ranges such as (-INF TO 9 => 1, 10 TO INF => 2); a single score is
 * written 100 => 2.
 */
bool
ranges_compile(Compiler *compiler, TextSlice text, ScoreRanges *ranges)
{
	RangeReader reader = {compiler, text.text, text.text, text.text + text.length};
	Growing		items = {0};

	if (!accept(&reader, "("))
		return fail_here(&reader, "\"(\" is expected");
	do
	{
		ScoreRange *range = growing_add(compiler, &items, sizeof(ScoreRange));

		if (range == NULL || !read_range(&reader, range))
			return false;
		sort_last(items.items, items.count);
	} while (accept(&reader, ","));
	if (!accept(&reader, ")"))
		return fail_here(&reader, "\",\" or \")\" is expected");
	skip_blanks(&reader);
	if (reader.at < reader.end)
		return fail_here(&reader, "the end is expected");
	ranges->items = items.items;
	ranges->count = (int) items.count;
	return check_order(compiler, ranges->items, items.count);
}

/* The lowest and highest score that a list of nodes can reach. */
static void
reach(const ScoreNode *nodes, uint32_t node, uint32_t end, bool maximum,
	  Score *lowest, Score *highest)
{
	*lowest = 0;
	*highest = 0;
	for (; node < end; node = nodes[node].end)
	{
		Score		low = nodes[node].score < 0 ? nodes[node].score : 0;
		Score		high = nodes[node].score > 0 ? nodes[node].score : 0;

		if (nodes[node].kind == SCORE_MAXIMUM)
			reach(nodes, node + 1, nodes[node].end, true, &low, &high);
		if (!maximum)
		{
			*lowest += low;
			*highest += high;
			continue;
		}
		*lowest = low < *lowest ? low : *lowest;
		*highest = high > *highest ? high : *highest;
	}
}

/*
 * Whether the rule's ranges reach from its lowest possible score to its
 * highest.
 */
bool
ranges_cover(Compiler *compiler, const ResistanceRule *rule)
{
	const ScoreRanges *ranges = &rule->ranges;
	Score		lowest;
	Score		highest;
	char		possible[32];
	char		bound[32];

	reach(compiler->nodes.items, rule->first, rule->end, false, &lowest, &highest);
	if (lowest < ranges->items[0].lowest)
	{
		score_print(lowest, possible);
		score_print(ranges->items[0].lowest, bound);
		return compiler_fail(compiler, "a missing range below %s: the score can be %s", bound, possible);
	}
	if (highest > ranges->items[ranges->count - 1].highest)
	{
		score_print(highest, possible);
		score_print(ranges->items[ranges->count - 1].highest, bound);
		return compiler_fail(compiler, "a missing range above %s: the score can be %s", bound, possible);
	}
	return true;
}
