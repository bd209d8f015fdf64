/*
 * resistance_compiler.h
 *	  What the parts of the compiler of resistance algorithms share.
 */
#ifndef VIROTRIAL_CORE_RESISTANCE_COMPILER_H
#define VIROTRIAL_CORE_RESISTANCE_COMPILER_H

#include "core/resistance/resistance_algorithm.h"

/* An array that grows; what it outgrows stays in the memory until the end. */
typedef struct Growing
{
	void	   *items;
	uint32_t	count;
	uint32_t	room;
} Growing;

typedef struct Compiler
{
	ResistanceAlgorithm *algorithm;
	ResistanceMemory memory;
	ResistanceError *error;
	Growing		steps;
	Growing		nodes;
	Growing		levels;
	Growing		comments;
	Growing		classes;
	Growing		drugs;
	Growing		rules;
	Growing		gene_rules;
	Growing		result_comments;
	Growing		level_conditions;
	char		place[200];		/* of what is being read, for errors */
	int			line;
	int			section;		/* the part of the text that the line is of */
	bool		in_drug;		/* the rules are of the last drug */
} Compiler;

extern void *compiler_allocate(Compiler *compiler, size_t size);
extern void *growing_add(Compiler *compiler, Growing *growing, size_t size);
extern bool compiler_fail(Compiler *compiler, const char *format,...)
			__attribute__((format(printf, 2, 3)));
extern void compiler_place(Compiler *compiler, const char *format,...)
			__attribute__((format(printf, 2, 3)));
extern int	slice_clip(TextSlice slice, int limit);
extern bool slice_equal(TextSlice left, TextSlice right);

extern bool compiler_init(Compiler *compiler, ResistanceMemory memory, ResistanceError *error);
extern void compiler_publish(Compiler *compiler);

extern bool number_read(TextSlice text, int *number);
extern bool score_read(const char **at, const char *end, Score *score);
extern bool name_check(Compiler *compiler, TextSlice name, const char *what);
extern bool list_contains(TextSlice list, TextSlice name);
extern bool list_next(TextSlice *list, TextSlice *name);
extern int	level_find(const ResistanceAlgorithm *algorithm, int order);
extern int	comment_find(const ResistanceAlgorithm *algorithm, TextSlice id);

extern bool definition_line(Compiler *compiler, const TextSlice *fields, int count, bool *known);
extern bool rule_line(Compiler *compiler, const TextSlice *fields, int count, bool *known);
extern bool index_build(Compiler *compiler);
extern bool slots_describe(Compiler *compiler);
extern bool rules_finish(Compiler *compiler);

extern bool condition_compile(Compiler *compiler, TextSlice text, int gene, ResistanceRule *rule);
extern bool ranges_compile(Compiler *compiler, TextSlice text, ScoreRanges *ranges);
extern bool ranges_cover(Compiler *compiler, const ResistanceRule *rule);

static inline bool
is_digit(char letter)
{
	return letter >= '0' && letter <= '9';
}

/* For messages: a slice's length and text, cut where it is long. */
#define SLICE(slice) slice_clip(slice, 40), (slice).text
#define SLICE_REST(slice) slice_clip(slice, 20), (slice).text

#endif							/* VIROTRIAL_CORE_RESISTANCE_COMPILER_H */
