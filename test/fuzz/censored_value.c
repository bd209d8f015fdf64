/*
 * censored_value.c: texts and bytes of viral loads and log reductions.  What
 * is read is a value of its type, and survives its text and its bytes.
 */
#include "core/censored/censored_value.h"

#include <stdint.h>
#include <stdlib.h>

extern int	LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
check_value(CensoredValue value, const CensoredDomain *domain)
{
	char		text[CENSORED_TEXT_SIZE];
	unsigned char bytes[CENSORED_BINARY_SIZE];
	CensoredValue again = ~value;

	require(censored_is_valid(value, domain));
	require(censored_print(value, text) == strlen(text));
	require(strlen(text) < CENSORED_TEXT_SIZE);
	require(censored_parse(text, domain, &again) == PARSE_OK && again == value);
	censored_encode(value, bytes);
	again = ~value;
	require(censored_decode(bytes, domain, &again) && again == value);
}

static void
check_text(const char *text, const CensoredDomain *domain)
{
	CensoredValue value = 0x5A5A5A5A;

	if (censored_parse(text, domain, &value) == PARSE_OK)
		check_value(value, domain);
	else
		require(value == 0x5A5A5A5A);
}

static void
check_bytes(const uint8_t *data, const CensoredDomain *domain)
{
	CensoredValue value;

	if (censored_decode(data, domain, &value))
		check_value(value, domain);
	memcpy(&value, data, sizeof(value));
	if (censored_is_valid(value, domain))
		check_value(value, domain);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const CensoredDomain *const domains[] = {&viral_load_domain, &log_reduction_domain};
	char	   *text = malloc(size + 1);

	memcpy(text, data, size);
	text[size] = '\0';
	for (int i = 0; i < 2; i++)
	{
		check_text(text, domains[i]);
		if (size == CENSORED_BINARY_SIZE)
			check_bytes(data, domains[i]);
	}
	free(text);
	return 0;
}
