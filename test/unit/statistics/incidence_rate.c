#include "core/statistics/incidence_rate.h"

#include "statistics_expected.h"
#include "tap.h"

static void
check_rate(const double *expected, const char *name)
{
	IncidenceRate rate = incidence_rate(expected[0], expected[1], expected[2]);

	is_double(rate.rate, expected[3], 1e-12, name);
	is_double(rate.ci_lower, expected[4], 1e-12, "... its lower limit");
	is_double(rate.ci_upper, expected[5], 1e-12, "... its upper limit");
}

int
main(void)
{
	check_rate(rate_1, "no event");
	check_rate(rate_2, "one event");
	check_rate(rate_3, "17 events, 90% limits");
	check_rate(rate_4, "708 events, 99% limits");
	return done_testing();
}
