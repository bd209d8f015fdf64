/* The spellings of units: what each is ten to which power of, and what is not read. */
#include "tap.h"

#include "core/laboratory/lab_unit.h"

typedef struct Spelling
{
	const char *text;
	const char *kind;
	int			power;
} Spelling;

static const Spelling spellings[] = {
	/* counts of a volume */
	{"1/L", "/L", 0}, {"/L", "/L", 0}, {"1/mL", "/L", 3}, {"1/uL", "/L", 6}, {"1/mm3", "/L", 6},
	{"/\xC2\xB5L", "/L", 6}, {"/\xCE\xBCL", "/L", 6}, {"/ul", "/L", 6}, {"/UL", "/L", 6}, {"/mcL", "/L", 6},
	{"/mm^3", "/L", 6}, {"/mm\xC2\xB3", "/L", 6}, {"/MM3", "/L", 6}, {"/cmm", "/L", 6}, {"/cumm", "/L", 6},
	{"/mmc", "/L", 6}, {"/cu mm", "/L", 6}, {"/cu.mm", "/L", 6}, {"/cubic mm", "/L", 6},
	{"cells/uL", "/L", 6}, {"{cells}/uL", "/L", 6}, {"cells / cu mm", "/L", 6}, {"cells per uL", "/L", 6},
	{"#/uL", "/L", 6}, {"copies/mL", "/L", 3}, {"10*6/L", "/L", 6}, {"10^6/l", "/L", 6},
	{"x10^9/L", "/L", 9}, {"\xC3\x97""10^9/L", "/L", 9}, {"\xC3\x97 10^9 / L", "/L", 9}, {"10\xE2\x81\xB9/L", "/L", 9},
	{"*10^9/L", "/L", 9}, {"X10(9)/L", "/L", 9}, {"10**9/L", "/L", 9}, {"E9/L", "/L", 9}, {"1e9/L", "/L", 9},
	{"10E3/uL", "/L", 9}, {"10*3/uL", "/L", 9}, {"10^3/mm3", "/L", 9}, {"1000/mm3", "/L", 9},
	{"10*3 {cells}/uL", "/L", 9}, {"10^3 cells/uL", "/L", 9}, {"  10^9/L  ", "/L", 9}, {"10*9.L-1", "/L", 9},
	{"10\xE2\x81\xB9\xC2\xB7L\xE2\x81\xBB\xC2\xB9", "/L", 9}, {"G/L", "/L", 9}, {"GI/L", "/L", 9}, {"Gpt/L", "/L", 9},
	{"K/uL", "/L", 9}, {"k/uL", "/L", 9}, {"K/cumm", "/L", 9}, {"THOU/uL", "/L", 9}, {"Thousand/uL", "/L", 9},
	{"K cells/uL", "/L", 9}, {"10*12/L", "/L", 12}, {"10\xC2\xB9\xC2\xB2/L", "/L", 12}, {"T/L", "/L", 12},
	{"TI/L", "/L", 12}, {"M/uL", "/L", 12}, {"MILL/uL", "/L", 12}, {"million/uL", "/L", 12}, {"10*6/uL", "/L", 12},
	/* masses and amounts */
	{"g/L", "g/L", 0}, {"g/dL", "g/L", 1}, {"G/DL", "g/L", 1}, {"gm/dL", "g/L", 1}, {"g%", "g/L", 1},
	{"g/100mL", "g/L", 1}, {"mg/dl", "g/L", -2}, {"MG/DL", "g/L", -2}, {"mg %", "g/L", -2},
	{"mg/100 mL", "g/L", -2}, {"mg/L", "g/L", -3}, {"mg/mL", "g/L", 0}, {"ug/L", "g/L", -6}, {"mcg/L", "g/L", -6},
	{"ng/mL", "g/L", -6}, {"pg/mL", "g/L", -9}, {"mmol/L", "mol/L", -3}, {"MMOL/L", "mol/L", -3},
	{"umol/L", "mol/L", -6}, {"\xC2\xB5mol/L", "mol/L", -6}, {"UMOL/L", "mol/L", -6}, {"mcmol/L", "mol/L", -6},
	{"nmol/L", "mol/L", -9}, {"mmol.L-1", "mol/L", -3}, {"mEq/L", "eq/L", -3}, {"MEQ/L", "eq/L", -3},
	{"mg{urea_nitrogen}/dL", "g{urea_nitrogen}/L", -2}, {"mg{BUN}/dL", "g{urea_nitrogen}/L", -2},
	{"mg/mmol", "g/mol", 0}, {"mg/g", "1", -3}, {"pg", "g", -12}, {"pg/cell", "g", -12},
	/* activities */
	{"U/L", "U/L", 0}, {"u/l", "U/L", 0}, {"mU/mL", "U/L", 0}, {"units/L", "U/L", 0}, {"IU/L", "[iU]/L", 0},
	{"UI/L", "[iU]/L", 0}, {"[IU]/L", "[iU]/L", 0}, {"[iU]/mL", "[iU]/L", 3}, {"mIU/L", "[iU]/L", -3},
	{"ukat/L", "kat/L", -6}, {"\xC2\xB5kat/L", "kat/L", -6}, {"nkat/L", "kat/L", -9},
	/* times, rates, and what has no dimension */
	{"s", "s", 0}, {"sec", "s", 0}, {"ms", "s", -3}, {"msec", "s", -3}, {"/min", "/min", 0}, {"beats/min", "/min", 0},
	{"bpm", "/min", 0}, {"mL/min", "L/min", -3}, {"mL/s", "L/s", -3}, {"mm/h", "m/h", -3},
	{"mL/min/1.73m2", "L/min/{1.73_m2}", -3}, {"mL/min/1.73 m2", "L/min/{1.73_m2}", -3},
	{"mL/min/1.73 m\xC2\xB2", "L/min/{1.73_m2}", -3}, {"mL/min/{1.73_m2}", "L/min/{1.73_m2}", -3},
	{"%", "1", -2}, {"ratio", "1", 0}, {"1", "1", 0}, {"L/L", "1", 0}, {"{INR}", "1", 0}, {"/100 WBC", "1", -2},
	{"", "", 0}, {" ", "", 0}, {"fL", "L", -15}, {"um3", "L", -15}, {"m3", "L", 3}, {"[pH]", "[pH]", 0},
	{"pH", "[pH]", 0}, {"/[HPF]", "/[HPF]", 0}, {"RBC/HPF", "/[HPF]", 0}, {"plus", "{plus}", 0}, {"{plus}", "{plus}", 0}
};

/* What may be two things, or is none that the grammar has. */
static const char *const unread[] = {
	"furlong", "g/furlong", "mg dL", "mg//dL", "mg/", "/", ".", "mg/dL x", "5/uL", "10", "10^3", "100", "2*9/L",
	"10 9/L", "10-9/L", "10^/L", "10^999/L", "10(9/L", "x/L", "xULN", "M/L", "MU/L", "MIU/mL", "Mg/dL", "Mmol/L",
	"Ng/mL", "mil/mm3", "K", "K/dL/h", "mg{foo}/dL", "L{urea_nitrogen}", "mg{urea_nitrogen", "10%", "cu g", "cmm3",
	"min^2^2", "L-", "mm-99", "1.73m2/min", "g/1.74m2", "per L", "log10 copies/mL", "\xC3\xA9/L", "g/L;", "-", "n/a",
	"grrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr/L"
};

int
main(void)
{
	LabUnit		unit;
	char		long_text[1000];

	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++)
	{
		ok(lab_unit_read(spellings[i].text, strlen(spellings[i].text), &unit), spellings[i].text);
		is_string(unit.kind, spellings[i].kind, "its kind");
		is_int(unit.power, spellings[i].power, "its power");
		ok(lab_unit_read(spellings[i].kind, strlen(spellings[i].kind), &unit) && unit.power == 0,
		   "a kind is a unit of itself");
		is_string(unit.kind, spellings[i].kind, "and of no other");
	}
	for (size_t i = 0; i < sizeof(unread) / sizeof(unread[0]); i++)
		ok(!lab_unit_read(unread[i], strlen(unread[i]), &unit), unread[i]);
	ok(!lab_unit_read("g\0/L", 4, &unit), "a NUL is no part of a unit");
	ok(lab_unit_read("g/dLxyz", 4, &unit) && unit.power == 1, "the text ends at its length");
	memset(long_text, ' ', sizeof(long_text));
	memcpy(long_text, "g/L", 3);
	ok(lab_unit_read(long_text, sizeof(long_text), &unit), "blanks after it, however many");
	for (size_t i = 0; i + 2 <= sizeof(long_text); i += 2)
		memcpy(long_text + i, "/g", 2);
	ok(!lab_unit_read(long_text, sizeof(long_text), &unit), "too long");
	return done_testing();
}
