#ifndef VIROTRIAL_CORE_DAVG_H
#define VIROTRIAL_CORE_DAVG_H

#include <stddef.h>

typedef struct DayValue
{
	double		day;
	double		value;
} DayValue;

extern double davg(const DayValue *records, size_t length);

#endif
