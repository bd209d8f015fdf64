/*
 * resistance_compiler.c
 *	  Memory, messages and pieces of text for the compiler of algorithms.
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
 * The length to which a slice is cut for a message, not inside a character of
 * several bytes.
 */
int
slice_clip(TextSlice slice)
{
	int			length = slice.length > 40 ? 40 : slice.length;

	if (length < slice.length)
		while (length > 0 && (unsigned char) slice.text[length] >= 0x80)
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
		if (text.text[i] < '0' || text.text[i] > '9')
			return false;
		*number = *number * 10 + (text.text[i] - '0');
	}
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
