#include "core/statistics/davg.h"

#include "statistics_expected.h"
#include "tap.h"

#define LENGTH(array) (sizeof(array) / sizeof((array)[0]))

int
main(void)
{
	DayValue	records[LENGTH(davg_day)];

	for (size_t i = 0; i < LENGTH(davg_day); i++)
		records[i] = (DayValue) {davg_day[i], davg_value[i]};
	is_double(davg(records, LENGTH(davg_day)), davg_expected[0], 1e-12, "time-averaged change");
	is_double(davg(records, 2), (davg_value[1] - davg_value[0]) / 2, 1e-12, "two records");
	is_double(davg(records, 1), NAN, 0, "one record");
	is_double(davg(records, 0), NAN, 0, "no record");
	return done_testing();
}
