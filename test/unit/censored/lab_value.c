/* lab_value: what the censored values of laboratories may be. */
#include "tap.h"

#include "core/censored/censored_value.h"

static CensoredValue
value_of(const char *text)
{
	CensoredValue value = 0;

	ok(censored_parse(text, &lab_value_domain, &value) == PARSE_OK, text);
	return value;
}

static void
reads_back(const char *text, const char *canonical)
{
	char		printed[CENSORED_TEXT_SIZE];

	censored_print(value_of(text), printed);
	is_string(printed, canonical, "canonical text");
}

static void
is_refused(const char *text, ParseStatus status)
{
	CensoredValue value = 0;

	is_int(censored_parse(text, &lab_value_domain, &value), status, text);
}

static void
scales_to(const char *text, double multiplier, double divisor, const char *expected)
{
	char		printed[CENSORED_TEXT_SIZE];
	CensoredValue scaled = 0;

	ok(censored_scale(value_of(text), 0, multiplier, divisor, &lab_value_domain, &scaled) == PARSE_OK,
	   "is scaled");
	censored_print(scaled, printed);
	is_string(printed, expected, "scaled value");
}

static void
is_ordered(const char *const *texts, int count)
{
	for (int i = 1; i < count; i++)
		ok(value_of(texts[i - 1]) < value_of(texts[i]), "sorts in this order");
}

int
main(void)
{
	static const char *const order[] = {
		">-1e30", "<-2.5", "-2.5", ">-2.5", "-1e-30", "<0", "0", ">0", "1e-30", "<5", "5", ">5", "1e30"
	};
	CensoredValue value;

	reads_back("0", "0");
	reads_back("-0", "0");
	reads_back(" < 5 ", "<5");
	reads_back(">1000", ">1000");
	reads_back("-2.50", "-2.5");
	reads_back("<0", "<0");
	reads_back("<-3", "<-3");
	reads_back("1e30", "1e+30");
	reads_back("1.2E-3", "0.0012");

	is_refused("", PARSE_EMPTY);
	is_refused("TND", PARSE_SYNTAX);
	is_refused("<", PARSE_NO_LIMIT);
	is_refused("1,000", PARSE_THOUSANDS);
	is_refused("5 mg", PARSE_TRAILING);
	is_refused("NaN", PARSE_NOT_FINITE);
	is_refused("1.1e30", PARSE_RANGE);
	is_refused("9e-31", PARSE_RANGE);
	is_refused("1e400", PARSE_RANGE);

	is_ordered(order, (int) (sizeof(order) / sizeof(order[0])));

	/* What lies below 5 may be zero or negative. */
	is_int(value_set_less(censored_set(value_of("<5"), -INFINITY), number_set(5)), TRUTH_TRUE, "<5 < 5");
	is_int(value_set_less(censored_set(value_of("<5"), -INFINITY), number_set(-1)), TRUTH_UNKNOWN, "<5 < -1");
	is_int(value_set_less(number_set(5), censored_set(value_of(">5"), -INFINITY)), TRUTH_TRUE, "5 < >5");

	scales_to("109", 1, 10, "10.9");
	scales_to("<90", 10, 1, "<900");
	scales_to(">-4", -0.5, 1, "<2");
	scales_to("<4", 1, -2, ">-2");
	scales_to("7", 0, 1, "0");
	/* a power of ten bends no value */
	scales_to("1.001", 1000, 1, "1001");
	scales_to("0.57", 100, 1, "57");
	scales_to("<1.001", 1, 0.001, "<1001");
	scales_to("4.35", 1e6, 1e4, "435");
	scales_to("1", 4e22, 1, "4e+22");
	scales_to("1", 1, 4e22, "2.5e-23");
	scales_to("1", 2e-23, 1, "2e-23");
	scales_to("1", 1e22, 1, "1e+22");
	scales_to("1", 1e-22, 1, "1e-22");
	scales_to("1", 1e23, 1e-7, "1e+30");
	ok(censored_scale(value_of("<7"), 0, 0, 1, &lab_value_domain, &value) == PARSE_ZERO,
	   "a limit times zero bounds nothing");
	ok(censored_scale(value_of("1e-30"), 0, 1e-300, 1, &lab_value_domain, &value) == PARSE_RANGE,
	   "a product that a double cannot hold is not zero");
	ok(censored_scale(value_of("<5"), 0, 1, INFINITY, &lab_value_domain, &value) == PARSE_RANGE,
	   "nothing is divided by infinity");
	ok(censored_scale(value_of("1e30"), 0, 10, 1, &lab_value_domain, &value) == PARSE_RANGE,
	   "beyond the range");

	ok(!censored_is_valid(QUALIFIER_NOT_DETECTED, &lab_value_domain), "no TND");
	ok(censored_is_valid(value_of("<0"), &lab_value_domain), "<0 is valid");
	return done_testing();
}
