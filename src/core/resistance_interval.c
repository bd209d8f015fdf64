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
#include "core/resistance_algorithm.h"

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

static inline bool
is_unread(const Observation *observation, uint32_t slot)
{
	return (observation->unread[slot / 64] >> slot % 64 & 1) != 0;
}

/* Whether a test holds; `otherwise` where its position was not read. */
static inline bool
test_holds(const ConditionStep *test, const Observation *observation, bool otherwise)
{
	if (is_unread(observation, test->slot))
		return otherwise;
	return ((observation->residues[test->slot] & test->residues) != 0) ==
		(test->operator == CONDITION_TEST);
}

/* Whether a selection is possible, or else certain. */
static bool
selection_can(const ConditionStep *step, const Observation *observation, bool possible)
{
	uint32_t	minimum = step->residues >> 16;
	uint32_t	maximum = step->residues & 0xFFFF;
	uint32_t	fewest = 0;
	uint32_t	most = 0;

	for (const ConditionStep *test = step + 1; test <= step + step->slot; test++)
	{
		fewest += test_holds(test, observation, false);
		most += test_holds(test, observation, true);
	}
	if (step->operator == CONDITION_SELECT_AND)
		return possible ? most >= minimum && fewest <= maximum : fewest >= minimum && most <= maximum;
	return possible ? most >= minimum || fewest <= maximum : fewest >= minimum || most <= maximum;
}

/* Whether a condition is possible, or else certain, test by test. */
static bool
condition_can(const ConditionStep *step, uint32_t count, const Observation *observation, bool possible)
{
	const ConditionStep *end = step + count;
	uint64_t	stack = 0;

	for (; step < end; step++)
	{
		switch ((ConditionOperator) step->operator)
		{
			case CONDITION_TEST:
			case CONDITION_TEST_NOT:
				stack = stack << 1 | test_holds(step, observation, possible);
				break;
			case CONDITION_AND:
				stack = stack >> 1 & (stack | ~(uint64_t) 1);
				break;
			case CONDITION_OR:
				stack = stack >> 1 | (stack & 1);
				break;
			case CONDITION_SELECT_AND:
			case CONDITION_SELECT_OR:
				stack = stack << 1 | selection_can(step, observation, possible);
				step += step->slot;
				break;
		}
	}
	return stack & 1;
}

/*
 * Whether the condition of a rule without a score can hold, or else holds
 * whatever the unread positions are.
 */
bool
resistance_rule_can_fire(const ResistanceAlgorithm *algorithm, const ResistanceRule *rule,
						 const Observation *observation, bool possible)
{
	return condition_can(algorithm->steps + rule->first, rule->end - rule->first, observation, possible);
}

static bool
node_can(const ResistanceAlgorithm *algorithm, const ScoreNode *node,
		 const Observation *observation, bool possible)
{
	return condition_can(algorithm->steps + node->first_step, node->steps, observation, possible);
}

/* The largest item of a MAX that holds for certain; NULL if none does. */
static const ScoreNode *
certain_item(const ResistanceAlgorithm *algorithm, const ScoreNode *maximum,
			 const Observation *observation)
{
	const ScoreNode *end = algorithm->nodes + maximum->end;
	const ScoreNode *largest = NULL;

	for (const ScoreNode *node = maximum + 1; node < end; node++)
		if (node->kind != SCORE_MAXIMUM && (largest == NULL || node->score > largest->score) &&
			node_can(algorithm, node, observation, false))
			largest = node;
	return largest;
}

/* Widens a range by what an item of a MAX, or a MAX inside it, can be. */
static void
node_range(const ResistanceAlgorithm *algorithm, const ScoreNode *node,
		   const Observation *observation, Score *lowest, Score *highest)
{
	const ScoreNode *certain;

	*lowest = *highest = 0;
	if (node->kind != SCORE_MAXIMUM)
	{
		bool		possible = node_can(algorithm, node, observation, true);

		if (possible && (node->score < 0 || node_can(algorithm, node, observation, false)))
			*lowest = node->score;
		if (possible && (node->score > 0 || node_can(algorithm, node, observation, false)))
			*highest = node->score;
		return;
	}
	certain = certain_item(algorithm, node, observation);
	for (const ScoreNode *item = node + 1; item < algorithm->nodes + node->end; item++)
		if (item->kind != SCORE_MAXIMUM && node_can(algorithm, item, observation, true))
		{
			*lowest = item->score < *lowest ? item->score : *lowest;
			*highest = item->score > *highest ? item->score : *highest;
		}
	if (certain != NULL && certain->score > *lowest && certain->score >= 0)
		*lowest = certain->score;
}

/*
 * A range that contains every score that a score rule can have.
 */
void
resistance_score_range(const ResistanceAlgorithm *algorithm, const ResistanceRule *rule,
					   const Observation *observation, Score *lowest, Score *highest)
{
	*lowest = *highest = 0;
	for (uint32_t i = rule->first; i < rule->end; i = algorithm->nodes[i].end)
	{
		Score		low;
		Score		high;

		node_range(algorithm, &algorithm->nodes[i], observation, &low, &high);
		*lowest += low;
		*highest += high;
	}
}

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

			if (!place_atoms(interval, effect, combination, residues))
				continue;
			one = resistance_evaluate(algorithm, drug, &read, NULL, NULL);
			if (any)
				widen(&result, &one);
			else
				result = one;
			any = true;
		}
	return result;
}

/* A range of levels that contains those of a rule; false if it can't fire. */
static bool
rule_levels(const ResistanceAlgorithm *algorithm, const ResistanceRule *rule,
			const Observation *observation, DrugResult *result, bool *certain)
{
	Score		low;
	Score		high;

	result->lowest_level = result->highest_level = rule->level;
	*certain = true;
	if (!rule->is_score)
	{
		*certain = resistance_rule_can_fire(algorithm, rule, observation, false);
		return rule->level >= 0 && resistance_rule_can_fire(algorithm, rule, observation, true);
	}
	resistance_score_range(algorithm, rule, observation, &low, &high);
	result->lowest_score = low;
	result->highest_score = high;
	result->lowest_level = algorithm->level_count - 1;
	result->highest_level = 0;
	for (int i = 0; i < rule->ranges.count; i++)
	{
		const ScoreRange *range = &rule->ranges.items[i];

		if (range->highest < low || range->lowest > high)
			continue;
		if (range->level < result->lowest_level)
			result->lowest_level = range->level;
		if (range->level > result->highest_level)
			result->highest_level = range->level;
	}
	return true;
}

/* A range that contains the result of a drug, rule by rule. */
static DrugResult
bound(const ResistanceAlgorithm *algorithm, int drug, const Observation *observation)
{
	const ResistanceDrug *entry = &algorithm->drugs[drug];
	DrugResult	result = {0, 0, -1, algorithm->default_level, false, false};
	int			lowest_possible = algorithm->default_level;

	for (uint32_t i = entry->first_rule; i < entry->first_rule + entry->rules; i++)
	{
		DrugResult	one = {0};
		bool		certain;

		if (!rule_levels(algorithm, &algorithm->rules[i], observation, &one, &certain))
			continue;
		if (one.highest_level > result.highest_level)
			result.highest_level = one.highest_level;
		if (one.lowest_level < lowest_possible)
			lowest_possible = one.lowest_level;
		if (certain && one.lowest_level > result.lowest_level)
			result.lowest_level = one.lowest_level;
		if (!algorithm->rules[i].is_score)
			continue;
		if (!result.has_score || one.lowest_score > result.lowest_score)
			result.lowest_score = one.lowest_score;
		if (!result.has_score || one.highest_score > result.highest_score)
			result.highest_score = one.highest_score;
		result.has_score = true;
	}
	if (result.lowest_level < 0)
		result.lowest_level = lowest_possible;
	return result;
}

/* What fired for certain. */
static void
add_certain(const ResistanceAlgorithm *algorithm, const ResistanceRule *rule,
			const Observation *observation, FiredRule *fired, int *fired_count)
{
	if (!rule->is_score)
	{
		if (rule->level >= 0 && resistance_rule_can_fire(algorithm, rule, observation, false))
			fired[(*fired_count)++] = (FiredRule) {rule->condition, 0, rule->level};
		return;
	}
	for (uint32_t i = rule->first; i < rule->end; i = algorithm->nodes[i].end)
	{
		const ScoreNode *node = &algorithm->nodes[i];
		const ScoreNode *item = node;

		if (node->kind == SCORE_MAXIMUM)
			item = certain_item(algorithm, node, observation);
		else if (!node_can(algorithm, node, observation, false))
			item = NULL;
		if (item != NULL)
			fired[(*fired_count)++] = (FiredRule) {item->text, item->score, -1};
	}
}

/*
 * The range of the result of a drug of which positions were not read, and what
 * fired whatever they are.
 */
DrugResult
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
		return bound(algorithm, drug, observation);
	return try_atoms(&interval, drug, tried);
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
