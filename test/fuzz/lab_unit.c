/*
 * Any bytes are read: what is a unit has a kind that is a unit of itself.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "core/laboratory/lab_unit.h"

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LabUnit		unit;
	LabUnit		again;

	/* the bytes end where the memory does */
	char	   *copy = malloc(size ? size : 1);

	memcpy(copy, data, size);
	if (lab_unit_read(copy, size, &unit))
	{
		must(strlen(unit.kind) < LAB_UNIT_KIND_SIZE && abs(unit.power) <= 60);
		must(lab_unit_read(unit.kind, strlen(unit.kind), &again));
		must(again.power == 0 && strcmp(again.kind, unit.kind) == 0);
	}
	free(copy);
	return 0;
}
