/*
 * censored_value.c: parsing and printing of censored values.
 */
#include "censored_sample_values.h"

/* Of each domain, and of each kind of number. */
#define ROUND_TRIPS 300000

/* TAP is made of lines. */
static void
one_line(char *label)
{
	for (; *label; label++)
		if ((unsigned char) *label < ' ')
			*label = '.';
}

typedef struct Reading
{
	const char *text;
	const char *canonical;
} Reading;

static void
test_readings(const char *name, const CensoredDomain *domain,
			  const Reading *readings, int n)
{
	for (int i = 0; i < n; i++)
	{
		char		canonical[CENSORED_TEXT_SIZE];
		char		label[120];
		CensoredValue value = parsed(readings[i].text, domain);
		size_t		length = censored_print(value, canonical);

		snprintf(label, sizeof(label), "%s reads '%s'", name, readings[i].text);
		one_line(label);
		is_string(canonical, readings[i].canonical, label);
		if (length != strlen(canonical) || !censored_is_valid(value, domain))
			ok(false, label);
	}
}

static void
test_viral_load_readings(void)
{
	static const Reading readings[] = {
		{"12345", "12345"}, {"1.2e5", "120000"}, {"0.6", "0.6"}, {" 49.9 ", "49.9"},
		{"+50", "50"}, {"50.", "50"}, {".5", "0.5"}, {"00050", "50"}, {"50.000", "50"},
		{"1E3", "1000"}, {"1e+3", "1000"}, {"1e-9", "1e-09"}, {"1e15", "1e+15"},
		{"999999999999999", "999999999999999"}, {"123456.789", "123456.789"},
		{"0.1", "0.1"}, {"33.333333333333336", "33.333333333333336"},
		{"<50", "<50"}, {"< 50", "<50"}, {"\t<\n50\r\f\v", "<50"}, {"<0.5", "<0.5"},
		{">500000", ">500000"}, {"> 1e7", ">10000000"}, {"<+20", "<20"},
		{"TND", "TND"}, {"tnd", "TND"}, {" Tnd ", "TND"}, {"TND<50", "TND<50"},
		{"TND < 50", "TND<50"}, {"not detected", "TND"}, {"NOT   DETECTED", "TND"},
		{"Target Not Detected", "TND"}, {"undetected", "TND"},
		{"target not detected <20", "TND<20"}, {"Undetected<40", "TND<40"},
		{"50.00000000000000000000000000000000000001", "50"},
		{"0.00000000000000000000000000005e30", "50"},
		{"5000000000000000000000000000000e-29", "50"},
	};

	test_readings("viral_load", &viral_load_domain, readings, LENGTH(readings));
}

static void
test_log_reduction_readings(void)
{
	static const Reading readings[] = {
		{"1.85", "1.85"}, {"-0.3", "-0.3"}, {"0", "0"}, {"-0", "0"}, {"+0.0", "0"},
		{"0e99", "0"}, {">2.3", ">2.3"}, {"<0.4", "<0.4"}, {"<-1", "<-1"}, {"> -1.5", ">-1.5"},
		{"<0", "<0"}, {">0", ">0"}, {"100", "100"}, {"-100", "-100"}, {"1e-30", "1e-30"},
		{"-1e-30", "-1e-30"}, {"3", "3"}, {"1e-23", "1e-23"}, {"7e-25", "7e-25"},
	};

	test_readings("log_reduction", &log_reduction_domain, readings, LENGTH(readings));
}

typedef struct Refusal
{
	const char *text;
	ParseStatus status;
} Refusal;

static void
test_refusals(const CensoredDomain *domain, const Refusal *refusals, int n)
{
	for (int i = 0; i < n; i++)
	{
		CensoredValue value = 4242;
		char		label[120];

		snprintf(label, sizeof(label), "%s refuses '%s'", domain->type_name, refusals[i].text);
		one_line(label);
		is_int(censored_parse(refusals[i].text, domain, &value), refusals[i].status, label);
		if (value != 4242)
			ok(false, "a refusal leaves the result as it was");
	}
}

static void
test_viral_load_refusals(void)
{
	static const Refusal refusals[] = {
		{"", PARSE_EMPTY}, {"  \t\n", PARSE_EMPTY}, {"0", PARSE_ZERO}, {"0.000", PARSE_ZERO},
		{"<0", PARSE_ZERO}, {"-0", PARSE_ZERO}, {"TND<0", PARSE_ZERO}, {"-1", PARSE_NEGATIVE},
		{"<-50", PARSE_NEGATIVE}, {"> -1e-300", PARSE_NEGATIVE}, {"1e16", PARSE_RANGE},
		{"9.99e-10", PARSE_RANGE}, {"1e999999999999", PARSE_RANGE}, {"1e-400", PARSE_ZERO},
		{">1.0000000000000002e15", PARSE_RANGE}, {"NaN", PARSE_NOT_FINITE},
		{"inf", PARSE_NOT_FINITE}, {"-Infinity", PARSE_NOT_FINITE}, {"<inf", PARSE_NOT_FINITE},
		{"<", PARSE_NO_LIMIT}, {"> ", PARSE_NO_LIMIT}, {"TND<", PARSE_NO_LIMIT},
		{"TND 50", PARSE_TRAILING}, {"TND>50", PARSE_TRAILING}, {"TNDx", PARSE_TRAILING},
		{"1,234", PARSE_THOUSANDS}, {"1 234", PARSE_THOUSANDS}, {"1'234", PARSE_THOUSANDS},
		{"1_234", PARSE_THOUSANDS}, {"<1,000", PARSE_THOUSANDS}, {"50 copies", PARSE_TRAILING},
		{"50copies/mL", PARSE_TRAILING}, {"50<", PARSE_TRAILING}, {"50%", PARSE_TRAILING},
		{"1.2.3", PARSE_TRAILING}, {"1e", PARSE_TRAILING}, {"1e+", PARSE_TRAILING},
		{"0x10", PARSE_TRAILING}, {"<=50", PARSE_INCLUSIVE}, {">=50", PARSE_INCLUSIVE},
		{"<<50", PARSE_SYNTAX}, {"=50", PARSE_SYNTAX}, {"~50", PARSE_SYNTAX}, {"--50", PARSE_SYNTAX},
		{"+-50", PARSE_SYNTAX}, {".", PARSE_SYNTAX}, {"e5", PARSE_SYNTAX}, {"abc", PARSE_SYNTAX},
		{"notdetected", PARSE_SYNTAX}, {"detected", PARSE_SYNTAX}, {"TN D", PARSE_SYNTAX},
		{"- 50", PARSE_SYNTAX}, {"\xe2\x89\xa4""50", PARSE_INCLUSIVE}, {"\xd9\xa5", PARSE_SYNTAX},
	};

	test_refusals(&viral_load_domain, refusals, LENGTH(refusals));
}

static void
test_log_reduction_refusals(void)
{
	static const Refusal refusals[] = {
		{"", PARSE_EMPTY}, {"TND", PARSE_SYNTAX}, {"TND<1", PARSE_SYNTAX}, {"100.1", PARSE_RANGE},
		{"-101", PARSE_RANGE}, {"9e-31", PARSE_RANGE}, {"-9e-31", PARSE_RANGE},
		{"nan", PARSE_NOT_FINITE}, {"-inf", PARSE_NOT_FINITE}, {"1,5", PARSE_THOUSANDS},
		{"1.5 log", PARSE_TRAILING}, {"<", PARSE_NO_LIMIT}, {">-", PARSE_NO_LIMIT},
	};

	test_refusals(&log_reduction_domain, refusals, LENGTH(refusals));
}

/*
 * Text and back for random values: of full precision, and short decimals,
 * whose own text the printed one must not be longer than.
 */
static bool
survives_text(CensoredValue value, const CensoredDomain *domain, size_t longest)
{
	char		text[CENSORED_TEXT_SIZE];
	CensoredValue again = ~value;
	size_t		length = censored_print(value, text);

	return length <= longest && strlen(text) == length &&
		censored_parse(text, domain, &again) == PARSE_OK && again == value &&
		censored_is_valid(value, domain);
}

static void
test_text_round_trip(const CensoredDomain *domain)
{
	int			failures = 0;
	char		text[64];

	for (int i = 0; i < ROUND_TRIPS; i++)
		failures += !survives_text(random_value(domain), domain, CENSORED_TEXT_SIZE - 1);
	is_int(failures, 0, "random values of full precision survive their text");

	failures = 0;
	for (int i = 0; i < ROUND_TRIPS; i++)
	{
		int			decimals = (int) random_below(7);
		double		number;
		CensoredValue value;

		snprintf(text, sizeof(text), "%.*f", decimals,
				 random_magnitude(1e-3, domain->is_signed ? 99 : 1e9));
		if (censored_parse(text, domain, &value) != PARSE_OK)
			continue;			/* rounded to zero */
		number = strtod(text, NULL);
		failures += censored_limit(value) != number ||
			!survives_text(value, domain, strlen(text));
	}
	is_int(failures, 0, "short decimals are read as strtod does, and printed as short");
}

/* The limits of a domain and the doubles next to them. */
static void
test_ends_of_range(const CensoredDomain *domain)
{
	CensoredValue value;

	ok(survives_text(censored_pack(domain->smallest, QUALIFIER_EXACT), domain, 39) &&
	   survives_text(censored_pack(domain->largest, QUALIFIER_EXACT), domain, 39),
	   "the ends of the range are values");
	is_int(censored_from_number(nextafter(domain->largest, INFINITY), QUALIFIER_EXACT,
								domain, &value), PARSE_RANGE, "the next double is too large");
	is_int(censored_from_number(nextafter(domain->smallest, 0), QUALIFIER_EXACT,
								domain, &value), PARSE_RANGE, "the one before is too small");
	is_int(censored_from_number(NAN, QUALIFIER_EXACT, domain, &value), PARSE_NOT_FINITE,
		   "NaN is no value");
}

/* Any 64 bits: only those are valid that a text can make. */
static void
test_patterns(const CensoredDomain *domain)
{
	static const CensoredValue edges[] = {
		INT64_MIN, INT64_MIN + 1, INT64_MAX, INT64_MAX - 3, -1, -2, -3, -4, 0, 1, 2, 3, 4, 5
	};
	int			failures = 0;
	int			valid = 0;

	for (int i = 0; i < 1000000; i++)
	{
		CensoredValue value = i < LENGTH(edges) ? edges[i] : (CensoredValue) random_bits();

		if (i % 3 == 1)
			value = random_value(domain) ^ (CensoredValue) (1 + random_below(7));
		if (!censored_is_valid(value, domain))
			continue;
		valid++;
		failures += !survives_text(value, domain, CENSORED_TEXT_SIZE - 1);
	}
	ok(valid > 100000 && failures == 0, "every pattern that is valid survives its text");
}

int
main(void)
{
	test_viral_load_readings();
	test_log_reduction_readings();
	test_viral_load_refusals();
	test_log_reduction_refusals();
	test_text_round_trip(&viral_load_domain);
	test_text_round_trip(&log_reduction_domain);
	test_ends_of_range(&viral_load_domain);
	test_ends_of_range(&log_reduction_domain);
	test_patterns(&viral_load_domain);
	test_patterns(&log_reduction_domain);
	return done_testing();
}
