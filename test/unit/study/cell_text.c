#include "core/study/cell_text.h"

#include <string.h>

#include "tap.h"

static const char *
date_of(const char *cell, const char *format)
{
	static char iso[ISO_DATE_SIZE];

	return cell_date(cell, format, iso) ? iso : "none";
}

static const char *
number_of(const char *cell)
{
	static char number[8];

	return cell_decimal_comma(cell, number, sizeof(number)) ? number : "none";
}

int
main(void)
{
	is_string(date_of("01.02.2008", "DD.MM.YYYY"), "2008-02-01", "a day of German");
	is_string(date_of("1.2.2008", "DD.MM.YYYY"), "2008-02-01", "without zeros");
	is_string(date_of("02/01/2008", "MM/DD/YYYY"), "2008-02-01", "of English");
	is_string(date_of("01FEB2008", "DDMONYYYY"), "2008-02-01", "with the name of the month");
	is_string(date_of("1-feb-2008", "DD-MON-YYYY"), "2008-02-01", "in any case");
	is_string(date_of("01022008", "DDMMYYYY"), "2008-02-01", "without separators");
	is_string(date_of("1022008", "DDMMYYYY"), "none", "which then has all its digits");
	is_string(date_of("31.02.2008", "DD.MM.YYYY"), "2008-02-31", "a day that is none is for the type");
	is_string(date_of("01.02.08", "DD.MM.YYYY"), "none", "no year of two digits");
	is_string(date_of("01.02.20081", "DD.MM.YYYY"), "none", "nor of five");
	is_string(date_of("01-02-2008", "DD.MM.YYYY"), "none", "another separator");
	is_string(date_of("01.02.2008 ", "DD.MM.YYYY"), "none", "a blank behind it");
	is_string(date_of("01-Fev-2008", "DD-MON-YYYY"), "none", "a month of another language");
	is_string(date_of("", "DD.MM.YYYY"), "none", "nothing");
	ok(cell_format_is_date("DD.MM.YYYY") && cell_format_is_date("YYYYMMDD") && cell_format_is_date("DD-MON-YYYY"), "formats");
	ok(!cell_format_is_date("DD.MM.YY") && !cell_format_is_date("DD.MM") && !cell_format_is_date("DD.DD.MM.YYYY") &&
	   !cell_format_is_date("DD.MM.MON.YYYY") && !cell_format_is_date("dd.mm.yyyy") && !cell_format_is_date(""), "no formats");
	ok(cell_is_iso_date("2008-02-01") && cell_is_iso_date("20080201") && cell_is_iso_date("2008-02-01 00:00:00") &&
	   cell_is_iso_date("2008-02-01T00:00"), "ISO 8601, also at midnight");
	ok(!cell_is_iso_date("2008-02-01 10:30") && !cell_is_iso_date("2008-2-1") && !cell_is_iso_date("01/02/2008") &&
	   !cell_is_iso_date("infinity") && !cell_is_iso_date("2008-02-01 ") && !cell_is_iso_date("0200802-01"), "and nothing else");
	ok(cell_is_moment("2008-02-01T10:30:00Z") && cell_is_moment("2008-02-01T10:30:00.125+08:00") && cell_is_moment("2008-02-01 10:30-0530") &&
	   cell_is_moment("2008-02-01 10:30:00+00"), "a moment with an offset");
	ok(!cell_is_moment("2008-02-01T10:30:00") && !cell_is_moment("2008-02-01Z") && !cell_is_moment("2008-02-01T10Z") &&
	   !cell_is_moment("2008-02-01T10:30Zx") && !cell_is_moment("2008-02-01T10:30+8") && !cell_is_moment("2008-02-01T10:30+08:") &&
	   !cell_is_moment("2008-02-01T10:30+08:0") && !cell_is_moment("2008-02-01x10:30Z"), "and nothing that lacks one");
	ok(cell_is_of_base("0x1F") && cell_is_of_base("-0X1p4") && cell_is_of_base(" +0b1") && cell_is_of_base("0o7") && cell_is_of_base("1_000"),
	   "numbers of code");
	ok(!cell_is_of_base("0") && !cell_is_of_base("") && !cell_is_of_base("-0.5e3") && !cell_is_of_base("<50") && !cell_is_of_base("below 50"),
	   "and others");
	is_string(number_of("1,5"), "1.5", "a decimal comma");
	is_string(number_of("<1,5"), "<1.5", "behind a sign");
	is_string(number_of("15"), "15", "a number without");
	is_string(number_of("1.5"), "none", "a point is doubtful");
	is_string(number_of("1.500,5"), "none", "and so are thousands");
	is_string(number_of("1,500,5"), "none", "of two kinds");
	is_string(number_of(",5"), "none", "no digit before it");
	is_string(number_of("5,"), "none", "nor behind it");
	is_string(number_of("1234567,5"), "none", "too long for its place");
	return done_testing();
}
