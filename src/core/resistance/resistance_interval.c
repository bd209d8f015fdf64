/*
 * resistance_interval.c
 *	  The lowest and highest result of a drug that unread positions leave.
 *
 * An unread position may hold any residues, alone or mixed.  Residues that no
 * test of the drug tells apart are one atom.  Most atoms can only raise a
 * result, or only lower it: all of the first and none of the second make the
 * highest result, and the other way round the lowest.  What can do both (65R,
 * which lowers AZT alone and raises it in combinations) is tried in every
 * combination.  So the range is exact, unless an algorithm has more atoms of
 * that kind than can be tried: then it is a bound, which contains it.
 */
#include "core/resistance/resistance_possible.h"

#include <string.h>

#define MAXIMUM_ATOMS		256
#define MAXIMUM_TRIED		14	/* atoms: 16,384 combinations */

/* What more residues can do to the result of the drug. */
enum
{
	RAISES = 1,
	LOWERS = 2,
	RAISES_OR_LOWERS = 3
};

typedef struct Atom
{
	uint16_t	slot;
	uint16_t	effect;
	ResidueSet	residues;
} Atom;

typedef struct Interval
{
	const ResistanceAlgorithm *algorithm;
	const Observation *observation;
	Atom		atoms[MAXIMUM_ATOMS];
	int			count;
	bool		overflow;		/* there was no room for an atom */
} Interval;

static void
add_atom(Interval *interval, uint32_t slot, ResidueSet residues, int effect)
{
	if (interval->count == MAXIMUM_ATOMS)
		interval->overflow = true;
	else if (residues != 0)
		interval->atoms[interval->count++] = (Atom) {(uint16_t) slot, (uint16_t) effect, residues};
}

/* Splits the atoms of a slot, so that a test sees each of them whole or not. */
static void
split_atoms(Interval *interval, uint32_t slot, ResidueSet residues, int effect)
{
	ResidueSet	rest = residues;
	int			count = interval->count;

	for (int i = 0; i < count; i++)
	{
		Atom	   *atom = &interval->atoms[i];
		ResidueSet	outside = atom->residues & ~residues;

		if (atom->slot != slot || (atom->residues & residues) == 0)
			continue;
		rest &= ~atom->residues;
		add_atom(interval, slot, outside, atom->effect);
		atom->residues &= residues;
		atom->effect |= (uint16_t) effect;
	}
	add_atom(interval, slot, rest, effect);
}

static int
opposite(int effect)
{
	return (effect & RAISES ? LOWERS : 0) | (effect & LOWERS ? RAISES : 0);
}

static void
add_test(Interval *interval, const ConditionStep *test, int effect)
{
	if (is_unread(interval->observation, test->slot))
		split_atoms(interval, test->slot, test->residues,
					test->operator == CONDITION_TEST ? effect : opposite(effect));
}

/* What a test that comes true does to a selection that has an effect. */
static int
selection_effect(const ConditionStep *step, int effect)
{
	uint32_t	minimum = step->residues >> 16;
	uint32_t	maximum = step->residues & 0xFFFF;

	if (step->operator == CONDITION_SELECT_AND && maximum >= step->slot)
		return effect;
	if (step->operator == CONDITION_SELECT_AND && minimum == 0)
		return opposite(effect);
	return RAISES_OR_LOWERS;
}

/* The atoms of a condition, if it is not settled without them. */
static void
add_condition(Interval *interval, uint32_t first, uint32_t count, int effect)
{
	const ConditionStep *step = interval->algorithm->steps + first;
	const ConditionStep *end = step + count;

	if (!condition_can(step, count, interval->observation, true) ||
		condition_can(step, count, interval->observation, false))
		return;
	while (step < end)
	{
		uint32_t	selected = 0;
		int			of_test = effect;

		if (step->operator == CONDITION_SELECT_AND || step->operator == CONDITION_SELECT_OR)
		{
			selected = step->slot;
			of_test = selection_effect(step++, effect);
		}
		else if (step->operator == CONDITION_TEST || step->operator == CONDITION_TEST_NOT)
			selected = 1;
		else
			step++;
		for (; selected > 0; selected--)
			add_test(interval, step++, of_test);
	}
}

/* The atoms of a MAX: those of its items that can be larger than what holds. */
static void
add_maximum(Interval *interval, const ScoreNode *maximum, bool is_mixed)
{
	const ResistanceAlgorithm *algorithm = interval->algorithm;
	const ScoreNode *end = algorithm->nodes + maximum->end;
	const ScoreNode *certain = NULL;
	Score		lowest = SCORE_HIGHEST;
	Score		highest = SCORE_LOWEST;
	int			effect = RAISES_OR_LOWERS;
	bool		is_nested = false;

	for (const ScoreNode *node = maximum + 1; node < end; node++)
	{
		is_nested |= node->kind == SCORE_MAXIMUM;
		if (node->kind == SCORE_MAXIMUM)
			continue;
		lowest = node->score < lowest ? node->score : lowest;
		highest = node->score > highest ? node->score : highest;
	}
	if (!is_mixed && lowest >= 0)
		effect = RAISES;
	else if (!is_mixed && !is_nested && lowest == highest)
		effect = LOWERS;
	if (!is_nested || lowest >= 0)
		certain = certain_item(algorithm, maximum, interval->observation);
	if (certain != NULL && !is_mixed)
		effect = RAISES;
	for (const ScoreNode *node = maximum + 1; node < end; node++)
		if (node->kind != SCORE_MAXIMUM && (certain == NULL || node->score > certain->score))
			add_condition(interval, node->first_step, node->steps, effect);
}

/* Whether a higher score never has a lower level. */
static bool
ranges_ascend(const ScoreRanges *ranges)
{
	for (int i = 1; i < ranges->count; i++)
		if (ranges->items[i].level < ranges->items[i - 1].level)
			return false;
	return true;
}

static void
add_rule(Interval *interval, const ResistanceRule *rule)
{
	const ResistanceAlgorithm *algorithm = interval->algorithm;
	bool		is_mixed = rule->is_score && !ranges_ascend(&rule->ranges);

	if (!rule->is_score)
	{
		if (rule->level >= 0)
			add_condition(interval, rule->first, rule->end - rule->first,
						  rule->level >= algorithm->default_level ? RAISES : RAISES_OR_LOWERS);
		return;
	}
	for (uint32_t i = rule->first; i < rule->end; i = algorithm->nodes[i].end)
	{
		const ScoreNode *node = &algorithm->nodes[i];

		if (node->kind == SCORE_MAXIMUM)
			add_maximum(interval, node, is_mixed);
		else if (node->score != 0)
			add_condition(interval, node->first_step, node->steps,
						  is_mixed ? RAISES_OR_LOWERS : node->score > 0 ? RAISES : LOWERS);
	}
}

/*
 * The consensus alone counts as no residue, so that a test which names it needs
 * another residue beside it: then all residues of the position are tried.
 */
static void
split_consensus(Interval *interval)
{
	const ResistanceAlgorithm *algorithm = interval->algorithm;
	int			count = interval->count;

	for (int i = 0; i < count; i++)
	{
		uint32_t	slot = interval->atoms[i].slot;
		ResidueSet	consensus = algorithm->slot_consensus[slot];

		if ((interval->atoms[i].residues & consensus) == 0)
			continue;
		split_atoms(interval, slot, (RESIDUE_ALL & ~RESIDUE_STOP), RAISES_OR_LOWERS);
		split_atoms(interval, slot, consensus, RAISES_OR_LOWERS);
	}
}

/* The atoms that can change the result of a drug. */
static void
add_drug(Interval *interval, const ResistanceAlgorithm *algorithm, int drug,
		 const Observation *observation)
{
	const ResistanceDrug *entry = &algorithm->drugs[drug];

	interval->algorithm = algorithm;
	interval->observation = observation;
	interval->count = 0;
	interval->overflow = false;
	for (uint32_t i = 0; i < entry->rules; i++)
		add_rule(interval, &algorithm->rules[entry->first_rule + i]);
	split_consensus(interval);
}

/* Puts a combination of atoms into the positions; false if there is no such. */
static bool
place_atoms(const Interval *interval, int effect, uint32_t tried, ResidueSet *residues)
{
	for (int i = 0; i < interval->count; i++)
		residues[interval->atoms[i].slot] = 0;
	for (int i = 0; i < interval->count; i++)
	{
		const Atom *atom = &interval->atoms[i];
		bool		present = atom->effect == effect;

		if (atom->effect == RAISES_OR_LOWERS)
		{
			present = (tried & 1) != 0;
			tried >>= 1;
		}
		if (present)
			residues[atom->slot] |= atom->residues;
	}
	for (int i = 0; i < interval->count; i++)
	{
		uint32_t	slot = interval->atoms[i].slot;

		if (residues[slot] != 0 && residues[slot] == interval->algorithm->slot_consensus[slot])
			return false;
	}
	return true;
}

static void
widen(DrugResult *result, const DrugResult *other)
{
	if (other->lowest_score < result->lowest_score)
		result->lowest_score = other->lowest_score;
	if (other->highest_score > result->highest_score)
		result->highest_score = other->highest_score;
	if (other->lowest_level < result->lowest_level)
		result->lowest_level = other->lowest_level;
	if (other->highest_level > result->highest_level)
		result->highest_level = other->highest_level;
	result->in_gap &= other->in_gap;
}

/* The range of the result over all that can be, each tried. */
static DrugResult
try_atoms(const Interval *interval, int drug, int tried)
{
	const ResistanceAlgorithm *algorithm = interval->algorithm;
	ResidueSet	residues[MAXIMUM_SLOTS];
	Observation read = {.residues = residues};
	DrugResult	result = {0};
	bool		any = false;

	memcpy(residues, interval->observation->residues, sizeof(ResidueSet) * (size_t) algorithm->slots);
	for (uint32_t combination = 0; combination < (uint32_t) 1 << tried; combination++)
		for (int effect = RAISES; effect <= LOWERS; effect++)
		{
			DrugResult	one;

			algorithm->interrupt();
			if (!place_atoms(interval, effect, combination, residues))
				continue;
			one = resistance_evaluate_read(algorithm, drug, &read, NULL, NULL);
			if (any)
				widen(&result, &one);
			else
				result = one;
			any = true;
		}
	return result;
}

/*
 * The range of the result of a drug of which positions were not read, and what
 * fired whatever they are.
 */
static DrugResult
resistance_interval(const ResistanceAlgorithm *algorithm, int drug,
					const Observation *observation, FiredRule *fired, int *fired_count)
{
	const ResistanceDrug *entry = &algorithm->drugs[drug];
	Interval	interval;
	int			tried = 0;

	if (fired != NULL)
	{
		*fired_count = 0;
		for (uint32_t i = 0; i < entry->rules; i++)
			add_certain(algorithm, &algorithm->rules[entry->first_rule + i], observation,
						fired, fired_count);
	}
	add_drug(&interval, algorithm, drug, observation);
	for (int i = 0; i < interval.count; i++)
		tried += interval.atoms[i].effect == RAISES_OR_LOWERS;
	if (interval.overflow || tried > MAXIMUM_TRIED || algorithm->slots > MAXIMUM_SLOTS)
		return possible_results(algorithm, drug, observation);
	return try_atoms(&interval, drug, tried);
}

/*
 * The result of a drug; where positions were not read, the range that they
 * leave.  Where `fired` is not NULL, what fired is put there: it has room for
 * algorithm->largest_rule_list, and *fired_count says how many there are.
 */
DrugResult
resistance_evaluate(const ResistanceAlgorithm *algorithm, int drug,
					const Observation *observation, FiredRule *fired, int *fired_count)
{
	if (resistance_is_unread(algorithm, drug, observation))
		return resistance_interval(algorithm, drug, observation, fired, fired_count);
	return resistance_evaluate_read(algorithm, drug, observation, fired, fired_count);
}

static void
sort_positions(int *positions, int count)
{
	for (int i = 1; i < count; i++)
		for (int j = i; j > 0 && positions[j - 1] > positions[j]; j--)
		{
			int			other = positions[j];

			positions[j] = positions[j - 1];
			positions[j - 1] = other;
		}
}

/*
 * The positions that leave the result of a drug open: those that were not read
 * and that an unsettled rule looks at.  There is room for MAXIMUM_POSITIONS;
 * returns their number.
 */
int
resistance_open_positions(const ResistanceAlgorithm *algorithm, int drug,
						  const Observation *observation, int *positions)
{
	Interval	interval;
	int			count = 0;

	add_drug(&interval, algorithm, drug, observation);
	for (int i = 0; i < interval.count; i++)
	{
		int			position = algorithm->slot_position[interval.atoms[i].slot];
		bool		known = false;

		for (int j = 0; j < count; j++)
			known |= positions[j] == position;
		if (!known && count < MAXIMUM_POSITIONS)
			positions[count++] = position;
	}
	sort_positions(positions, count);
	return count;
}
