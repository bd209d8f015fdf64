/* Censored values for unit tests: of a text, and at random. */
#ifndef CENSORED_SAMPLE_VALUES_H
#define CENSORED_SAMPLE_VALUES_H

#include <stdlib.h>

#include "core/censored/censored_value.h"
#include "random.h"

#define LENGTH(array) ((int) (sizeof(array) / sizeof((array)[0])))

static inline CensoredValue
parsed(const char *text, const CensoredDomain *domain)
{
	CensoredValue value = INT64_MIN;

	if (censored_parse(text, domain, &value) != PARSE_OK)
	{
		printf("Bail out! %s is no %s\n", text, domain->type_name);
		exit(1);
	}
	return value;
}

static inline CensoredValue
random_value(const CensoredDomain *domain)
{
	double		number = random_magnitude(domain->smallest, domain->largest);
	Qualifier	qualifier = (Qualifier) random_below(4);

	if (qualifier == QUALIFIER_NOT_DETECTED && !domain->has_not_detected)
		qualifier = QUALIFIER_EXACT;
	if (domain->is_signed && random_below(2))
		number = -number;
	return censored_pack(number, qualifier);
}

#endif							/* CENSORED_SAMPLE_VALUES_H */
