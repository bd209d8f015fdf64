/*
 * resistance_compiler.c
 *	  What the parts of the compiler share: memory, messages, pieces of text,
 *	  and the algorithm as far as it is read.
 */
#include "core/resistance/resistance_compiler.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/*
 * Memory that lives as long as the algorithm; NULL with the error filled in
 * if there is none left.
 */
void *
compiler_allocate(Compiler *compiler, size_t size)
{
	void	   *memory = compiler->memory.allocate(compiler->memory.context, size);

	if (memory == NULL)
		compiler_fail(compiler, "not enough memory");
	return memory;
}

/*
 * Room for one more item at the end of an array, NULL if there is no memory.
 */
void *
growing_add(Compiler *compiler, Growing *growing, size_t size)
{
	compiler->memory.interrupt();
	if (growing->count == growing->room)
	{
		uint32_t	room = growing->room == 0 ? 16 : growing->room * 2;
		void	   *items = compiler_allocate(compiler, size * room);

		if (items == NULL)
			return NULL;
		if (growing->count > 0)
			memcpy(items, growing->items, size * growing->count);
		growing->items = items;
		growing->room = room;
	}
	return (char *) growing->items + size * growing->count++;
}

/*
 * Fills in the error, with the place that is being read.  Returns false.
 */
bool
compiler_fail(Compiler *compiler, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	vsnprintf(compiler->error->message, sizeof(compiler->error->message), format, arguments);
	va_end(arguments);
	snprintf(compiler->error->place, sizeof(compiler->error->place), "%s", compiler->place);
	return false;
}

/*
 * Says what is being read from now on.
 */
void
compiler_place(Compiler *compiler, const char *format,...)
{
	va_list		arguments;

	va_start(arguments, format);
	vsnprintf(compiler->place, sizeof(compiler->place), format, arguments);
	va_end(arguments);
}

/*
 * Prepares an empty algorithm; false if there is no memory.
 */
bool
compiler_init(Compiler *compiler, ResistanceMemory memory, ResistanceError *error)
{
	memset(compiler, 0, sizeof(*compiler));
	compiler->memory = memory;
	compiler->error = error;
	compiler->algorithm = compiler_allocate(compiler, sizeof(ResistanceAlgorithm));
	if (compiler->algorithm == NULL)
		return false;
	memset(compiler->algorithm, 0, sizeof(ResistanceAlgorithm));
	compiler->algorithm->interrupt = memory.interrupt;
	compiler->algorithm->slots = 1;
	compiler->algorithm->default_level = -1;
	return true;
}

/*
 * Lets the algorithm see the arrays as they are now.
 */
void
compiler_publish(Compiler *compiler)
{
	ResistanceAlgorithm *algorithm = compiler->algorithm;

	algorithm->steps = compiler->steps.items;
	algorithm->nodes = compiler->nodes.items;
	algorithm->levels = compiler->levels.items;
	algorithm->level_count = (int) compiler->levels.count;
	algorithm->comments = compiler->comments.items;
	algorithm->comment_count = (int) compiler->comments.count;
	algorithm->classes = compiler->classes.items;
	algorithm->class_count = (int) compiler->classes.count;
	algorithm->drugs = compiler->drugs.items;
	algorithm->drug_count = (int) compiler->drugs.count;
	algorithm->rules = compiler->rules.items;
	algorithm->gene_rules = compiler->gene_rules.items;
	algorithm->gene_rule_count = (int) compiler->gene_rules.count;
	algorithm->result_comments = compiler->result_comments.items;
	algorithm->result_comment_count = (int) compiler->result_comments.count;
	algorithm->level_conditions = compiler->level_conditions.items;
}

/*
 * The length to which a slice is cut for a message, not inside a character of
 * several bytes.
 */
int
slice_clip(TextSlice slice, int limit)
{
	int			length = slice.length > limit ? limit : slice.length;

	if (length < slice.length)
		while (length > 0 && (unsigned char) slice.text[length] >= 0x80 &&
			   (unsigned char) slice.text[length - 1] >= 0x80)
			length--;
	return length;
}

bool
slice_equal(TextSlice left, TextSlice right)
{
	return left.length == right.length && memcmp(left.text, right.text, (size_t) left.length) == 0;
}

/*
 * Reads a whole number of up to six digits that fills the slice.
 */
bool
number_read(TextSlice text, int *number)
{
	*number = 0;
	if (text.length < 1 || text.length > 6)
		return false;
	for (int i = 0; i < text.length; i++)
	{
		if (!is_digit(text.text[i]))
			return false;
		*number = *number * 10 + (text.text[i] - '0');
	}
	return true;
}

/*
 * Reads a decimal of up to seven digits before the point and six after it.
 */
bool
score_read(const char **at, const char *end, Score *score)
{
	Score		value = 0;
	int			digits = 0;

	for (; *at < end && is_digit(**at); (*at)++, digits++)
		if (digits < 7)
			value = value * 10 + (**at - '0');
	if (digits == 0 || digits > 7)
		return false;
	value *= SCORE_UNIT;
	if (*at + 1 < end && **at == '.' && is_digit((*at)[1]))
	{
		Score		unit = SCORE_UNIT;

		for ((*at)++; *at < end && is_digit(**at); (*at)++)
		{
			unit /= 10;
			value += unit * (**at - '0');
			if (unit == 0 && **at != '0')
				return false;
		}
	}
	*score = value;
	return true;
}

/*
 * Cuts the first name off a list with commas; false at its end.
 */
bool
list_next(TextSlice *list, TextSlice *name)
{
	int			length = 0;

	if (list->text == NULL)
		return false;
	while (length < list->length && list->text[length] != ',')
		length++;
	*name = (TextSlice) {list->text, length};
	if (length < list->length)
		*list = (TextSlice) {list->text + length + 1, list->length - length - 1};
	else
		*list = (TextSlice) {NULL, 0};
	return true;
}

bool
list_contains(TextSlice list, TextSlice name)
{
	TextSlice	item;

	while (list_next(&list, &item))
		if (slice_equal(item, name))
			return true;
	return false;
}

/*
 * Checks the name of a gene, class, drug or comment: printable, without
 * commas, of up to 63 bytes.
 */
bool
name_check(Compiler *compiler, TextSlice name, const char *what)
{
	compiler->memory.interrupt();
	if (name.length == 0)
		return compiler_fail(compiler, "the name of the %s is missing", what);
	if (name.length > 63)
		return compiler_fail(compiler, "the name of the %s is longer than 63 bytes", what);
	if (name.text[0] == ' ' || name.text[name.length - 1] == ' ')
		return compiler_fail(compiler, "the name of the %s starts or ends with a blank", what);
	for (int i = 0; i < name.length; i++)
		if (name.text[i] < ' ' || name.text[i] > '~' || name.text[i] == ',')
			return compiler_fail(compiler, "the name of the %s has a character that is not allowed", what);
	return true;
}

/*
 * The index of a level by its order, -1 if it is not defined.
 */
int
level_find(const ResistanceAlgorithm *algorithm, int order)
{
	for (int i = 0; i < algorithm->level_count; i++)
		if (algorithm->levels[i].order == order)
			return i;
	return -1;
}

/*
 * The index of a comment by its id, -1 if it is not defined.
 */
int
comment_find(const ResistanceAlgorithm *algorithm, TextSlice id)
{
	for (int i = 0; i < algorithm->comment_count; i++)
		if (slice_equal(algorithm->comments[i].id, id))
			return i;
	return -1;
}

/*
 * The index of a drug by its name, -1 if the algorithm has none.
 */
int
resistance_algorithm_drug(const ResistanceAlgorithm *algorithm, const char *name, size_t length)
{
	for (int i = 0; i < algorithm->drug_count; i++)
		if ((size_t) algorithm->drugs[i].name.length == length &&
			memcmp(algorithm->drugs[i].name.text, name, length) == 0)
			return i;
	return -1;
}
