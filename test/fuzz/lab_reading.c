/*
 * Any bytes are read: a value is one of its type, and agrees with its text; and
 * what has none says why.
 */
#include <stdlib.h>

#include "core/laboratory/lab_agreement.h"
#include "core/laboratory/lab_reading.h"

/* An input costs as much as so many of other targets: scripts/test tries fewer. */
#define FUZZ_COST 4

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must(bool holds)
{
	if (!holds)
		abort();
}

static void
check(const LabReader *reader, const uint8_t *data, size_t size)
{
	LabReading	reading;

	lab_read(reader, (const char *) data, size, &reading);
	must(reading.state >= 0 && reading.state < LAB_STATES);
	must(strlen(reading.unit) < LAB_TEXT_SIZE && strlen(reading.ignored) < LAB_TEXT_SIZE);
	if (reading.has_value)
	{
		must(censored_is_valid(reading.value, reader->domain));
		must(lab_agrees(reader, (const char *) data, size, reading.value));
	}
	else
		must(reading.reason != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	LabReader	viral_load = {&viral_load_domain, true, NULL, NAN, NAN, NAN, 0, NULL, 0};
	LabReader	lab_value = {&lab_value_domain, false, "g/L", NAN, NAN, NAN, ',', NULL, 0};

	/* the bytes end where the memory does */
	char	   *copy = malloc(size ? size : 1);

	memcpy(copy, data, size);
	check(&viral_load, (const uint8_t *) copy, size);
	viral_load.unit = "log10 IU/mL";
	viral_load.lower_limit = 20;
	viral_load.upper_limit = 1e7;
	viral_load.iu_per_copy = 1.7;
	check(&viral_load, (const uint8_t *) copy, size);
	check(&lab_value, (const uint8_t *) copy, size);
	free(copy);
	return 0;
}
