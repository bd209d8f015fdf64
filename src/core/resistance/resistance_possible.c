/*
 * resistance_possible.c
 *	  What rules can say, and say for certain, where positions were not read.
 *
 * Each test of an unread position may hold or not, whatever the others do: so
 * what is certain here is, and what is impossible is, but of what lies between
 * something may be settled all the same.
 */
#include "core/resistance/resistance_possible.h"

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

/*
 * Whether a condition is possible, or else certain, test by test.
 */
bool
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

/*
 * The largest item of a MAX that holds for certain; NULL if none does.
 */
const ScoreNode *
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

/*
 * A range that contains the result of a drug, rule by rule.
 */
DrugResult
possible_results(const ResistanceAlgorithm *algorithm, int drug, const Observation *observation)
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

/*
 * Adds what of a rule fired for certain.
 */
void
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
