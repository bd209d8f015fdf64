/*-------------------------------------------------------------------------
 *
 * client.h
 *	  What the parts of the program virotrial share.
 *
 *-------------------------------------------------------------------------
 */
#ifndef CLIENT_H
#define CLIENT_H

#include <stdbool.h>
#include <stddef.h>

#define lengthof(array) (sizeof(array) / sizeof((array)[0]))

/* How the program ends. */
typedef enum ExitCode
{
	EXIT_DONE = 0,				/* all is loaded, or was before; nothing is wrong */
	EXIT_FAULTS = 1,			/* rows are refused, or something is wrong with the study */
	EXIT_USAGE = 2,				/* the command, a file or a mapping cannot be used */
	EXIT_SERVER = 3,			/* no connection, or the server refused */
	EXIT_INTERRUPTED = 130
} ExitCode;

/* A text that grows. */
typedef struct Text
{
	char	   *data;
	size_t		length;
	size_t		capacity;
} Text;

extern void fail(ExitCode code, const char *format,...) __attribute__((format(printf, 2, 3), noreturn));
extern void at_failure(void (*action) (void));
extern void *need_memory(void *memory);
extern void text_add(Text *text, const char *data, size_t length);
extern void text_put(Text *text, const char *data);
extern void text_print(Text *text, const char *format,...) __attribute__((format(printf, 2, 3)));
extern void text_replace(Text *text, const char *template, const char *word);
extern void text_clear(Text *text);
extern void text_array_element(Text *text, const char *element);
extern size_t utf8_length(unsigned char first);
extern size_t utf8_whole(const char *text, size_t length);
extern char *read_text(const char *path);
extern const char *base_name(const char *path);

#endif							/* CLIENT_H */
