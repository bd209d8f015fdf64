/* The reader of laboratories' texts: states, numbers, units, and what is not read. */
#include "tap.h"

#include "core/laboratory/lab_reading.h"

static const LabReader any_viral_load = {&viral_load_domain, true, NULL, NAN, NAN, NAN, 0, NULL, 0};
static const LabReader any_value = {&lab_value_domain, false, NULL, NAN, NAN, NAN, 0, NULL, 0};

/* A text is read in a state, as a value, which is empty where there is none. */
static void
reads(const LabReader *reader, const char *text, const char *state, const char *value)
{
	LabReading	reading;
	char		printed[CENSORED_TEXT_SIZE] = "";

	lab_read(reader, text, strlen(text), &reading);
	is_string(lab_state_names[reading.state], state, text);
	if (reading.has_value)
		censored_print(reading.value, printed);
	is_string(printed, value, "its value");
	ok(reading.has_value || reading.reason != NULL, "what has no value says why");
}

static void
test_viral_loads(void)
{
	reads(&any_viral_load, "<50 copies/mL", "below", "<50");
	reads(&any_viral_load, " 48,000 ", "exact", "48000");
	reads(&any_viral_load, ">10,000,000", "above", ">10000000");
	reads(&any_viral_load, "Detected <20", "detected below", "<20");
	reads(&any_viral_load, "Indetectable <300", "not detected", "TND<300");
	reads(&any_viral_load, "\xE2\x89\xA4""50", "at most", "");
	reads(&any_viral_load, "=50", "exact", "50");
	reads(&any_viral_load, "<^50", "below", "<50");
	reads(&any_viral_load, "^50", "exact", "50");
	reads(&any_viral_load, "^1^:^50", "unread", "");
	reads(&any_viral_load, "^^50", "unread", "");
	/* a power without a base is no separator, and no digit */
	reads(&any_viral_load, "<\xC2\xB2""0", "unread", "");
	reads(&any_viral_load, "=\xC2\xB2""5", "unread", "");
	reads(&any_viral_load, "\xC2\xB2""50", "unread", "");
	reads(&any_viral_load, "\xE2\x81\xB5\xE2\x81\xB0", "unread", "");
	reads(&any_viral_load, "1.2 \xC3\x97 10\xC2\xB9\xE2\x81\xB0", "exact", "12000000000");
	reads(&any_viral_load, "4.68", "possibly log10", "");
	reads(&any_viral_load, "120000 IU/mL", "unconverted", "");
	reads(&any_viral_load, "pending", "pending", "");
	reads(&any_viral_load, "-999", "missing", "");
	reads(&any_viral_load, "", "missing", "");
	reads(&any_viral_load, "ND", "unread", "");
	reads(&any_viral_load, "1,234", "unread", "");
	reads(&any_viral_load, "50 copies/mL?", "unread", "");
	reads(&any_viral_load, "50-60", "unread", "");
	reads(&any_viral_load, "5000 cells/mL", "unread", "");
}

static void
test_assay(void)
{
	LabReader	reader = any_viral_load;
	static const LabWord words[] = {{"hiv-1 detected", 14, LAB_DETECTED}, {"nd", 2, LAB_NOT_DETECTED}};

	reader.lower_limit = 20;
	reader.upper_limit = 1e7;
	reads(&reader, "LDL", "below", "<20");
	reads(&reader, "undetectable", "not detected", "TND<20");
	reads(&reader, "<1.30 log10", "below", "<20");
	reads(&reader, "19 copies/mL", "outside limits", "");
	reader.unit = "IU/mL";
	reader.iu_per_copy = 2;
	reads(&reader, "1500", "exact", "750");
	reads(&reader, "1500 copies/mL", "unread", "");
	reader.unit = "furlong";
	reads(&reader, "1500", "unread", "");
	reader = any_viral_load;
	reader.words = words;
	reader.word_count = 2;
	reads(&reader, "ND", "not detected", "TND");
	/* a word of the study may have a digit and a sign */
	reads(&reader, "HIV-1 DETECTED 4.52E04 copies/mL", "exact", "45200");
	reads(&reader, "HIV-1 detected: <40", "detected below", "<40");
	reads(&reader, "HIV-2 DETECTED 4.52E04", "unread", "");
	reads(&reader, "HIV-1 DETECTED", "detected", "");
	reads(&reader, "SIV-1 DETECTED 40", "unread", "");
	reader.decimal_mark = ',';
	reads(&reader, "1.234", "exact", "1234");
}

static void
test_lab_values(void)
{
	LabReader	reader = any_value;

	reads(&any_value, "13.5 g/dL", "exact", "13.5");
	reads(&any_value, "-2.5", "exact", "-2.5");
	reads(&any_value, "< 0.3 mg/dl L", "below", "<0.3");
	reads(&any_value, "4.5 x10^9/L", "exact", "4.5");
	reads(&any_value, "haemolysed", "rejected", "");
	reads(&any_value, "13.5 furlong", "unread", "");
	reads(&any_value, "13.5 g/dL g/dL", "unread", "");
	reader.unit = "G/DL";
	reads(&reader, "13.5 g/dL", "exact", "13.5");
	reads(&reader, "13.5", "exact", "13.5");
	reads(&reader, "13.5 g/L", "unread", "");
	reader.unit = "furlong";
	reads(&reader, "13.5", "unread", "");
}

int
main(void)
{
	char		long_text[400];
	LabReading	reading;

	test_viral_loads();
	test_assay();
	test_lab_values();
	memset(long_text, '9', sizeof(long_text));
	lab_read(&any_value, long_text, sizeof(long_text), &reading);
	is_int(reading.state, LAB_UNREAD, "a long text is not read");
	lab_read(&any_value, "12345", 2, &reading);
	is_double(reading.number, 12, 0, "a text ends at its length");
	return done_testing();
}
