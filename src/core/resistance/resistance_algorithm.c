/*
 * resistance_algorithm.c
 *	  Compiles the text of a resistance algorithm.
 *
 * The text is lines of fields separated by tabs.  What a line refers to comes
 * before it:
 *
 *	resistance algorithm 1
 *	algorithm	name	version	date
 *	level	order	S|I|R	text
 *	defaultlevel	order
 *	globalrange	(-INF TO 9 => 1, ...)
 *	comment	id	sort	text
 *	gene	name	class,...
 *	class	name	drug,...
 *	drug	name	full name
 *	rule	condition	level	ranges or "global"	comment
 *	genecomments	gene
 *	rule	condition			comment
 *	resultcomment	comment
 *	when	drug	LT|LTE|GT|GTE|EQ|NEQ	order
 */
#include "core/resistance/resistance_compiler.h"

#include <string.h>

#define FIRST_LINE			"resistance algorithm 1"
#define MAXIMUM_FIELDS		5

/* Cuts the next line off the text; false at its end. */
static bool
next_line(TextSlice *rest, TextSlice *line)
{
	const char *end;

	if (rest->length == 0)
		return false;
	end = memchr(rest->text, '\n', (size_t) rest->length);
	line->text = rest->text;
	line->length = end != NULL ? (int) (end - rest->text) : rest->length;
	rest->text += line->length + (end != NULL);
	rest->length -= line->length + (end != NULL);
	return true;
}

/* The fields of a line; -1 if there are too many. */
static int
split_fields(TextSlice line, TextSlice *fields)
{
	int			count = 0;

	for (;;)
	{
		const char *tab = line.length > 0 ? memchr(line.text, '\t', (size_t) line.length) : NULL;
		int			length = tab != NULL ? (int) (tab - line.text) : line.length;

		if (count == MAXIMUM_FIELDS)
			return -1;
		fields[count++] = (TextSlice) {line.text, length};
		if (tab == NULL)
			return count;
		line.text += length + 1;
		line.length -= length + 1;
	}
}

static bool
compile_line(Compiler *compiler, TextSlice line)
{
	TextSlice	fields[MAXIMUM_FIELDS];
	int			count = split_fields(line, fields);
	bool		known;
	bool		done;

	compiler_place(compiler, "line %d", compiler->line);
	if (count < 0)
		return compiler_fail(compiler, "too many fields");
	done = definition_line(compiler, fields, count, &known);
	if (!known)
		done = rule_line(compiler, fields, count, &known);
	if (!known)
		return compiler_fail(compiler, "\"%.*s\" is no kind of line", SLICE(fields[0]));
	compiler_publish(compiler);
	return done;
}

/*
 * Compiles the text of an algorithm, which has to live as long as the result:
 * the result points into it.  Memory comes from `memory` alone.  NULL with
 * the error filled in if the text is no algorithm.
 */
ResistanceAlgorithm *
resistance_algorithm_compile(const char *text, size_t length, ResistanceMemory memory,
							 ResistanceError *error)
{
	Compiler	compiler;
	TextSlice	rest = {text, (int) length};
	TextSlice	line;
	TextSlice	first = {FIRST_LINE, sizeof(FIRST_LINE) - 1};

	memset(error, 0, sizeof(*error));
	if (!compiler_init(&compiler, memory, error))
		return NULL;
	compiler_place(&compiler, "line 1");
	if (length > 0x3FFFFFFF)
	{
		compiler_fail(&compiler, "the text is too long");
		return NULL;
	}
	if (!next_line(&rest, &line) || !slice_equal(line, first))
	{
		compiler_fail(&compiler, "the text does not start with \"%s\"", FIRST_LINE);
		return NULL;
	}
	for (compiler.line = 2; next_line(&rest, &line); compiler.line++)
		if (!compile_line(&compiler, line))
			return NULL;
	return rules_finish(&compiler) ? compiler.algorithm : NULL;
}

/*
 * Compiles one statement of the language for a gene, as the only rule of an
 * algorithm without drugs.
 */
ResistanceAlgorithm *
resistance_statement_compile(const char *text, size_t length, int gene,
							 ResistanceMemory memory, ResistanceError *error)
{
	Compiler	compiler;
	ResistanceRule *rule;

	memset(error, 0, sizeof(*error));
	if (!compiler_init(&compiler, memory, error))
		return NULL;
	compiler_place(&compiler, "the statement");
	rule = growing_add(&compiler, &compiler.rules, sizeof(ResistanceRule));
	if (rule == NULL)
		return NULL;
	memset(rule, 0, sizeof(*rule));
	if (!condition_compile(&compiler, (TextSlice) {text, (int) length}, gene, rule) ||
		!slots_describe(&compiler))
		return NULL;
	compiler_publish(&compiler);
	return compiler.algorithm;
}
