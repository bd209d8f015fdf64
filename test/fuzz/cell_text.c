/*
 * Any cell by any format is a date of ten characters or none; a number with a
 * decimal comma keeps its length, and has no comma left.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/study/cell_text.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

/* Part of the input as a string, in memory of just its size. */
static char *
string_of(const uint8_t *data, size_t size)
{
	char	   *string = malloc(size + 1);

	must(string != NULL);
	memcpy(string, data, size);
	string[size] = '\0';
	return string;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t		half = size > 0 ? data[0] % size : 0;
	char	   *format = string_of(data, half);
	char	   *cell = string_of(data + half, size - half);
	char		iso[ISO_DATE_SIZE];
	char		number[32];

	if (cell_format_is_date(format) && cell_date(cell, format, iso))
		must(strlen(iso) == 10 && iso[4] == '-' && iso[7] == '-' && strspn(iso, "0123456789-") == 10);
	if (cell_is_iso_date(cell))
		must(strspn(cell, "0123456789-T :.") == strlen(cell));
	if (cell_decimal_comma(cell, number, sizeof(number)))
		must(strlen(number) == strlen(cell) && strchr(number, ',') == NULL);
	free(format);
	free(cell);
	return 0;
}
