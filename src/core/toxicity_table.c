/*-------------------------------------------------------------------------
 *
 * toxicity_table.c
 *	  A grading table compiled for look-up by test and unit.
 *
 *-------------------------------------------------------------------------
 */
#include "core/toxicity.h"

#include <stdio.h>

/* Variants are numbered by sex, then by fasting state. */
static bool
applies_to_variant(const ToxicityCriterion *criterion, int variant)
{
	ToxicitySex sex = variant / 2 == 0 ? TOXICITY_MALE : TOXICITY_FEMALE;
	ToxicityFasting fasting = variant % 2 == 0 ? TOXICITY_NOT_FASTING : TOXICITY_FASTING;

	return (criterion->sex == TOXICITY_SEX_UNKNOWN || criterion->sex == sex) &&
		(criterion->fasting == TOXICITY_FASTING_UNKNOWN || criterion->fasting == fasting);
}

/*
 * Take the criteria of one direction that apply to a variant, by falling
 * grade, into selected, which has room for count.
 */
void
toxicity_select(const ToxicityCriterion *criteria, int count, int variant, bool is_high,
				ToxicityCriterion *selected, int *selected_count)
{
	int			taken = 0;

	for (int grade = TOXICITY_MAX_GRADE; grade >= 1; grade--)
		for (int i = 0; i < count; i++)
			if (criteria[i].grade == grade && criteria[i].is_high == is_high &&
				applies_to_variant(&criteria[i], variant))
				selected[taken++] = criteria[i];
	*selected_count = taken;
}

/* At most the first eight bytes: tests and units hardly differ after them. */
static uint64_t
leading_bytes(const char *text, size_t length)
{
	uint64_t	bytes = 0;

	memcpy(&bytes, text, length < sizeof(bytes) ? length : sizeof(bytes));
	return bytes;
}

static size_t
first_slot(const ToxicityTable *table, const char *test, size_t test_length,
		   const char *unit, size_t unit_length)
{
	uint64_t	hash = leading_bytes(test, test_length) * UINT64_C(0x9E3779B97F4A7C15);

	hash ^= hash >> 29;
	hash += unit ? leading_bytes(unit, unit_length) + unit_length + 1 : 0;
	hash *= UINT64_C(0xBF58476D1CE4E5B9);
	return (size_t) (hash >> 32) & (table->capacity - 1);
}

static bool
is_entry_of(const ToxicityEntry *entry, const char *test, size_t test_length,
			const char *unit, size_t unit_length)
{
	if (entry->test_length != test_length || (entry->unit == NULL) != (unit == NULL) ||
		memcmp(entry->test, test, test_length) != 0)
		return false;
	return unit == NULL ||
		(entry->unit_length == unit_length && memcmp(entry->unit, unit, unit_length) == 0);
}

static ToxicityEntry *
find_slot(const ToxicityTable *table, const char *test, size_t test_length,
		  const char *unit, size_t unit_length)
{
	size_t		slot = first_slot(table, test, test_length, unit, unit_length);

	while (table->entries[slot].test != NULL &&
		   !is_entry_of(&table->entries[slot], test, test_length, unit, unit_length))
		slot = (slot + 1) & (table->capacity - 1);
	return &table->entries[slot];
}

/*
 * Add an entry, whose strings and criteria stay the caller's.  False where its
 * test and unit are there already, or the table is full.
 */
bool
toxicity_table_add(ToxicityTable *table, const ToxicityEntry *entry)
{
	ToxicityEntry *slot;

	if (table->count + 1 >= table->capacity)
		return false;
	slot = find_slot(table, entry->test, entry->test_length, entry->unit, entry->unit_length);
	if (slot->test != NULL)
		return false;
	*slot = *entry;
	table->count++;
	return true;
}

/* The entry of a test in a unit, or in any unit; NULL where there is none. */
const ToxicityEntry *
toxicity_table_find(const ToxicityTable *table, const char *test, size_t test_length,
					const char *unit, size_t unit_length)
{
	const ToxicityEntry *entry = find_slot(table, test, test_length, unit, unit_length);

	if (entry->test == NULL)
		entry = find_slot(table, test, test_length, NULL, 0);
	return entry->test == NULL ? NULL : entry;
}

/* Why toxicity_table_find() found nothing. */
unsigned
toxicity_missing_entry(const ToxicityTable *table, const char *test, size_t test_length,
					   size_t unit_length)
{
	for (size_t i = 0; i < table->capacity; i++)
		if (table->entries[i].test != NULL && table->entries[i].test_length == test_length &&
			memcmp(table->entries[i].test, test, test_length) == 0)
			return unit_length == 0 ? TOXICITY_NO_UNIT : TOXICITY_UNKNOWN_UNIT;
	return TOXICITY_UNKNOWN_TEST;
}

/*
 * Write the reasons in words into text, of a size of at least 1.  Returns the
 * length.
 */
size_t
toxicity_reasons_text(unsigned reasons, char *text, size_t size)
{
	static const char *const words[] = {
		"no value",
		"the test is not in the grading table",
		"no cut-offs in this unit, and no conversion to one that has them",
		"no unit",
		"no criteria for this sex, age or fasting state",
		"graded in participants without HIV infection only",
		"sex unknown",
		"age unknown",
		"fasting state unknown",
		"upper limit of normal unknown",
		"lower limit of normal unknown",
		"needs clinical judgement beside the value",
		"a censored value that spans several grades"
	};
	size_t		length = 0;

	text[0] = '\0';
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (reasons & (1U << i))
		{
			int			added = snprintf(text + length, size - length, "%s%s",
										 length > 0 ? "; " : "", words[i]);

			if (added < 0 || (size_t) added >= size - length)
				break;
			length += (size_t) added;
		}
	text[length] = '\0';
	return length;
}
