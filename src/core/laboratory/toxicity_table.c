/*-------------------------------------------------------------------------
 *
 * toxicity_table.c
 *	  A grading table compiled for look-up by test and unit.
 *
 *-------------------------------------------------------------------------
 */
#include "core/laboratory/toxicity.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/laboratory/lab_unit.h"

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
 * grade, into selected, which has room for count.  Returns how many.
 */
int
toxicity_select(const ToxicityCriterion *criteria, int count, int variant, bool is_high,
				ToxicityCriterion *selected)
{
	int			taken = 0;

	for (int grade = TOXICITY_MAX_GRADE; grade >= 1; grade--)
		for (int i = 0; i < count; i++)
			if (criteria[i].grade == grade && criteria[i].is_high == is_high &&
				applies_to_variant(&criteria[i], variant))
				selected[taken++] = criteria[i];
	return taken;
}

/*
 * The list of the first variants that has these criteria, to be used for more
 * of them: variants that share their lists are known to be the same.  NULL
 * where there is none.
 */
const ToxicityList *
toxicity_find_list(const ToxicityVariant *variants, int count,
				   const ToxicityCriterion *selected, int taken, bool is_high)
{
	for (int i = 0; i < count; i++)
	{
		const ToxicityList *list = is_high ? &variants[i].high : &variants[i].low;
		bool		same = list->count == taken;

		for (int j = 0; same && j < taken; j++)
			same = list->criteria[j].id == selected[j].id;
		if (same)
			return list;
	}
	return NULL;
}

/* Wider than what rounding can make of a product, so that no grade is missed. */
#define CLEAR_MARGIN 1e-14

/*
 * Narrow what a value must not reach to be clear of a list's criteria, by the
 * bound at which one of them begins.
 */
static bool
add_cut(ToxicityList *list, const ToxicityBound *cut, bool is_high)
{
	double		margin = CLEAR_MARGIN * fabs(cut->number);
	double	   *clear = &list->clear[cut->basis];

	if (cut->basis == TOXICITY_UNBOUNDED)
		return false;
	*clear = is_high ? fmin(*clear, cut->number - margin) : fmax(*clear, cut->number + margin);
	if (cut->basis != TOXICITY_ABSOLUTE)
		list->multiples |= (uint8_t) (1U << cut->basis);
	return true;
}

/*
 * Make a list of criteria that toxicity_select() took, which stay the
 * caller's.
 */
void
toxicity_list_init(ToxicityList *list, const ToxicityCriterion *criteria, int count, bool is_high)
{
	list->criteria = criteria;
	list->count = count;
	list->is_simple = count > 0;
	list->minimum_age = count > 0 ? criteria[0].minimum_age : -INFINITY;
	list->maximum_age = count > 0 ? criteria[0].maximum_age : INFINITY;
	list->needs_age = !(isinf(list->minimum_age) && isinf(list->maximum_age));
	list->multiples = 0;
	for (int basis = 0; basis < TOXICITY_BASES; basis++)
		list->clear[basis] = is_high ? INFINITY : -INFINITY;
	for (int i = 0; i < count; i++)
	{
		const ToxicityCriterion *criterion = &criteria[i];

		if (criterion->without_hiv || criterion->is_from_memory ||
			criterion->minimum_age != list->minimum_age ||
			criterion->maximum_age != list->maximum_age ||
			!add_cut(list, is_high ? &criterion->lower : &criterion->upper, is_high))
			list->is_simple = false;
	}
}

/*
 * Bytes that, with its length, tell a text of at most eight bytes from every
 * other such text: its first and last four, or its first, middle and last.
 */
static inline uint64_t
head_of(const char *text, size_t length)
{
	uint32_t	first;
	uint32_t	last;

	if (length >= sizeof(first))
	{
		size_t		end = length < 2 * sizeof(last) ? length : 2 * sizeof(last);

		memcpy(&first, text, sizeof(first));
		memcpy(&last, text + end - sizeof(last), sizeof(last));
		return first | (uint64_t) last << 32;
	}
	if (length == 0)
		return 0;
	return (unsigned char) text[0] | (uint64_t) (unsigned char) text[length / 2] << 8 |
		(uint64_t) (unsigned char) text[length - 1] << 16;
}

static inline size_t
first_slot(const ToxicityTable *table, uint64_t test_head, uint64_t unit_head)
{
	uint64_t	hash = (test_head ^ unit_head * UINT64_C(0xBF58476D1CE4E5B9)) *
		UINT64_C(0x9E3779B97F4A7C15);

	return (size_t) (hash >> 32) & (table->capacity - 1);
}

/* Do two texts with the same head and length not differ elsewhere? */
static inline bool
same_rest(const char *a, const char *b, size_t length)
{
	return length <= sizeof(uint64_t) || memcmp(a, b, length) == 0;
}

/* What a text is told by.  A unit that is NULL is any unit. */
typedef struct TextKey
{
	const char *text;
	uint64_t	head;
	uint32_t	length;
} TextKey;

static inline TextKey
text_key(const char *text, size_t length)
{
	TextKey		key = {text, text ? head_of(text, length) : UINT64_MAX, text ? (uint32_t) length : UINT32_MAX};

	return key;
}

static inline ToxicitySlot *
find_slot(const ToxicityTable *table, const TextKey *test, const TextKey *unit)
{
	size_t		at = first_slot(table, test->head, unit->head);

	for (;; at = (at + 1) & (table->capacity - 1))
	{
		ToxicitySlot *slot = &table->slots[at];

		if (slot->entry == NULL)
			return slot;
		if (slot->test_head == test->head && slot->unit_head == unit->head &&
			slot->test_length == test->length && slot->unit_length == unit->length &&
			same_rest(slot->entry->test, test->text, test->length) &&
			(unit->text == NULL || same_rest(slot->entry->unit, unit->text, unit->length)))
			return slot;
	}
}

/*
 * Add an entry, which stays the caller's.  False where its test and unit are
 * there already, or the table is full.
 */
bool
toxicity_table_add(ToxicityTable *table, const ToxicityEntry *entry)
{
	TextKey		test = text_key(entry->test, entry->test_length);
	TextKey		unit = text_key(entry->unit, entry->unit_length);
	ToxicitySlot *slot;

	if (table->count + 1 >= table->capacity)
		return false;
	slot = find_slot(table, &test, &unit);
	if (slot->entry != NULL)
		return false;
	slot->test_head = test.head;
	slot->unit_head = unit.head;
	slot->test_length = test.length;
	slot->unit_length = unit.length;
	slot->entry = entry;
	table->count++;
	return true;
}

/* The entry of a test in a unit as it is spelled; NULL where there is none. */
const ToxicityEntry *
toxicity_table_find(const ToxicityTable *table, const char *test, size_t test_length,
					const char *unit, size_t unit_length)
{
	TextKey		test_key = text_key(test, test_length);
	TextKey		unit_key = text_key(unit, unit_length);

	return find_slot(table, &test_key, &unit_key)->entry;
}

/* The entry of a test in any unit; NULL where there is none. */
const ToxicityEntry *
toxicity_table_find_any(const ToxicityTable *table, const char *test, size_t test_length)
{
	return toxicity_table_find(table, test, test_length, NULL, 0);
}

static inline bool
is_of_test(const ToxicitySlot *slot, const TextKey *test)
{
	return slot->entry != NULL && slot->test_head == test->head && slot->test_length == test->length &&
		same_rest(slot->entry->test, test->text, test->length);
}

/*
 * Make the entry of a test in a spelling that has none: that of the nearest
 * power of ten of the same kind of unit.  False where there is none.
 */
bool
toxicity_table_respell(const ToxicityTable *table, const char *test, size_t test_length,
					   const char *unit, size_t unit_length, ToxicityEntry *entry)
{
	TextKey		key = text_key(test, test_length);
	const ToxicityEntry *nearest = NULL;
	LabUnit		wanted;
	LabUnit		read;
	int			power = 0;

	if (!lab_unit_read(unit, unit_length, &wanted))
		return false;
	for (size_t i = 0; i < table->capacity; i++)
	{
		const ToxicityEntry *candidate = table->slots[i].entry;

		if (!is_of_test(&table->slots[i], &key) || candidate->unit == NULL ||
			!lab_unit_read(candidate->unit, candidate->unit_length, &read) ||
			strcmp(read.kind, wanted.kind) != 0)
			continue;
		if (nearest == NULL || abs(wanted.power - read.power) < abs(power) ||
			(abs(wanted.power - read.power) == abs(power) && strcmp(candidate->unit, nearest->unit) < 0))
		{
			nearest = candidate;
			power = wanted.power - read.power;
		}
	}
	if (nearest == NULL)
		return false;
	*entry = *nearest;
	if (power > 0)
		entry->multiplier *= pow(10, power);
	else
		entry->divisor *= pow(10, -power);
	return true;
}

/* Why toxicity_table_find() found nothing. */
unsigned
toxicity_missing_entry(const ToxicityTable *table, const char *test, size_t test_length,
					   size_t unit_length)
{
	TextKey		key = text_key(test, test_length);

	for (size_t i = 0; i < table->capacity; i++)
		if (is_of_test(&table->slots[i], &key))
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
		"a censored value that spans several grades",
		"unverified",
		"a censored baseline that leaves several grades open"
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
