/*-------------------------------------------------------------------------
 *
 * text.c
 *	  Texts that grow, and the end of the program where something fails.
 *
 *-------------------------------------------------------------------------
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "client/client.h"

static void (*failure_actions[4]) (void) = {NULL};

/* What is to be done, too, before the program ends by fail(). */
void
at_failure(void (*action) (void))
{
	for (size_t i = 0; i < lengthof(failure_actions); i++)
		if (failure_actions[i] == NULL)
		{
			failure_actions[i] = action;
			return;
		}
}

/* Says what went wrong, and ends the program. */
void
fail(ExitCode code, const char *format,...)
{
	va_list		arguments;

	fflush(stdout);
	fputs("virotrial: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	for (size_t i = 0; i < lengthof(failure_actions) && failure_actions[i]; i++)
		failure_actions[i] ();
	exit(code);
}

void *
need_memory(void *memory)
{
	if (memory == NULL)
		fail(EXIT_USAGE, "out of memory");
	return memory;
}

void
text_add(Text *text, const char *data, size_t length)
{
	if (text->length + length + 1 > text->capacity)
	{
		text->capacity = 2 * (text->length + length + 1);
		text->data = need_memory(realloc(text->data, text->capacity));
	}
	memcpy(text->data + text->length, data, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void
text_put(Text *text, const char *data)
{
	text_add(text, data, strlen(data));
}

void
text_print(Text *text, const char *format,...)
{
	va_list		arguments;
	char	   *part;
	int			length;

	va_start(arguments, format);
	length = vsnprintf(NULL, 0, format, arguments);
	va_end(arguments);
	part = need_memory(malloc((size_t) length + 1));
	va_start(arguments, format);
	vsnprintf(part, (size_t) length + 1, format, arguments);
	va_end(arguments);
	text_put(text, part);
	free(part);
}

void
text_clear(Text *text)
{
	text->length = 0;
	text_add(text, "", 0);
}

/* Adds a template, with a word in the place of each %s. */
void
text_replace(Text *text, const char *template, const char *word)
{
	const char *place;

	for (; (place = strstr(template, "%s")) != NULL; template = place + 2)
	{
		text_add(text, template, (size_t) (place - template));
		text_put(text, word);
	}
	text_put(text, template);
}

/* Adds an element of an array as PostgreSQL reads it, with a comma unless it is the first. */
void
text_array_element(Text *text, const char *element)
{
	if (text->length > 0 && text->data[text->length - 1] != '{')
		text_add(text, ",", 1);
	text_add(text, "\"", 1);
	for (; *element; element++)
	{
		if (*element == '"' || *element == '\\')
			text_add(text, "\\", 1);
		text_add(text, element, 1);
	}
	text_add(text, "\"", 1);
}

/* The name of a file without its directory. */
const char *
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* The whole of a file; NULL if it cannot be opened. */
char *
read_text(const char *path)
{
	FILE	   *stream = fopen(path, "rb");
	Text		text = {0};
	char		part[8192];
	size_t		length;

	if (stream == NULL)
		return NULL;
	text_clear(&text);
	while ((length = fread(part, 1, sizeof(part), stream)) > 0)
		text_add(&text, part, length);
	if (ferror(stream))
		fail(EXIT_USAGE, "%s: %s", path, strerror(errno));
	fclose(stream);
	return text.data;
}

/* How many bytes a character of UTF-8 has that begins with this one; 0 for none. */
size_t
utf8_length(unsigned char first)
{
	return first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
}

/* Is it a character: whole, as short as can be, and no half of a pair? */
static bool
is_utf8(const unsigned char *bytes, size_t length)
{
	for (size_t i = 1; i < length; i++)
		if ((bytes[i] & 0xC0) != 0x80)
			return false;
	return !((bytes[0] == 0xE0 && bytes[1] < 0xA0) || (bytes[0] == 0xED && bytes[1] > 0x9F) ||
			 (bytes[0] == 0xF0 && bytes[1] < 0x90) || (bytes[0] == 0xF4 && bytes[1] > 0x8F));
}

/* How many bytes from its beginning a text has that are whole characters of UTF-8. */
size_t
utf8_whole(const char *text, size_t length)
{
	size_t		i = 0;

	while (i < length)
	{
		size_t		width = utf8_length((unsigned char) text[i]);

		if (width == 0 || i + width > length || (width > 1 && !is_utf8((const unsigned char *) text + i, width)))
			break;
		i += width;
	}
	return i;
}
