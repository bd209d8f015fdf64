/*
 * Any text is a lab_value or is refused; a value's text reads back as the same
 * value, sorts as its limit does, and scales there and back.
 */
#include <stdlib.h>

#include "core/censored/censored_value.h"

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
	char		text[256];
	char		printed[CENSORED_TEXT_SIZE];
	CensoredValue value;
	CensoredValue again;

	if (size >= sizeof(text))
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	if (censored_parse(text, &lab_value_domain, &value) != PARSE_OK)
		return 0;
	must(censored_is_valid(value, &lab_value_domain));
	must(censored_print(value, printed) < sizeof(printed));
	must(censored_parse(printed, &lab_value_domain, &again) == PARSE_OK && again == value);
	must(censored_pack(censored_limit(value), censored_qualifier(value)) == value);
	if (censored_scale(value, 0, -1, 1, &lab_value_domain, &again) == PARSE_OK)
	{
		must(censored_limit(again) == -censored_limit(value));
		must(censored_scale(again, 0, 1, -1, &lab_value_domain, &again) == PARSE_OK && again == value);
	}
	return 0;
}
